"""
Campaigns 调查: asking customers, from the plan to the last follow-up.

A campaign asks one form version about some units for a while. People come in through
collectors: a link, a printed QR code, an invitation, a kiosk, a telephone call. What they
say is a response while they are at it, and an answer of ``core/instruments`` from the
moment they are done; its cells say which campaign it came from.
"""
