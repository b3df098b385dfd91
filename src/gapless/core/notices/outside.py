"""Which addresses lead outside, and which of them we write to at all. Pure."""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

# What Python's `is_global` lets through, of all or of older versions: 6to4's relays
# (RFC 7526), protocol assignments (RFC 6890), NAT64 (RFC 6052, 8215), IPv4-compatible
# addresses (RFC 4291, 2.5.5.1), segment routing (RFC 9602), documentation (RFC 9637).
_NOT_THE_WORLDS = tuple(
    map(
        ip_network,
        (
            "192.88.99.0/24",
            "192.0.0.0/24",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "::/96",
            "5f00::/16",
            "3fff::/20",
        ),
    )
)


class NotOutside(Exception):
    """The address leads into a network that is not the world's, or is none we write to."""


def leads_outside(address: str) -> bool:
    """Whether an address of a machine belongs to the public Internet and one machine."""
    ip = ip_address(address.partition("%")[0])
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    if any(ip in network for network in _NOT_THE_WORLDS):
        return False
    return not (isinstance(ip, IPv6Address) and _wraps_another(ip))


def _wraps_another(ip: IPv6Address) -> bool:
    """Whether it stands for somebody's IPv4, perhaps for ours; or is a site's own."""
    return bool(ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip.is_site_local)


def check_address(url: str, *, inside: Collection[str] = ()) -> str:
    """
    The host of an address that we would write to, as far as the address itself tells;
    what the host's name leads to is looked at when we connect.

    :param inside: hosts of our own that may be written to all the same, also by http.
    :raises NotOutside: it is not https, has a name and password in it, or leads inside.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotOutside(url) from error
    strange = not url.isascii() or not url.isprintable() or " " in url or "\\" in url
    if strange or not host or "@" in parts.netloc:
        raise NotOutside(url)
    if host in inside and parts.scheme in ("http", "https"):
        return host
    if parts.scheme != "https" or _inside_by_itself(host):
        raise NotOutside(url)
    return host


def _inside_by_itself(host: str) -> bool:
    """Whether the host is a number that leads inside; names are looked up later."""
    try:
        return not leads_outside(host)
    except ValueError:
        return False
