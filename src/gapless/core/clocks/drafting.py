"""Verbs of time limits: what is published stands, and a change is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from gapless.core.audit.actions import record
from gapless.core.text import LanguageMap

from . import builtin
from .actions import Actor
from .models import ClockPolicy, PolicyVersion
from .terms import policy_of, terms_of


class CodeTaken(Exception):
    """Another time limit has this code."""


class NotKept(Exception):
    """The terms contradict each other: no clock could be kept by them."""


class AlreadyPublished(Exception):
    """A published version never changes; the change belongs into a new one."""


class ChangedMeanwhile(Exception):
    """Somebody else edited the draft after this person opened it."""


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a version says.

    :param region: whose working days count; empty: those of the unit itself.
    :param source: where the limit comes from.
    :param assumed: nobody prescribed it.
    """

    terms: Mapping[str, Any]
    region: str = ""
    source: LanguageMap = field(default_factory=dict)
    assumed: bool = False

    def columns(self, policy: ClockPolicy) -> dict[str, Any]:
        """
        As the table holds it.

        :raises NotKept: the terms spell no policy.
        """
        try:
            terms = terms_of(policy_of(policy.code, policy.kind, self.terms))
        except (ValueError, KeyError) as error:
            raise NotKept(policy.code) from error
        return {
            "terms": terms,
            "region": self.region,
            "source": {code: words for code, words in self.source.items() if words},
            "assumed": self.assumed,
        }


@transaction.atomic
def ship_builtin(*, now: datetime) -> list[str]:
    """
    Bring in the time limits that ship with the product, published, as templates to begin
    with; the codes of those that were new. Safe to repeat: what exists stays as it is.
    """
    shipped = []
    for built in builtin.read():
        policy, is_new = ClockPolicy.objects.get_or_create(
            code=built.code,
            defaults={
                "name": dict(built.name),
                "kind": built.kind,
                "built_in": True,
                "created_at": now,
            },
        )
        if is_new:
            said = Said(built.terms, source=built.source, assumed=built.assumed)
            columns = said.columns(policy) | {"made_at": now, "published_at": now}
            version = PolicyVersion.objects.create(policy=policy, number=1, **columns)
            shipped.append(policy.code)
    if shipped:
        record("clock_policy.shipped", subject=version, by=None, at=now, codes=shipped)
    return shipped


@transaction.atomic
def make_policy(
    *, code: str, name: LanguageMap, kind: str, said: Said, by: Actor, now: datetime
) -> PolicyVersion:
    """
    A time limit of the organisation's own, as a draft.

    :raises CodeTaken: when the code is in use.
    :raises NotKept: when the terms contradict each other.
    """
    try:
        with transaction.atomic():
            policy = ClockPolicy.objects.create(
                code=code, name=_worded(name), kind=kind, created_at=now
            )
    except IntegrityError as error:
        raise CodeTaken(code) from error
    draft = PolicyVersion.objects.create(
        policy=policy, number=1, made_at=now, **said.columns(policy)
    )
    record("clock_policy.made", subject=policy, by=by, at=now, code=code, kind=kind)
    return draft


@transaction.atomic
def open_draft(policy: ClockPolicy, *, by: Actor, now: datetime) -> PolicyVersion:
    """The draft of the next version, begun with what the last one says."""
    last = policy.versions.order_by("-number").first()
    if last is None or last.published_at is None:
        return policy.versions.drafts().get()
    try:
        with transaction.atomic():
            draft = PolicyVersion.objects.create(
                policy=policy,
                number=last.number + 1,
                terms=last.terms,
                region=last.region,
                source=last.source,
                assumed=last.assumed,
                made_at=now,
            )
    except IntegrityError:  # somebody opened it at this moment: it is theirs and ours
        return policy.versions.drafts().get()
    record(
        "clock_policy.draft_opened",
        subject=policy,
        by=by,
        at=now,
        code=policy.code,
        number=draft.number,
    )
    return draft


@transaction.atomic
def change_draft(
    draft: PolicyVersion,
    *,
    said: Said,
    name: LanguageMap,
    seen: int,
    by: Actor,
    now: datetime,
) -> None:
    """
    Say it otherwise, as long as it is a draft. The name is the policy's own and changes
    at once.

    :param seen: how often the draft had been edited when this person opened it.
    :raises NotKept: when the terms contradict each other.
    :raises AlreadyPublished: when it was published meanwhile.
    :raises ChangedMeanwhile: when somebody else edited it since ``seen``.
    """
    policy = draft.policy
    this = PolicyVersion.objects.drafts().filter(pk=draft.pk)
    edited = this.filter(edits=seen).update(edits=F("edits") + 1, **said.columns(policy))
    if not edited:
        raise (ChangedMeanwhile if this.exists() else AlreadyPublished)(draft)
    ClockPolicy.objects.filter(pk=policy.pk).update(name=_worded(name))
    record(
        "clock_policy.draft_changed",
        subject=policy,
        by=by,
        at=now,
        code=policy.code,
        before=draft.terms,
        after=said.columns(policy)["terms"],
    )


@transaction.atomic
def publish_policy(draft: PolicyVersion, *, by: Actor, now: datetime) -> None:
    """
    Put a draft in force: clocks that are started from now on run under it, those that run
    already go on under theirs. It never changes again.

    :raises AlreadyPublished: somebody was quicker.
    """
    won = PolicyVersion.objects.drafts().filter(pk=draft.pk).update(published_at=now)
    if not won:
        raise AlreadyPublished(draft)
    draft.refresh_from_db()
    record(
        "clock_policy.published",
        subject=draft.policy,
        by=by,
        at=now,
        code=draft.policy.code,
        number=draft.number,
    )


@transaction.atomic
def discard_draft(draft: PolicyVersion, *, by: Actor, now: datetime) -> None:
    """
    Throw a draft away; a time limit that never had another version goes with it.

    :raises AlreadyPublished: somebody published it meanwhile.
    """
    gone, _rows = PolicyVersion.objects.drafts().filter(pk=draft.pk).delete()
    if not gone:
        raise AlreadyPublished(draft)
    policy = draft.policy
    record(
        "clock_policy.draft_discarded",
        subject=policy,
        by=by,
        at=now,
        code=policy.code,
        number=draft.number,
    )
    if not policy.versions.exists():
        policy.delete()


def _worded(name: LanguageMap) -> dict[str, str]:
    return {code: words.strip() for code, words in name.items() if words.strip()}
