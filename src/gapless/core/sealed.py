"""Text that nobody reads off the database by itself (reliability.md 5.2)."""

import os
from contextlib import suppress
from functools import cache
from secrets import token_hex
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import models

KEY_FILE = "contacts.key"
"""Of the data folder. Its name is from what it closed first: who the customers are."""


class SealedField(models.TextField):  # type: ignore[type-arg]
    """
    Text that stands encrypted in its column. It cannot be searched or sorted by the
    database; whoever has to find somebody looks for a hash.
    """

    def from_db_value(self, value: str | None, *_: Any) -> str:
        return open_(value) if value else ""

    def get_prep_value(self, value: str | None) -> str:
        return seal(value) if value else ""


@cache
def _lock() -> Fernet:
    path = settings.DATA_DIR / KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{token_hex(8)}")
        made.touch(mode=0o600)
        made.write_bytes(Fernet.generate_key())
        with suppress(FileExistsError):  # another process was first
            os.link(made, path)  # whole, or not there
        made.unlink()
    return Fernet(path.read_bytes())


def seal(text: str) -> str:
    return _lock().encrypt(text.encode()).decode()


def open_(token: str) -> str:
    """:raises cryptography.fernet.InvalidToken: when another key closed it."""
    return _lock().decrypt(token.encode()).decode()
