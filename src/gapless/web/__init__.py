"""The pages: one folder per area, templates, and the words in three languages."""
