"""
Verbs: begin the draft of a form, save it edit by edit, undo, publish.

Every edit is kept whole, so undoing is going back to what was kept. The trail says when a
draft was begun, discarded or published; a keystroke is no event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import Actor, record
from gapless.core.text import LanguageMap

from .actions import Unsound, draft_version, make_form, publish_version
from .choices import Operation
from .designing import fresh, objections
from .models import Draft, DraftEdit, Form, FormVersion
from .queries import content_of, draft_of
from .rules import VersionDraft, to_json

KEPT = 200
"""How many states of a draft are kept; who wants the one before begins a draft anew."""


class CodeTaken(Exception):
    """Another form has this code."""


class Overtaken(Exception):
    """Somebody else changed the draft after this person opened it."""


class NothingToUndo(Exception):
    """The draft is as it was begun, or as far back as edits are kept."""


class NothingToRedo(Exception):
    """Nothing was undone since the last edit."""


@transaction.atomic
def begin_form(
    code: str,
    name: LanguageMap,
    *,
    by: Actor,
    now: datetime,
    content: VersionDraft | None = None,
) -> Draft:
    """
    Begin a new form, empty or with the content of a ready-made one.

    :raises CodeTaken: when another form has the code.
    """
    try:
        with transaction.atomic():
            form = make_form(code=code, name=name, by=by, now=now)
    except IntegrityError as error:
        raise CodeTaken(code) from error
    return open_draft(form, by=by, now=now, content=content)


@transaction.atomic
def open_draft(
    form: Form, *, by: Actor, now: datetime, content: VersionDraft | None = None
) -> Draft:
    """
    The draft of a form: the one somebody began, or a new one that begins with what is
    given, else with what the last published version asks.
    """
    if (known := Draft.objects.filter(form=form).first()) is not None:
        return known
    begun = to_json(content or _last_published(form))
    draft, is_new = Draft.objects.get_or_create(
        form=form,
        defaults={
            "content": begun,
            "changed_by_id": by.pk,
            "changed_at": now,
            "created_at": now,
        },
    )
    if is_new:
        draft.edits.create(step=0, content=begun, what=Operation.BEGIN)
        record("form.draft_begun", subject=form, by=by, at=now, code=form.code)
    return draft


def _last_published(form: Form) -> VersionDraft:
    version = form.versions.published().order_by("-number").first()
    return fresh() if version is None else draft_of(version)


@transaction.atomic
def save_draft(
    draft: Draft,
    content: VersionDraft,
    what: Operation,
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> Draft:
    """
    Keep an edit. What was undone before it cannot be done again.

    :param seen: the revision that was on the page when the person made the edit.
    :raises Overtaken: when that revision is no longer the latest.
    """
    held = _held(draft, seen)
    written, step = to_json(content), held.step + 1
    edits = DraftEdit.objects.filter(draft=held)
    edits.filter(step__gte=step).delete()
    edits.filter(step__lte=step - KEPT).delete()
    DraftEdit.objects.create(draft=held, step=step, content=written, what=what)
    return _shown(held, step, written, by=by, now=now)


@transaction.atomic
def undo(draft: Draft, *, seen: int, by: Actor, now: datetime) -> Draft:
    """
    Go back to the state before the last edit.

    :raises NothingToUndo: when no earlier state is kept.
    :raises Overtaken: when somebody else changed the draft since ``seen``.
    """
    held = _held(draft, seen)
    before = DraftEdit.objects.filter(draft=held, step=held.step - 1).first()
    if before is None:
        raise NothingToUndo(draft)
    return _shown(held, before.step, before.content, by=by, now=now)


@transaction.atomic
def redo(draft: Draft, *, seen: int, by: Actor, now: datetime) -> Draft:
    """
    Do the edit again that was undone last.

    :raises NothingToRedo: when none was, or another edit was made since.
    :raises Overtaken: when somebody else changed the draft since ``seen``.
    """
    held = _held(draft, seen)
    after = DraftEdit.objects.filter(draft=held, step=held.step + 1).first()
    if after is None:
        raise NothingToRedo(draft)
    return _shown(held, after.step, after.content, by=by, now=now)


def _held(draft: Draft, seen: int) -> Draft:
    """The draft as it is, locked. The filter decides, not the object in hand."""
    locked = Draft.objects.select_for_update(of=("self",)).select_related("form")
    current = locked.filter(pk=draft.pk, revision=seen).first()
    if current is None:
        raise Overtaken(draft)
    return current


def _shown(
    held: Draft, step: int, content: dict[str, Any], *, by: Actor, now: datetime
) -> Draft:
    """The draft with the content of this step, one revision on."""
    held.step, held.content, held.revision = step, content, held.revision + 1
    held.changed_by_id, held.changed_at = by.pk, now
    held.save()
    return held


@transaction.atomic
def discard_draft(draft: Draft, *, by: Actor, now: datetime) -> None:
    """Throw a draft away. A form that was never anything else goes with it."""
    form = draft.form
    deleted, _ = Draft.objects.filter(pk=draft.pk).delete()
    if not deleted:
        raise Overtaken(draft)
    record("form.draft_discarded", subject=form, by=by, at=now, code=form.code)
    if not form.versions.exists():
        form.delete()


@transaction.atomic
def publish_draft(draft: Draft, *, seen: int, by: Actor, now: datetime) -> FormVersion:
    """
    Make the draft a version that can be answered; the draft is no more.

    :raises Unsound: when something keeps it from being published.
    :raises Overtaken: when somebody else changed it since ``seen``.
    """
    version, _ = settle_draft(draft, seen=seen, by=by, now=now)
    publish_version(version, by=by, now=now)
    return version


@transaction.atomic
def settle_draft(
    draft: Draft, *, seen: int, by: Actor, now: datetime
) -> tuple[FormVersion, VersionDraft]:
    """
    The version that a draft makes, and what the draft said. It is not published yet, so
    that its items can be linked to what they ask about.

    :raises Unsound: when something keeps it from being published.
    :raises Overtaken: when somebody else changed it since ``seen``.
    """
    held = _held(draft, seen)
    content = content_of(held)
    if found := list(objections(content)):
        raise Unsound(found)
    form = held.form
    held.delete()
    return draft_version(form, content, by=by, now=now), content
