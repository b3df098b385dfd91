"""`gapless analyse`: every method that a file's columns allow, as a report. No database."""
