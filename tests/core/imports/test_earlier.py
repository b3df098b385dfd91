"""A mapping that fits one file, used for another whose columns differ."""

from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.earlier import fitted, likeness
from gapless.core.imports.mapping import Column, FileMap
from gapless.core.imports.tables import Reading

K = ColumnKind
KNOWN = FileMap(
    columns=(
        Column("id", K.RESPONDENT),
        Column("Q1", K.SCORE, item="food", dimension="tangibles"),
        Column("Q2", K.SCORE, item="staff"),
        Column("old"),
    ),
    not_applicable=("6",),
    where=(("kept", "1"), ("id", "2")),
    time="2014-05-01",
    form="airport",
    reading=Reading(encoding="gb18030"),
)


def test_a_file_is_alike_when_it_has_the_columns_that_are_used():
    alike = likeness(KNOWN, ["id", "Q1", "Q2", "new"])
    assert (alike.shared, alike.used, alike.enough, alike.whole) == (3, 3, True, True)
    half = likeness(KNOWN, ["Q1", "new"])
    assert (half.shared, half.enough) == (1, False)
    assert not likeness(FileMap(columns=(Column("a"),)), ["a"]).enough


def test_what_is_new_is_suggested_and_what_is_known_is_kept():
    header = ("Q1", "id", "NETPRO", "respondent", "food")
    suggestion = FileMap(
        columns=(
            Column("Q1", K.OVERALL, item="Q1"),
            Column("id"),
            Column("NETPRO", K.NPS, item="NETPRO"),
            Column("respondent", K.RESPONDENT),
            Column("food", K.SCORE, item="food"),
        ),
        date_order="mdy",
    )
    found = fitted(KNOWN, header, suggestion)
    assert [(c.name, c.kind.value, c.item) for c in found.columns] == [
        ("Q1", "score", "food"),
        ("id", "respondent", ""),
        ("NETPRO", "nps", "NETPRO"),
        ("respondent", "ignore", ""),
        ("food", "ignore", ""),
    ]
    assert (found.form, found.not_applicable, found.date_order) == (
        "airport",
        ("6",),
        "mdy",
    )
    # Neither its day nor its encoding is another file's.
    assert (found.time, found.where, found.reading) == ("", (("id", "2"),), Reading())
