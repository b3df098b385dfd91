"""Rejected rows go out with all their cells, are mended, and come in once."""

import csv
import io

from django.utils.timezone import now

from gapless.core.imports.choices import State
from gapless.core.imports.models import Import
from gapless.core.instruments.models import Answer
from tests.evaluation.surveys.conftest import account, work

from .test_imports_pages import address, bring, qian, ready

__all__ = ["qian"]

# No column says who answered: only what a row says tells it from others.
BARE = "hall,day,e1,p1,e2,p2,comment"
SAME = "EAST-HALL,2026-01-10,7,5,6,4,"


def out(qian, import_, ending="csv"):
    response = qian.get(address(ending, import_))
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def written(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def run(qian, import_):
    qian.post(address("run", import_))
    work(at=now())
    import_.refresh_from_db()
    return account(import_)


def test_every_cell_comes_out_with_line_column_and_reason(qian, cast):
    rows = [SAME, ",2026-01-11,7,9,6,4,-1", "EAST-HALL,2026-01-11,7,5,6"]
    import_ = ready(qian, cast, "\n".join([BARE, *rows]))
    run(qian, import_)
    header, wrong, ragged = out(qian, import_)
    assert header[4:] == BARE.split(",")
    assert header[0] == f"Gapless {import_.pk} · Line"
    assert wrong[:2] == ["3", "hall; p1"]
    assert "The row names no unit." in wrong[2]
    assert "“9” is outside the scale 1 to 7." in wrong[2]
    assert wrong[4:] == ["", "2026-01-11", "7", "9", "6", "4", "-1"]
    assert ragged[4:] == ["EAST-HALL", "2026-01-11", "7", "5", "6"]
    assert qian.get(address("xlsx", import_)).status_code == 200


def test_mended_rows_are_read_as_the_original_was_and_count_once(qian, cast):
    wrong = SAME.replace("7,5", "7,50")
    import_ = ready(qian, cast, "\n".join([BARE, SAME, SAME, wrong, wrong]))
    assert run(qian, import_) == {"rows": 4, "added": 2, "rejected": 2}
    header, one, two = out(qian, import_)
    for row in (one, two):
        row[header.index("p1")] = "5"

    # Now they say what two others say; they are four people all the same.
    mended = bring(qian, cast, written([header, one, two]), "mended.csv")
    assert (mended.state, mended.mends) == (State.MAPPED, import_)
    assert run(qian, mended) == {"rows": 2, "added": 2}
    again = bring(qian, cast, written([header, two, one]), "again.csv")
    assert run(qian, again) == {"rows": 2, "already_there": 2}
    page = qian.get(address("detail", import_)).content.decode()
    assert "2 of the 2 rejected rows came in later, mended." in page

    # Neither does the whole file, mended at its source, bring anybody twice.
    whole = ready(qian, cast, "\n".join([BARE, *[SAME] * 4]), "whole.csv")
    Import.objects.filter(pk=whole.pk).update(mapping=import_.mapping)
    assert run(qian, whole) == {"rows": 4, "already_there": 4}
    assert Answer.objects.count() == 4


def test_what_is_still_wrong_goes_out_again(qian, cast):
    wrong = SAME.replace("7,5", "7,50")
    import_ = ready(qian, cast, "\n".join([BARE, SAME, wrong]))
    run(qian, import_)
    mended = bring(qian, cast, written(out(qian, import_)), "unmended.csv")
    assert run(qian, mended) == {"rows": 1, "rejected": 1}
    header, row = out(qian, mended)
    assert [name.split(" · ")[0] for name in header[:4]] == [f"Gapless {mended.pk}"] * 4
    assert header[4:] == BARE.split(",")
    row[header.index("p1")] = "3"
    third = bring(qian, cast, written([header, row]), "third.csv")
    assert run(qian, third) == {"rows": 1, "added": 1}
    page = qian.get(address("detail", import_)).content.decode()
    assert "1 of the 1 rejected rows came in later, mended." in page


def test_rows_of_an_import_out_of_reach_are_an_ordinary_file(qian, cast):
    import_ = ready(qian, cast, "\n".join([BARE, SAME.replace("7,5", "7,50")]))
    run(qian, import_)
    rows = out(qian, import_)
    rows[0] = [name.replace(f"Gapless {import_.pk}", "Gapless 999999") for name in rows[0]]
    other = bring(qian, cast, written(rows), "other.csv")
    assert (other.state, other.mends) == (State.UPLOADED, None)
