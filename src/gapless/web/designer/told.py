"""Flaws, missing words and changes of a form, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.rules import Flaw, VersionDraft
from gapless.core.text import said

from .conditions import titled

_FLAWS = {
    "nothing_asked": gettext_lazy("Nothing is asked yet; add an item."),
    "code_twice": gettext_lazy("Two items have the code %(item)s; give one another code."),
    "dimension_twice": gettext_lazy("A dimension is there twice; take one out."),
    "weighted_twice": gettext_lazy(
        "The points of one dimension are asked twice; remove one of the two."
    ),
    "groups_by_no_choice": gettext_lazy(
        "Answers are grouped by “%(item)s”, which is no single choice; group by another."
    ),
    "answer_weighed_twice": gettext_lazy(
        "The answer already has a weight; remove “%(item)s”."
    ),
    "unknown_dimension": gettext_lazy(
        "“%(item)s” belongs to a dimension that this form does not have; choose another."
    ),
    "weight_without_dimension": gettext_lazy(
        "“%(item)s” asks for points, but not for which dimension; add the points anew."
    ),
    "impossible_scale": gettext_lazy(
        "The scale of “%(item)s” cannot be; choose its points again."
    ),
    "nps_scale": gettext_lazy("“%(item)s” is a recommendation: its scale is 0 to 10."),
    "scale_too_long": gettext_lazy(
        "“%(item)s” has a scale that nobody can answer by hand; choose 2 to 11 points."
    ),
    "too_few_options": gettext_lazy("“%(item)s” needs at least two options."),
    "too_many_options": gettext_lazy("“%(item)s” has too many options; 100 is the most."),
    "option_twice": gettext_lazy("“%(item)s” has one option twice; remove one of the two."),
    "impossible_limits": gettext_lazy(
        "Between the limits of “%(item)s” there is no number; change them."
    ),
    "condition_looks_ahead": gettext_lazy(
        "“%(item)s” depends on an answer that comes later, or nowhere; move one of the two "
        "or change the condition."
    ),
    "condition_cannot_hold": gettext_lazy(
        "“%(item)s” depends on an answer that nobody can give; choose another answer."
    ),
    "section_empty": gettext_lazy("“%(item)s” asks nothing; add an item or remove it."),
    "code_unusable": gettext_lazy(
        "The code of “%(item)s” cannot be used; give one of at most 40 characters."
    ),
    "expectation_undefined": gettext_lazy(
        "Expectations are asked, but nobody said what “expected” means; choose it under "
        "The whole form."
    ),
    "words_missing": gettext_lazy(
        "In no language is everything said; complete at least one under Translation."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A flaw as a sentence, and where it is mended: an item, a section, or elsewhere."""

    words: str
    item: str
    section: int | None
    code: str


def flaw_told(draft: VersionDraft, flaw: Flaw) -> Told:
    item = draft.item(flaw.item)
    name = titled(item) if item else flaw.item
    if flaw.section is not None:
        name = section_title(draft, flaw.section)
    words = str(_FLAWS.get(flaw.code, flaw.code)) % {"item": name}
    return Told(words, item.code if item else "", flaw.section, flaw.code)


def section_title(draft: VersionDraft, place: int) -> str:
    number = {"number": place + 1}
    return said(draft.sections[place].title) or _("Section %(number)d") % number
