from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from django.db import transaction
from django.db.models import Max

from gapless.analytics.answers import CIRCUMSTANCES, FLAGS, Layout, score, written
from gapless.analytics.cells import Key, Vector
from gapless.analytics.folding import schema_of
from gapless.core.audit.actions import Actor, record
from gapless.core.evidence.actions import fold, rebuild
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.rolling import hold_cells
from gapless.core.text import LanguageMap
from gapless_stats.flags import RULES_VERSION

from .models import Answer, Form, FormVersion, Item, Section, VersionDimension
from .queries import answered_months, folded, forget_versions, layout_of, recomputed
from .rules import Flaw, SectionDraft, Values, VersionDraft, flaws, month_of
from .storing import store


class Unsound(Exception):
    """The draft cannot become a version; ``flaws`` says why."""

    def __init__(self, found: Sequence[Flaw]) -> None:
        super().__init__(", ".join(f"{flaw.code} {flaw.item}".strip() for flaw in found))
        self.flaws = tuple(found)


class AlreadyPublished(Exception):
    """The version is frozen; a change is a new version."""


class NotPublished(Exception):
    """Answers count under a frozen version only."""


class Place(Protocol):
    pk: int
    time_zone: str


@transaction.atomic
def make_form(
    *,
    code: str,
    name: LanguageMap,
    by: Actor | None,
    now: datetime,
    simulated: bool = False,
) -> Form:
    form = Form.objects.create(
        code=code, name=dict(name), simulated=simulated, created_at=now
    )
    record("form.made", subject=form, by=by, at=now, code=code)
    return form


@transaction.atomic
def draft_version(
    form: Form, draft: VersionDraft, *, by: Actor | None, now: datetime
) -> FormVersion:
    """Make the next version of a form. It can be answered once it is published."""
    if found := list(flaws(draft)):
        raise Unsound(found)
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    version = FormVersion.objects.create(
        form=form,
        number=last + 1,
        expectation_type=draft.expectation_type,
        grouped_by=draft.grouped_by,
        created_at=now,
    )
    VersionDimension.objects.bulk_create(
        VersionDimension(version=version, code=d.code, name=dict(d.name), position=place)
        for place, d in enumerate(draft.dimensions)
    )
    position = 0
    for place, section in enumerate(draft.sections):
        position += _write_section(version, section, place=place, first=position)
    record("form.drafted", subject=version, by=by, at=now, number=version.number)
    return version


def _write_section(
    version: FormVersion, draft: SectionDraft, *, place: int, first: int
) -> int:
    section = Section.objects.create(
        version=version,
        title=dict(draft.title),
        introduction=dict(draft.introduction),
        position=place,
        randomised=draft.randomised,
        show_if=[asdict(condition) for condition in draft.show_if],
    )
    Item.objects.bulk_create(
        Item(
            version=version,
            section=section,
            position=first + offset,
            code=item.code,
            kind=item.kind,
            dimension=item.dimension,
            text=dict(item.text),
            expectation_text=dict(item.expectation_text),
            perception_text=dict(item.perception_text),
            low=item.scale[0],
            high=item.scale[1],
            low_label=dict(item.low_label),
            high_label=dict(item.high_label),
            reverse=item.reverse,
            not_applicable=item.not_applicable,
            required=item.required,
            options=[asdict(option) for option in item.options],
            matrix=dict(item.matrix),
            show_if=[asdict(condition) for condition in item.show_if],
            minimum=item.minimum,
            maximum=item.maximum,
            decimals=item.decimals,
            measure=item.measure,
        )
        for offset, item in enumerate(draft.items)
    )
    return len(draft.items)


@transaction.atomic
def publish_version(version: FormVersion, *, by: Actor | None, now: datetime) -> None:
    """Freeze a version, so that answers can count under it."""
    won = FormVersion.objects.filter(pk=version.pk, published_at=None).update(
        published_at=now
    )
    if not won:
        raise AlreadyPublished(version)
    version.published_at = now
    forget_versions()  # SQLite gives a number again whose transaction was taken back
    record("form.published", subject=version, by=by, at=now, number=version.number)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer on its way in: item code and byte → value; absent is unanswered."""

    key: str
    unit: Place
    answered_at: datetime
    mode: CollectionMode
    values: Values  # (item code, side): side 1 is a pair's perception
    texts: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False  # enough for the items themselves, not for composites
    circumstances: frozenset[str] = frozenset()  # of analytics.answers.CIRCUMSTANCES
    within: str = ""  # what also wants its numbers by itself: "c12"


@dataclass(frozen=True, slots=True)
class Recorded:
    added: int
    already_there: int
    # The keys among those already there under which something else was answered.
    contradicted: frozenset[str] = frozenset()


@transaction.atomic
def record_answers(
    version: FormVersion, answers: Sequence[NewAnswer], *, batch: str, now: datetime
) -> Recorded:
    """
    Take answers in and fold them into their cells, all or none. An answer whose key this
    version already has is the same answer and adds nothing.
    """
    if version.published_at is None:
        raise NotPublished(version)
    layout = layout_of(version)
    known = {
        key: (unit_id, bytes(values))
        for key, unit_id, values in Answer.objects.filter(
            version=version, key__in={a.key for a in answers}
        ).values_list("key", "unit_id", "values")
    }
    fresh = list({a.key: a for a in answers if a.key not in known}.values())
    rows = _scored(version, layout, fresh, batch=batch, now=now)
    store(rows)
    _fold(version, folded(layout, rows))
    again = [a for a in answers if a.key in known]
    given = zip(again, written(layout, [a.values for a in again]), strict=True)
    return Recorded(
        added=len(rows),
        already_there=len(answers) - len(rows),
        contradicted=frozenset(
            a.key for a, values in given if known[a.key] != (a.unit.pk, values.tobytes())
        ),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer with all that was found in it, ready to be taken in."""

    answer: Answer
    cells: Mapping[Key, Vector]  # what it adds


def score_answer(
    version: FormVersion, answer: NewAnswer, *, batch: str, now: datetime
) -> Scored:
    """Writes nothing: best done before the transaction, in which others may wait."""
    if version.published_at is None:
        raise NotPublished(version)
    layout = layout_of(version)
    rows = _scored(version, layout, [answer], batch=batch, now=now)
    return Scored(rows[0], folded(layout, rows))


@transaction.atomic(savepoint=False)
def record_answer(scored: Scored) -> Answer:
    """
    Take one answer in, whose key nobody has used: the caller holds what makes it so, and
    the database would refuse a second one.
    """
    answer = scored.answer
    answer.save(force_insert=True)
    _fold(answer.version, scored.cells)
    return answer


def _scored(
    version: FormVersion,
    layout: Layout,
    answers: Sequence[NewAnswer],
    *,
    batch: str,
    now: datetime,
) -> list[Answer]:
    values = written(layout, [answer.values for answer in answers])
    partial = np.array([answer.partial for answer in answers], np.bool_)
    found = score(layout, values, partial=partial)
    composites = found.composites.astype("<i4")
    return [
        Answer(
            version=version,
            unit_id=answer.unit.pk,
            answered_at=answer.answered_at,
            month=month_of(answer.answered_at, answer.unit.time_zone),
            mode=answer.mode,
            values=values[row].tobytes(),
            composites=composites[row].tobytes(),
            flags=int(found.flags[row]) | _bits(answer.circumstances),
            flag_rules=RULES_VERSION,
            texts=dict(answer.texts),
            key=answer.key,
            batch=batch,
            partial=answer.partial,
            within=answer.within,
            recorded_at=now,
        )
        for row, answer in enumerate(answers)
    ]


def _bits(circumstances: frozenset[str]) -> int:
    """The bits of an answer's flags that stand above those its content raises."""
    return sum(
        1 << len(FLAGS) + place
        for place, name in enumerate(CIRCUMSTANCES)
        if name in circumstances
    )


def _fold(version: FormVersion, cells: Mapping[Key, Vector]) -> None:
    head = schema_of(layout_of(version)).head
    fold(Source.SURVEY, version.pk, cells, head=head)


@transaction.atomic
def remove_answers(version: FormVersion, ids: Iterable[int]) -> int:
    """Erase answers and take them out of their cells. The caller records who and why."""
    # Locked first: an answer that two people remove at once leaves its cell once.
    doomed = list(
        Answer.objects.select_for_update()
        .filter(version=version, pk__in=ids)
        .order_by("pk")
    )
    _fold_out(version, [answer for answer in doomed if answer.counted])
    Answer.objects.filter(pk__in=[answer.pk for answer in doomed]).delete()
    return len(doomed)


def _fold_out(version: FormVersion, answers: list[Answer]) -> None:
    if answers:
        cells = folded(layout_of(version), answers)
        _fold(version, {key: -vector for key, vector in cells.items()})


@transaction.atomic
def exclude_answer(version: FormVersion, answer_id: int) -> bool:
    """
    Take an answer out of its cells and keep it; False when it does not count already.
    The caller records who and why.
    """
    answer = Answer.objects.select_for_update().get(version=version, pk=answer_id)
    if not answer.counted:
        return False
    _fold_out(version, [answer])
    Answer.objects.filter(pk=answer.pk).update(counted=False)
    return True


@transaction.atomic
def restore_answer(version: FormVersion, answer_id: int) -> bool:
    """Let an excluded answer count again; False when it does already."""
    answer = Answer.objects.select_for_update().get(version=version, pk=answer_id)
    if answer.counted:
        return False
    _fold(version, folded(layout_of(version), [answer]))
    Answer.objects.filter(pk=answer.pk).update(counted=True)
    return True


@transaction.atomic
def rebuild_cells(version: FormVersion, *, by: Actor | None, now: datetime) -> None:
    """Make the cells anew from the answers, which are the truth."""
    # Before the answers are read: what is folded meanwhile would be lost.
    hold_cells()
    head = schema_of(layout_of(version)).head
    months = (recomputed(version, month) for month in sorted(answered_months(version)))
    rebuild(Source.SURVEY, version.pk, months, head=head)
    record("cells.rebuilt", subject=version, by=by, at=now)
