"""
Work that must not be lost: a row with a lease, in the database of what it works on.

An action enqueues a job in its own transaction. A worker claims it for a while, works
in steps that commit together with how far they got, and whoever finds the lease run out
goes on from there. Which action runs which kind of job stands in `gapless/loop.py`.
"""
