"""Why a statistic refuses to be computed."""


class TooFew(ValueError):
    """There are not enough items, units or respondents to say anything."""


class TooMany(ValueError):
    """An exact answer would take too long; group what is asked about."""


class NoVariance(ValueError):
    """Everybody scored the same, so nothing can be said about differences."""


class Collinear(ValueError):
    """Some columns together say exactly what another says; their parts cannot be told."""
