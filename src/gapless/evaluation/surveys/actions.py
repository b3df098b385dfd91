"""Verbs: start an import, take rows in, take them out again, ship SERVQUAL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from gapless.core.audit.actions import record
from gapless.core.imports.actions import (
    NotNow,
    account_for,
    fail,
    finish,
    step,
    stop,
    unmend,
)
from gapless.core.imports.choices import ColumnKind, State
from gapless.core.imports.mapping import FileMap
from gapless.core.imports.models import Import
from gapless.core.imports.queries import rows_in, table_of
from gapless.core.imports.rules import BATCH, Sorted
from gapless.core.imports.tables import Problem, UnreadableFile
from gapless.core.instruments.actions import (
    NewAnswer,
    draft_version,
    make_form,
    publish_version,
    record_answers,
    remove_answers,
)
from gapless.core.instruments.models import Answer, Form, FormVersion
from gapless.core.jobs.actions import AlreadyOver, cancel_job, enqueue
from gapless.core.jobs.working import Run
from gapless.people.org.actions import CodeTaken, create_unit
from gapless.people.org.models import Person, Unit
from gapless.people.org.rules import UnitFacts
from gapless.requirements.characteristics.actions import ship_builtin

from . import servqual
from .designing import link_items
from .queries import (
    answers_in,
    batches_of,
    draft_for,
    is_stuck,
    recoding_for,
    version_for,
)

IMPORT = "surveys.import"
REMOVAL = "surveys.removal"
"""The two jobs of this area; ``gapless.loop`` says which function runs each."""


@dataclass(frozen=True, slots=True)
class NewUnits:
    """Units that a file names and nobody knows yet, to be created under ``parent``."""

    parent: Unit
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the person who starts an import says beyond its mapping."""

    language: str  # in which the file's words are written down
    new_units: NewUnits | None = None


class OutOfReach(Exception):
    """New units belong below the unit for which the file was brought in."""


@transaction.atomic
def start_import(
    import_: Import, beginning: Beginning, *, by: Person | None, now: datetime
) -> None:
    """Begin an import, and leave its rows to a worker."""
    begin_import(import_, beginning, by=by, now=now)
    _hand_over(import_, by=by, now=now)


@transaction.atomic
def begin_import(
    import_: Import, beginning: Beginning, *, by: Person | None, now: datetime
) -> None:
    """
    Make the units and the form version that the file needs; its rows come next.

    :raises NotNow: when it is not ready, or running already.
    :raises Unsound: when its columns make no form.
    :raises OutOfReach: when the new units are to lie elsewhere.
    """
    step(import_, State.RUNNING, job=None)
    file_map = FileMap.from_json(import_.mapping)
    if beginning.new_units:
        _create_units(import_, beginning.new_units, by=by, now=now)
    language = beginning.language
    known = version_for(file_map, rather=import_.first.version)
    version = known or _new_version(file_map, by, now, language)
    Import.objects.filter(pk=import_.pk).update(version=version)
    import_.refresh_from_db()
    record(
        "import.started",
        subject=import_,
        by=by,
        at=now,
        unit=import_.within,
        version=version.pk,
        mode=file_map.mode,
        # The columns alone: a value may be somebody's name or number.
        where=[column for column, _value in file_map.where],
    )


def _create_units(
    import_: Import, new: NewUnits, *, by: Person | None, now: datetime
) -> None:
    if not new.parent.path.startswith(import_.within.path):
        raise OutOfReach(new.parent)
    # A file that spells one unit in two ways names one unit.
    names = {name.casefold(): name for name in reversed(new.names)}
    for place, name in enumerate(names.values(), start=1):
        facts = UnitFacts(
            name=name, code=f"I{import_.pk}-{place}", time_zone=new.parent.time_zone
        )
        # Its name is its code too, unless it is none or belongs to a unit out of sight.
        with suppress(CodeTaken, ValidationError):
            create_unit(new.parent, replace(facts, code=name), by=by, now=now)
            continue
        create_unit(new.parent, facts, by=by, now=now)


def _new_version(
    file_map: FileMap, by: Person | None, now: datetime, language: str
) -> FormVersion:
    form = Form.objects.filter(code=file_map.form).first()
    if form is None:
        name = {language: file_map.form_name or file_map.form}
        form = make_form(code=file_map.form, name=name, by=by, now=now)
    wanted = draft_for(file_map, language)
    version = draft_version(form, wanted, by=by, now=now)
    publish_version(version, by=by, now=now)
    return version


def _hand_over(import_: Import, *, by: Person | None, now: datetime) -> None:
    job = enqueue(IMPORT, {"import": import_.pk}, by=by, now=now)
    Import.objects.filter(pk=import_.pk).update(job=job)
    import_.refresh_from_db()


@transaction.atomic
def go_on(import_: Import, *, by: Person, now: datetime) -> None:
    """
    Let another worker continue an import or a removal whose job failed, where it stopped.

    :raises NotNow: while a job is at work, or when there is nothing left to do.
    """
    kind = {State.RUNNING: IMPORT, State.REMOVING: REMOVAL}.get(State(import_.state))
    if kind is None or not is_stuck(import_):
        raise NotNow(import_)
    job = enqueue(kind, {"import": import_.pk}, by=by, now=now)
    same = Import.objects.filter(pk=import_.pk, job=import_.job, state=import_.state)
    if not same.update(job=job):
        raise NotNow(import_)
    import_.refresh_from_db()
    record("import.continued", subject=import_, by=by, at=now, unit=import_.within)


@transaction.atomic
def stop_import(import_: Import, *, by: Person, now: datetime) -> None:
    """
    Stop an import where it stands: from now on no row goes in.

    :raises NotNow: when it has ended.
    """
    if import_.job and not import_.job.finished:
        with suppress(AlreadyOver):
            cancel_job(import_.job, now=now)
    stop(import_, by=by, now=now)


def run_import(run: Run) -> None:
    """The job of an import: batch after batch, from where the last worker got to."""
    import_ = Import.objects.select_related("within", "version").get(
        pk=run.payload["import"]
    )
    try:
        total = rows_in(table_of(import_))
        for rows in batches_of(import_, now=run.now()):
            if not rows.rows:
                run.check()
                continue
            with run.step():
                take_in(import_, rows, now=run.now())
                run.progress(import_.rows, total)
        with run.step():
            finish(import_, by=import_.created_by, now=run.now())
    except UnreadableFile as error:
        with run.step():
            fail(import_, error.problems[0], by=import_.created_by, now=run.now())
    except NotNow:
        # Stopped by a person, or taken over: then the check ends this run.
        run.check()


def run_removal(run: Run) -> None:
    """The job that takes an import's answers out, some at a time."""
    import_ = Import.objects.select_related("within").get(pk=run.payload["import"])
    total = run.done + answers_in(import_)
    removed = 1
    while removed:
        with run.step():
            removed = take_out(import_, now=run.now())
            run.progress(run.done + removed, total)


@transaction.atomic
def take_in(import_: Import, rows: Sorted, *, now: datetime) -> None:
    """
    A batch of rows, all or none: its answers, their cells, the rejected rows, the account.

    :raises NotNow: when another worker took these rows, or the import was stopped.
    """
    if import_.version is None:
        raise ValueError(f"import {import_.pk} has not been started")
    file_map = FileMap.from_json(import_.mapping)
    coded = recoding_for(file_map, import_.version)
    answers = [
        NewAnswer(
            key=row.key,
            unit=row.place,
            answered_at=row.moment,
            mode=file_map.mode,
            values=coded.of(row.values),
            texts=row.texts,
        )
        for row in rows.accepted
    ]
    done = record_answers(import_.version, answers, batch=import_.batch, now=now)
    problem = Problem("respondent_known", import_.name, column=_respondents(file_map))
    account_for(import_, rows.refusing(done.contradicted, problem), added=done.added)


def _respondents(file_map: FileMap) -> str | None:
    """The column that says who answered. Keys made of a whole row contradict nothing."""
    return next((c.name for c in file_map.of(ColumnKind.RESPONDENT)), None)


@transaction.atomic
def remove_import(import_: Import, *, by: Person, reason: str, now: datetime) -> None:
    """
    Take an import's answers out again, in a job; the file and its account stay.

    :raises NotNow: while it runs, or when they are out already.
    """
    step(import_, State.REMOVING, removed=0)
    job = enqueue(REMOVAL, {"import": import_.pk}, by=by, now=now)
    Import.objects.filter(pk=import_.pk).update(job=job)
    record(
        "answers.removed",
        subject=import_,
        by=by,
        at=now,
        unit=import_.within,
        reason=reason,
    )


@transaction.atomic
def take_out(import_: Import, *, now: datetime) -> int:
    """Some of the import's answers, out of their cells and gone; how many they were."""
    left = Answer.objects.filter(batch=import_.batch).order_by("version", "pk")
    found = list(left.values_list("version", "pk")[:BATCH])
    removed = 0
    for version in FormVersion.objects.filter(pk__in={version for version, _ in found}):
        ids = [answer for of, answer in found if of == version.pk]
        removed += remove_answers(version, ids)
    Import.objects.filter(pk=import_.pk).update(removed=F("removed") + removed)
    if not found:
        step(import_, State.REMOVED, finished_at=now)
        unmend(import_)
        record(
            "import.removed",
            subject=import_,
            by=None,
            at=now,
            unit=import_.within,
            answers=import_.removed,
        )
    return removed


@transaction.atomic
def ship_servqual(*, by: Person | None = None, now: datetime) -> FormVersion:
    """The ready-made SERVQUAL questionnaire, published. Safe to repeat."""
    said = servqual.words()
    known = FormVersion.objects.filter(form__code=said["code"]).order_by("number").first()
    if known:
        return known
    ship_builtin(now=now)
    form = make_form(code=said["code"], name=said["name"], by=by, now=now)
    draft = servqual.draft()
    version = draft_version(form, draft, by=by, now=now)
    link_items(version, draft, by=by, now=now)
    publish_version(version, by=by, now=now)
    return version
