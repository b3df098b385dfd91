"""Bad answers that somebody sees to, each with an owner and a deadline."""
