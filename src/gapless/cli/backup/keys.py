"""Two keys that a backup does not hold, and how it knows them again."""

from hashlib import sha256
from hmac import new
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from gapless.core.sealed import KEY_FILE

SALT = "gapless.backup.key"


def known_by() -> dict[str, str]:
    """What tells each key from others and nothing about it; none where there is no key."""
    contacts = Path(settings.DATA_DIR) / KEY_FILE
    known = {
        "secret_key": salted_hmac(SALT, "", algorithm="sha256").hexdigest(),
        KEY_FILE: new(contacts.read_bytes(), SALT.encode(), sha256).hexdigest()
        if contacts.exists()
        else "",
    }
    return {name: digest[:16] for name, digest in known.items()}


def others(taken_with: dict[str, str]) -> list[str]:
    """The keys that this installation lacks, or has another of."""
    here = known_by()
    return [name for name, was in taken_with.items() if was and was != here.get(name)]
