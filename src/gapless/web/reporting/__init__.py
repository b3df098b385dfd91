"""
What customers see of cases, without logging in: the form behind a unit's QR code, and how
their own case stands, behind the secret link of its receipt.
"""
