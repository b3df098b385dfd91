"""The holidays that ship with the product."""

from collections.abc import Iterator

from . import published
from .choices import ZONES
from .queries import HolidayYear


def years() -> Iterator[HolidayYear]:
    """Every year of every region, with where it was published."""
    for region in ZONES:
        for each in published.years(region):
            yield HolidayYear(
                region,
                each.year,
                each.days,
                each.source,
                each.checked_on,
                each.address,
                each.published_on,
            )
