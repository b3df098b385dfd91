"""Factor models: exploratory and confirmatory, of covariances and of ordered answers."""
