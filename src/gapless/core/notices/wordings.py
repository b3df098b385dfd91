"""The organisation's own words for a kind of notice."""

from datetime import datetime
from typing import Protocol

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import record
from gapless.core.text import LanguageMap

from .actions import Uncatalogued
from .catalogue import KINDS
from .models import Wording
from .rules import unknown_blanks


class Actor(Protocol):
    pk: int


class UnknownBlanks(Exception):
    """The words ask for facts that this kind is not told with; which, in ``names``."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


class WordedMeanwhile(Exception):
    """Somebody else worded it after this one looked."""


def newest(kind: str) -> Wording | None:
    """The latest of the organisation's own words, also when they are empty: ours again."""
    return Wording.objects.filter(kind=kind).order_by("-number").first()


@transaction.atomic
def word(
    kind: str,
    title: LanguageMap,
    body: LanguageMap,
    *,
    after: int,
    by: Actor,
    now: datetime,
) -> Wording:
    """
    Tell this kind in other words from now on; empty ones are ours again. What has been
    told keeps the words it was told in.

    :param after: the number of the version that this one saw; 0: none.
    :raises UnknownBlanks: they ask for what nobody says.
    :raises WordedMeanwhile: another version came between.
    """
    if kind not in KINDS:
        raise Uncatalogued(kind)
    words = [*title.values(), *body.values()]
    facts = KINDS[kind].facts
    names = tuple(name for each in words for name in unknown_blanks(each, facts))
    if names:
        raise UnknownBlanks(tuple(dict.fromkeys(names)))
    latest = newest(kind)
    if (latest.number if latest else 0) != after:
        raise WordedMeanwhile(kind)
    try:
        with transaction.atomic():
            wording = Wording.objects.create(
                kind=kind,
                number=after + 1,
                title={language: text for language, text in title.items() if text},
                body={language: text for language, text in body.items() if text},
                made_by_id=by.pk,
                made_at=now,
            )
    except IntegrityError as error:
        raise WordedMeanwhile(kind) from error
    record(
        "notice.worded", subject=wording, by=by, at=now, kind=kind, number=wording.number
    )
    return wording
