"""Who was drawn from the list of contacts, was asked, and answered."""
