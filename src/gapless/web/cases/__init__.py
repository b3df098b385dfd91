"""Cases: taking them in, the list, one case, and what is open where."""
