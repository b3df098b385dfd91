"""
A cheap client: one thread over raw sockets, so that what is measured is the server. Closed
loop: whoever is done makes place for the next customer, who comes with a connection of
their own, keeps it for the whole visit, and goes.
"""

import gzip
import selectors
import socket
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

RECEIVE = 262_144
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> bytes:
        """The body as it was before it was compressed."""
        packed = b"\r\ncontent-encoding: gzip\r\n" in self.head.lower()
        return gzip.decompress(self.body) if packed else self.body

    @property
    def closes(self) -> bool:
        return b"\r\nconnection: close\r\n" in self.head.lower()


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire, and under which name its time is taken."""

    name: str
    data: bytes


Cycle = Generator[Request, Reply, None]
"""One customer from beginning to end: yields requests, is sent replies."""


class Refused(Exception):
    """The server answered something that a customer could not have gone on with."""


@dataclass(slots=True)
class Tally:
    """What one run measured. Times are in seconds."""

    cycles: int = 0
    wall: float = 0.0
    cpu: float = 0.0  # of this client
    times: dict[str, list[float]] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.cycles / self.wall

    def percentile(self, name: str, share: float) -> float:
        ordered = sorted(self.times[name])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def took(self, name: str, since: float) -> None:
        self.times.setdefault(name, []).append(time.perf_counter() - since)


class Visit:
    """One customer: a cycle over a connection."""

    def __init__(self, port: int, cycle: Cycle) -> None:
        self.port, self.cycle = port, cycle
        self.began = self.sent = time.perf_counter()
        self.socket = self._connected()
        self.received = bytearray()
        self.name = self._send(next(cycle))

    def fileno(self) -> int:
        return self.socket.fileno()

    def _connected(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _send(self, request: Request) -> str:
        self.sent = time.perf_counter()
        self.socket.sendall(request.data)
        return request.name

    def reply(self) -> Reply | None:
        """What has come in, once it is whole."""
        more = self.socket.recv(RECEIVE)
        if not more:
            raise Refused(f"The server hung up during {self.name}.")
        self.received += more
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, body = bytes(self.received[: end + 2]), self.received[end + 4 :]
        if len(body) < _length(head):
            return None
        self.received.clear()
        return Reply(int(head[9:12]), head, bytes(body))

    def goes_on(self, reply: Reply) -> bool:
        """Send what comes next, if anything does."""
        try:
            following = self.cycle.send(reply)
        except StopIteration:
            self.socket.close()
            return False
        if reply.closes:
            self.socket.close()
            self.socket = self._connected()
        self.name = self._send(following)
        return True


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length: ")
    if not found:
        raise Refused("The server does not say how long its answer is.")
    return int(rest.partition(b"\r\n")[0])


@dataclass(slots=True)
class Crowd:
    """So many customers at any time."""

    port: int
    begin: Callable[[], Cycle]
    selector: selectors.BaseSelector
    completed: int = 0

    def come(self) -> None:
        visit = Visit(self.port, self.begin())
        self.selector.register(visit, selectors.EVENT_READ, visit)

    def serve(self, tally: Tally, *, replace: bool) -> None:
        """Take every answer that is there; let the next customer in for whoever is done."""
        ready = self.selector.select(TIMEOUT)
        if not ready:
            raise Refused(f"No answer within {TIMEOUT:.0f} seconds.")
        for key, _events in ready:
            visit: Visit = key.data
            reply = visit.reply()
            if reply is None:
                continue
            tally.took(visit.name, visit.sent)
            self.selector.unregister(visit)
            if visit.goes_on(reply):
                self.selector.register(visit, selectors.EVENT_READ, visit)
                continue
            tally.took("cycle", visit.began)
            tally.cycles += 1
            self.completed += 1
            if replace:
                self.come()

    def turn(self, seconds: float) -> Tally:
        """Serve for so long."""
        tally = Tally()
        started, cpu = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < seconds:
            self.serve(tally, replace=True)
        tally.wall = time.perf_counter() - started
        tally.cpu = time.process_time() - cpu
        return tally

    def leave(self) -> None:
        """Let everybody finish, unmeasured."""
        while self.selector.get_map():
            self.serve(Tally(), replace=False)


def press(
    port: int,
    begin: Callable[[], Cycle],
    *,
    connections: int,
    seconds: float,
    warm_up: float,
) -> tuple[Tally, int]:
    """
    Keep so many connections busy. What the seconds after the warm-up showed, and how many
    cycles were completed in all.

    :raises Refused: at the first answer that is not what a customer hopes for.
    """
    with selectors.DefaultSelector() as selector:
        crowd = Crowd(port, begin, selector)
        for _ in range(connections):
            crowd.come()
        crowd.turn(warm_up)
        measured = crowd.turn(seconds)
        crowd.leave()
        return measured, crowd.completed
