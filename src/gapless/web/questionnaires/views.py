from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gapless.core.instruments.comparing import compare
from gapless.core.text import LANGUAGES
from gapless.evaluation.surveys import queries
from gapless.evaluation.surveys.designing import draft_with_links
from gapless.people.org.rules import Policy
from gapless.web.designer import news
from gapless.web.http import Request, policy

if TYPE_CHECKING:
    from gapless.core.instruments.models import FormVersion

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
        "drafts": queries.visible_drafts(request.viewer),
        "may_import": request.viewer.holds(Policy.IMPORT),
        "may_design": request.viewer.holds(Policy.EDIT_FORMS),
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
        "before": _before(version),
        "draft": queries.visible_drafts(request.viewer).filter(form=version.form).first(),
        "may_design": request.viewer.holds(Policy.EDIT_FORMS),
        "may_run": request.viewer.holds(Policy.RUN_CAMPAIGNS),
    }
    return render(request, "questionnaires/detail.html", shown)


@policy(Policy.SEE_FORMS)
@require_safe
def changes(request: Request, pk: int) -> HttpResponse:
    """What a version changed against the one before it."""
    version = get_object_or_404(queries.visible_versions(request.viewer), pk=pk)
    before = _before(version)
    shown: dict[str, object] = {"version": version, "before": before}
    if before is not None:
        old, new = draft_with_links(before), draft_with_links(version)
        shown["news"] = news.told(compare(old, new), old, new)
    return render(request, "questionnaires/changes.html", shown)


def _before(version: FormVersion) -> FormVersion | None:
    earlier = version.form.versions.exclude(published_at=None)
    return earlier.filter(number__lt=version.number).order_by("-number").first()
