"""How often one address may fail, counted in the cache that all server processes share."""

import time
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest

from gapless.web.http import client_address

WINDOW = 60  # seconds
# reliability.md 2.4: 20 failed opens per minute and address.
FAILURES = {"token": 20, "receipt": 20, "pin": 5, "feed": 20, "report": 20, "follow": 30}


def failed_too_often(request: HttpRequest, what: str, whom: str = "") -> bool:
    """Count one more failure, and say whether it is one too many for this minute."""
    window = int(time.time()) // WINDOW
    key = f"answering:{what}:{whom or _address(request)}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return int(cache.incr(key)) > FAILURES[what]
    except ValueError:  # the cache was emptied between the two
        return False


def barred(request: HttpRequest, what: str, whom: str = "") -> bool:
    """Whether there were too many failures already, without counting one."""
    window = int(time.time()) // WINDOW
    key = f"answering:{what}:{whom or _address(request)}:{window}"
    return int(cache.get(key, 0)) >= FAILURES[what]


def seconds_left() -> int:
    """Until the next minute begins, for Retry-After."""
    return WINDOW - int(time.time()) % WINDOW


def _address(request: HttpRequest) -> str:
    """Somebody with IPv6 has 2⁶⁴ addresses: they are one."""
    address = client_address(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)
