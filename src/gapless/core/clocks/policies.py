"""A time limit as somebody decided it. Pure: the tables hold versions of these."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from .choices import Kind
from .limits import Limit

# What pauses a clock, with its reason, and what ends that pause, or all of them.
PAUSED = "paused"
RESUMED = "resumed"

WARN_AT = (Fraction(1, 2), Fraction(4, 5))


@dataclass(frozen=True, slots=True)
class PausePolicy:
    """
    A reason for which a clock may be paused.

    :param cap: how long altogether, by the clock on the wall; then it runs on by itself.
    """

    reason: str
    cap: timedelta | None = None

    def __post_init__(self) -> None:
        if not self.reason or (self.cap is not None and self.cap <= timedelta()):
            raise ValueError(f"pause “{self.reason}” for at most {self.cap}")


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Who hears of it so long (by the clock on the wall) after the deadline."""

    after: timedelta
    role: str


@dataclass(frozen=True, slots=True)
class Policy:
    """
    From what to what, and how long.

    :param starts_on: all of these must have happened; the clock starts with the last.
    :param stops_on: the first of these that a person does stops it.
    :param reopens_on: these undo the stop: the clock has then run all the time.
    :param resumes_on: these end every pause, beside ``RESUMED``: any customer message.
    :param warn_at: after which shares of the limit to warn.
    :param on_breach: codes of what is to be done when it is over.
    :raises ValueError: it could never start, would stop with its start, is required by
        law and could be paused, or warns outside its limit.
    """

    code: str
    kind: Kind
    limit: Limit
    starts_on: frozenset[str]
    stops_on: frozenset[str]
    pauses: tuple[PausePolicy, ...] = ()
    resumes_on: frozenset[str] = frozenset()
    reopens_on: frozenset[str] = frozenset()
    warn_at: tuple[Fraction, ...] = WARN_AT
    on_breach: tuple[str, ...] = ()
    escalation: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not self.starts_on or self.starts_on & self.stops_on:
            raise ValueError(f"{self.code} starts on {set(self.starts_on)}")
        if self.kind == Kind.REGULATORY and self.pauses:
            raise ValueError(f"{self.code} is required by law and is never paused")
        if not all(0 < share < 1 for share in self.warn_at):
            raise ValueError(f"{self.code} warns at {self.warn_at}")
        if any(step.after < timedelta() for step in self.escalation):
            raise ValueError(f"{self.code} escalates before its deadline")

    @property
    def caps(self) -> dict[str, timedelta | None]:
        """By reason for which it may be paused, how long altogether; None: without end."""
        return {each.reason: each.cap for each in self.pauses}
