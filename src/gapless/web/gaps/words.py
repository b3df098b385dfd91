"""Whole sentences about periods and gaps."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from gapless.analytics.periods import Grain, Period
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.report import Level, Target
from gapless.evaluation.gaps.rules import Change, answers_to_settle
from gapless.web.templatetags.numbers import count, interval, points, signed
from gapless_stats.gaps import Gap

from .rows import Row


def period_name(period: Period) -> str:
    if period.start is None:
        return _("All time")
    if period.grain is Grain.YEAR:
        return _("Year %(year)s") % {"year": period.start.year}
    if period.grain is Grain.QUARTER:
        return _("Q%(quarter)s %(year)s") % {
            "quarter": period.quarter,
            "year": period.start.year,
        }
    return date_format(period.start, pgettext("a month, as Django writes dates", "F Y"))


def target_name(target: Target, names: dict[str, str]) -> str:
    fixed = {
        Level.OVERALL: _("Customer gap, each dimension counting the same"),
        Level.WEIGHTED: _("Customer gap, by the customers' own weights"),
        Level.BY_ITEM: _("Customer gap, each item counting the same"),
    }
    return fixed.get(target.level) or names.get(str(target), target.code)


def verdict(gap: Gap | None, state: State) -> str:
    """The sentence a manager could say aloud; never more than the interval allows."""
    if gap is None:
        return _(
            "This form asks what customers found, not what they expected, so there is no"
            " gap to compute."
        )
    sentences = {
        State.BIG: _("Service falls clearly short of what customers expect."),
        State.SHORT: _("Service falls short of what customers expect."),
        State.EVEN: _("Service is what customers expect."),
        State.OVER: _("Service is better than customers expect."),
        State.HIDDEN: _("Too few answers to show anything without giving people away."),
        State.NONE: _("Nobody has answered for this unit and period yet."),
    }
    if state in sentences:
        return sentences[state]
    needed = answers_to_settle(gap)
    if needed is None:
        return _("Whether service meets expectations cannot be told yet.")
    return ngettext(
        "Whether service meets expectations cannot be told yet; about %(needed)s more"
        " answer would settle it.",
        "Whether service meets expectations cannot be told yet; about %(needed)s more"
        " answers would settle it.",
        needed,
    ) % {"needed": count(needed)}


def widest(rows: list[Row]) -> str:
    """Where the shortfall is widest, in one sentence, or nothing where there is none."""
    dimensions = [r for r in rows if r.target.level is Level.DIMENSION]
    short = [r for r in dimensions or rows if r.state in (State.BIG, State.SHORT)]
    found = min(
        short, key=lambda r: r.gap.gap if r.gap and r.gap.gap else 0.0, default=None
    )
    if found is None or found.gap is None or found.gap.interval is None:
        return ""
    return _("It is widest in %(name)s: %(gap)s %(interval)s.") % {
        "name": found.name,
        "gap": points(found.gap.gap),
        "interval": interval(found.gap.interval.low, found.gap.interval.high),
    }


def change_sentence(change: Change | None) -> str:
    if change is None:
        return _("No comparison: the period before has too few answers.")
    low, high = change.interval.low, change.interval.high
    if not change.told:
        return _("No discernible change against the period before: %(change)s.") % {
            "change": f"{signed(change.change)} [{signed(low)}, {signed(high)}]"
        }
    if change.change > 0:
        size = {"change": points(change.change), "interval": interval(low, high)}
        return _("Narrowed by %(change)s %(interval)s against the period before.") % size
    size = {"change": points(-change.change), "interval": interval(-high, -low)}
    return _("Widened by %(change)s %(interval)s against the period before.") % size


def formula(target: Target, *, paired: bool) -> str:
    """How a number of that level is formed, in words (domain.md 2.2)."""
    if not paired:
        return _("The mean of the perceptions that were answered.")
    return {
        Level.ITEM: _("Mean of perception minus expectation, over everyone who gave both."),
        Level.DIMENSION: _(
            "Each customer's mean gap over the answered pairs, if at least half of the"
            " dimension's were answered; then the mean over customers."
        ),
        Level.OVERALL: _(
            "Each customer's mean over the dimensions that count, if at least four in"
            " five do; then the mean over customers."
        ),
        Level.BY_ITEM: _(
            "Each customer's mean gap over all answered pairs; then the mean over"
            " customers."
        ),
        Level.WEIGHTED: _(
            "Each customer's dimension gaps, weighted by the points that customer gave;"
            " then the mean over customers."
        ),
    }[target.level]
