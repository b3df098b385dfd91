"""What pages say about a campaign's way, and about the ways into it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.rules import STEPS

Words = str | Promise

# Why a campaign cannot be approved: the codes of campaigns.rules.unready.
MISSING: dict[str, Words] = {
    "no_notice": _("The privacy notice is missing. Write it in the plan."),
    "no_name": _("The name is missing. Write it in the plan."),
    "unpublished": _("The questionnaire is not published. Publish it, then come back."),
    "no_units": _("No unit is chosen. Choose in the plan which units it is about."),
    "over": _("Its last day is over. Give a later one in the plan."),
    "no_such_item": _(
        "Follow-ups wait for a question that is not asked. Choose another in the plan."
    ),
    "no_threshold": _(
        "Follow-ups do not say from which answer on. Give the point in the plan."
    ),
}

SAID_AFTER: dict[State, Words] = {
    State.DRAFT: _("It is a draft again and can be changed."),
    State.APPROVED: _("Approved. Set up the collectors, then start it."),
    State.FIELDING: _("Started. Answers are taken from now on."),
    State.CLOSED: _("Closed. No more answers are taken; what came in stays."),
    State.ARCHIVED: _("Archived. Its results stay where they are."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A button that leads on, and what it will do."""

    to: State
    button: Words
    forward: bool = True
    warning: Words = ""  # asked before what cannot be undone


_STEPS: dict[tuple[State, State], Step] = {
    (step_from, step.to): step
    for step_from, step in (
        (State.DRAFT, Step(State.APPROVED, _("Approve the plan"))),
        (State.APPROVED, Step(State.FIELDING, _("Start it now"))),
        (State.APPROVED, Step(State.DRAFT, _("Back to draft"), forward=False)),
        (
            State.FIELDING,
            Step(
                State.CLOSED,
                _("Close it"),
                warning=_(
                    "Links, codes and invitations stop taking answers, and it cannot be "
                    "opened again. Whoever is answering has ten minutes to finish."
                ),
            ),
        ),
        (State.CLOSED, Step(State.ARCHIVED, _("Put it into the archive"))),
    )
}


def steps_from(state: State) -> list[Step]:
    return [_STEPS[state, to] for to in STEPS[state]]


def missing(reasons: Iterable[str]) -> list[Words]:
    return [MISSING[reason] for reason in reasons]


# --- Ways in --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """A kind of collector: what it is for, and what its answers can be used for."""

    kind: CollectorKind
    icon: str
    use: Words
    honesty: Words


_CHOSE_THEMSELVES: Words = _(
    "Whoever likes to answers: those who are very pleased or very angry do so more often. "
    "Compare it with itself over time, not with a random sample."
)
_BY_LIST: Words = _(
    "You choose who is asked, so the sample is as good as the list and as the share of "
    "people who answer."
)
WAYS: tuple[Way, ...] = (
    Way(
        CollectorKind.QR,
        "file",
        _("A sheet to hang up in every hall; customers scan it with their telephone."),
        _CHOSE_THEMSELVES,
    ),
    Way(
        CollectorKind.LINK,
        "globe",
        _("An address for each unit, to be sent in a group, a message or on a receipt."),
        _CHOSE_THEMSELVES,
    ),
    Way(
        CollectorKind.KIOSK,
        "hall",
        _("A tablet that stands in one hall and begins anew after each customer."),
        _CHOSE_THEMSELVES,
    ),
    Way(
        CollectorKind.INVITATION,
        "people",
        _("A mail with a personal address to people of your contact list, usable once."),
        _BY_LIST,
    ),
    Way(
        CollectorKind.PHONE,
        "phone",
        _("Staff call customers of the list and enter what they say."),
        _BY_LIST,
    ),
)
WAY = {way.kind: way for way in WAYS}
