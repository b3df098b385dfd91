"""Why a statistic refuses to be computed."""


class TooFew(ValueError):
    """There are not enough items or respondents to say anything."""


class NoVariance(ValueError):
    """Everybody scored the same, so nothing can be said about differences."""
