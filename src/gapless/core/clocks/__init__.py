"""
Clocks (时钟): how long something takes, and until when it may.

A clock is a pure function of what happened, of a calendar, of a policy and of the present
moment (`rules.py`). What is stored beside the events, a deadline and the next moment to
look, is derived from them, so that a sweep finds it, and can be computed again.
"""
