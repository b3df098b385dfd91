"""
The one way out: every request that notices make passes here (reliability.md X3).

A host's name is looked up once, every address it has must lead outside, and the
connection goes to the very address that was looked at. No redirects, no proxies and
passwords from the environment, 5 seconds and 256 kB altogether.

apprise calls `requests` by itself, so for as long as a guard stands, `requests` and the
sockets under it are ours, in the whole process: a thread beside us would be held to the
same, never the other way round.
"""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from threading import RLock, Timer
from types import ModuleType
from typing import Any

from django.conf import settings
from requests import PreparedRequest, Response, sessions
from requests.exceptions import ConnectionError as Unreached
from urllib3.exceptions import HTTPError
from urllib3.util import connection

from .outside import NotOutside, check_address, leads_outside

SECONDS = 5.0
MOST = 256 * 1024  # bytes of an answer

_one_at_a_time = RLock()


class TooMuch(Exception):
    """The other side answered with more than we read, or took longer than we wait."""


class _Call:
    """One call: the lines it opened, which are cut when its time is over."""

    def __init__(self) -> None:
        self.cut = False
        self.answers: list[Response] = []
        self._lines: list[socket.socket] = []

    def connect(self, address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        """In the place of urllib3's own, which would look the name up by itself."""
        host, port = address[0].strip("[]"), address[1]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        known = host in settings.OUTGOING_HOSTS
        if not known and not all(leads_outside(str(each[4][0])) for each in found):
            raise NotOutside(host)
        family, kind, protocol, _name, place = found[0]
        line = socket.socket(family, kind, protocol)
        line.settimeout(SECONDS)
        # Of its own, as TLS takes the other one over.
        self._lines.append(socket.socket(fileno=os.dup(line.fileno())))
        line.connect(place)
        return line

    def end(self) -> None:
        self.cut = True
        for line in self._lines:
            with suppress(OSError):  # the other side was quicker
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for line in self._lines:
            line.close()


def _session_of(call: _Call) -> type[sessions.Session]:
    class Session(sessions.Session):
        def __init__(self) -> None:
            super().__init__()
            self.trust_env = False

        def send(self, request: PreparedRequest, **given: Any) -> Response:
            check_address(request.url or "", inside=settings.OUTGOING_HOSTS)
            given |= {"stream": True, "allow_redirects": False, "timeout": SECONDS}
            given |= {"verify": True, "proxies": {}}
            try:
                response = super().send(request, **given)
                body = response.raw.read(MOST + 1, decode_content=True)
            except (OSError, HTTPError) as error:  # urllib3's own are no OSErrors
                raise (TooMuch if call.cut else Unreached)(str(error)) from error
            if call.cut or len(body) > MOST:
                raise TooMuch
            response.raw = BytesIO(body)
            call.answers.append(response)
            return response

    return Session


@contextmanager
def guarded() -> Iterator[_Call]:
    """
    Whatever is asked of the world in here is held to the rules above, and no longer than
    5 seconds. The answers that came stand in ``answers``.

    :raises NotOutside: out of the call itself.
    :raises TooMuch: out of the call itself.
    """
    call = _Call()
    timer = Timer(SECONDS, call.end)
    with (
        _one_at_a_time,
        _in_place_of(connection, "create_connection", call.connect),
        _in_place_of(sessions, "Session", _session_of(call)),
    ):
        timer.start()
        try:
            yield call
        finally:
            timer.cancel()
            call.close()


@contextmanager
def _in_place_of(module: ModuleType, name: str, ours: object) -> Iterator[None]:
    theirs = getattr(module, name)
    setattr(module, name, ours)
    try:
        yield
    finally:
        setattr(module, name, theirs)


def post(url: str, body: str, headers: Mapping[str, str]) -> int:
    """
    Post to an address outside, and return the status of the answer.

    :raises NotOutside: nothing was connected to.
    :raises TooMuch: the answer was too long or too slow.
    :raises OSError: the other side could not be reached.
    """
    with guarded(), sessions.Session() as session:
        check_address(url, inside=settings.OUTGOING_HOSTS)
        return session.post(url, data=body.encode(), headers=dict(headers)).status_code
