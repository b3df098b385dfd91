"""One request, and everything about its answer that the oracles look at."""

import re
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from .company import Actor, rolled_back
from .pages import A_FILE
from .rows import HOUSEKEEPING_TABLES, Change, Key, Row, change, rows, writes

# Both worlds answer at the same frozen moment; what still differs is drawn by lot: the CSRF
# token, and the key under which a form is sent once.
_TOKENS = re.compile(
    r"""((?:csrfmiddlewaretoken|\bkey)["'] value=["']"""
    r"""|X-CSRFToken(?:"|&quot;): ?(?:"|&quot;))[\w-]+"""
)
A_TABLE = b"unit,reliability\nEAST,5\nEAST,4\n"
_LEFT_OUT = {"content-length", "set-cookie"}


@dataclass(frozen=True)
class Knock:
    """What is asked: everything but by whom."""

    method: str
    url: str
    htmx: bool = False
    data: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        sent = "&".join(f"{name}={value}" for name, value in self.data)
        return f"{self.method}{' (htmx)' if self.htmx else ''} {self.url} {sent}".strip()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: bool
    body: str
    written: frozenset[str]  # tables that a statement wrote to, without the housekeeping
    change: Change
    error: str

    def says(self) -> tuple[int, dict[str, str], str]:
        """What the one who asks can see of it."""
        return self.status, self.headers, self.body

    def anything(self) -> str:
        """Every word of it, for the search of canaries."""
        return f"{self.headers} {self.body}".lower()


def knock(
    actor: Actor, ask: Knock, before: dict[Key, Row], *, strict: bool = False
) -> Answer:
    """Ask, look at what happened, and undo it."""
    client = actor.strict if strict else actor.client
    headers = {"HX-Request": "true"} if ask.htmx else {}
    cookies = deepcopy(client.cookies)
    with rolled_back():
        with writes() as written:
            response = getattr(client, ask.method.lower())(
                ask.url, **_sent(ask), headers=headers
            )
            body = _content(response)
        happened = change(before, rows()) if written - HOUSEKEEPING_TABLES else Change()
    client.cookies = cookies  # who logs out has not logged out
    return Answer(
        status=response.status_code,
        headers=_headers(response, ask),
        cookies=bool(response.cookies),
        body=_plain(body, ask),
        written=frozenset(written - HOUSEKEEPING_TABLES),
        change=happened,
        error=repr(response.exc_info[1]) if response.exc_info else "",
    )


def _sent(ask: Knock) -> dict[str, Any]:
    if ask.method != "POST":
        return {}
    fields: dict[str, list[Any]] = {}
    for name, value in ask.data:
        sent = SimpleUploadedFile("answers.csv", A_TABLE) if value == A_FILE else value
        fields.setdefault(name, []).append(sent)
    return {"data": fields}


def _content(response: HttpResponse) -> bytes:
    raw = b"".join(response) if response.streaming else response.content
    if not raw.startswith(b"PK\x03\x04"):
        return raw
    with zipfile.ZipFile(BytesIO(raw)) as parts:  # a workbook: read what is in it
        return b"\n".join(parts.read(name) for name in sorted(parts.namelist()))


def _headers(response: HttpResponse, ask: Knock) -> dict[str, str]:
    return {
        name.lower(): _without_address(value, ask)
        for name, value in response.items()
        if name.lower() not in _LEFT_OUT
    }


def _plain(body: bytes, ask: Knock) -> str:
    return _without_address(_TOKENS.sub(r"\1", body.decode(errors="replace")), ask)


def _without_address(text: str, ask: Knock) -> str:
    """A page may repeat its own address, and what was typed into it: no news to anybody."""
    path, _, query = ask.url.partition("?")
    for known in (query, quote(query), query.replace("&", "&amp;")):
        text = text.replace(known, "{query}") if known else text
    return (
        text.replace(quote(path, safe=""), "{path}").replace(path, "{path}")
        if path != "/"
        else text
    )
