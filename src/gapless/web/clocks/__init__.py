"""Time limits, the clocks that run under them, and what other limits would have meant."""
