"""The wizard from the upload to the account, as a browser without scripts uses it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from gapless.core.imports.choices import State
from gapless.core.imports.models import Import
from gapless.core.imports.tables import Problem, UnreadableFile
from gapless.evaluation.surveys.queries import answers_in
from tests.evaluation.surveys.conftest import account, work
from tests.web.signing_in import freshly

HEADER = "id,hall,day,e1,p1,e2,p2,sex,comment"
ROWS = [
    "1,EAST-HALL,2026-01-10,7,5,6,4,f,good",
    "2,West hall,2026-01-11,7,5,6,4,m,",
    "3,Harbour,2026-01-12,7,5,6,4,m,",
    "4,EAST-HALL,2026-01-12,7,9,6,4,m,",
]
NASTY = (
    '=HYPERLINK("http://evil"),<script>alert(1)</script>,"""><img src=x onerror=alert(1)>"'
)


@pytest.fixture
def qian(client, cast):
    client.force_login(cast.qian)
    return client


def upload(content, name="answers.csv"):
    data = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, data)


def bring(qian, cast, content, name="answers.csv"):
    posted = qian.post(
        reverse("imports:new"), {"file": upload(content, name), "unit": cast.city.pk}
    )
    assert posted.status_code == 302, posted.content.decode()
    return Import.objects.latest("pk")


def address(name, import_):
    return reverse(f"imports:{name}", args=[import_.pk])


def fields(qian, import_):
    """What a browser would send if nobody touched the suggestions."""
    shown = qian.get(address("columns", import_))
    data = {}
    for line in shown.context["page"].lines:
        data |= {f.html_name: f.value() or "" for f in line.form}
    return data


def place(import_, qian, name):
    lines = qian.get(address("columns", import_)).context["page"].lines
    return next(line.form.prefix for line in lines if line.name == name)


def ready(qian, cast, content, name="answers.csv"):
    """A file that is mapped as suggested, and may run."""
    import_ = bring(qian, cast, content, name)
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    qian.post(address("values", import_), VALUES)
    import_.refresh_from_db()
    assert import_.state == State.MAPPED
    return import_


VALUES = {
    "scale_pair": "1-7",
    "missing": "NA",
    "not_applicable": "",
    "mode": "on_event",
    "expectation": "ideal",
    "unit": "",
    "time": "",
    "form": "",
    "form_name": "Halls 2026",
}


def test_from_the_upload_to_the_account(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, import_)
    data[f"{place(import_, qian, 'e1')}-dimension"] = "有形性"
    data[f"{place(import_, qian, 'p1')}-dimension"] = "有形性"
    qian.post(address("columns", import_), data | {"next": "1"})
    qian.post(address("values", import_), VALUES)
    preview = qian.get(address("preview", import_))
    found = preview.context["found"]
    assert (found.accepted, found.waiting, found.rejected) == (2, 1, 1)
    assert "Harbour" in preview.content.decode()
    assert "The whole file names 1 unit that does not exist." in preview.content.decode()

    qian.post(address("run", import_), {"create_units": "on", "parent": cast.city.pk})
    work(at=now())
    import_.refresh_from_db()
    assert import_.state == State.DONE
    assert account(import_) == {"rows": 4, "added": 3, "rejected": 1}
    detail = qian.get(address("detail", import_)).content.decode()
    assert "“9” is outside the scale 1 to 7." in detail
    assert f"version={import_.version_id}" in detail


def test_every_step_keeps_what_was_typed(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, import_)
    e1, p1 = place(import_, qian, "e1"), place(import_, qian, "p1")
    data |= {f"{e1}-dimension": "looks", f"{p1}-dimension": "feel", f"{p1}-scale": "7-1"}
    again = qian.post(address("columns", import_), data | {"next": "1"})
    assert again.status_code == 200
    body = again.content.decode()
    assert 'value="looks"' in body
    assert 'value="feel"' in body
    assert "“7-1” is no scale." in body

    data[f"{p1}-scale"] = ""
    body = qian.post(address("columns", import_), data | {"next": "1"}).content.decode()
    assert "Item “1” is in two dimensions." in body

    data[f"{p1}-dimension"] = "looks"
    qian.post(address("columns", import_), data | {"next": "1"})
    wrong = qian.post(
        address("values", import_), VALUES | {"scale_pair": "one", "form_name": ""}
    )
    body = wrong.content.decode()
    assert 'value="one"' in body
    assert "Name the questionnaire, or choose one that exists." in body
    import_.refresh_from_db()
    assert import_.state == State.UPLOADED


def test_many_columns_are_filled_in_at_once(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, import_) | {
        "fill": "1",
        "fill_names": "e* P2",
        "fill_dimension": "calm",
    }
    lines = qian.post(address("columns", import_), data).context["page"].lines
    calm = [line.name for line in lines if line.form["dimension"].value() == "calm"]
    assert calm == ["e1", "e2", "p2"]


def test_a_map_file_fills_the_columns(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    map_file = "column,kind,item,dimension\ne1,expectation,a,calm\np1,perception,a,calm\n"
    data = fields(qian, import_) | {"read_map": "1", "map": upload(map_file, "MAP.csv")}
    lines = qian.post(address("columns", import_), data).context["page"].lines
    kinds = {line.name: line.form["kind"].value() for line in lines}
    assert (kinds["e1"], kinds["p1"], kinds["e2"]) == (
        "expectation",
        "perception",
        "ignore",
    )

    data["map"] = upload("column,kind,item,dimension\nx1,expectation,a,\n", "MAP.csv")
    body = qian.post(address("columns", import_), data, follow=True).content.decode()
    assert "names “x1”, which the file does not have." in body


def test_a_mapping_is_offered_again_for_the_same_header(qian, cast):
    first = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, first) | {f"{place(first, qian, 'sex')}-kind": "attribute"}
    data[f"{place(first, qian, 'sex')}-item"] = "sex"
    qian.post(address("columns", first), data | {"next": "1"})
    qian.post(address("values", first), VALUES)
    second = bring(qian, cast, "\n".join([HEADER, ROWS[0]]), "more.csv")
    page = qian.get(address("columns", second))
    assert "Use that of answers.csv" in page.content.decode()
    (offer,) = page.context["offers"]
    used = qian.post(address("columns", second), {"use": str(offer.saved.pk)}, follow=True)
    kinds = {x.name: x.form["kind"].value() for x in used.context["page"].lines}
    assert kinds["sex"] == "attribute"
    # The rest of what was said is there as well.
    values = qian.get(address("values", second)).context["form"]
    assert (values["mode"].value(), values["form_name"].value()) == (
        "on_event",
        "Halls 2026",
    )


def answers_of(form):
    """What a browser would send of the open questions if nobody touched them."""
    said = {}
    for _asked, some in form.open_questions:
        said |= {f.html_name: f.value() if f.value() is not None else "" for f in some}
    return said


def test_words_get_their_points(qian, cast):
    rows = ["e1,p1", "strongly agree,agree", "neutral,disagree", "agree,strongly disagree"]
    import_ = bring(qian, cast, "\n".join(rows))
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    form = qian.get(address("values", import_)).context["form"]
    points = {
        field.label: field.value() for _, some in form.open_questions for field in some
    }
    assert points["strongly agree"] == 5
    assert form["scale_pair"].value() == "1-5"
    data = VALUES | answers_of(form)
    data |= {"scale_pair": "1-5", "unit": "EAST-HALL", "time": "2026-03-01"}
    qian.post(address("values", import_), data)
    qian.post(address("run", import_))
    work(at=now())
    assert account(Import.objects.get()) == {"rows": 3, "added": 3}


OPEN = [f"5,4,3,2,{n},03/04/2016" for n in (1, 2, 3, 4, 5, 99)]
OPEN += [f"1,2,3,4,{n},05/06/2016" for n in (1, 2, 3, 4, 5)]


def test_what_the_file_leaves_open_must_be_answered(qian, cast):
    rows = ["Q1,Q2,Q3,Q4,Q5,date", *OPEN]
    import_ = bring(qian, cast, "\n".join(rows))
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    form = qian.get(address("values", import_)).context["form"]
    order, code = form.open_questions
    labels = [label for _, label in order[1][0].field.choices]
    assert labels == [
        "Day, month, year: 03/04/2016 is April 3, 2016; 05/06/2016 is June 5, 2016",
        "Month, day, year: 03/04/2016 is March 4, 2016; 05/06/2016 is May 6, 2016",
    ]
    assert (order[1][0].value(), code[1][0].value()) == ("", "missing")

    data = VALUES | answers_of(form) | {"scale_score": "1-5", "unit": "EAST-HALL"}
    refused = qian.post(address("values", import_), data).content.decode()
    assert "Choose what it means; nothing is guessed." in refused
    data[order[1][0].html_name] = "dmy"
    qian.post(address("values", import_), data)
    import_.refresh_from_db()
    assert import_.file_map.date_order == "dmy"
    assert import_.file_map.columns[4].missing == ("99",)


@pytest.mark.parametrize("name", ["a.exe", "a.csv", "a.xlsx", "a.sav"])
def test_what_is_no_table_is_refused_in_words(qian, cast, name):
    content = b"\0\1\2" * 99 if name != "a.exe" else b"MZ"
    posted = qian.post(
        reverse("imports:new"), {"file": upload(content, name), "unit": cast.city.pk}
    )
    assert posted.status_code == 200
    assert posted.context["form"].errors["file"]
    assert Import.objects.count() == 0


def test_hostile_cells_are_shown_as_they_are_and_run_nowhere(qian, cast):
    import_ = bring(qian, cast, f"e1,p1,{NASTY}\n7,5,a,b,c\n{NASTY},1,2\n")
    for name in ("columns", "detail"):
        body = qian.get(address(name, import_)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    data = VALUES | {"unit": "EAST-HALL", "time": "2026-03-01"}
    body = qian.post(address("values", import_), data, follow=True).content.decode()
    assert "<script>alert" not in body
    qian.post(address("run", import_))
    work(at=now())
    exported = qian.get(address("csv", import_)).content.decode("utf-8-sig")
    assert not any(line.startswith(("=", '"=')) for line in exported.splitlines())


def test_answers_are_taken_out_with_a_reason(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    qian.post(address("values", import_), VALUES)
    qian.post(address("run", import_))
    work(at=now())
    refused = freshly(qian).post(address("removal", import_), {"reason": ""})
    assert refused.status_code == 422
    assert answers_in(import_) == 2
    qian.post(address("removal", import_), {"reason": "wrong month"})
    work(at=now())
    import_.refresh_from_db()
    assert (import_.state, answers_in(import_)) == (State.REMOVED, 0)


def test_whoever_takes_answers_out_first_proves_who_they_are(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    qian.post(address("values", import_), VALUES)
    qian.post(address("run", import_))
    work(at=now())
    cast.qian.set_password("a long enough one")
    cast.qian.save()
    qian.force_login(cast.qian)
    asked = qian.post(address("removal", import_), {"reason": "wrong month"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    import_.refresh_from_db()
    assert import_.state == State.DONE
    # What was asked for is done as soon as it is clear who asks.
    qian.post(asked["Location"], {"password": "a long enough one"})
    import_.refresh_from_db()
    assert import_.state == State.REMOVING


def test_a_row_whose_quotes_break_off_stays_out_alone(qian, cast):
    import_ = ready(qian, cast, "\n".join([HEADER, *ROWS[:2], '9,"EAST']))
    qian.post(address("run", import_))
    work(at=now())
    import_.refresh_from_db()
    assert account(import_) == {"rows": 3, "added": 2, "rejected": 1}


def test_a_file_that_cannot_be_read_to_its_end_says_so_instead_of_starting(
    qian, cast, monkeypatch
):
    import_ = ready(qian, cast, "\n".join([HEADER, *ROWS]))

    def broken(_import):
        raise UnreadableFile(Problem("too_many_rows", "a.csv", params={"limit": 1}))

    monkeypatch.setattr("gapless.evaluation.surveys.previews.table_of", broken)
    run = {"create_units": "on", "parent": cast.city.pk}
    page = qian.post(address("run", import_), run)
    assert page.status_code == 422
    assert "cannot be read to its end" in page.content.decode()


def test_the_file_comes_back_byte_for_byte(qian, cast):
    content = "\n".join([HEADER, *ROWS])
    import_ = bring(qian, cast, content)
    response = qian.get(address("file", import_))
    assert b"".join(response.streaming_content).decode() == content
    assert response["Content-Disposition"].startswith("attachment")


def test_strangers_get_404_and_those_without_the_policy_403(qian, client, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    Import.objects.filter(pk=import_.pk).update(within=cast.west)
    names = ("detail", "columns", "values", "preview", "file", "csv", "xlsx")
    client.force_login(cast.wang)
    assert {client.get(address(n, import_)).status_code for n in names} == {403}


def test_the_list_searches_filters_and_starts_empty(qian, cast):
    assert "No file has come in yet" in qian.get(reverse("imports:index")).content.decode()
    bring(qian, cast, "\n".join([HEADER, *ROWS]), "march.csv")
    bring(qian, cast, "\n".join([HEADER, *ROWS]), "april.csv")
    found = qian.get(reverse("imports:index"), {"q": "march"})
    assert [i.name for i in found.context["page"]] == ["march.csv"]
    none = qian.get(reverse("imports:index"), {"state": "done"})
    assert "No import fits" in none.content.decode()


def test_the_list_costs_the_same_however_long(qian, cast, django_assert_max_num_queries):
    for _ in range(12):
        bring(qian, cast, "\n".join([HEADER, *ROWS]))
    with django_assert_max_num_queries(8):
        qian.get(reverse("imports:index"))


def test_words_without_a_point_are_asked_again(qian, cast):
    rows = ["e1,p1", "superb,fine", "fine,superb", "superb,superb"]
    import_ = bring(qian, cast, "\n".join(rows))
    data = fields(qian, import_)
    said = {f"{place(import_, qian, c)}-kind": k for c, k in KINDS.items()}
    items = {f"{place(import_, qian, c)}-item": "1" for c in KINDS}
    qian.post(address("columns", import_), data | said | items | {"next": "1"})
    form = qian.get(address("values", import_)).context["form"]
    ((_asked, some),) = form.open_questions
    data = VALUES | {some[0].html_name: "coding", "unit": "EAST-HALL", "time": "2026-03-01"}
    page = qian.post(address("values", import_), data).content.decode()
    assert "Give the words their points, or choose another." in page


KINDS = {"e1": "expectation", "p1": "perception"}
