"""The addresses that customers have of us: where to report, and how their case stands."""

from gapless.core.tokens import ON_A_WALL, SECRET, Numbered, number_of, token_for

_REPORT, _CASE = "case report", "case"


def report_token(unit: Numbered) -> str:
    """Of the form behind a unit's QR code. No secret: it hangs on the wall."""
    return token_for(_REPORT, unit, signs=ON_A_WALL)


def read_report_token(token: str) -> int | None:
    """The number of the unit, if we made this token."""
    return number_of(_REPORT, token, signs=ON_A_WALL)


def case_token(case: Numbered) -> str:
    """For whoever the receipt was given to: 128 bits that nobody can guess."""
    return token_for(_CASE, case, signs=SECRET)


def read_case_token(token: str) -> int | None:
    return number_of(_CASE, token, signs=SECRET)
