"""What delights, what is demanded and what is taken for granted: Kano's model."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Cell, Picture, Section, Style, Table, columns, rows
from gapless.cli.analyse.data import Data
from gapless.cli.analyse.svg import NARROW, Dot, Ground, scatter
from gapless.cli.analyse.words import Refusals
from gapless_stats.kano import Category, Kano, kano_of_answers

SOURCES = (
    "Kano, Seraku, Takahashi and Tsuji 1984, J. Japanese Society for Quality Control 14:39",
    "Berger et al. 1993, Center for Quality Management Journal 2:3",
    "Fong 1996, Center for Quality Management Journal 5:17",
)
Found = Sequence[tuple[str, Kano]]
INKS = {Category.MUST_BE: "short", Category.ATTRACTIVE: "over"}


def section(data: Data) -> Section:
    title, refusals = _("Kano"), Refusals()
    if not data.features:
        nothing = _(
            "Kano's model needs every feature asked about twice, and the map lists no"
            " functional and dysfunctional questions."
        )
        return Section("kano", title, (nothing,))
    found: list[tuple[str, Kano]] = []
    for each in data.features:
        subject = _("Feature %(name)s") % {"name": each.name}
        one = refusals.attempt(
            subject, kano_of_answers, each.functional, each.dysfunctional
        )
        if one:
            found.append((each.name, one))
    lead = (
        _(
            "Better says how far satisfaction rises with a feature, worse how far it falls"
            " without it."
        ),
        _("A category is clear where it leads the second by more than chance (Fong)."),
    )
    blocks = (
        (_picture(found), _by_category(found), _table(found), _counts(found))
        if found
        else ()
    )
    return Section("kano", title, lead, blocks, refusals.sentences, SOURCES)


def categories() -> dict[Category, str]:
    return {
        Category.MUST_BE: _("Must-be"),
        Category.ONE_DIMENSIONAL: _("One-dimensional"),
        Category.ATTRACTIVE: _("Attractive"),
        Category.INDIFFERENT: _("Indifferent"),
        Category.REVERSE: _("Reverse"),
        Category.QUESTIONABLE: _("Questionable"),
    }


def _picture(found: Found) -> Picture:
    title, names = _("Kano map"), categories()
    dots = [_dot(name, one) for name, one in found]
    ground = Ground(
        (0.5, 0.5),
        (_("worse without it"), _("better with it")),
        (
            names[Category.ATTRACTIVE],
            names[Category.ONE_DIMENSIONAL],
            names[Category.INDIFFERENT],
            names[Category.MUST_BE],
        ),
        ((0.0, 1.0), (0.0, 1.0)),
    )
    return Picture(
        title,
        scatter(dots, ground, label=title),
        scatter(dots, ground, label=title, width=NARROW),
    )


def _dot(name: str, one: Kano) -> Dot:
    """Half an interval reaches to either side; what is not distinct has no colour."""
    sides = one.worse_interval, one.better_interval
    across, upwards = ((each.high - each.low) / 2 for each in sides)
    clear = one.fong.distinct
    ink = INKS.get(one.category, "even") if clear else "even"
    return Dot(name, -one.worse, one.better, (across, upwards, 0.0), clear, ink)


def _by_category(found: Found) -> Table:
    heads = columns(("category", _("Category")), ("features", _("Features")))
    cells = [
        (name, ", ".join(one for one, of in found if of.category is each))
        for each, name in categories().items()
        if any(of.category is each for _one, of in found)
    ]
    return Table("categories", _("Categories"), heads, rows(cells))


def _table(found: Found) -> Table:
    names = categories()
    heads = columns(
        ("feature", _("Feature")),
        ("n", "n", Style.COUNT),
        ("category", _("Category")),
        ("clear", _("Clear")),
        ("strength", _("Lead over the second"), Style.SHARE),
        ("total", _("Total strength"), Style.SHARE),
        ("better", _("Better"), Style.POINTS),
        ("better_interval", _("95% interval"), Style.POINTS),
        ("worse", _("Worse"), Style.POINTS),
        ("worse_interval", _("95% interval"), Style.POINTS),
    )
    cells = [
        (
            *(name, one.n, names[one.category]),
            _("yes") if one.fong.distinct else _("no"),
            *(one.category_strength, one.total_strength),
            *(one.better, one.better_interval, one.worse, one.worse_interval),
        )
        for name, one in found
    ]
    return Table("features", _("Features"), heads, rows(cells))


def _counts(found: Found) -> Table:
    names = categories()
    heads = columns(
        ("feature", _("Feature")),
        *((each.value, names[each], Style.COUNT) for each in Category),
        ("misread", _("Question misread")),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            name,
            *(one.counts[each] for each in Category),
            _("yes") if one.misunderstood else _("no"),
        )
        for name, one in found
    ]
    note = _("A question is misread where more than a tenth contradict themselves.")
    return Table("counts", _("Respondents in each category"), heads, rows(cells), note)
