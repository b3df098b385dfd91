"""What a campaign found: numbers, comments, answers, and files of them."""
