"""Additive evidence without Django: what survives a change of engine."""
