"""The draft of a form: begun, saved, undone, overtaken, discarded, published."""

from dataclasses import replace

import pytest

from gapless.core.audit.models import Event
from gapless.core.instruments import designing, drafting
from gapless.core.instruments.actions import Unsound
from gapless.core.instruments.choices import ItemKind, Operation
from gapless.core.instruments.models import Draft, DraftEdit, Form
from gapless.core.instruments.queries import content_of, draft_of, steps_of
from gapless.core.text import said
from tests.conftest import NINE_AM
from tests.core.instruments.drafts import FULL, item


@pytest.fixture
def draft(cast):
    return drafting.begin_form(
        "kiosk", {"en": "Kiosk"}, by=cast.wang, now=NINE_AM, content=FULL
    )


@pytest.fixture
def who(cast):
    return {"by": cast.wang, "now": NINE_AM}


def save(draft, content, who, *, what=Operation.ADD_ITEM):
    return drafting.save_draft(draft, content, what, seen=draft.revision, **who)


def more(draft, kind=ItemKind.TEXT):
    return designing.add_item(content_of(draft), 0, kind)


def events():
    types = Event.objects.order_by("pk").values_list("type", flat=True)
    return [type_ for type_ in types if type_.startswith("form.")]


def test_a_form_begins_with_a_draft_and_no_version(draft):
    assert content_of(draft) == FULL
    assert not draft.form.versions.exists()
    assert events() == ["form.made", "form.draft_begun"]
    assert steps_of(draft) == drafting_steps(None, None)


def drafting_steps(undo, redo):
    return type(steps_of(Draft.objects.first()))(undo, redo)


def test_an_empty_form_begins_with_one_section(cast, who):
    empty = drafting.begin_form("new", {"en": "New"}, **who)
    assert content_of(empty) == designing.fresh()


def test_a_code_belongs_to_one_form(draft, who):
    with pytest.raises(drafting.CodeTaken):
        drafting.begin_form("kiosk", {"en": "Other"}, **who)
    assert Form.objects.count() == 1


def test_a_draft_is_opened_and_not_begun_twice(draft, who):
    assert drafting.open_draft(draft.form, **who) == draft
    assert events().count("form.draft_begun") == 1


def test_saving_is_no_event_and_undoing_goes_back_to_what_was(draft, who):
    saved = save(draft, more(draft), who)
    again = save(saved, designing.remove_item(content_of(saved), "nps"), who)
    back = drafting.undo(again, seen=again.revision, **who)
    assert content_of(back) == content_of(saved)
    forth = drafting.redo(back, seen=back.revision, **who)
    assert content_of(forth) == content_of(again)
    assert len(events()) == 2


def test_an_edit_after_undoing_is_all_that_can_be_undone(draft, who):
    saved = save(draft, more(draft), who)
    back = drafting.undo(saved, seen=saved.revision, **who)
    assert steps_of(back) == drafting_steps(None, Operation.ADD_ITEM)
    other = save(back, designing.remove_item(FULL, "nps"), who, what=Operation.REMOVE_ITEM)
    assert steps_of(other) == drafting_steps(Operation.REMOVE_ITEM, None)
    with pytest.raises(drafting.NothingToRedo):
        drafting.redo(other, seen=other.revision, **who)
    first = drafting.undo(other, seen=other.revision, **who)
    assert content_of(first) == FULL
    with pytest.raises(drafting.NothingToUndo):
        drafting.undo(first, seen=first.revision, **who)


def test_whoever_saves_second_is_told(draft, who):
    first = save(draft, more(draft), who)
    for verb in (
        lambda: save(draft, FULL, who),
        lambda: drafting.undo(draft, seen=draft.revision, **who),
        lambda: drafting.redo(draft, seen=draft.revision, **who),
        lambda: drafting.publish_draft(draft, seen=draft.revision, **who),
    ):
        with pytest.raises(drafting.Overtaken):
            verb()
    draft.refresh_from_db()
    assert content_of(draft) == content_of(first)


def test_two_hundred_states_are_kept(draft, who, monkeypatch):
    monkeypatch.setattr(drafting, "KEPT", 3)
    for _ in range(5):
        draft = save(draft, more(draft), who)
    assert DraftEdit.objects.filter(draft=draft).count() == 3
    for _ in range(2):
        draft = drafting.undo(draft, seen=draft.revision, **who)
    with pytest.raises(drafting.NothingToUndo):
        drafting.undo(draft, seen=draft.revision, **who)
    assert len(content_of(draft).items) == len(FULL.items) + 3


def test_a_draft_becomes_a_version_that_says_the_same(draft, who):
    version = drafting.publish_draft(draft, seen=draft.revision, **who)
    plain = [replace(i, about="") for i in FULL.items]
    assert list(draft_of(version).items) == plain
    assert draft_of(version).sections[2].show_if == FULL.sections[2].show_if
    assert not Draft.objects.exists()
    assert not DraftEdit.objects.exists()
    assert events()[2:] == ["form.drafted", "form.published"]


def test_the_next_draft_begins_with_what_was_published(draft, who):
    version = drafting.publish_draft(draft, seen=draft.revision, **who)
    again = drafting.open_draft(version.form, **who)
    assert content_of(again) == draft_of(version)
    second = drafting.publish_draft(again, seen=again.revision, **who)
    assert (version.number, second.number) == (1, 2)


def test_an_unsound_draft_stays_a_draft(draft, who):
    wordless = designing.insert_item(FULL, 0, item("new", text={}))
    saved = save(draft, wordless, who)
    with pytest.raises(Unsound, match="words_missing"):
        drafting.publish_draft(saved, seen=saved.revision, **who)
    assert Draft.objects.filter(pk=saved.pk).exists()
    assert not saved.form.versions.exists()


def test_a_form_that_was_never_published_goes_with_its_draft(draft, who):
    drafting.discard_draft(draft, **who)
    assert not Form.objects.exists()
    assert events()[-1] == "form.draft_discarded"
    with pytest.raises(drafting.Overtaken):
        drafting.discard_draft(draft, **who)


def test_a_form_that_was_published_stays_without_its_draft(draft, who):
    version = drafting.publish_draft(draft, seen=draft.revision, **who)
    again = drafting.open_draft(version.form, **who)
    drafting.discard_draft(again, **who)
    assert said(Form.objects.get().name) == "Kiosk"
