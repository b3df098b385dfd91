"""
What people write about themselves without being asked: telephone, identity and card
numbers, addresses of mail and messengers. Found by their shape and, where there is one,
by their check digit; what is left may still name somebody, and whoever reads it knows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Removed(TextChoices):
    """What stood there."""

    EMAIL = "email", _("e-mail address")
    IDENTITY = "identity", _("identity number")
    CARD = "card", _("card number")
    PHONE = "phone", _("telephone number")
    ACCOUNT = "account", _("messenger account")


# A character for a character, so that what is found there stands here.
_AS_TYPED = str.maketrans("０１２３４５６７８９＠．－（）＋　Ｘｘ", "0123456789@.-()+ Xx")
_WORDS = tomllib.loads(
    (files("gapless.evaluation.campaigns") / "redacting.toml").read_text(encoding="utf-8")
)
_SPOKEN = str.maketrans(_WORDS["spoken"], _WORDS["digits"])


def _one_of(words: list[str]) -> str:
    return "|".join(map(re.escape, words))


_IS = _WORDS["is"]
_GAP = r"[\s.\-]?"
_MAINLAND = rf"(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_SPLIT_OTHERWISE = rf"1{_GAP}[3-9](?:{_GAP}\d){{9}}"
_AREA = rf"(?:\(0\d{{1,3}}\)|0\d{{1,3}}){_GAP}"
_EXTENSION = rf"(?:(?:-|{_one_of(_WORDS['extension'])})\s?\d{{1,5}})?"
_LANDLINE = rf"{_AREA}[2-9]\d{{2,3}}{_GAP}\d{{4}}{_EXTENSION}"
_TAIWANESE = rf"09\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}"
_ABROAD = r"\+\d{1,3}(?:[\s.\-]?\d){7,12}"
_ANNOUNCING = "|".join(f"(?<={re.escape(word)})" for word in _WORDS["telephone"])
_ANNOUNCED = rf"(?:{_ANNOUNCING})[\s:：.{_IS}]{{0,4}}\d{{7,8}}"
_PHONES = (_MAINLAND, _SPLIT_OTHERWISE, _TAIWANESE, _LANDLINE, _ABROAD)

_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])(\d{{6}}){_GAP}(\d{{8}}){_GAP}(\d{{3}}[0-9Xx])(?![0-9A-Za-z])"
)
_IDENTITY_OF_OLD = re.compile(r"(?<!\d)(\d{6})(\d{6})(\d{3})(?!\d)")
_IDENTITY_TW = re.compile(r"(?<![0-9A-Za-z])([A-Z])([1289]\d{8})(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<!\d)[2-6]\d{3}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?!\d)")
_PHONE = re.compile(rf"(?<!\d)(?:{'|'.join(_PHONES)})(?!\d)|{_ANNOUNCED}(?!\d)")
_ACCOUNT = re.compile(
    rf"(?:{_one_of(_WORDS['account'])}"
    rf"|(?<![A-Za-z])(?:{_one_of(_WORDS['account_as_a_word'])}))"
    rf"[\s:：{_IS}]{{0,3}}(?P<name>[A-Za-z][\w\-]{{5,19}}|\d{{5,12}})",
    re.ASCII,
)

Span = tuple[int, int, Removed]


def redact(text: str) -> str:
    """The text with the names of what was taken out in brackets, in the reader's words."""
    for look in _LOOKS:
        for start, end, what in reversed(list(look(text))):
            text = f"{text[:start]}[{what.label}]{text[end:]}"
    return text


def _spans(pattern: re.Pattern[str], what: Removed, text: str) -> Iterator[Span]:
    for found in pattern.finditer(text.translate(_AS_TYPED)):
        yield found.start(), found.end(), what


def _emails(text: str) -> Iterator[Span]:
    return _spans(_EMAIL, Removed.EMAIL, text)


def _identities(text: str) -> Iterator[Span]:
    """A birthday in the middle tells; a slip in the check digit still names somebody."""
    for found in _IDENTITY.finditer(text.translate(_AS_TYPED)):
        if _is_birthday(found[2]):
            yield found.start(), found.end(), Removed.IDENTITY


def _old_identities(text: str) -> Iterator[Span]:
    """The 15 digits of before 1999, which have no check digit."""
    for found in _IDENTITY_OF_OLD.finditer(text.translate(_AS_TYPED)):
        if _is_birthday(f"19{found[2]}") and "11" <= found[1][:2] <= "82":
            yield found.start(), found.end(), Removed.IDENTITY


def _taiwanese_identities(text: str) -> Iterator[Span]:
    for found in _IDENTITY_TW.finditer(text.translate(_AS_TYPED)):
        if _checks_in_taiwan(found[1], found[2]):
            yield found.start(), found.end(), Removed.IDENTITY


def _cards(text: str) -> Iterator[Span]:
    for found in _CARD.finditer(text.translate(_AS_TYPED)):
        if _luhn(re.sub(r"\D", "", found[0])):
            yield found.start(), found.end(), Removed.CARD


def _phones(text: str) -> Iterator[Span]:
    return _spans(_PHONE, Removed.PHONE, text)


def _spoken_phones(text: str) -> Iterator[Span]:
    """A mobile number in characters: 一三八…, to get past a filter."""
    spoken = text.translate(_AS_TYPED).translate(_SPOKEN)
    for found in re.finditer(rf"(?<!\d){_SPLIT_OTHERWISE}(?!\d)", spoken):
        yield found.start(), found.end(), Removed.PHONE


def _accounts(text: str) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(text.translate(_AS_TYPED)):
        yield found.start("name"), found.end("name"), Removed.ACCOUNT


# The longest numbers first: a telephone number could lie within a card's.
_LOOKS: tuple[Callable[[str], Iterator[Span]], ...] = (
    _emails,
    _identities,
    _cards,
    _old_identities,
    _taiwanese_identities,
    _phones,
    _spoken_phones,
    _accounts,
)


def _is_birthday(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day < date(2100, 1, 1)


def _luhn(digits: str) -> bool:
    """The check digit of a bank card (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


_LETTERS_OF_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # 10 to 35


def _checks_in_taiwan(letter: str, digits: str) -> bool:
    code = 10 + _LETTERS_OF_TAIWAN.index(letter)
    weighted = zip((code // 10, code % 10, *map(int, digits)), _WEIGHTS, strict=True)
    return sum(digit * weight for digit, weight in weighted) % 10 == 0


_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
