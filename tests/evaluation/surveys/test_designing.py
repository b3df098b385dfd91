"""Questionnaires designed: linked to characteristics, seen by those who may edit."""

from dataclasses import replace

import pytest

from gapless.core.instruments import designing, drafting
from gapless.core.instruments.choices import Operation
from gapless.core.instruments.models import Draft, FormVersion
from gapless.core.instruments.queries import content_of
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.evaluation.surveys.designing import (
    UnknownCharacteristic,
    draft_with_links,
    open_form_draft,
    publish_form,
)
from gapless.evaluation.surveys.queries import editable_forms, visible_drafts
from gapless.people.org.choices import Role
from gapless.people.org.rules import Grant, Viewer
from gapless.requirements.characteristics.actions import CharacteristicRetired, take_step
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.models import Characteristic
from tests.conftest import NINE_AM


@pytest.fixture
def who(cast):
    return {"by": cast.wang, "now": NINE_AM}


@pytest.fixture
def draft(who):
    return open_form_draft(ship_servqual(now=NINE_AM).form, **who)


def save(draft, content, who):
    return drafting.save_draft(
        draft, content, Operation.EDIT_ITEM, seen=draft.revision, **who
    )


def about(draft, code, characteristic):
    content = content_of(draft)
    item = replace(content.item(code), about=characteristic)
    return designing.edit_item(content, code, item)


def test_a_draft_of_what_was_published_knows_what_its_items_ask_about(draft):
    linked = [item for item in content_of(draft).items if item.about]
    assert len(linked) == 22
    assert all(item.about == item.code for item in linked)


def test_publishing_links_anew_as_the_draft_says(draft, who):
    saved = save(draft, about(draft, "T1", "T2"), who)
    version = publish_form(saved, seen=saved.revision, **who)
    assert draft_with_links(version).item("T1").about == "T2"
    assert version.number == 2


def test_a_characteristic_that_there_is_not_is_named_and_nothing_happens(draft, who):
    saved = save(draft, about(draft, "T1", "XXL"), who)
    with pytest.raises(UnknownCharacteristic) as raised:
        publish_form(saved, seen=saved.revision, **who)
    assert raised.value.codes == {"XXL"}
    assert Draft.objects.filter(pk=saved.pk).exists()
    assert FormVersion.objects.count() == 1


def test_a_retired_characteristic_is_not_for_a_new_version(draft, who):
    retired = Characteristic.objects.get(code="T1")
    take_step(retired, to=State.RETIRED, **who)
    with pytest.raises(CharacteristicRetired):
        publish_form(draft, seen=draft.revision, **who)
    assert Draft.objects.exists()


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.QUALITY_MANAGER, True),
        (Role.ANALYST, True),
        (Role.UNIT_MANAGER, False),
        (Role.EXECUTIVE, False),
    ],
)
def test_drafts_are_seen_by_those_who_may_edit(cast, draft, role, sees):
    viewer = Viewer(cast.wang.pk, (Grant(role, cast.east.path),))
    assert visible_drafts(viewer).exists() is sees
    assert editable_forms(viewer).exists() is sees
