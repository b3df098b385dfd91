"""People and their roles, for the administrators of their units."""
