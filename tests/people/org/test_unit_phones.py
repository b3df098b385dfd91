"""Telephones of units in files: in as they are written, and out the same."""

from django.utils.timezone import now

from gapless.core.files.exports import csv_response
from gapless.people.org.going_out import unit_header, unit_rows
from gapless.people.org.models import Unit
from gapless.people.org.queries import units_for, viewer_of
from gapless.people.org.rules import Policy
from tests.conftest import Cast
from tests.people.org.test_unit_files import problems, received, taken_in


def test_telephones_come_in_and_go_out_as_they_are(cast: Cast) -> None:
    rows = "编号,电话,监督电话\nEAST-HALL,'+86 571 8888 1234,12300\nWEST-HALL,,ask\n"
    file = received(cast, rows)
    assert problems(file) == {"WEST-HALL": ["bad_phone"]}
    assert taken_in(cast, file) == {"changed": 1, "rejected": 1}
    east = Unit.objects.get(code="EAST-HALL")
    assert (east.phone, east.supervision_phone) == ("+86 571 8888 1234", "12300")

    viewer = viewer_of(cast.ma, now=now())
    header, *cells = [
        unit_header(),
        *unit_rows(viewer, units_for(viewer, Policy.SEE_UNITS)),
    ]
    gone_out = csv_response("units.csv", header, cells).content.decode("utf-8-sig")
    assert taken_in(cast, received(cast, gone_out)) == {"unchanged": 3}
