from gapless.core.imports.profiles import first_rows, profiles
from gapless.core.imports.tables import Problem, Row, Table


def table(*rows):
    lines = [Row(i, cells) for i, cells in enumerate(rows, 2)]
    return Table("a.csv", ("x", "y"), [*lines, Problem("ragged_row", "a.csv", 99)])


def test_a_column_is_known_by_what_it_holds():
    one, other = profiles(table(("a", ""), ("b", " "), ("a", "1"), ("x" * 50, "1")))
    assert (one.samples, one.different, one.blank) == (("a", "b", "x" * 39 + "…"), 3, 0)
    assert (other.samples, other.different, other.blank, other.rows) == (("1",), 1, 2, 4)
    # Blank and not blank are two things that somebody may have said.
    assert not other.constant
    assert all(p.constant for p in profiles(table(("a", ""), ("a", ""))))


def test_a_file_without_rows_has_columns_all_the_same():
    assert [(p.name, p.samples, p.rows) for p in profiles(table())] == [
        ("x", (), 0),
        ("y", (), 0),
    ]


def test_the_first_rows_are_shown_with_their_lines():
    assert first_rows(table(("a", "b"), ("c", "d")), 1) == [(2, ["a", "b"])]
