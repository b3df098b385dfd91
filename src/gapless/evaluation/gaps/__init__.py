"""
Gaps: gap 5, what customers perceive minus what they expect.

Every number is a pure function of a sum of cells, so any unit and any period is
answered exactly, however many answers there are. Fewer answers than the display
threshold are never shown, on pages and in exports alike.
"""
