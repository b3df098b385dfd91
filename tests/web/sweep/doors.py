"""Every address of a URLconf, as the sweep sees it: a door with a policy and blanks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gapless.people.org.rules import Policy
from gapless.web.account.policies import EXTERNAL

# Pages that are about what their query names, and nothing without it.
QUERIES = {"gaps/evidence/": "?of=overall"}
# Pages of a library that show a fresh secret each time: no two answers are alike.
EVER_NEW = frozenset({"2fa/totp/activate/", "2fa/webauthn/add/"})
# Doors that refuse some of those who hold their policy there, and why.
NARROWER = {
    "units/<int:pk>/position/": "the top of one's own reach stays where it is",
    "units/<int:pk>/removal/": "the top of one's own reach stays",
    "audit/verification/": "the chain is for whoever reads all of it",
}


@dataclass(frozen=True)
class Door:
    """One pattern of the URLconf."""

    route: str
    name: str
    view: Callable[..., Any]
    blanks: tuple[str, ...]

    @property
    def policy(self) -> Policy | None:
        return getattr(self.view, "policy", None) or EXTERNAL.get(self.name)

    @property
    def ours(self) -> bool:
        """Our own view, not a library's: our rules of auditing hold."""
        return hasattr(self.view, "policy")

    @property
    def step_up(self) -> bool:
        return getattr(self.view, "step_up", False)

    def key(self, blank: str) -> str:
        """
        The route up to and with a blank: "units/<int:pk>/position/" → "units/<int:pk>".
        What stands there is the same thing in every door that begins alike.
        """
        end = re.search(rf"[:<]{blank}>", self.route)
        return self.route[: end.end()] if end else self.route

    def url(self, values: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=values) + QUERIES.get(self.route, "")

    def __str__(self) -> str:
        return self.route or "/"


def doors(urlconf: str | None = None) -> list[Door]:
    return sorted(_walk(get_resolver(urlconf), "", ()), key=lambda door: door.route)


def _walk(
    resolver: URLResolver, head: str, above: tuple[str, ...], namespace: str = ""
) -> Iterator[Door]:
    for pattern in resolver.url_patterns:
        route = head + str(pattern.pattern)
        blanks = above + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name or ''}"
            yield Door(route, name, pattern.callback, blanks)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, route, blanks, inner)
