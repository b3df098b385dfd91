"""Files in: upload, say what each column is, look, run, read the account."""
