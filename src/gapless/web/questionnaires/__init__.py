"""Questionnaires to read: what each version asks, and how many have answered it."""
