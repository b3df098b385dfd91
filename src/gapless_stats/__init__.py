"""
Statistics of service quality, computed from summaries that add up.

Pure numpy and scipy: no database, clock or settings, so it is as useful in a
notebook as in the product. Every sum is an exact integer; a roll-up is an
addition and a deletion is a subtraction.
"""
