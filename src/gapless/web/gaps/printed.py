"""What a printed copy says of itself: whose numbers, of when, and what is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import pgettext

from gapless.evaluation.gaps.counting import counting_for
from gapless.evaluation.gaps.rules import INDICATIVE_BELOW
from gapless.people.org.queries import placed

from .context import Context

if TYPE_CHECKING:
    from gapless.people.org.rules import Viewer


@dataclass(frozen=True, slots=True)
class Foot:
    place: str  # from the organisation down to the unit, as far as the viewer sees
    versions: str
    at: datetime
    threshold: int
    indicative: int


def foot_of(viewer: Viewer, context: Context) -> Foot:
    (place,) = placed(viewer, [context.unit])
    return Foot(
        " › ".join(unit.name for unit in (*place.above, place.unit)),
        _listed(_counted(context)),
        now(),
        int(settings.DISPLAY_THRESHOLD),
        INDICATIVE_BELOW,
    )


def _counted(context: Context) -> list[str]:
    """The versions whose answers count; which ones is looked up only where some may."""
    beside = {v for v in context.versions if v.form_id == context.version.form_id}
    if beside <= {context.version}:
        return [str(context.version)]
    counting = [each.version for each in counting_for(context.selection)]
    return [str(v) for v in counting if v in beside or v == context.version]


def _listed(names: list[str]) -> str:
    return pgettext("between the members of a list", ", ").join(names)
