"""
My work (我的工作): everything with a person's name and a date, from all areas, in one list.

Each area says what it has for whom by one function in its `queries.py`; what is kept here
is only what people decide about their own list, such as to be reminded later.
"""
