"""Files that would lose, double or stop something if they were taken at their word."""

from dataclasses import replace

from gapless.core.imports.models import Import, RejectedRow
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.surveys.actions import Beginning, NewUnits
from gapless.evaluation.surveys.previews import unknown_units
from gapless.people.org.models import Unit

from .conftest import HEADER, TWO_PAIRS, account, lines, through, without_ids


def test_a_unit_or_day_for_blank_cells_changes_nothing_where_none_is_blank(cast, bring):
    nobody = without_ids(TWO_PAIRS)
    through(bring(lines(5), nobody), cast)
    stated = replace(nobody, unit="WEST-HALL", time="2026-02-01")
    assert account(through(bring(lines(5), stated), cast)) == {
        "rows": 5,
        "already_there": 5,
    }


def test_equal_rows_about_halls_of_one_name_in_two_cities_are_two_answers(cast, bring):
    nobody = without_ids(TWO_PAIRS)
    for city in (cast.east, cast.west):
        import_ = bring(lines(2, hall="Central"), nobody)
        Import.objects.filter(pk=import_.pk).update(within=city)
        import_.refresh_from_db()
        through(import_, cast, Beginning("en", NewUnits(city, ["Central"])))
    assert Answer.objects.count() == 4


def test_a_respondent_known_with_other_answers_is_rejected_and_not_passed_over(cast, bring):
    """Two halls may both number their customers from 1: nobody is to vanish in silence."""
    through(bring(lines(3)), cast)
    mixed = lines(2) + "3,EAST-HALL,2026-02-10,1,1,1,1\n1,WEST-HALL,2026-01-10,7,5,6,4\n"
    import_ = through(bring(mixed.replace("1,EAST", "9,EAST", 1)), cast)
    assert account(import_) == {"rows": 4, "added": 1, "already_there": 1, "rejected": 2}
    told = RejectedRow.objects.values_list("line", "column", "code")
    assert list(told) == [(4, "id", "respondent_known"), (5, "id", "respondent_known")]
    assert Answer.objects.count() == 4
    assert not list(wrong_cells(import_.version))


def test_hostile_cells_and_long_headers_reject_rows_and_stop_nothing(cast, bring):
    question = ("How far does the hall keep what it promises? " * 8).strip()
    columns = [
        replace(c, name=question) if c.name == "e1" else c for c in TWO_PAIRS.columns
    ]
    cells = ["9" * 5000, "x", "7.5"]
    rows = [f"{i},EAST-HALL,2026-01-10,{cell},5,6,4" for i, cell in enumerate(cells)]
    rows += ["8,EAST-HALL,0001-01-01,7,5,6,4", "9,EAST-HALL,9999-12-31T23:59-12:00,7,5,6,4"]
    content = "\n".join([HEADER.replace("e1", question), *rows])
    import_ = through(bring(content, replace(TWO_PAIRS, columns=tuple(columns))), cast)
    assert account(import_) == {"rows": 5, "rejected": 5}
    codes = RejectedRow.objects.values_list("code", flat=True)
    assert list(codes) == [
        "off_scale",
        "not_a_number",
        "not_whole",
        "time_unreadable",
        "time_in_future",
    ]


def test_a_unit_spelled_in_two_ways_is_one_new_unit_in_its_parents_time_zone(cast, bring):
    Unit.objects.filter(pk=cast.city.pk).update(time_zone="Asia/Urumqi")
    cast.city.refresh_from_db()
    content = "\n".join(
        [
            HEADER,
            "1,Harbour,2026-01-10,7,5,6,4",
            "2, harbour ,2026-01-10,7,5,6,4",
            "3,东\u3000厅,2026-01-10,7,5,6,4",
        ]
    )
    import_ = bring(content)
    names = list(unknown_units(import_))
    confirmed = Beginning("en", NewUnits(cast.city, names))
    assert account(through(import_, cast, confirmed)) == {"rows": 3, "added": 3}
    made = Unit.objects.filter(path__startswith=cast.city.path).order_by("-pk")[:2]
    assert {(unit.name, unit.time_zone) for unit in made} == {
        ("Harbour", "Asia/Urumqi"),
        ("东 厅", "Asia/Urumqi"),
    }


def test_a_code_that_a_unit_out_of_sight_has_does_not_stop_an_import(cast, bring):
    import_ = bring(lines(3, hall="WEST-HALL"))
    Import.objects.filter(pk=import_.pk).update(within=cast.east)
    import_.refresh_from_db()
    confirmed = Beginning("en", NewUnits(cast.east, ["WEST-HALL"]))
    assert account(through(import_, cast, confirmed)) == {"rows": 3, "added": 3}
    assert not Answer.objects.filter(unit=cast.west).exists()
