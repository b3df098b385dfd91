"""Notices: the inbox, what I choose, where the organisation posts them, and their words."""
