"""Files of units and of people that come in: one way for both."""
