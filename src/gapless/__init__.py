"""Gapless: a service quality management system. The folders are the loop, in order."""
