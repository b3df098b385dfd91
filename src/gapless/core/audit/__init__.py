"""
The audit trail: who did what to what, when, and why.

Actions record an event in their own transaction; events are never changed or
deleted. Seals chain the events by hash, so that an edited, deleted or inserted
row is found by `gapless audit verify`. Refused attempts are kept apart, outside
the transaction that refused them.
"""
