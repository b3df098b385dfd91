"""A time limit as JSON, and back: how the table and the shipped file hold it. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from .choices import Kind, Unit
from .limits import Limit
from .policies import WARN_AT, PausePolicy, Policy, Step

MINUTE = timedelta(minutes=1)


def policy_of(code: str, kind: str, terms: Mapping[str, Any]) -> Policy:
    """
    The policy that the terms spell.

    :raises ValueError: they spell none that could be kept.
    """
    limit = terms["limit"]
    return Policy(
        code=code,
        kind=Kind(kind),
        limit=Limit(int(limit["amount"]), Unit(limit["unit"])),
        starts_on=frozenset(terms["starts_on"]),
        stops_on=frozenset(terms["stops_on"]),
        pauses=tuple(
            PausePolicy(each["reason"], _length(each.get("cap")))
            for each in terms.get("pauses", ())
        ),
        resumes_on=frozenset(terms.get("resumes_on", ())),
        reopens_on=frozenset(terms.get("reopens_on", ())),
        warn_at=tuple(Fraction(each) for each in terms.get("warn_at", map(str, WARN_AT))),
        on_breach=tuple(terms.get("on_breach", ())),
        escalation=tuple(
            Step(each["after"] * MINUTE, each["role"])
            for each in terms.get("escalation", ())
        ),
    )


def terms_of(policy: Policy) -> dict[str, Any]:
    """The same policy always gives the same terms."""
    return {
        "limit": {"amount": policy.limit.amount, "unit": policy.limit.unit.value},
        "starts_on": sorted(policy.starts_on),
        "stops_on": sorted(policy.stops_on),
        "pauses": [
            {"reason": each.reason, "cap": _minutes(each.cap)} for each in policy.pauses
        ],
        "resumes_on": sorted(policy.resumes_on),
        "reopens_on": sorted(policy.reopens_on),
        "warn_at": [str(share) for share in policy.warn_at],
        "on_breach": list(policy.on_breach),
        "escalation": [
            {"after": _minutes(each.after), "role": each.role} for each in policy.escalation
        ],
    }


def _length(minutes: int | None) -> timedelta | None:
    return None if minutes is None else minutes * MINUTE


def _minutes(length: timedelta | None) -> int | None:
    return None if length is None else length // MINUTE
