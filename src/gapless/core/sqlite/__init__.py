"""Django's SQLite backend with writers standing in a queue (reliability.md D1 to D4)."""
