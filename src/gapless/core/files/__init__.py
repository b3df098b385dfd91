"""
Files that people bring: stored by what is in them, reached only through their record.

A file lies under its SHA-256, so the same content is kept once. It is written, synced and
renamed before its row is committed: a row without its file cannot be, and a file without
a row is swept after a day. No page serves a file by its path.
"""
