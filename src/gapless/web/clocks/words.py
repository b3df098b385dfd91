"""A time limit in plain words: each row says one thing that it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gapless.core.calendar.choices import Region
from gapless.core.clocks.choices import Kind, Unit
from gapless.core.clocks.queries import policy_in
from gapless.people.org.choices import Role
from gapless.web.templatetags.numbers import duration

if TYPE_CHECKING:
    from gapless.core.clocks.limits import Limit
    from gapless.core.clocks.models import PolicyVersion
    from gapless.core.clocks.policies import Policy

# What other areas note by name. Another name is shown as it is written.
HAPPENINGS: dict[str, str | Promise] = {
    "registered": gettext_lazy("It is registered"),
    "manager_told": gettext_lazy("The manager is told"),
    "contacted": gettext_lazy("The customer is contacted"),
    "customer_message": gettext_lazy("The customer sends a message"),
    "formalities_done": gettext_lazy("The formalities are complete"),
    "fee_received": gettext_lazy("The fee is received"),
    "answered": gettext_lazy("The customer is answered"),
    "put_right": gettext_lazy("It is put right"),
    "handed_in": gettext_lazy("It is handed in"),
    "handed_over": gettext_lazy("It is handed over"),
    "reopened": gettext_lazy("It is opened again"),
    "closed": gettext_lazy("It is closed"),
    "paused": gettext_lazy("The clock is paused"),
    "resumed": gettext_lazy("The clock runs again"),
}
REASONS: dict[str, str | Promise] = {
    "awaiting_customer": gettext_lazy("Waiting for the customer"),
    "awaiting_others": gettext_lazy("Waiting for another organisation"),
}
CONVENTIONS: dict[Unit, str | Promise] = {
    Unit.WORKING_DAY: gettext_lazy(
        "Working days: the day of the start is not counted; the limit ends at the close of"
        " business of the last working day."
    ),
    Unit.BUSINESS_HOUR: gettext_lazy(
        "Business hours: only the time counts in which the unit is open."
    ),
    Unit.DAY: gettext_lazy(
        "Calendar days: the limit ends at the same time of day, weekends and holidays"
        " counted."
    ),
    Unit.MONTH: gettext_lazy(
        "Months: the limit ends on the same day of the month, or on the month's last day"
        " if it has no such day."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    says: list[str]


def happening(kind: str) -> str:
    return str(HAPPENINGS.get(kind, kind))


def reason(code: str) -> str:
    return str(REASONS.get(code, code))


def role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


def region(code: str) -> str:
    if code:
        return _("%(region)s: office hours, public holidays and make-up working days") % {
            "region": Region(code).label
        }
    return _("The calendar of the unit itself: its shifts, holidays and closures")


def limit_words(limit: Limit) -> str:
    """So much time: 30 minutes, 2 working days."""
    n = limit.amount
    words = {
        Unit.SECOND: ngettext("%(n)d second", "%(n)d seconds", n),
        Unit.MINUTE: ngettext("%(n)d minute", "%(n)d minutes", n),
        Unit.HOUR: ngettext("%(n)d hour", "%(n)d hours", n),
        Unit.DAY: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
        Unit.MONTH: ngettext("%(n)d month", "%(n)d months", n),
        Unit.BUSINESS_HOUR: ngettext("%(n)d business hour", "%(n)d business hours", n),
        Unit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", n),
    }
    return words[limit.unit] % {"n": n}


def described(version: PolicyVersion) -> list[Line]:
    """All that a version decides, row by row."""
    policy = policy_in(version)
    lines = [
        Line(_("Time allowed"), [limit_words(policy.limit), *_convention(policy)]),
        Line(_("Kind"), [str(Kind(policy.kind).label)]),
        Line(_("Starts when all of this has happened"), _happenings(policy.starts_on)),
        Line(_("Stops when one of this happens"), _happenings(policy.stops_on)),
        Line(_("Pauses"), list(_pauses(policy))),
        Line(_("Warns at"), [_shares(policy)]),
        Line(_("Escalation"), list(_steps(policy))),
        Line(_("Calendar"), [region(version.region)]),
    ]
    if policy.reopens_on:
        lines.insert(4, Line(_("Goes on when"), _happenings(policy.reopens_on)))
    return lines


def _convention(policy: Policy) -> Iterator[str]:
    if found := CONVENTIONS.get(policy.limit.unit):
        yield str(found)


def _happenings(kinds: Iterable[str]) -> list[str]:
    return [happening(kind) for kind in sorted(kinds)]


def _pauses(policy: Policy) -> Iterator[str]:
    if policy.kind == Kind.REGULATORY:
        yield _("Never: what the law requires is not paused.")
    elif not policy.pauses:
        yield _("Not at all.")
    for pause in policy.pauses:
        if pause.cap is None:
            yield reason(pause.reason)
        else:
            yield _("%(reason)s, for at most %(cap)s") % {
                "reason": reason(pause.reason),
                "cap": duration(pause.cap),
            }


def _shares(policy: Policy) -> str:
    shares = [f"{float(100 * share):g}%" for share in sorted(policy.warn_at)]
    return " · ".join(shares) or _("Not at all.")


def _steps(policy: Policy) -> Iterator[str]:
    if not policy.escalation:
        yield _("To nobody.")
    for step in sorted(policy.escalation):
        if step.after:
            yield _("%(after)s after the limit: %(role)s") % {
                "after": duration(step.after),
                "role": role(step.role),
            }
        else:
            yield _("At the limit: %(role)s") % {"role": role(step.role)}
