"""What customers say on the telephone, typed in by staff."""
