"""A small questionnaire, and people who answer it."""

from collections.abc import Sequence
from datetime import datetime

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
from tests.conftest import NINE_AM

ITEMS = {"R1": "reliability", "R2": "reliability", "T1": "tangibles", "T2": "tangibles"}


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
) -> None:
    """One answer for each pair: the same expectation and perception for every item."""
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
                },
            )
            for place, pair in enumerate(pairs)
        ],
        batch=batch,
        now=at,
    )
