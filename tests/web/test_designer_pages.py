"""The form designer, as somebody without a script uses it."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from gapless.core.instruments.choices import ItemKind, Operation
from gapless.core.instruments.drafting import begin_form, save_draft
from gapless.core.instruments.models import Draft, Form, FormVersion
from gapless.core.instruments.queries import content_of
from gapless.evaluation.surveys.actions import ship_servqual
from tests.conftest import NINE_AM


class Sent(HTMLParser):
    """What the forms of a page would send as they stand."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.select, self.textarea = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.fields:
                self.fields[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.textarea, self.fields[name] = name, ""
        elif tag == "input" and name:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.fields[name] = given.get("value") or ""

    def handle_endtag(self, tag):
        self.select = None if tag == "select" else self.select
        self.textarea = None if tag == "textarea" else self.textarea

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea] += data.removeprefix("\n")


class Desk:
    """The designer of one form in somebody's browser: what stands there, and pressing."""

    def __init__(self, client, form):
        self.client, self.url = client, reverse("designer:form", args=[form.pk])
        self.form = form
        self.here = self.url

    @property
    def content(self):
        return content_of(Draft.objects.get(form=self.form))

    def codes(self):
        return [item.code for item in self.content.items]

    def fields(self, query=""):
        """What the form of the designer would send, as it was opened."""
        page = self.client.get(self.url + query)
        assert page.status_code == 200
        fields = Sent(page.content.decode()).fields
        return {name: value for name, value in fields.items() if name != "q"}

    def press(self, do, *, at="", seen=None, **typed):
        fields = self.fields(at) | typed
        if seen is not None:
            fields["seen"] = seen
        response = self.client.post(self.url, {**fields, "do": do})
        if response.status_code == 302:
            self.here = response.headers["location"]
        return response


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.chen)
    draft = begin_form("hall", {"zh-hans": "营业厅"}, by=cast.chen, now=NINE_AM)
    return Desk(client, draft.form)


def asked(desk, key, text, **typed):
    """Add an item of a kind and give it words."""
    desk.press(f"new {key} 0")
    at = desk.here.removeprefix(desk.url)
    response = desk.press("save", at=at, text=text, **typed)
    assert response.status_code == 302, response.content.decode()
    return desk.content.items[-1].code


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


# --- Two people at once ---------------------------------------------------------------


def test_the_second_person_is_told_and_keeps_what_was_typed(desk, cast):
    code = asked(desk, "score", "整洁")
    opened = desk.fields(f"?item={code}")
    desk.press("save", at=f"?item={code}", text="很整洁")
    late = desk.client.post(desk.url, {**opened, "text": "不整洁", "do": "save"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Chen changed this draft" in page
    assert "很整洁" in page
    assert "不整洁" in page
    assert desk.content.item(code).text["zh-hans"] == "很整洁"


def test_edits_of_different_items_are_both_kept_and_said(desk):
    first, second = asked(desk, "score", "整洁"), asked(desk, "score", "礼貌")
    opened = desk.fields(f"?item={first}")
    desk.press("save", at=f"?item={second}", text="很有礼貌")
    desk.client.post(desk.url, {**opened, "text": "很整洁", "do": "save"})
    said = [item.text["zh-hans"] for item in desk.content.items]
    assert said == ["很整洁", "很有礼貌"]
    assert "both changes are kept" in desk.client.get(desk.url).content.decode()


def test_a_button_on_an_old_page_does_nothing(desk):
    asked(desk, "score", "整洁")
    asked(desk, "score", "礼貌")
    response = desk.press("up 1", seen="1")
    assert response.status_code == 409
    assert desk.codes() == ["q1", "q2"]


def test_what_was_typed_for_a_removed_item_can_be_copied(desk):
    code = asked(desk, "score", "整洁")
    opened = desk.fields(f"?item={code}")
    desk.press("remove 0")
    late = desk.client.post(desk.url, {**opened, "text": "很整洁", "do": "save"})
    assert late.status_code == 409
    assert "很整洁" in late.content.decode()


# --- Words ----------------------------------------------------------------------------


def words_of(desk):
    address = reverse("designer:words", args=[desk.form.pk])
    body = desk.client.get(address).content.decode()
    return address, Sent(body).fields, body


def test_words_stand_side_by_side_and_a_repeated_one_is_said_once(desk):
    for text in ("整洁", "礼貌"):
        asked(desk, "score", text, low_label="不同意", high_label="同意")
    address, fields, page = words_of(desk)
    assert "stands at 2 places" in page
    assert "English: 2 missing" in page
    name = next(n for n, v in fields.items() if v == "不同意").replace("zh-hans", "en")
    desk.client.post(address, fields | {name: "disagree"})
    assert [item.low_label["en"] for item in desk.content.items] == ["disagree"] * 2


def test_words_typed_on_an_old_page_stay(desk):
    asked(desk, "score", "整洁")
    address, fields, _page = words_of(desk)
    desk.press("save", at="?item=q1", text="很整洁")
    name = next(n for n, v in fields.items() if v == "整洁").replace("zh-hans", "en")
    late = desk.client.post(address, fields | {name: "Tidy"})
    assert late.status_code == 409
    assert "Tidy" in late.content.decode()
    assert "en" not in desk.content.items[0].text


# --- Preview, changes, publishing -----------------------------------------------------


def test_the_preview_is_the_page_customers_see_and_only_we_may_frame_it(desk):
    asked(desk, "score", "整洁")
    frame = desk.client.get(reverse("designer:sheet", args=[desk.form.pk]))
    assert "整洁" in frame.content.decode()
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    page = desk.client.get(reverse("designer:preview", args=[desk.form.pk]))
    assert page.content.decode().count("<iframe") == 2
    assert page.headers["X-Frame-Options"] == "DENY"


def test_the_phone_shows_what_is_typed_and_keeps_nothing(desk):
    code = asked(desk, "score", "整洁")
    typed = desk.fields(f"?item={code}") | {"text": "非常整洁"}
    address = reverse("designer:sample", args=[desk.form.pk])
    phone = desk.client.post(address, typed).content.decode()
    assert "非常整洁" in phone
    assert desk.content.item(code).text["zh-hans"] == "整洁"


def published(desk):
    address = reverse("designer:publication", args=[desk.form.pk])
    seen = Draft.objects.get(form=desk.form).revision
    return desk.client.post(address, {"seen": seen})


def test_a_draft_with_flaws_is_not_published_and_says_where_they_are(desk):
    desk.press("new single 0")
    response = published(desk)
    assert response.status_code == 409
    assert "To mend before publishing" in response.content.decode()
    assert not FormVersion.objects.exists()


def test_publishing_makes_a_version_linked_to_its_characteristics(desk):
    ship_servqual(now=NINE_AM)
    asked(desk, "score", "设备", about="T1")
    response = published(desk)
    version = FormVersion.objects.get(form=desk.form)
    assert response.headers["location"] == reverse(
        "questionnaires:detail", args=[version.pk]
    )
    page = desk.client.get(response.headers["location"]).content.decode()
    assert "Version 1 is published" in page
    assert f"{reverse('campaigns:new')}?version={version.pk}" in page
    assert ">T1</a>" in page
    assert not Draft.objects.exists()


def test_a_new_version_says_what_changed_and_which_lines_break(desk, cast):
    asked(desk, "score", "整洁")
    asked(desk, "score", "礼貌")
    published(desk)
    desk.client.post(reverse("designer:opening", args=[desk.form.pk]))
    desk.press("save", at="?item=q1", points="5")
    page = desk.client.get(reverse("designer:changes", args=[desk.form.pk]))
    said = re.sub(r"\s+", " ", page.content.decode())
    assert "1 trend line ends with this version" in said
    assert "“整洁” has another scale." in said
    published(desk)
    newest = FormVersion.objects.order_by("-number")[0]
    page = desk.client.get(reverse("questionnaires:changes", args=[newest.pk]))
    assert "“整洁” has another scale." in page.content.decode()


def test_publishing_what_somebody_changed_meanwhile_is_told(desk, cast):
    asked(desk, "score", "整洁")
    draft = Draft.objects.get(form=desk.form)
    seen = draft.revision
    content = content_of(draft)
    save_draft(draft, content, Operation.REWORD, seen=seen, by=cast.qian, now=NINE_AM)
    address = reverse("designer:publication", args=[desk.form.pk])
    response = desk.client.post(address, {"seen": seen})
    assert response.status_code == 409
    assert "Qian changed this draft" in response.content.decode()


def test_discarding_a_form_that_was_never_published_removes_it(desk):
    page = desk.client.get(desk.url).content.decode()
    assert "Discard this draft?" in page
    desk.client.post(reverse("designer:removal", args=[desk.form.pk]))
    assert not Form.objects.filter(code="hall").exists()


def test_the_list_shows_what_is_being_designed_and_by_whom(desk):
    page = desk.client.get(reverse("questionnaires:index")).content.decode()
    assert "Being designed" in page
    assert desk.url in page
    assert "Chen" in page
