"""The chain: how an event is sealed, and where a chain of seals breaks. Pure."""

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network

GENESIS = "0" * 64  # what the first seal follows


@dataclass(frozen=True, slots=True)
class Link:
    """One seal with the event it seals, as they stand in the database."""

    seq: int
    previous: str
    hash: str
    event_id: uuid.UUID
    stamp: bytes  # when it was sealed
    event: bytes

    def follows(self, count: int, head: str) -> bool:
        """Whether a chain of ``count`` links that ends in ``head`` goes on here."""
        return (
            self.seq == count + 1
            and self.previous == head
            and self.hash == self.sealing(self.event, head)
        )

    def sealing(self, event: bytes, head: str) -> str:
        """The hash this seal would have, were it for ``event`` and after ``head``."""
        return digest(head, self.stamp, event)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a chain is whole: its last link, and the one that does not follow it."""

    count: int
    last: Link | None
    broken: Link | None

    @property
    def head(self) -> str:
        return self.last.hash if self.last else GENESIS


def walk(links: Iterable[Link]) -> Walk:
    """Follow the chain from its start to its end or to the first link that is not whole."""
    count, last = 0, None
    for link in links:
        if not link.follows(count, last.hash if last else GENESIS):
            return Walk(count, last, link)
        count, last = count + 1, link
    return Walk(count, last, None)


def digest(previous: str, stamp: bytes, event: bytes) -> str:
    return hashlib.sha256(previous.encode() + stamp + event).hexdigest()


def canonical(values: Mapping[str, object]) -> bytes:
    """
    One spelling for equal values: keys sorted, no spaces, UTF-8, moments in UTC with
    microseconds, ids as text.
    """
    return _canonical.encode(values).encode()


def stamped(sealed_at: datetime, *, regressed: bool) -> bytes:
    return canonical({"sealed_at": sealed_at, "clock_regressed": regressed})


def _spelled(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


_canonical = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    default=_spelled,
)


def plain(number: str) -> int | float:
    """
    A JSON number with a point, read so that every database gives it back alike:
    PostgreSQL would return the number 1e22 as an integer, SQLite would not.
    """
    value = float(number)
    return int(value) if value.is_integer() else value


def event_id() -> uuid.UUID:
    """
    A UUID of version 7 (RFC 9562 §5.7, §6.2 method 3): ids sort by the time they were
    made, to a quarter of a microsecond, so the events of one transaction keep their order.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    high = milliseconds << 16 | 0x7000 | rest * 4096 // 1_000_000
    low = 0x8000_0000_0000_0000 | uuid.uuid4().int & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=high << 64 | low)


def made_at(id_: uuid.UUID) -> datetime:
    """When an id was made, whatever moment its event speaks of."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)


def network(address: str) -> str:
    """The network of an address, not the device: /24 of IPv4, /48 of IPv6."""
    if not address:  # behind a unix socket there is none
        return ""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
