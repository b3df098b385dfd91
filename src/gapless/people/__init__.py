"""People: the organisation and who may do what in it."""
