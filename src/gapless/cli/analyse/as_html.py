"""The report as one page that needs nothing beside it: no script, no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template import Context, Engine
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Block, Picture, Report, Style, Table
from gapless.cli.analyse.written import written

LONG = 24
"""Characters; a longer text breaks into lines."""

TEMPLATES = Path(__file__).parent / "templates"
HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    figure: bool

    @property
    def long(self) -> bool:
        return len(self.text) > LONG


@dataclass(frozen=True, slots=True)
class _Shown:
    """A block as its template wants it: a table with written cells, or a picture."""

    title: str
    headings: tuple[_Cell, ...] = ()
    rows: tuple[tuple[_Cell, ...], ...] = ()
    note: str = ""
    svg: str = ""
    narrow: str = ""
    alone: bool = True
    """A table that does not belong beside the picture before it."""


def as_html(report: Report) -> str:
    engine = Engine(dirs=[str(TEMPLATES)], autoescape=True)
    language = get_language() or "en"
    context = Context(
        {
            "language": HTML_LANGUAGES.get(language, language),
            "report": report,
            "sections": [(each, _all_shown(each.blocks)) for each in report.sections],
            "words": _words(),
        }
    )
    return engine.get_template("report.html").render(context)


def _words() -> dict[str, str]:
    return {
        "contents": _("Contents"),
        "sources": _("Sources"),
        "refused": _("Not computed"),
        "intervals": _("Intervals are at 95% unless said otherwise."),
        "made_by": _("Made by gapless analyse; nothing was stored."),
    }


def _all_shown(blocks: Sequence[Block]) -> list[_Shown]:
    before = (None, *blocks)
    return [
        _picture(block)
        if isinstance(block, Picture)
        else _table(block, alone=not isinstance(previous, Picture))
        for previous, block in zip(before, blocks, strict=False)
    ]


def _picture(picture: Picture) -> _Shown:
    return _Shown(picture.title, svg=picture.svg, narrow=picture.narrow)


def _table(table: Table, *, alone: bool) -> _Shown:
    figures = [each.style is not Style.TEXT for each in table.columns]
    return _Shown(
        table.title,
        tuple(
            _Cell(each.heading, figure)
            for each, figure in zip(table.columns, figures, strict=True)
        ),
        tuple(
            tuple(
                _Cell(written(cell, each.style), figure)
                for cell, each, figure in zip(row, table.columns, figures, strict=True)
            )
            for row in table.rows
        ),
        table.note,
        alone=alone,
    )
