"""Whole sentences about a trend. Never more than the intervals allow."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.analytics.periods import Period
from gapless.analytics.summaries import MeasureKind
from gapless.evaluation.gaps.trend import Against, Change, Missing, Shown, Trend
from gapless.web.templatetags.numbers import count, interval, points

from . import measures
from .words import period_name


def change(trend: Trend, found: Change) -> str:
    """What became of the last period, held against another one."""
    if found.difference is None or found.period is None:
        return _not_told(found)
    told = found.difference
    if not found.told:
        return _("Against %(period)s there is no discernible change: %(change)s.") % {
            "period": period_name(found.period),
            "change": measures.difference(trend.measure, told.difference, told.interval),
        }
    up = told.difference > 0
    low, high = told.interval.low, told.interval.high
    places = measures.decimals(trend.measure)
    return _direction(trend, up=up) % {
        "period": period_name(found.period),
        "change": points(abs(told.difference), places),
        "interval": interval(low, high, places) if up else interval(-high, -low, places),
    }


def _direction(trend: Trend, *, up: bool) -> str:
    """A shortfall narrows or widens; anything else rises or falls."""
    last = trend.last.estimate if trend.last else None
    short = last is not None and last.value is not None and last.value < 0
    if trend.measure.kind is MeasureKind.GAP and short:
        if up:
            return _("Against %(period)s the gap narrowed by %(change)s %(interval)s.")
        return _("Against %(period)s the gap widened by %(change)s %(interval)s.")
    if up:
        return _("Against %(period)s it rose by %(change)s %(interval)s.")
    return _("Against %(period)s it fell by %(change)s %(interval)s.")


def _not_told(found: Change) -> str:
    if found.missing is Missing.NO_PERIOD or found.period is None:
        if found.against is Against.YEAR_AGO:
            return _("There is no evidence from the same period a year ago.")
        return _("There is no earlier period to compare with.")
    sentence = {
        Missing.NOT_SHOWN: _(
            "Nothing is shown of %(period)s, so nothing is compared with it."
        ),
        Missing.OTHER_FORM: _(
            "The form asked this differently in %(period)s, so nothing is compared with it."
        ),
    }.get(
        found.missing or Missing.NO_SPREAD,
        _(
            "Nobody differs in either period, so no interval can be given for the change"
            " against %(period)s."
        ),
    )
    return sentence % {"period": period_name(found.period)}


def gaps_in_line(trend: Trend) -> str:
    """How often the line is broken because too few answered."""
    hidden = len(trend.counted(Shown.HIDDEN))
    if not hidden:
        return ""
    return ngettext(
        "%(count)s period has too few answers to be shown: the line is broken there.",
        "%(count)s periods have too few answers to be shown: the line is broken there.",
        hidden,
    ) % {"count": count(hidden)}


def still_running(period: Period, today: date) -> str:
    """Said of a period that is not over."""
    if period.end is None or period.end <= today:
        return ""
    return _("%(period)s is not over: its number may still move.") % {
        "period": period_name(period)
    }


def short_name(period: Period) -> str:
    """As an axis names a period: 26-03, 26Q1, 2026."""
    name = str(period)
    return name if period.start is None or len(name) == 4 else name[2:]
