"""The inbox: what somebody was told, the unread first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gapless.core.notices import actions, queries
from gapless.core.notices.catalogue import GROUPS, KINDS
from gapless.core.notices.wording import Said, said_of
from gapless.core.text import said
from gapless.people.org.rules import Policy
from gapless.web.http import Request, local_path, policy

if TYPE_CHECKING:
    from gapless.core.notices.models import Notice

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as the list shows it."""

    notice: Notice
    words: Said
    group: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One group of notices, with how many of it are unread."""

    code: str
    name: str
    unread: int


@policy(Policy.SIGNED_IN)
@require_safe
def index(request: Request) -> HttpResponse:
    group, unread_only = asked(request)
    own = queries.inbox_of(request.user.pk)
    unread = queries.unread_by_group(request.user.pk)
    found = queries.of_group(own, group) if group else own
    found = found.unread() if unread_only else found
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [_row(notice) for notice in page],
        "tabs": [
            Tab(code, said(name), unread.get(code, 0)) for code, name in GROUPS.items()
        ],
        "group": group,
        "unread_only": unread_only,
        "unread": unread.get(group, 0) if group else sum(unread.values()),
        "any": own.exists(),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"notices/index.html{fragment}", shown)


def asked(request: Request) -> tuple[str, bool]:
    """What was asked for; a value that nobody could have chosen counts as not asked."""
    said_ = request.POST if request.method == "POST" else request.GET
    group = said_.get("group", "")
    return group if group in GROUPS else "", said_.get("show") == "unread"


def _row(notice: Notice) -> Row:
    kind = KINDS.get(notice.kind)
    group = GROUPS.get(kind.group, {}) if kind else {}
    return Row(notice, said_of(notice), said(group))


@policy(Policy.SIGNED_IN)
@require_POST
def read_one(request: Request, pk: int) -> HttpResponse:
    """Read it, and go where it leads, or back to the list."""
    notice = get_object_or_404(queries.inbox_of(request.user.pk), pk=pk)
    actions.read_notices([pk], person_id=request.user.pk, now=now())
    there = local_path(notice.url, otherwise="") if "go" in request.POST else ""
    return redirect(there or _list(request))


@policy(Policy.SIGNED_IN)
@require_POST
def reading(request: Request) -> HttpResponse:
    """Read all that the list would show, on whatever page of it."""
    group, _unread = asked(request)
    kinds = queries.kinds_of(group) if group else ()
    count = actions.read_everything(person_id=request.user.pk, kinds=kinds, now=now())
    if count:
        told = ngettext(
            "%(count)d notice is marked as read.",
            "%(count)d notices are marked as read.",
            count,
        )
        messages.success(request, told % {"count": count})
    else:
        messages.info(request, _("There was nothing left to read."))
    return redirect(_list(request))


def _list(request: Request) -> str:
    group, unread_only = asked(request)
    asked_for = {"group": group, "show": "unread" if unread_only else ""}
    query = urlencode({name: value for name, value in asked_for.items() if value})
    here = reverse("notices:index")
    return f"{here}?{query}" if query else here
