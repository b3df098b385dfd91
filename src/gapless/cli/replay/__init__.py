"""`gapless replay`: time limits over a file of past cases. No database, no installation."""
