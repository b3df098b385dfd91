"""Files of answers leave the house: whoever takes one stands in the trail."""

from datetime import datetime

from django.db import transaction

from gapless.core.audit.actions import record
from gapless.people.org.models import Person

from .models import Campaign


@transaction.atomic
def note_export(
    campaign: Campaign, file: str, *, rows: int, by: Person, now: datetime
) -> None:
    """Write down that answers or comments were taken as a file, and how many."""
    record(
        "answers.exported",
        subject=campaign,
        by=by,
        at=now,
        unit=campaign.within,
        file=file,
        rows=rows,
    )
