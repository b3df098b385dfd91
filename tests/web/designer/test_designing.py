"""The form designer: items, options, skip logic."""

import pytest
from django.urls import reverse

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import Draft, Form
from gapless.core.instruments.queries import content_of
from gapless.evaluation.surveys.actions import ship_servqual
from tests.conftest import NINE_AM
from tests.web.designer.at_the_desk import asked

# --- Beginning ------------------------------------------------------------------------


def test_a_questionnaire_begins_with_nothing_or_with_a_ready_made_one(client, cast):
    client.force_login(cast.chen)
    page = client.get(reverse("designer:new")).content.decode()
    assert "SERVQUAL" in page
    begun = client.post(
        reverse("designer:new"),
        {"begin_with": "servqual", "name_zh_hans": "我们的问卷", "code": "ours"},
    )
    form = Form.objects.get(code="ours")
    assert begun.headers["location"] == reverse("designer:form", args=[form.pk])
    assert len(content_of(form.draft).items) == 30


def test_a_code_that_is_taken_is_said_and_the_name_stays(desk, client):
    typed = {"name_zh_hans": "另一份", "code": "hall"}
    page = client.post(reverse("designer:new"), typed).content.decode()
    assert "Another questionnaire has this code" in page
    assert "另一份" in page


def test_a_form_without_a_draft_offers_a_new_version(client, cast):
    form = ship_servqual(now=NINE_AM).form
    client.force_login(cast.qian)
    address = reverse("designer:form", args=[form.pk])
    assert "Begin a new version" in client.get(address).content.decode()
    assert not Draft.objects.exists()
    client.post(reverse("designer:opening", args=[form.pk]))
    assert len(content_of(form.draft).items) == 30
    assert content_of(form.draft).items[0].about == "T1"


def test_whoever_may_only_read_forms_designs_none(client, cast, desk):
    client.force_login(cast.wang)
    assert client.get(desk.url).status_code == 403
    page = client.get(reverse("questionnaires:index")).content.decode()
    assert "New questionnaire" not in page
    assert "营业厅" not in page


# --- Items ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("score", ItemKind.SCORE),
        ("pair", ItemKind.PAIR),
        ("zone", ItemKind.ZONE),
        ("expectation", ItemKind.EXPECTATION),
        ("csat", ItemKind.OVERALL),
        ("ces", ItemKind.OVERALL),
        ("overall", ItemKind.OVERALL),
        ("nps", ItemKind.NPS),
        ("single", ItemKind.SINGLE),
        ("multiple", ItemKind.MULTIPLE),
        ("number", ItemKind.NUMBER),
        ("date", ItemKind.DATE),
        ("text", ItemKind.TEXT),
    ],
)
def test_an_item_of_every_kind_is_added_and_worded(desk, key, kind):
    code = asked(desk, key, "怎么样？")
    item = desk.content.item(code)
    assert (item.kind, item.text["zh-hans"]) == (kind, "怎么样？")


def test_a_table_is_added_with_its_rows(desk):
    desk.press("new table 0", table_question="您怎么看？", table_rows="整洁\n礼貌\n\n快")
    assert [item.text["zh-hans"] for item in desk.content.items] == ["整洁", "礼貌", "快"]
    assert {item.matrix["zh-hans"] for item in desk.content.items} == {"您怎么看？"}


def test_the_question_of_a_table_is_changed_for_all_its_rows(desk):
    desk.press("new table 0", table_question="您怎么看？", table_rows="整洁\n礼貌")
    desk.press("save", at="?item=q2", matrix="您同意吗？")
    assert [item.matrix["zh-hans"] for item in desk.content.items] == ["您同意吗？"] * 2


def test_a_table_without_rows_is_said_and_stays_typed(desk):
    page = desk.press("new table 0", at="?add=0", table_question="您怎么看？")
    assert page.status_code == 422
    assert "您怎么看？" in page.content.decode()
    assert "at least two rows" in page.content.decode()


def test_points_need_dimensions_first(desk):
    response = desk.press("new weight 0")
    assert response.headers["location"] == f"{desk.url}?whole=1"
    desk.press("save", at="?whole=1", own="环境")
    desk.press("save", at="?whole=1", own="人员")
    desk.press("new weight 0")
    assert [item.kind for item in desk.content.items] == [ItemKind.WEIGHT] * 2


def test_options_are_added_moved_and_removed(desk):
    code = asked(
        desk, "single", "办什么？", option_a="开户", option_b="缴费", option_c="投诉"
    )
    desk.press("option-up 0 2", at=f"?item={code}")
    desk.press("option-remove 0 0", at=f"?item={code}")
    assert [o.text["zh-hans"] for o in desk.content.item(code).options] == ["投诉", "缴费"]


def test_what_was_typed_is_kept_before_a_button_does_its_work(desk):
    first, second = asked(desk, "score", "整洁"), asked(desk, "score", "礼貌")
    desk.press("up 1", at=f"?item={second}", text="很有礼貌")
    assert desk.codes() == [second, first]
    assert desk.content.item(second).text["zh-hans"] == "很有礼貌"


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(desk):
    code = asked(desk, "number", "几分钟？")
    typed = {"text": "等了几分钟？", "minimum": "10", "maximum": "3"}
    page = desk.press("save", at=f"?item={code}", **typed)
    assert page.status_code == 422
    assert "The largest number is above the smallest." in page.content.decode()
    assert "等了几分钟？" in page.content.decode()
    assert desk.content.item(code).maximum is None


def test_items_move_between_sections_are_copied_and_removed(desk):
    first, second = asked(desk, "score", "整洁"), asked(desk, "score", "礼貌")
    desk.press("section-add")
    desk.press("down 1")
    assert [[i.code for i in s.items] for s in desk.content.sections] == [[first], [second]]
    desk.press("place 1 0 0")
    desk.press("copy 0")
    assert desk.codes() == [second, "q3", first]
    desk.press("remove 0")
    assert desk.codes() == ["q3", first]
    desk.press("section-remove 1")
    assert len(desk.content.sections) == 1


def test_every_edit_is_undone_and_done_again(desk):
    asked(desk, "score", "整洁")
    desk.press("remove 0")
    desk.press("undo")
    assert desk.codes() == ["q1"]
    desk.press("redo")
    assert desk.codes() == []


def test_an_item_is_linked_to_a_characteristic_by_code_or_name(desk):
    ship_servqual(now=NINE_AM)
    code = asked(desk, "score", "设备", about="t1")
    assert desk.content.item(code).about == "T1"
    page = desk.press("save", at=f"?item={code}", about="nonsense")
    assert page.status_code == 422
    assert "No characteristic in use is called “nonsense”" in page.content.decode()


def test_an_item_is_edited_in_another_language(desk):
    code = asked(desk, "score", "整洁")
    response = desk.press("language en", at=f"?item={code}")
    at = response.headers["location"].removeprefix(desk.url)
    desk.press("save", at=at, text="The hall is tidy")
    assert desk.content.item(code).text == {"zh-hans": "整洁", "en": "The hall is tidy"}


@pytest.mark.parametrize(
    "do", ["up 99", "up -1", "new nothing 0", "place 0", "dance 1", "place 0 7 0"]
)
def test_a_button_that_is_not_there_is_refused(desk, do):
    asked(desk, "score", "整洁")
    before = desk.content
    assert desk.press(do).status_code == 400
    assert desk.content == before


# --- Skip logic -----------------------------------------------------------------------


@pytest.fixture
def skipping(desk):
    """A choice that decides whether the minutes are asked."""
    asked(desk, "single", "办什么？", option_a="开户", option_b="缴费")
    asked(desk, "number", "几分钟？")
    desk.press("save", at="?item=q2", if_0_item="q1", if_0_answer="0 q1")
    return desk


def test_a_condition_is_said_in_words_under_the_item_and_drawn(skipping):
    sentence = "Shown only if the answer to “办什么？” is “开户”."
    assert sentence in skipping.client.get(skipping.url).content.decode()
    address = reverse("designer:logic", args=[skipping.form.pk])
    page = skipping.client.get(address).content.decode()
    assert page.count(sentence) == 2  # as the title of the arc, and in the list
    assert 'class="arc-line"' in page


def test_an_answer_to_another_item_cannot_decide(skipping):
    asked(skipping, "csat", "满意吗？")
    page = skipping.press("save", at="?item=q3", if_0_item="q1", if_0_answer="")
    assert "Choose the answer that decides." in page.content.decode()


def test_an_item_that_comes_to_stand_before_what_decides_is_a_flaw(skipping):
    skipping.press("up 1")
    page = skipping.client.get(reverse("designer:changes", args=[skipping.form.pk]))
    assert "depends on an answer that comes later" in page.content.decode()
    assert "?item=q2" in page.content.decode()


def test_without_conditions_the_page_says_how_to_make_one(desk):
    page = desk.client.get(reverse("designer:logic", args=[desk.form.pk]))
    assert "Everybody is asked everything" in page.content.decode()
