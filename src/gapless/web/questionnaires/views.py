from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gapless.core.text import LANGUAGES
from gapless.evaluation.surveys import queries
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

PER_PAGE = 25


@policy(Policy.SEE_FORMS)
@require_safe
def index(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    versions = queries.visible_versions(request.viewer, words)
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "words": words,
        "rows": queries.with_answers(request.viewer, page.object_list),
        "may_import": request.viewer.holds(Policy.IMPORT),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"questionnaires/index.html{fragment}", shown)


@policy(Policy.SEE_FORMS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    version = get_object_or_404(queries.visible_versions(request.viewer), pk=pk)
    [counted] = queries.with_answers(request.viewer, [version])
    shown = {
        "version": version,
        "answers": counted.answers,
        "sections": queries.sections_of(version),
        "languages": LANGUAGES,
    }
    return render(request, "questionnaires/detail.html", shown)
