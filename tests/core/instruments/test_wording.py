"""Which words are missing in which language, and where they are put in."""

from dataclasses import replace

from hypothesis import given

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.rules import SectionDraft
from gapless.core.instruments.wording import (
    Place,
    languages_of,
    main_language,
    missing_words,
    reworded,
    texts,
)
from gapless.core.text import LANGUAGES
from tests.core.instruments.drafts import FULL, drafts, item, of, options


def missing(draft, language):
    return [(t.place.item, t.place.field) for t in missing_words(draft)[language]]


def test_what_is_said_in_three_languages_is_offered_in_three():
    assert languages_of(replace(FULL, sections=FULL.sections[:2])) == LANGUAGES
    assert missing(FULL, "zh-hant") == [("group", "matrix")]
    assert languages_of(FULL) == ("en",)


def test_a_language_that_is_half_translated_is_not_offered_yet():
    draft = of([item("a", text={"zh-hans": "甲", "en": "A"}), item("b", text={"en": "B"})])
    draft = replace(draft, sections=(replace(draft.sections[0], title={}),))
    assert languages_of(draft) == ("en",)
    assert main_language(draft) == "en"
    assert missing(draft, "zh-hans") == [("b", "text")]
    assert missing(draft, "zh-hant") == [("a", "text"), ("b", "text")]


def test_what_every_reader_needs_is_missing_even_where_nobody_said_it():
    draft = of(SectionDraft({}, (item("a", text={}), item("b", ItemKind.SINGLE, text={}))))
    assert missing(draft, "en") == [("a", "text"), ("b", "text")]
    assert languages_of(draft) == ()
    assert main_language(draft) == "zh-hans"


def test_words_that_nobody_is_shown_are_not_missing():
    left_over = item("a", perception_text={"en": "x"}, expectation_text={"en": "y"})
    assert missing(of([left_over]), "zh-hans") == [("a", "perception_text")]


def test_an_option_is_said_like_everything_else():
    draft = of([item("how", ItemKind.SINGLE, options=options("web", "hall"))])
    draft = reworded(draft, Place(0, "option", "how", "hall"), "en", "")
    assert [t.place.option for t in missing_words(draft)["en"]] == ["hall"]
    draft = reworded(draft, Place(0, "option", "how", "hall"), "en", " In the hall ")
    assert draft.item("how").options[1].text["en"] == "In the hall"


@given(drafts())
def test_every_text_can_be_said_in_every_language(draft):
    for language in LANGUAGES:
        for text in missing_words(draft)[language]:
            draft = reworded(draft, text.place, language, "said")
    assert not any(missing_words(draft).values())
    assert languages_of(draft) == LANGUAGES


@given(drafts())
def test_saying_the_same_again_changes_nothing(draft):
    again = draft
    for text in texts(draft):
        for language, words in text.said.items():
            if words:
                again = reworded(again, text.place, language, words)
    assert again == draft


def test_a_text_is_found_by_its_item_wherever_that_stands_now():
    moved = replace(FULL, sections=FULL.sections[::-1])
    place = next(t.place for t in texts(FULL) if t.place.item == "T1")
    assert reworded(moved, place, "en", "new").item("T1").text["en"] == "new"


def test_a_place_that_is_gone_changes_nothing():
    for place in (Place(0, "text", "gone"), Place(9, "title"), Place(0, "low", "T1")):
        assert reworded(FULL, place, "en", "x") == FULL
