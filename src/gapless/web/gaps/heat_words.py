"""Whole sentences about the heat map. Never more than the intervals allow."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.evaluation.gaps.heatmap import STEPS, Column, Ranking, Standing
from gapless.web.templatetags.numbers import count, points, probability


def standing(state: Standing, distance: float) -> str:
    """What a cell says, in a word or two."""
    if state is Standing.BELOW:
        return (
            _("much lower")
            if -distance >= STEPS[1]
            else _("lower")
            if -distance >= STEPS[0]
            else _("slightly lower")
        )
    if state is Standing.ABOVE:
        return (
            _("much higher")
            if distance >= STEPS[1]
            else _("higher")
            if distance >= STEPS[0]
            else _("slightly higher")
        )
    return {
        Standing.SAME: _("about the same"),
        Standing.UNSURE: _("cannot tell yet"),
        Standing.HIDDEN: _("withheld"),
        Standing.NONE: _("no answers"),
    }[state]


def verdict(lead: Column, against: float | None) -> str:
    """How many units are told apart from what they are held against."""
    if not lead.comparable:
        return _("No unit has enough answers to show anything without giving people away.")
    if lead.shrunken is None and against is None:
        return _("Too few units can be shown to compare them with each other.")
    below, of = lead.counted[Standing.BELOW], lead.comparable
    if against is None:
        return _below_mean(below, of)
    if against == 0:
        return _below_expectation(below, of)
    return _below_target(below, of, against)


def _below_mean(below: int, of: int) -> str:
    if not below:
        return _("No unit of %(of)s is clearly below their mean.") % {"of": count(of)}
    return ngettext(
        "%(below)s unit of %(of)s is clearly below their mean.",
        "%(below)s units of %(of)s are clearly below their mean.",
        below,
    ) % {"below": count(below), "of": count(of)}


def _below_expectation(below: int, of: int) -> str:
    if not below:
        return _("No unit of %(of)s clearly falls short of what customers expect.") % {
            "of": count(of)
        }
    return ngettext(
        "%(below)s unit of %(of)s clearly falls short of what customers expect.",
        "%(below)s units of %(of)s clearly fall short of what customers expect.",
        below,
    ) % {"below": count(below), "of": count(of)}


def _below_target(below: int, of: int, target: float) -> str:
    if not below:
        return _("No unit of %(of)s is clearly below the target of %(target)s.") % {
            "of": count(of),
            "target": points(target),
        }
    return ngettext(
        "%(below)s unit of %(of)s is clearly below the target of %(target)s.",
        "%(below)s units of %(of)s are clearly below the target of %(target)s.",
        below,
    ) % {"below": count(below), "of": count(of), "target": points(target)}


def rest(lead: Column) -> list[str]:
    """And the others: above, about the same, not told yet, withheld."""
    counted, sentences = lead.counted, []
    if above := counted[Standing.ABOVE]:
        sentences.append(
            ngettext("%(count)s is clearly above.", "%(count)s are clearly above.", above)
            % {"count": count(above)}
        )
    if same := counted[Standing.SAME]:
        sentences.append(
            ngettext("%(count)s is about the same.", "%(count)s are about the same.", same)
            % {"count": count(same)}
        )
    if unsure := counted[Standing.UNSURE]:
        sentences.append(
            ngettext(
                "%(count)s cannot be told yet.", "%(count)s cannot be told yet.", unsure
            )
            % {"count": count(unsure)}
        )
    if hidden := counted[Standing.HIDDEN]:
        sentences.append(
            ngettext("%(count)s is withheld.", "%(count)s are withheld.", hidden)
            % {"count": count(hidden)}
        )
    return sentences


def unranked(lead: Column) -> str:
    """Why nobody is ranked; nothing where ranks are shown or there is nothing to rank."""
    if lead.shrunken is None or lead.shrunken.fair:
        return ""
    return _(
        "Nobody is ranked: with a median reliability of %(reliability)s a ranking would"
        " mostly show chance; it takes 0.50. More answers, or a longer period, help."
    ) % {"reliability": points(lead.shrunken.median_reliability)}


def among(tail: int, *, worst: bool) -> str:
    """What is called out of the units whose names follow."""
    if worst:
        return _("Almost surely among the lowest %(tail)s:") % {"tail": count(tail)}
    return _("Almost surely among the highest %(tail)s:") % {"tail": count(tail)}


def rank(ranking: Ranking, at: int) -> str:
    low, high = int(ranking.low[at]), int(ranking.high[at])
    if low == high:
        return _("Rank %(rank)s of %(of)s") % {"rank": count(low), "of": count(ranking.of)}
    return _("Rank %(low)s to %(high)s of %(of)s") % {
        "low": count(low),
        "high": count(high),
        "of": count(ranking.of),
    }


def chance(ranking: Ranking, at: int) -> str:
    """How probably a unit is among the best or the worst, whichever is likelier."""
    worst, best = float(ranking.worst[at]), float(ranking.best[at])
    if worst >= best:
        return _("Among the lowest %(tail)s with probability %(probability)s.") % {
            "tail": count(ranking.tail),
            "probability": probability(worst),
        }
    return _("Among the highest %(tail)s with probability %(probability)s.") % {
        "tail": count(ranking.tail),
        "probability": probability(best),
    }


def needed(more: int | None) -> str:
    """What would settle a cell of which nothing can be told yet."""
    if more is None:
        return _("More answers alone would hardly tell.")
    return ngettext(
        "About %(needed)s more answer would tell.",
        "About %(needed)s more answers would tell.",
        more,
    ) % {"needed": count(more)}


def moved(column: Column, at: int, factor: int) -> str:
    """Why the estimate is not the mean of the answers, in one sentence."""
    moved_by = abs(float(column.estimate[at] - column.raw[at])) * factor
    return _(
        "The fewer answers, the nearer an estimate lies to the mean of all units. Here are"
        " %(n)s answers, with a reliability of %(reliability)s, so it moved by %(by)s."
    ) % {
        "n": count(int(column.n[at])),
        "reliability": points(float(column.reliability[at])),
        "by": points(moved_by),
    }


def apart(state: Standing, distance: float, against: float | None) -> str:
    """How far an estimate lies from what it is held against."""
    size = {"distance": points(abs(distance)), "standing": standing(state, distance)}
    if state is Standing.BELOW:
        sentences = (
            _("%(distance)s below the mean of the units"),
            _("%(distance)s below what customers expect"),
            _("%(distance)s below the target"),
        )
    elif state is Standing.ABOVE:
        sentences = (
            _("%(distance)s above the mean of the units"),
            _("%(distance)s above what customers expect"),
            _("%(distance)s above the target"),
        )
    else:
        return standing(state, distance)
    which = 0 if against is None else 1 if against == 0 else 2
    return sentences[which] % size
