"""
Cases 首问与投诉: what a customer comes with, and what becomes of it.

Whoever meets the customer first owns the case until the customer confirms (首问负责制);
in whose hands it is meanwhile is another matter, and goes from hand to hand by a baton:
it is handed over when the next one takes it, not before. What happened is a timeline of
entries; its limits are clocks of ``core/clocks``.
"""
