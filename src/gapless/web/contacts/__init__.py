"""Whom campaigns may ask: the list, one contact, lists that come in."""
