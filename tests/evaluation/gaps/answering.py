"""A small questionnaire, and people who answer it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments import actions
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    SectionDraft,
    VersionDraft,
)
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast, unit

ITEMS = {"R1": "reliability", "R2": "reliability", "T1": "tangibles", "T2": "tangibles"}

FAIR, BAD = [(7, 6), (7, 5)] * 20, [(7, 2), (7, 1)] * 20


def questionnaire(
    code: str = "hall", *, kind: ItemKind = ItemKind.PAIR, alone: str = ""
) -> FormVersion:
    """
    Two dimensions of two pairs on seven points, published.

    :param alone: the item that asks for perception only.
    """
    form = actions.make_form(
        code=code, name={"en": "Hall questionnaire"}, by=None, now=NINE_AM
    )
    draft = VersionDraft(
        ExpectationType.IDEAL,
        tuple(DimensionDraft(d, {"en": d.title()}) for d in dict.fromkeys(ITEMS.values())),
        (
            SectionDraft(
                {"en": "Service"},
                tuple(
                    ItemDraft(
                        code,
                        ItemKind.SCORE if code == alone else kind,
                        {"en": f"Item {code}"},
                        dimension=dimension,
                    )
                    for code, dimension in ITEMS.items()
                ),
            ),
        ),
    )
    version = actions.draft_version(form, draft, by=None, now=NINE_AM)
    actions.publish_version(version, by=None, now=NINE_AM)
    return version


def answer(
    version: FormVersion,
    unit: Unit,
    pairs: Sequence[tuple[int, int]],
    *,
    at: datetime = NINE_AM,
    batch: str = "test",
    beside: Mapping[tuple[str, int], int] = MappingProxyType({}),
) -> None:
    """
    One answer for each pair: the same expectation and perception for every item, and
    ``beside`` what further items say.
    """
    pairs_of = {item.code for item in version.items.filter(kind=ItemKind.PAIR)}
    actions.record_answers(
        version,
        [
            actions.NewAnswer(
                key=f"{batch}/{unit.pk}/{at:%Y%m%d%H%M}/{place}",
                unit=unit,
                answered_at=at,
                mode=CollectionMode.ON_EVENT,
                values={
                    (code, side if code in pairs_of else 0): pair[side]
                    for code in ITEMS
                    for side in (0, 1)
                }
                | dict(beside),
            )
            for place, pair in enumerate(pairs)
        ],
        batch=batch,
        now=at,
    )


def halls_of(cast: Cast, version: FormVersion, *, fair: int) -> list[Unit]:
    """``fair`` halls beside East and West and like them, and a last one far below."""
    more = [unit(f"Hall {number}", cast.city) for number in range(1, fair + 2)]
    for hall in (cast.east, cast.west, *more[:fair]):
        answer(version, hall, FAIR)
    answer(version, more[fair], BAD)
    return more
