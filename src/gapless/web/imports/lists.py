"""Lists as people write them into one field."""

from collections.abc import Sequence


def listed(said: str) -> tuple[str, ...]:
    """Cells that somebody listed, separated by commas of either width."""
    parts: Sequence[str] = said.replace("\uff0c", ",").replace("\u3001", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
