"""
The address of a person's deadlines, for calendars that cannot sign in. Derived from the
installation's secret, so that the database holds nothing with which somebody could read.
"""

import re
from base64 import b32encode
from typing import Protocol

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

_FEED = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{26})")


class Numbered(Protocol):
    pk: int


def feed_token(feed: Numbered) -> str:
    """The secret part of the address: 130 bits that nobody can guess."""
    number = int_to_base36(feed.pk)
    return f"{number}-{_signature(number)}"


def read_feed(token: str) -> int | None:
    """The number of the feed, if we made this token."""
    found = _FEED.fullmatch(token)
    if not found or not constant_time_compare(found[2], _signature(found[1])):
        return None
    return base36_to_int(found[1])


def _signature(number: str) -> str:
    sealed = salted_hmac("gapless.notices.feed", number, algorithm="sha256").digest()
    return b32encode(sealed).decode().lower()[:26]
