"""`gapless gap`: the gap table of one file. No database, no installation, no Django."""
