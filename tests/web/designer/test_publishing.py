"""The form designer: two people at once, words, preview, changes and publishing."""

import re

from django.urls import reverse

from gapless.core.instruments.choices import Operation
from gapless.core.instruments.drafting import save_draft
from gapless.core.instruments.models import Draft, Form, FormVersion
from gapless.core.instruments.queries import content_of
from gapless.evaluation.surveys.actions import ship_servqual
from tests.conftest import NINE_AM
from tests.web.designer.at_the_desk import Sent, asked

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
