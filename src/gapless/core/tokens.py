"""
Words that only this installation can have written: addresses of public doors, links of one
person. All are derived from its secret, so that the database holds none of them.
"""

from __future__ import annotations

import re
from base64 import b32encode
from typing import Protocol

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

# What hangs on a wall is no secret; what opens one person's matter has 128 bits.
ON_A_WALL = 16
SECRET = 26
_OF_ONE = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{16,26})")


class Numbered(Protocol):
    pk: int


def sealed(purpose: str, words: str) -> bytes:
    """What nobody can work out from the words who does not know the secret."""
    return salted_hmac(f"gapless.{purpose}", words, algorithm="sha256").digest()


def signature(purpose: str, words: str, *, signs: int) -> str:
    """The beginning of it, in letters and digits that go into an address."""
    return b32encode(sealed(purpose, words)).decode().lower()[:signs]


def is_signed(purpose: str, words: str, given: str) -> bool:
    """Whether we signed these words; the length is the caller's to ask for."""
    return constant_time_compare(given, signature(purpose, words, signs=len(given)))


def token_for(purpose: str, thing: Numbered, *, signs: int) -> str:
    """The number of a thing and our signature: 3f-k2m…"""
    number = int_to_base36(thing.pk)
    return f"{number}-{signature(purpose, number, signs=signs)}"


def number_of(purpose: str, token: str, *, signs: int) -> int | None:
    """The number of the thing, if we made this token for it."""
    found = _OF_ONE.fullmatch(token)
    if not found:
        return None
    number, given = found.groups()
    if len(given) != signs or not is_signed(purpose, number, given):
        return None
    return base36_to_int(number)
