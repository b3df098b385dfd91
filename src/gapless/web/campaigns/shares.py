"""Quotas in words: about whom, how many, how many so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.core.text import said

if TYPE_CHECKING:
    from gapless.core.instruments.rules import VersionDraft
    from gapless.evaluation.campaigns.models import Quota


@dataclass(frozen=True, slots=True)
class Share:
    quota: Quota
    unit: str  # empty: any unit
    question: str  # empty: whatever they chose
    option: str

    @property
    def full(self) -> bool:
        return self.quota.filled >= self.quota.limit


def share_of(quota: Quota, draft: VersionDraft) -> Share:
    item = draft.item(quota.item) if quota.item else None
    option = item.options[quota.option] if item and quota.option is not None else None
    return Share(
        quota,
        unit=quota.unit.name if quota.unit else "",
        question=said(item.text) if item else "",
        option=said(option.text) if option else "",
    )
