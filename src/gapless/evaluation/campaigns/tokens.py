"""
The addresses of doors, and receipts. All are derived from the installation's secret, so
that the database holds nothing with which somebody could answer or withdraw.
"""

import re

from django.utils.http import base36_to_int, int_to_base36

from gapless.core.tokens import Numbered, is_signed, sealed, signature

_DOOR = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})-([a-z2-7]{16})")
_INVITATION = re.compile(r"i([0-9a-z]{1,13})-([a-z2-7]{26})")

# Crockford's base 32: nothing that people take for something else when they copy it.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -–—\t")
_RECEIPT_SIGNS = 10


def token_of(collector: Numbered, unit: Numbered) -> str:
    """
    The address of a link, QR code or kiosk: which collector and where, and a signature. No
    secret, as it hangs on a wall; it opens until the collector is revoked.
    """
    place = f"{int_to_base36(collector.pk)}-{int_to_base36(unit.pk)}"
    return f"{place}-{signature('door', place, signs=16)}"


def read_token(token: str) -> tuple[int, int] | None:
    """The numbers of the collector and the unit, if we made this token."""
    found = _DOOR.fullmatch(token)
    if not found:
        return None
    collector, unit, given = found.groups()
    if not is_signed("door", f"{collector}-{unit}", given):
        return None
    return base36_to_int(collector), base36_to_int(unit)


def invitation_token(invitation: Numbered) -> str:
    """The address for one person alone: 128 bits that nobody can guess."""
    number = int_to_base36(invitation.pk)
    return f"i{number}-{signature('invitation', number, signs=26)}"


def read_invitation(token: str) -> int | None:
    found = _INVITATION.fullmatch(token)
    if not found:
        return None
    number, given = found.groups()
    if not is_signed("invitation", number, given):
        return None
    return base36_to_int(number)


def invitation_key(invitation: Numbered) -> str:
    """The key of the one response to an invitation, whatever device it comes from."""
    return sealed("invited response", str(invitation.pk)).hex()[:32]


def receipt_code(key: str) -> str:
    """The receipt of what was handed in under a key, such as 7F3K2-M9D4Q."""
    number = int.from_bytes(sealed("receipt", key))
    signs = "".join(_SIGNS[number >> 5 * place & 31] for place in range(_RECEIPT_SIGNS))
    return f"{signs[:5]}-{signs[5:]}"


def receipt_hash(code: str) -> str:
    """What the database keeps of a receipt, however it was typed: o for 0, or small."""
    return sealed("receipt hash", code.upper().translate(_MISREAD)).hex()
