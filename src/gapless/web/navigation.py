"""The menu is the loop: one rail, five stages, and a last line that turns back."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gapless.people.org.rules import Policy


@dataclass(frozen=True, slots=True)
class Entry:
    title: Any
    url_name: str
    policy: Policy

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Stage:
    title: Any
    entries: tuple[Entry, ...]


TOP = (Entry(_("Gap model"), "home", Policy.SIGNED_IN),)
LOOP: tuple[Stage, ...] = (
    Stage(_("Requirements"), ()),
    Stage(_("Evaluation"), ()),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"nav_top": TOP, "nav_loop": LOOP}
