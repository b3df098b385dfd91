"""What the page says: to the script, about answers that cannot be right, about privacy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gapless.core.instruments.reading import Problem
from gapless.evaluation.campaigns.queries import Door

PROBLEMS: dict[str, Promise] = {
    "required": gettext_lazy("This one needs an answer."),
    "off_scale": gettext_lazy("This lies outside what can be chosen. Choose again."),
    "no_such_option": gettext_lazy("This lies outside what can be chosen. Choose again."),
    "must_apply": gettext_lazy("This one needs an answer."),
    "points_off": gettext_lazy("The points do not add up to 100 yet."),
    "not_a_number": gettext_lazy("Write a number, such as 15."),
    "too_many_decimals": gettext_lazy("Write the number with fewer decimal places."),
    "not_a_date": gettext_lazy("Write a date, such as 2026-03-31."),
    "too_long": gettext_lazy("This is longer than 4,000 characters. Shorten it a little."),
}


def told(problems: Sequence[Problem]) -> dict[str, str]:
    """Item → what is wrong with it, in a sentence."""
    return {each.item: str(PROBLEMS[each.code]) for each in problems}


def closed() -> str:
    return _(
        "This survey has ended and takes no more answers. Thank you for wanting to help."
    )


def reused() -> str:
    return _(
        "Answers were handed in from this page before, and they count. To answer about "
        "another visit, open the link again."
    )


def used() -> str:
    return _("This invitation has been answered already. Thank you.")


def too_many() -> str:
    return _("Many answers are coming in from here. We try again by ourselves in a moment.")


def other_door() -> str:
    return _(
        "Another questionnaire was opened in this browser meanwhile. Open the link or scan "
        "the code again: what you said is kept on this device."
    )


def no_door() -> str:
    return _("This link does not work any more. What you said is kept on this device.")


def confidence(door: Door, unit: str) -> list[str]:
    """How confidential the answers are. Exactly so: not more is promised than holds."""
    if door.invitation:
        first = _(
            "Your answers are confidential, not anonymous: the quality department can "
            "trace whose they are. The people at %(unit)s cannot see who said what."
        )
    else:
        first = _(
            "Nobody asks your name. Your answers are confidential, not anonymous: the "
            "quality department reads what you write. The people at %(unit)s cannot see "
            "who said what."
        )
    said = [first % {"unit": unit}]
    if door.campaign.follow_up_item:
        said.append(
            _("A low rating is shown to the head of %(unit)s, so that something is done.")
            % {"unit": unit}
        )
    return said


def in_one(sentences: Sequence[str]) -> str:
    """Sentences in a row. Between Chinese ones there is no space."""
    chinese = (get_language() or "").startswith("zh")
    return ("" if chinese else " ").join(sentences)


def for_the_script() -> Mapping[str, str]:
    """Sentences that the script needs; it fills the blanks."""
    return {
        "where": _("Question %(number)s of %(total)s"),
        "minute": _("Question %(number)s of %(total)s, about 1 minute left"),
        "minutes": _("Question %(number)s of %(total)s, about %(minutes)s minutes left"),
        "last": _("Question %(number)s of %(total)s, the last one"),
        "next": _("Next question"),
        "skip": _("Skip this one"),
        "done": _("Hand in"),
        "sending": _("Sending …"),
        "saved": _("Saved"),
        "offline": _("Saved on this device. It is sent by itself once there is a network."),
        "waiting": _(
            "You can put the device away: your answers are kept on it, and handed in by "
            "themselves once there is a network and this page is open."
        ),
        "required": str(PROBLEMS["required"]),
        "both": _("One half is still open. Choose it, or say that it does not apply."),
        "points": str(PROBLEMS["points_off"]),
        "left": _("%(points)s points left to give"),
        "over": _("%(points)s points too many"),
        "even": _("All 100 points are given"),
        "letters": _("%(count)s of %(most)s characters"),
        "mend": _("Some answers need another look. Everything you said is kept."),
        "stale": _("The page is too old to be sent. Load it again: what you said is kept."),
        "copied": _("Copied"),
        "copy": _("Copy"),
        "stay": _("This page starts again in %(seconds)s seconds."),
        "begins": _("The next person can begin in %(seconds)s seconds."),
        "pin": _("This is not the PIN of this kiosk."),
        "wait": _("Too many wrong PINs. Wait a minute."),
    }
