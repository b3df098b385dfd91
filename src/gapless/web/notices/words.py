"""What notices say: ours, and the organisation's own words in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.notices import queries, wordings
from gapless.core.notices.catalogue import FACTS, GROUPS, KINDS, Kind
from gapless.core.notices.wording import Fact, Said, put
from gapless.core.text import LANGUAGES, LanguageMap, said
from gapless.people.org.rules import Policy
from gapless.web.conflicts import rebase
from gapless.web.http import Request, policy

from .forms import WordsForm, field_of

if TYPE_CHECKING:
    from gapless.core.notices.models import Wording


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of notice in the list."""

    code: str
    title: str
    own: Wording | None


@policy(Policy.EDIT_CHANNELS)
@require_safe
def index(request: Request) -> HttpResponse:
    own = queries.own_wordings(KINDS.keys())
    groups = [
        (said(name), [_line(code, own) for code in queries.kinds_of(group)])
        for group, name in GROUPS.items()
    ]
    return render(request, "notices/words.html", {"groups": groups})


def _line(code: str, own: Mapping[str, Wording]) -> Line:
    newest = own.get(code)
    worded = newest if newest and (newest.title or newest.body) else None
    title = {**KINDS[code].title, **(worded.title if worded else {})}
    return Line(code, put(title, sample(KINDS[code])), worded)


def sample(kind: Kind) -> dict[str, Fact]:
    """Facts to try the words with: each says what would stand there."""
    return {
        name: now().isoformat()
        if name.endswith("_at")
        else {language: f"‹{label}›" for language, label in FACTS[name].items()}
        for name in kind.facts
    }


@policy(Policy.EDIT_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: Request, kind: str) -> HttpResponse:
    if kind not in KINDS or KINDS[kind].group not in GROUPS:
        raise Http404
    newest = wordings.newest(kind)
    form = WordsForm(KINDS[kind], request.POST or None, initial=_stands(newest))
    status = 200
    if form.is_valid() and "preview" not in request.POST:
        status = _keep(request, kind, form)
        if not status:
            messages.success(request, _("Saved. What was told before keeps its words."))
            return redirect("notices:wording", kind)
    shown = {
        "kind": KINDS[kind],
        "code": kind,
        "group": said(GROUPS[KINDS[kind].group]),
        "form": form,
        "facts": [(f"{{{name}}}", said(FACTS[name])) for name in KINDS[kind].facts],
        "previews": list(_previews(KINDS[kind], form, newest)),
        "versions": queries.versions_of(kind),
    }
    return render(request, "notices/wording.html", shown, status=status)


def _stands(newest: Wording | None) -> dict[str, object]:
    own: Mapping[str, LanguageMap] = {
        "title": newest.title if newest else {},
        "body": newest.body if newest else {},
    }
    fields = {
        field_of(part, language): own[part].get(language, "")
        for part in own
        for language in LANGUAGES
    }
    return {**fields, "version": newest.number if newest else 0}


def _keep(request: Request, kind: str, form: WordsForm) -> int:
    """Keep the words, or say why not: the status of the answer, 0 when all is well."""
    try:
        wordings.word(
            kind,
            form.part("title"),
            form.part("body"),
            after=form.cleaned_data["version"],
            by=request.user,
            now=now(),
        )
    except wordings.UnknownBlanks as unknown:
        blanks = ", ".join(f"{{{name}}}" for name in unknown.names)
        told = _("Nothing fills %(blanks)s; only the blanks listed here can be used.")
        form.add_error(None, told % {"blanks": blanks})
        return 422
    except wordings.WordedMeanwhile:
        form.add_error(
            None,
            _(
                "Somebody else saved other words meanwhile: the newest version below. Yours"
                " are kept; saving again puts them in the place of those."
            ),
        )
        newest = wordings.newest(kind)
        rebase(form, newest.number if newest else 0)
        return 409
    return 0


def _previews(
    kind: Kind, form: WordsForm, newest: Wording | None
) -> Iterator[tuple[str, Said]]:
    """How it reads in each language, with what is typed or else with what holds."""
    typed = form.is_bound and not any(name in form.errors for name in form.fields)
    own = {
        "title": form.part("title") if typed else (newest.title if newest else {}),
        "body": form.part("body") if typed else (newest.body if newest else {}),
    }
    for language in LANGUAGES:
        with override(language):
            title = own["title"].get(language) or kind.title[language]
            body = own["body"].get(language) or kind.body[language]
            facts = sample(kind)
            yield (
                language,
                Said(put({language: title}, facts), put({language: body}, facts)),
            )
