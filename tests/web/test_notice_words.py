"""The organisation's own words of a notice, as somebody meets them on the page."""

import pytest

from gapless.core.notices.models import Wording
from tests.conftest import Cast
from tests.web.signing_in import signed_in
from tests.web.test_notices_pages import tell

pytestmark = pytest.mark.django_db


def worded(**more: str) -> dict[str, str]:
    names = [f"{part}_{each}" for part in ("title", "body") for each in LANGUAGE_FIELDS]
    return dict.fromkeys(names, "") | {"version": "0"} | more


LANGUAGE_FIELDS = ("zh_hans", "zh_hant", "en")
WORDS = "/notices/words/follow_up.opened/"


def test_words_are_tried_before_they_are_kept(cast: Cast) -> None:
    ma = signed_in(cast.ma)

    tried = ma.post(WORDS, worded(title_en="Call {unit}!", preview="1")).content.decode()

    assert "Call ‹Unit›!" in tried
    assert "‹单位›" in tried  # the others read as ours
    assert not Wording.objects.exists()
    kept = ma.post(WORDS, worded(title_en="Call {unit}!"), follow=True).content.decode()
    assert "What was told before keeps its words." in kept
    assert "Your own words" in ma.get("/notices/words/").content.decode()


def test_a_blank_that_nothing_fills_is_refused_by_name(cast: Cast) -> None:
    response = signed_in(cast.ma).post(WORDS, worded(title_en="{unit} {customer}"))

    assert response.status_code == 422
    assert "Nothing fills {customer};" in response.content.decode()
    assert not Wording.objects.exists()


@pytest.mark.parametrize("payload", ["{{7*7}}", "{unit.pk}", "<script>alert(1)</script>"])
def test_what_looks_like_a_program_is_shown_as_it_was_typed(cast: Cast, payload) -> None:
    ma = signed_in(cast.ma)
    ma.post(WORDS, worded(title_en=payload))
    tell(cast.wang)

    page = signed_in(cast.wang).get("/notices/").content.decode()

    escaped = payload.replace("<", "&lt;").replace(">", "&gt;")
    assert f">{escaped}</button>" in page


def test_of_two_who_word_at_once_the_second_is_shown_the_first(cast: Cast) -> None:
    ma = signed_in(cast.ma)
    ma.post(WORDS, worded(title_en="First"))

    response = ma.post(WORDS, worded(title_en="Second"))

    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody else saved other words meanwhile" in page
    assert 'value="Second"' in page
    assert 'name="version" value="1"' in page


def test_words_of_a_kind_that_there_is_not(cast: Cast) -> None:
    assert signed_in(cast.ma).get("/notices/words/nothing/").status_code == 404
