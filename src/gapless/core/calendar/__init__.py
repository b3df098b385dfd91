"""
Calendars (工作日历): when a place works, and when it does not.

A place's calendar is its weekly shifts, the public holidays and make-up working days
(调休) of its region, year by year, and its own closures. Every part is kept in versions,
so that a time limit can be computed again as it was, and as it would be.
"""
