"""
Evidence: the cells in the database.

An answer, later a visit or a case, adds integers to one cell (source, version, unit,
month, stratum) in its own transaction, and takes them out again when it is removed.
Folding, rolling up and checking are written once, here, for every source.
"""
