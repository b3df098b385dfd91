"""The first two steps: how a file was read, and what its columns are, without scripts."""

import pytest
from django.urls import reverse

from gapless.core.imports.tables import Reading

from .test_imports_pages import HEADER, ROWS, VALUES, address, bring, fields, qian, ready

__all__ = ["qian"]

CHINESE = "序号,营业厅,期望1,感知1,手机号\n1,EAST-HALL,7,5,13800138000\n2,EAST-HALL,6,6,1\n"


def lines(page):
    return {line.name: line for line in page.context["page"].lines}


def test_the_page_says_how_the_file_was_read(qian, cast):
    import_ = bring(qian, cast, CHINESE.encode("gb18030"), "a.txt")
    page = qian.get(address("reading", import_)).content.decode()
    assert "It is text in GB18030 (also GBK, GB2312)." in page
    assert "Its columns are separated by this sign: Comma." in page
    assert "The names of its columns stand in line 1." in page
    assert "EAST-HALL" in page


def test_somebody_insists_on_another_reading(qian, cast):
    import_ = bring(qian, cast, "Survey of March\n\n" + "\n".join([HEADER, *ROWS]))
    said = {"delimiter": ",", "header_line": "3"}
    page = qian.post(address("reading", import_), said, follow=True)
    assert page.context["table"].header == tuple(HEADER.split(","))
    import_.refresh_from_db()
    assert import_.file_map.reading == Reading(delimiter=",", header_line=3)
    # The columns are suggested for what is read now.
    assert lines(qian.get(address("columns", import_)))["e1"].state == "used"


def test_a_reading_that_does_not_work_is_refused_and_nothing_changes(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    page = qian.post(address("reading", import_), {"header_line": "900"})
    assert page.context["form"].non_field_errors()
    long = qian.post(address("reading", import_), {"item": "e1"}).content.decode()
    assert "Choose both columns, or none." in long
    import_.refresh_from_db()
    assert import_.mapping == {}


def test_several_rows_become_one_answer(qian, cast):
    rows = ["who,what,points,hall,day"]
    for who in range(1, 7):
        rows += [f"{who},{i},{1 + (who + i) % 5},EAST-HALL,2026-01-10" for i in range(5)]
    import_ = bring(qian, cast, "\n".join(rows))
    qian.post(address("reading", import_), {"item": "what", "value": "points"})
    found = lines(qian.get(address("columns", import_)))
    assert set("01234") <= set(found)
    assert "points" not in found


def test_columns_are_narrowed_and_keep_what_was_said(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, import_)
    place = lines(qian.get(address("columns", import_)))["e2"].form.prefix
    page = qian.post(
        address("columns", import_),
        data | {f"{place}-dimension": "calm", "show": "used", "find": "p"},
    )
    shown = [name for name, line in lines(page).items() if not line.hidden]
    assert shown == ["p1", "p2"]
    assert lines(page)["e2"].form["dimension"].value() == "calm"
    none = qian.post(address("columns", import_), data | {"find": "nowhere"})
    assert none.context["page"].nothing_shown
    counts = {value: n for value, _words, n in page.context["page"].choices}
    assert counts == {"all": 9, "used": 8, "undecided": 1}


def test_a_range_of_columns_is_filled_in_at_once(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    data = fields(qian, import_) | {"fill": "1", "fill_from": "6", "fill_to": "3"}
    data |= {"fill_kind": "score", "fill_scale": "1-9", "fill_not_applicable": "8"}
    found = lines(qian.post(address("columns", import_), data))
    said = {
        name: (line.form["kind"].value(), line.form["scale"].value())
        for name, line in found.items()
        if line.form["scale"].value()
    }
    assert said == dict.fromkeys(["e1", "p1", "e2", "p2"], ("score", "1-9"))
    assert found["e1"].form["not_applicable"].value() == "8"


def test_what_nobody_decided_stays_out_and_what_names_people_too(qian, cast):
    import_ = bring(qian, cast, CHINESE)
    page = qian.get(address("columns", import_))
    assert lines(page)["手机号"].personal
    assert "These columns look personal and are left out: 手机号." in page.content.decode()
    qian.post(address("columns", import_), fields(qian, import_) | {"next": "1"})
    import_.refresh_from_db()
    kinds = {c.name: c.kind.value for c in import_.file_map.columns}
    assert kinds["手机号"] == "ignore"


def test_new_kinds_come_back_as_they_were_said(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    found = lines(qian.get(address("columns", import_)))
    sex, comment = found["sex"].form.prefix, found["comment"].form.prefix
    said = {
        f"{sex}-kind": "single",
        f"{sex}-options": "f = Woman\nm = Man",
        f"{sex}-groups": "on",
        f"{comment}-kind": "multiple",
        f"{comment}-options": "good\nbad",
        f"{comment}-separator": "┋",
    }
    qian.post(address("columns", import_), fields(qian, import_) | said | {"next": "1"})
    import_.refresh_from_db()
    columns = {c.name: c for c in import_.file_map.columns}
    assert columns["sex"].options == ("Woman", "Man")
    assert columns["sex"].coding == (("f", 0), ("m", 1))
    assert import_.file_map.grouped_by == "sex"
    assert columns["comment"].separator == "┋"
    again = lines(qian.get(address("columns", import_)))["sex"].form
    assert again["options"].value() == "f = Woman\nm = Man"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_list_goes_out_as_it_is_searched(qian, cast, ending):
    ready(qian, cast, "\n".join([HEADER, *ROWS]), "march.csv")
    bring(qian, cast, "\n".join([HEADER, *ROWS]), "april.csv")
    out = qian.get(reverse(f"imports:index-{ending}"), {"q": "march"})
    assert out["Content-Disposition"] == f'attachment; filename="gapless-imports.{ending}"'
    if ending == "csv":
        rows = out.content.decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert rows[1].startswith("march.csv,Ready to run,0,")


def test_an_unmapped_file_leads_back_to_its_columns(qian, cast):
    import_ = bring(qian, cast, "\n".join([HEADER, *ROWS]))
    assert qian.get(address("values", import_))["Location"] == address("columns", import_)
    assert qian.post(address("run", import_), VALUES)["Location"] == address(
        "detail", import_
    )
