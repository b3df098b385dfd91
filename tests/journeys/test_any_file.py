"""
Any real file in, through the pages alone: seven files that nobody made for Gapless, and
an export of Wenjuanxing. What each asks of a person stands in docs/guides.
"""

import csv
import io
import itertools
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.people.org.models import Unit
from tests.evaluation.surveys.conftest import account

from .wenjuanxing import HEADER, WORDS, WRONG, export, sound
from .wizard import Wizard

pytestmark = pytest.mark.journey


@pytest.fixture
def wizard(cast, live_server, log_in, page):
    page.set_default_timeout(30_000)
    log_in(cast.chen)
    return Wizard(page, live_server.url)


@pytest.fixture
def shot(page):
    """With PICTURES=folder: the finished account, for the guide."""
    folder = os.environ.get("PICTURES")

    def taken(name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"import-{name}.png")

    return taken


@pytest.mark.real_data
def test_kiosks_165_columns_and_their_pairs_are_found(wizard, cast, shared_data, shot):
    wizard.bring(shared_data / "kiosk_servqual" / "responses.csv", cast.east.pk)
    wizard.to_columns()
    for dimension, first, last in dimensions(shared_data):
        wizard.fill(first, last, dimension=dimension)
    shot("columns")
    wizard.page.locator("[data-columns-find]").fill("kano1_")
    expect(wizard.page.locator("[data-column]:visible")).to_have_count(2)
    wizard.to_values()
    wizard.say(form_name="Kiosks", mode="quota", time="2019-09-08")
    wizard.say(where_column_0="kept_by_authors", where_value_0="1")
    wizard.to_preview()
    import_ = wizard.run()
    shot("kiosk")
    assert account(import_) == {"rows": 211, "added": 194, "filtered": 17}
    assert import_.version.items.filter(kind="pair").count() == 24
    assert not list(wrong_cells(import_.version))


def dimensions(shared_data):
    """From which column to which each dimension of the authors goes."""
    with (shared_data / "kiosk_servqual" / "items.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["column"][0] in "ep"]
    rows.sort(key=lambda r: int(r["item"]))
    for dimension, some in itertools.groupby(rows, key=lambda r: r["final_dimension"]):
        columns = [row["column"] for row in some]
        if dimension:
            yield dimension, f"e{columns[0][1:]}", f"p{columns[-1][1:]}"


@pytest.mark.real_data
def test_turkiye_three_instructors_become_units(wizard, cast, shared_data, shot):
    file = shared_data / "turkiye_course_evaluation" / "responses.csv"
    wizard.bring(file, cast.west.pk)
    wizard.to_columns()
    wizard.fill("class", "difficulty", kind="Attribute")
    wizard.to_values()
    wizard.say(form_name="Courses", mode="unknown", time="2013-06-01")
    wizard.to_preview()
    import_ = wizard.run()
    shot("turkiye")
    assert account(import_) == {"rows": 5_820, "added": 5_820}
    assert Unit.objects.filter(path__startswith=cast.west.path).count() == 4
    assert not list(wrong_cells(import_.version))


@pytest.mark.real_data
def test_insteval_lecturers_become_units(wizard, cast, shared_data, shot, tmp_path, full):
    """In CI a twelfth of the rows; with `--full` all 73,421."""
    file = shared_data / "insteval_ratings" / "insteval.csv"
    if not full:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file = tmp_path / "insteval.csv"
        file.write_text("".join([lines[0], *lines[1::12]]), encoding="utf-8")
    wizard.bring(file, cast.west.pk)
    wizard.to_columns()
    wizard.kind("d", "Unit")
    wizard.kind("y", "Score alone")
    wizard.fill("studage", "dept", kind="Attribute")
    wizard.to_values()
    wizard.say(form_name="Lectures", mode="census", time="1992-06-30")
    wizard.to_preview()
    import_ = wizard.run()
    shot("insteval")
    rows = sum(1 for _ in file.open(encoding="utf-8")) - 1
    assert account(import_) == {"rows": rows, "added": rows}
    assert not list(wrong_cells(import_.version))


@pytest.mark.real_data
def test_asap_stars_aspects_and_reviews(wizard, cast, shared_data, shot):
    wizard.bring(shared_data / "asap_reviews_zh" / "reviews.csv", cast.east.pk)
    wizard.to_columns()
    wizard.kind("split", "Leave out")
    wizard.to_values()
    wizard.say(form_name="Reviews", mode="self_selected", time="2019-12-31")
    wizard.to_preview()
    import_ = wizard.run()
    shot("asap")
    assert account(import_) == {"rows": 300, "added": 300}
    assert not list(wrong_cells(import_.version))


def sfo_form():
    return FormVersion.objects.latest("pk").form.code


def leave_out(page):
    """
    What the suggestions took for more than it is, and the numbers of the respondents,
    which start anew every year.
    """
    for row in page.locator("[data-column]").all():
        select = row.locator("[data-column-kind]")
        name = (select.get_attribute("aria-label") or "").removeprefix("Kind of ")
        kind = select.input_value()
        score = kind == "score" and not name.startswith(("Q7", "Q9"))
        if score or kind == "single" or "COM" in name or name.endswith("RESPNUM"):
            yield name


SFO = {2014: "AREA", 2015: "BAREA", 2016: "BAREA", 2017: "BAREA"}
"""How each year calls the boarding area."""


@pytest.mark.real_data
def test_sfo_four_layouts_are_one_trend(wizard, cast, shared_data, shot):
    accounts = {}
    for year, area in SFO.items():
        wizard.bring(shared_data / "sfo_airport_survey" / f"sfo_{year}.csv", cast.west.pk)
        wizard.to_columns()
        if year > 2014:
            # The last year's file has other columns; what it shares, is known.
            wizard.press(f"Use that of sfo_{year - 1}.csv")
            wizard.page.get_by_role("button", name="Used").wait_for()
        else:
            wizard.fill("CCGID", "Q6LONGUSE", kind="Leave out")
            wizard.fill("Q8IMPROVE1", "Q8IMPROVE3", kind="Leave out")
            wizard.fill("Q9COM1", "Q22OAK", kind="Leave out")
            wizard.kind("INTDATE", "Time")
        for column in list(leave_out(wizard.page)):
            wizard.kind(column, "Leave out")
        wizard.kind(area, "Unit")
        wizard.to_values()
        wizard.say(mode="probability", time=f"{year}-05-01")
        wizard.say(**{"form_name": "SFO"} if year == 2014 else {"form": sfo_form()})
        wizard.to_preview()
        import_ = wizard.run()
        shot(f"sfo-{year}")
        accounts[year] = account(import_)
    assert accounts == {
        year: {"rows": rows, "added": rows}
        for year, rows in {2014: 2818, 2015: 2958, 2016: 3087, 2017: 2831}.items()
    }
    # One form: a question that comes new makes a version, and nothing else does.
    versions = FormVersion.objects.filter(form__code=sfo_form())
    assert versions.count() == 2
    assert Answer.objects.filter(version__in=versions).count() == 11_694


def test_wenjuanxing_in_gb18030_with_rows_to_mend(wizard, cast, tmp_path, shot):
    wizard.bring(export(tmp_path), cast.city.pk)
    expect(wizard.page.get_by_text("It is text in GB18030")).to_be_visible()
    wizard.to_columns()
    expect(wizard.page.get_by_text("looks like an export of Wenjuanxing")).to_be_visible()
    expect(wizard.page.get_by_text("look personal and are left out")).to_contain_text(
        "您的手机号"
    )
    wizard.kind(HEADER[6], "Unit")
    wizard.kind(HEADER[8], "Score alone")
    wizard.kind(HEADER[13], "Free text")
    wizard.to_values()
    for word, point in zip(WORDS, range(1, 6), strict=True):
        wizard.page.get_by_label(re.compile(f"^{word}")).fill(str(point))
    wizard.page.get_by_label("These points").check()
    wizard.say(form_name="营业厅满意度", mode="self_selected", scale_score="1-5")
    wizard.to_preview()
    wizard.page.get_by_label("Create these units").check()
    import_ = wizard.run()
    shot("wenjuanxing")
    assert account(import_) == {"rows": 240, "added": 238, "rejected": 2}
    assert not list(wrong_cells(import_.version))
    mend(wizard, import_, cast, tmp_path)


def mend(wizard, original, cast, folder):
    """The rejected rows go out with all their cells, are corrected, and come in again."""
    with wizard.page.expect_download() as download:
        wizard.page.get_by_role("link", name="CSV", exact=True).click()
    file = folder / "mended.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "“不是答案”" in text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in rows] == [4 + len(HEADER)] * 3
    for row in rows[1:]:
        number = int(row[4])
        column = WRONG[number]
        row[4 + column] = sound(number)[column]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)

    wizard.bring(file, cast.city.pk)
    # Straight to the preview: everything is said already.
    mended = wizard.run()
    assert account(mended) == {"rows": 2, "added": 2}
    assert mended.mends == original
    wizard.bring(file, cast.city.pk)
    assert account(wizard.run()) == {"rows": 2, "already_there": 2}
    wizard.page.goto(f"{wizard.home}/imports/{original.pk}/")
    later = "2 of the 2 rejected rows came in later, mended."
    expect(wizard.page.get_by_text(later)).to_be_visible()
    assert Answer.objects.filter(version=original.version).count() == 240
