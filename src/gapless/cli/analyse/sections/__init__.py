"""The report section by section: each a pure function of the answers."""
