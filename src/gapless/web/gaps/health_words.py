"""Whole sentences about the health of a form."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from gapless.evaluation.gaps.health import DimensionHealth
from gapless.web.templatetags.numbers import count
from gapless_stats.health import Finding, Verdict

_WORDS = {
    Verdict.FINE: gettext_lazy("Sound"),
    Verdict.SWITCH_TO_PERCEPTION: gettext_lazy("Lead with perception"),
    Verdict.ASK_TOLERANCE: gettext_lazy("Ask for the zone instead"),
    Verdict.REVIEW_ITEM: gettext_lazy("Review the item"),
    Verdict.REVIEW_DIMENSION: gettext_lazy("Review the dimension"),
    Verdict.GROUPS_ONLY: gettext_lazy("Not to compare units"),
    Verdict.COMPARE_WITHOUT_FLAGGED: gettext_lazy("Read without them too"),
}

_ADVICE = {
    Verdict.FINE: gettext_lazy("Nothing to do."),
    Verdict.SWITCH_TO_PERCEPTION: gettext_lazy(
        "The difference is less reliable than 0.70: let perception alone lead, and show"
        " the gap beside it."
    ),
    Verdict.ASK_TOLERANCE: gettext_lazy(
        "Most expect the top of everything, so expectations tell nothing apart: ask the"
        " least accepted and the desired instead."
    ),
    Verdict.REVIEW_ITEM: gettext_lazy(
        "More than a fifth do not meet it: drop the item, or ask it only where it applies."
    ),
    Verdict.REVIEW_DIMENSION: gettext_lazy(
        "Its items do not measure one thing (alpha below 0.70): reword them, or read them"
        " one by one."
    ),
    Verdict.GROUPS_ONLY: gettext_lazy(
        "Reliable enough for all units together, not to compare one unit with another"
        " (alpha below 0.80)."
    ),
    Verdict.COMPARE_WITHOUT_FLAGGED: gettext_lazy(
        "More than a tenth: read every number with and without them."
    ),
}

_GLYPHS = {Verdict.FINE: "even", Verdict.GROUPS_ONLY: "short"}


def verdict(found: Verdict) -> str:
    return str(_WORDS[found])


def advice(found: Verdict) -> str:
    return str(_ADVICE[found])


def glyph(found: Verdict) -> str:
    """The state of a gap whose shape and ink say the same."""
    return _GLYPHS.get(found, "big")


def measured() -> tuple[str, ...]:
    """What the numbers of a dimension are, in the order of the table."""
    return (
        _("Alpha of expectation"),
        _("Alpha of perception"),
        _("Alpha of the gap"),
        _("Reliability of the difference"),
    )


def summary(findings: Sequence[Finding]) -> str:
    """How much of the form is sound, in one sentence."""
    wanting = sum(finding.verdict is not Verdict.FINE for finding in findings)
    if not wanting:
        return _("The form measures well here: nothing asks for a change.")
    return ngettext(
        "%(wanting)s of %(all)s findings asks for something.",
        "%(wanting)s of %(all)s findings ask for something.",
        wanting,
    ) % {"wanting": count(wanting), "all": count(len(findings))}


def leading(dimensions: Sequence[DimensionHealth], names: dict[str, str]) -> str:
    """Which number should stand in the headline: the gap, or perception alone."""
    told = [each for each in dimensions if each.difference]
    weak = [
        names.get(str(each.target)) or each.target.code
        for each in told
        if each.difference and each.difference.verdict is not Verdict.FINE
    ]
    if not told:
        return ""
    if not weak:
        return _("The gaps are reliable enough to lead (0.70 and more in every dimension).")
    return _(
        "In %(names)s the gap is less reliable than 0.70: let perception alone lead there."
    ) % {"names": pgettext("between the members of a list", ", ").join(weak)}
