"""How an address is written, so that one person is found however a list spells it."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

HOME = "86"
"""The country of a number that names none."""

SHORTEST, LONGEST = 7, 15  # digits of a number in ITU-T E.164, with its country
_BETWEEN = re.compile(r"[\s\-.()/]+")
_NUMBER = re.compile(r"(\+|00)?([0-9]+)", re.ASCII)


class BadEmail(ValueError):
    """No mail can reach what was typed."""


class BadPhone(ValueError):
    """Nobody can be called at what was typed."""


def email_of(typed: str) -> str:
    """
    One spelling of an e-mail address; "" for nothing.

    :raises BadEmail: when no mail could ever reach it.
    """
    address = unicodedata.normalize("NFKC", typed).strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise BadEmail from None
    return address


def phone_of(typed: str) -> str:
    """
    One spelling of a telephone number, +8613800138000; "" for nothing. A mobile number
    without a country is one of ours, and so is one that begins with a trunk 0.

    :raises BadPhone: when it has anything but digits, or too few or many of them.
    """
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    if not bare:
        return ""
    found = _NUMBER.fullmatch(bare)
    if not found:
        raise BadPhone
    abroad, digits = found.groups()
    if not abroad and not (digits.startswith(HOME) and len(digits) > 12):
        digits = HOME + digits.removeprefix("0")
    if not SHORTEST <= len(digits) <= LONGEST:
        raise BadPhone
    return f"+{digits}"


def email_key(email: str) -> str:
    """What finds somebody by e-mail, and says nothing without the installation's key."""
    return _key("email", email)


def phone_key(phone: str) -> str:
    return _key("phone", phone)


def keys_of(typed: str) -> tuple[str, ...]:
    """The keys of whoever has what was typed for an address; none when it is none."""
    keys = []
    for spelt, key in ((email_of, email_key), (phone_of, phone_key)):
        try:
            address = spelt(typed)
        except (BadEmail, BadPhone):
            continue
        if address:
            keys.append(key(address))
    return tuple(keys)


def person_key(email: str, phone: str) -> str:
    """Who this is: by e-mail when there is one, else by telephone."""
    return email_key(email) if email else phone_key(phone)


def _key(kind: str, address: str) -> str:
    if not address:
        return ""
    salt = f"gapless.campaigns.contact.{kind}"
    return salted_hmac(salt, address, algorithm="sha256").hexdigest()
