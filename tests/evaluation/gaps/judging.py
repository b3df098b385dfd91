"""A questionnaire that ends with overall judgements, and people who judge."""

import numpy as np

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

DIMENSIONS = ("reliability", "tangibles", "empathy")
JUDGEMENTS = {"sat": "All in all", "again": "Would come again"}


def judged(code: str = "judged", *, dimensional: bool = True) -> FormVersion:
    """Three perceptions on seven points, one for each dimension, and two judgements."""
    rated = tuple(
        ItemDraft(
            d[0].upper(),
            ItemKind.SCORE,
            {"en": f"Item {d[0].upper()}"},
            dimension=d if dimensional else "",
        )
        for d in DIMENSIONS
    )
    overall = tuple(
        ItemDraft(code, ItemKind.OVERALL, {"en": text}, low=1, high=10)
        for code, text in JUDGEMENTS.items()
    )
    draft = VersionDraft(
        ExpectationType.IDEAL,
        tuple(DimensionDraft(d, {"en": d.title()}) for d in DIMENSIONS if dimensional),
        (SectionDraft({"en": "Service"}, (*rated, *overall)),),
    )
    form = actions.make_form(code=code, name={"en": "Judged"}, by=None, now=NINE_AM)
    version = actions.draft_version(form, draft, by=None, now=NINE_AM)
    actions.publish_version(version, by=None, now=NINE_AM)
    return version


def judge(
    version: FormVersion,
    unit: Unit,
    count: int,
    *,
    batch: str = "test",
    without: tuple[str, ...] = (),
) -> None:
    """
    So many answers. Satisfaction goes mostly with reliability, which is weak, and not with
    tangibles, which are good; to come again goes with empathy.
    """
    rng = np.random.default_rng(count)
    rated = np.clip(np.round(rng.normal((3, 6, 5), 1.2, (count, 3))), 1, 7)
    noise = rng.normal(0, 0.6, (count, 2))
    weights = np.array([[1.2, 0.0, 0.4], [0.2, 0.0, 1.4]])
    overall = np.clip(np.round(rated @ weights.T + noise), 1, 10)
    codes = (*(d[0].upper() for d in DIMENSIONS), *JUDGEMENTS)
    actions.record_answers(
        version,
        [
            actions.NewAnswer(
                key=f"{batch}/{unit.pk}/{place}",
                unit=unit,
                answered_at=NINE_AM,
                mode=CollectionMode.ON_EVENT,
                values={
                    (code, 0): int(value)
                    for code, value in zip(codes, row, strict=True)
                    if code not in without
                },
            )
            for place, row in enumerate(np.hstack((rated, overall)))
        ],
        batch=batch,
        now=NINE_AM,
    )
