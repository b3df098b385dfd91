"""What is wrong with a line of a year's table, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.calendar.reading import HEADER, LONGEST_STRETCH, MOST_LINES, Flaw

COLUMNS: dict[str, str | Promise] = dict(
    zip(
        HEADER,
        (
            gettext_lazy("first day"),
            gettext_lazy("last day"),
            gettext_lazy("kind"),
            gettext_lazy("name in simplified Chinese"),
            gettext_lazy("name in traditional Chinese"),
            gettext_lazy("name in English"),
        ),
        strict=True,
    )
)
LINES: dict[str, str | Promise] = {
    "no_day": gettext_lazy(
        "Line %(line)d, %(column)s: no day stands here. Write it like 2027-01-01, or take"
        " the line out."
    ),
    "bad_day": gettext_lazy(
        "Line %(line)d, %(column)s: “%(cell)s” is no day. Write it like 2027-01-01."
    ),
    "reversed": gettext_lazy(
        "Line %(line)d, %(column)s: the last day “%(cell)s” comes before the first."
        " Exchange the two."
    ),
    "too_long": gettext_lazy(
        "Line %(line)d, %(column)s: the stretch up to “%(cell)s” has more than %(most)d"
        " days. Check both days."
    ),
    "bad_kind": gettext_lazy(
        "Line %(line)d, %(column)s: “%(cell)s” is no kind of day. Write holiday or working."
    ),
    "long_name": gettext_lazy(
        "Line %(line)d, %(column)s: the name is longer than 120 characters. Shorten it."
    ),
    "other_year": gettext_lazy(
        "Line %(line)d, %(column)s: %(cell)s lies in another year. Move the line to the"
        " table of that year."
    ),
    "twice": gettext_lazy(
        "Line %(line)d, %(column)s: %(cell)s stands in an earlier line already. Keep one of"
        " the two."
    ),
    "too_many": gettext_lazy(
        "Line %(line)d, %(column)s: a table has at most %(lines)d lines. Leave out the days"
        " that are not special."
    ),
}


def told(flaw: Flaw) -> str:
    blanks = {
        "line": flaw.line,
        "column": COLUMNS[flaw.column],
        "cell": flaw.cell[:80],
        "most": LONGEST_STRETCH,
        "lines": MOST_LINES,
    }
    return str(LINES[flaw.code]) % blanks


def left_out(count: int) -> str:
    return _("Events of other years in the file were left out: %(count)d.") % {
        "count": count
    }
