"""What customers do: the cycles that are counted, of one product and of its peer."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from load import Cycle, Refused, Reply, Request

DOOR = "gapless-door"  # the cookie that a scanned code leaves
HIDDEN = rb'name="?%s"? value="?([^">]*)'
COOKIE = re.compile(rb"\r\nset-cookie: ([^;\r]+)", re.IGNORECASE)
SHEETS = 200  # different answers, drawn once, so that the client stays cheap
COMMENT = "等的时间比叫号屏上说的长，工作人员倒是很客气。"
COMMENTS = 0.1

Fields = Mapping[str, str]
Begin = Callable[[], Cycle]


def sheets(items: Sequence[Mapping[str, Any]]) -> list[Fields]:
    """Complete answers to a questionnaire, as its form sends them."""
    draw = random.Random(20_260)  # noqa: S311  the same answers in every run
    return [dict(_sheet(items, draw)) for _ in range(SHEETS)]


def _sheet(
    items: Sequence[Mapping[str, Any]], draw: random.Random
) -> list[tuple[str, str]]:
    fields = []
    for item in items:
        code, low, high = f"q.{item['code']}", item["low"], item["high"]
        if item["kind"] == "pair":
            expected = draw.randint(high - 2, high)
            fields.append((f"{code}.e", str(expected)))
            fields.append((f"{code}.p", str(max(low, expected - draw.randint(0, 3)))))
        elif item["kind"] == "weight":
            fields.append((code, "20"))
        elif item["kind"] == "text":
            fields.append((code, COMMENT if draw.random() < COMMENTS else ""))
        else:
            fields.append((code, str(draw.randint(low, high))))
    return fields


def of_gapless(
    tokens: Sequence[str], answers: Sequence[Fields], *, scanning: bool
) -> Begin:
    """
    Customers of one hall after another who answer everything. ``scanning``: with the
    address of the printed code, which keeps the door in a cookie and leads to the page.
    """
    bodies = cycle([urlencode(fields).encode() for fields in answers])
    doors = cycle(tokens)

    def one() -> Cycle:
        token = next(doors)
        kept = f"{DOOR}={token}".encode()
        if scanning:
            there = yield get(f"/s/{token}/")
            expect(there, 303)
            kept = cookies_in(there)
        page = yield get("/s/", kept)
        expect(page, 200)
        own = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "key", "door")}
        body = urlencode(own | {"seq": "1", "seconds": "240"}).encode()
        cookies = kept + b"; " + cookies_in(page)
        reply = yield post("/s/answers/", body + b"&" + next(bodies), cookies)
        expect(reply, 200)

    return one


def of_bare_django(answers: Sequence[Fields]) -> Begin:
    """The same forms, stored as they come."""
    bodies = cycle([urlencode(fields).encode() for fields in answers])

    def one() -> Cycle:
        page = yield get("/")
        expect(page, 200)
        own = {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
        body = urlencode(own | {"key": token_hex(16)}).encode()
        reply = yield post("/", body + b"&" + next(bodies), cookies_in(page))
        expect(reply, 200)

    return one


HEAD = "Host: localhost\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip\r\n"


def get(path: str, cookies: bytes = b"") -> Request:
    head = f"GET {path} HTTP/1.1\r\n{HEAD}Cookie: ".encode()
    return Request("GET", head + cookies + b"\r\n\r\n")


def post(path: str, body: bytes, cookies: bytes) -> Request:
    head = (
        # As the page's own script asks; the connection ends with the visit.
        f"POST {path} HTTP/1.1\r\n{HEAD}Accept: application/json\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nCookie: "
    )
    return Request("POST", head.encode() + cookies + b"\r\n\r\n" + body)


def expect(reply: Reply, status: int) -> None:
    if reply.status != status:
        said = reply.text[:2000].decode(errors="replace")
        raise Refused(f"{reply.status} instead of {status}\n{said}")


def hidden(page: Reply, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(HIDDEN % name.encode(), page.text)
    if found is None:
        raise Refused(f"The page has no field {name}.")
    return found[1].decode()


def cookies_in(reply: Reply) -> bytes:
    return b"; ".join(COOKIE.findall(reply.head))
