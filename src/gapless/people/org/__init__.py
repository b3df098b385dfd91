"""
The organisation: a tree of units, the people in it, and who may do what where.

A role is held at a unit and covers its subtree from a day on, until a day. The
union of a person's subtrees is the one predicate that scopes every page, export
and command: a `Viewer` is who is asking, and every query starts with one.
"""
