"""Why a statistic refuses to be computed."""


class Refused(ValueError):
    """Every refusal below: the data cannot answer the question."""


class TooFew(Refused):
    """There are not enough items, units or respondents to say anything."""


class TooMany(Refused):
    """An exact answer would take too long; group what is asked about."""


class NoVariance(Refused):
    """Everybody scored the same, so nothing can be said about differences."""


class Collinear(Refused):
    """Some columns together say exactly what another says; their parts cannot be told."""


class OutOfRange(Refused):
    """A number is not finite, or lies outside what it can be."""


class WrongShape(Refused):
    """Arrays that belong together differ in length, or a table is not square."""


class NotIdentified(Refused):
    """The model asks for more than the data hold: many answers fit equally well."""


class NotPositiveDefinite(Refused):
    """A matrix cannot be the covariance of anything."""


class NotConverged(Refused):
    """The search for an answer did not end."""


class Disconnected(Refused):
    """Some raters or units have nothing in common with the rest, so they do not compare."""
