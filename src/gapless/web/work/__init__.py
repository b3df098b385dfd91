"""My work (我的工作): everything with my name and a date on it, on one list."""
