"""What the list of cases shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Choices
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from gapless.control.cases import finding
from gapless.control.cases.choices import Channel, Kind, Severity, State
from gapless.core.addresses import keys_of
from gapless.core.text import said
from gapless.evaluation.campaigns.redacting import redact
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.people.work.rules import midnight

if TYPE_CHECKING:
    from gapless.control.cases.categories import Branch
    from gapless.control.cases.models import Case, CaseQuerySet
    from gapless.core.files.exports import Cell
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

WHOSE = ("mine", "held", "owned")
OPEN, OVERDUE, ANY = "open", "overdue", "any"
BATCH = 500
# Long, or sealed: the page does without them.
NOT_SHOWN = (
    "words",
    "cause",
    "measure",
    "customer_name",
    "customer_phone",
    "customer_email",
)
NAME = "[…]"  # where a customer's name stood in a text

Option = TypeVar("Option", bound=Choices)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    words: str
    whose: str
    state: str  # open, overdue, any, or one of State
    kind: Kind | None
    severity: Severity | None
    channel: Channel | None
    category: Branch | None
    categories: frozenset[int]  # this one and all that are part of it
    unit: Unit | None
    since: date | None
    until: date | None
    sort: str

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out but what has ended."""
        named = set(self.said) - {"sort", *(["state"] if self.state == ANY else [])}
        return bool(named)

    @property
    def beside(self) -> bool:
        """Whether something of the second line of filters is set: then it stands open."""
        return bool(self.channel or self.category or self.since or self.until)

    @property
    def said(self) -> dict[str, str]:
        """As it stands in an address; what goes without saying is left out."""
        given = {
            "q": self.words,
            "whose": self.whose,
            "state": "" if self.state == _state_unsaid(self.words) else self.state,
            "kind": self.kind,
            "severity": self.severity,
            "channel": self.channel,
            "category": self.category.category.code if self.category else "",
            "unit": self.unit.code if self.unit else "",
            "since": self.since,
            "until": self.until,
            "sort": "" if self.sort == _sort_unsaid(self.state) else self.sort,
        }
        return {name: str(value) for name, value in given.items() if value}

    @property
    def kept(self) -> str:
        """
        As a saved filter keeps it. A telephone or an e-mail names a customer, so it is
        not kept.
        """
        names_somebody = bool(self.words and keys_of(self.words))
        return urlencode(
            {
                name: value
                for name, value in self.said.items()
                if not (names_somebody and name == "q")
            }
        )

    @property
    def wanted(self) -> finding.Wanted:
        zone = get_current_timezone()
        ends = self.until + timedelta(days=1) if self.until else None
        return finding.Wanted(
            words=self.words,
            whose=self.whose,
            state=State(self.state) if self.state in State.values else None,
            open=self.state == OPEN,
            overdue=self.state == OVERDUE,
            kind=self.kind,
            severity=self.severity,
            channel=self.channel,
            categories=self.categories,
            unit=self.unit,
            since=midnight(self.since, zone) if self.since else None,
            until=midnight(ends, zone) if ends else None,
        )


def _state_unsaid(words: str) -> str:
    """Whoever looks for something finds it also when it has ended."""
    return ANY if words else OPEN


def _sort_unsaid(state: str) -> str:
    return "due" if state in (OPEN, OVERDUE) else "-opened"


def asked(viewer: Viewer, query: Mapping[str, str], tree: list[Branch]) -> Asked:
    words = query.get("q", "").strip()[:100]
    whose, state, sort = (query.get(name, "") for name in ("whose", "state", "sort"))
    if state not in (OPEN, OVERDUE, ANY, *State.values):
        state = _state_unsaid(words)
    code, about = query.get("unit", ""), query.get("category", "")
    units = units_for(viewer, Policy.TAKE_CASES)
    category = next((each for each in tree if each.category.code == about), None)
    return Asked(
        words=words,
        whose=whose if whose in WHOSE else "",
        state=state,
        kind=_chosen(Kind, query.get("kind", "")),
        severity=_chosen(Severity, query.get("severity", "")),
        channel=_chosen(Channel, query.get("channel", "")),
        category=category,
        categories=_with_parts(category, tree) if category else frozenset(),
        unit=units.filter(code=code).first() if code else None,
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        sort=sort if sort in finding.SORTS else _sort_unsaid(state),
    )


def _with_parts(category: Branch, tree: list[Branch]) -> frozenset[int]:
    whole = category.category
    return frozenset(
        each.category.pk for each in tree if whole in (each.category, *each.above)
    )


def _chosen(options: type[Option], typed: str) -> Option | None:
    return next((each for each in options if str(each.value) == typed), None)


def _day(typed: str) -> date | None:
    try:
        day = parse_date(typed)
    except ValueError:  # a day that no calendar has
        return None
    return day if day and 1990 <= day.year < 2100 else None


def found(viewer: Viewer, listing: Asked, *, now: datetime) -> CaseQuerySet:
    cases = finding.found(viewer, listing.wanted, now=now)
    # Not joined: for a word, PostgreSQL expects few rows and then walks through every
    # unit and person for each of many.
    return finding.sorted_by(cases, listing.sort).prefetch_related(
        "unit", "owner", "holder", "category"
    )


# --- As a file ------------------------------------------------------------------------


def header() -> list[str]:
    return [
        _("Number"),
        _("Kind of matter"),
        _("How it came in"),
        _("Unit"),
        _("Matter"),
        _("In the customer's words"),
        _("Category"),
        _("What the customer wants"),
        _("How grave"),
        _("State"),
        _("Responsible"),
        _("In hand"),
        _("Times handed over"),
        _("Received at"),
        _("Answer promised by"),
        _("Next limit"),
        _("Answered at"),
        _("Ended at"),
        _("Times reopened"),
        _("Found by the investigation"),
        _("Cause"),
        _("What was changed"),
    ]


def rows(viewer: Viewer, listing: Asked, *, now: datetime) -> Iterator[list[Cell]]:
    for case in found(viewer, listing, now=now).iterator(chunk_size=BATCH):
        yield [
            str(case),
            case.get_kind_display(),
            case.get_channel_display(),
            case.unit.code,
            without_names(case, case.title),
            without_names(case, case.words),
            said(case.category.name) if case.category else "",
            case.get_purpose_display(),
            case.get_severity_display(),
            case.get_state_display(),
            case.owner.name,
            case.holder.name,
            case.transfers,
            case.opened_at,
            case.promised_at,
            case.due_at,  # type: ignore[attr-defined]  # annotated by `sorted_by`
            case.answered_at,
            case.ended_at,
            case.reopened,
            case.get_verdict_display(),
            without_names(case, case.cause),
            without_names(case, case.measure),
        ]


def without_names(case: Case, text: str) -> str:
    """A text of a case without its customer's name, numbers and addresses."""
    name = case.customer_name.strip()
    return redact(text.replace(name, NAME) if len(name) > 1 else text)
