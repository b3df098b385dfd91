"""
reliability.md X3: nothing that we send arrives inside, whatever the address. A listener
waits on this machine, every connection of this process is seen, and names lead where the
test says.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
from requests import RequestException

from gapless.core.notices import outgoing
from gapless.core.notices.outgoing import TooMuch, guarded, post
from gapless.core.notices.outside import NotOutside, check_address, leads_outside

WORLD = "93.184.215.14"

# Addresses by themselves, in every spelling that somebody's library takes for one.
HOSTS = [
    "127.0.0.1", "127.0.0.2", "127.1", "127.255.255.254", "0", "0.0.0.0", "0x7f.1",  # noqa: S104  refused, not bound to

    "0x7f000001", "0x7f.0.0.1", "2130706433", "017700000001", "0177.0.0.1", "127.0.1",
    "localhost", "LOCALHOST", "localhost.", "ip6-localhost",
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "192.168.1.254", "169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.0.1",
    "100.64.0.1", "100.127.255.255", "100.100.100.200", "192.0.0.8", "192.0.2.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:8.8.8.8]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
    "[2001:0:1::1]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[ff0e::1]", "[100::1]", "[2001:db8::1]",
    "[3fff::1]", "[5f00::1]",
    # Names that lead inside; the resolver below says where.
    "inside.example", "metadata.example", "six.example", "mapped.example", "mixed.example",
    "turns.example",
]  # fmt: skip

# Addresses that are wrong by the look of them; {} is the listener's port.
URLS = [
    "http://world.example:{}/", "ftp://world.example:{}/", "file:///etc/passwd",
    "gopher://127.0.0.1:{}/_x", "//127.0.0.1:{}/", "127.0.0.1:{}", "https:///path", "",
    "https://a@127.0.0.1:{}/", "https://a:b@world.example:{}/",
    "https://world.example@127.0.0.1:{}/",
    "https://127.0.0.1:{}\\@world.example/", "https://world.example:{}\t/", "https://[::1:{}/",
    "https://world.example:99999/", "https://１２７.0.0.1:{}/", "https://127。0。0。1:{}/",
    "https://world.example\n127.0.0.1:{}/", "unix:///var/run/docker.sock",
    "https://@127.0.0.1:{}/", "https://world.example:{}@127.0.0.1/", "http+unix://x/",
]  # fmt: skip

NAMES = {
    "world.example": [WORLD],
    "inside.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "mixed.example": [WORLD, "127.0.0.1"],  # one address that is fine, and one that is not
}


class Watch:
    """What was connected to, and how often names were asked for."""

    def __init__(self) -> None:
        self.port = 0
        self.accepted = 0
        self.connects: list[str] = []
        self.asked: list[str] = []
        self.answer = b"HTTP/1.1 204 No Content\r\n\r\n"


def serve(listener: socket.socket, seen: Watch) -> None:
    """Count whoever comes, and answer."""
    while True:
        try:
            line, _ = listener.accept()
        except OSError:  # closed: the test is over
            return
        seen.accepted += 1
        with line, suppress(OSError):
            line.settimeout(1)
            line.recv(65536)
            line.sendall(seen.answer)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65536):
                pass


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    seen = Watch()
    listener = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    seen.port = listener.getsockname()[1]

    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def lookup(host: str, *given: object, **more: object) -> object:
        seen.asked.append(host)
        if host == "turns.example":  # outside first, inside ever after: DNS rebinding
            places = [WORLD] if seen.asked.count(host) == 1 else ["127.0.0.1"]
        else:
            places = NAMES.get(host, [host])
        return [each for place in places for each in real_lookup(place, *given, **more)]

    def connect(line: socket.socket, place: tuple[str, int]) -> None:
        seen.connects.append(place[0])
        if place[0] == WORLD:
            raise ConnectionRefusedError  # no test writes to the world
        real_connect(line, place)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket.socket, "connect", connect)
    thread = threading.Thread(target=serve, args=(listener, seen), daemon=True)
    thread.start()
    yield seen
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(2)


def by_ourselves(url: str) -> None:
    post(url, "{}", {})


def as_apprise_does(url: str) -> None:
    with guarded():
        requests.post(url, data="{}", allow_redirects=True, timeout=60, verify=False)  # noqa: S501


WAYS = [by_ourselves, as_apprise_does]


def test_the_table_is_as_long_as_it_must_be() -> None:
    assert len(set(HOSTS) | set(URLS)) >= 60


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("host", HOSTS)
def test_no_address_inside_is_connected_to(watch: Watch, host, scheme, way) -> None:
    with pytest.raises((NotOutside, RequestException, OSError)):
        way(f"{scheme}://{host}:{watch.port}/hook")

    assert watch.accepted == 0
    assert set(watch.connects) <= {WORLD}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("url", URLS)
def test_no_address_of_another_kind_is_connected_to(watch: Watch, url, way) -> None:
    with pytest.raises((NotOutside, RequestException, OSError)):
        way(url.format(watch.port))

    assert (watch.accepted, watch.connects) == (0, [])


def test_a_name_is_asked_for_once_and_that_very_address_is_connected_to(
    watch: Watch,
) -> None:
    with pytest.raises(RequestException):
        post(f"https://turns.example:{watch.port}/", "{}", {})

    assert watch.asked == ["turns.example"]
    assert watch.connects == [WORLD]


@pytest.fixture
def own(settings, watch: Watch) -> str:
    """A host of our own that may be written to, in place of one outside."""
    settings.OUTGOING_HOSTS = ["127.0.0.1"]
    return f"http://127.0.0.1:{watch.port}/hook"


def test_a_host_that_the_operator_names_may_be_written_to(watch: Watch, own: str) -> None:
    assert post(own, "{}", {}) == 204
    assert watch.accepted == 1


@pytest.mark.parametrize("target", ["http://127.0.0.1:{}/", "https://inside.example:{}/"])
def test_nobody_sends_us_elsewhere(watch: Watch, own: str, target: str) -> None:
    place = target.format(watch.port)
    watch.answer = f"HTTP/1.1 307 Elsewhere\r\nLocation: {place}\r\n\r\n".encode()

    assert post(own, "{}", {}) == 307
    with guarded():
        assert requests.post(own, data="{}", timeout=9).status_code == 307
    assert watch.accepted == 2


def test_an_answer_is_read_no_further_than_its_limit(watch: Watch, own: str) -> None:
    body = b"x" * (outgoing.MOST + 1)
    watch.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    with pytest.raises(TooMuch):
        post(own, "{}", {})


def test_a_slow_answer_is_waited_for_no_longer_than_its_limit(
    watch: Watch, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    watch.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        line, _ = listener.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
            while not done.wait(0.05):  # each byte well within the time for one
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        with pytest.raises((TooMuch, OSError)):
            post(f"http://127.0.0.1:{listener.getsockname()[1]}/", "{}", {})
    finally:
        done.set()
        listener.close()
        thread.join(2)


def test_proxies_and_passwords_of_the_environment_are_not_used(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{watch.port}")

    for way in WAYS:
        with pytest.raises((RequestException, OSError)):
            way("https://world.example/")

    assert watch.accepted == 0
    assert watch.connects == [WORLD, WORLD]


def test_the_guard_goes_away_with_its_block() -> None:
    before = requests.sessions.Session
    with guarded():
        assert requests.sessions.Session is not before
    assert requests.sessions.Session is before


@pytest.mark.parametrize("address", [WORLD, "8.8.8.8", "2606:4700:4700::1111", "1.0.0.1"])
def test_the_world_is_outside(address: str) -> None:
    assert leads_outside(address)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example/x?y=z", "hooks.example"),
        ("https://8.8.8.8:8443/", "8.8.8.8"),
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111"),
    ],
)
def test_an_address_outside_is_taken(url: str, host: str) -> None:
    assert check_address(url) == host
