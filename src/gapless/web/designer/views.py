from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.instruments import drafting
from gapless.core.instruments.actions import Unsound
from gapless.core.instruments.choices import Operation
from gapless.core.instruments.comparing import compare
from gapless.core.text import LANGUAGES
from gapless.evaluation.surveys import designing as surveys
from gapless.evaluation.surveys import queries
from gapless.evaluation.surveys.readymade import ready_made
from gapless.people.org.rules import Policy
from gapless.requirements.characteristics.actions import CharacteristicRetired
from gapless.web.answering import pages
from gapless.web.http import Request, policy

from . import edits, news, wordlist
from .arcs import picture
from .desk import Desk, language_in, seen_in, spot_in
from .forms import NewForm
from .operations import Spot

if TYPE_CHECKING:
    from gapless.core.instruments.models import Draft, Form

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _form(request: Request, pk: int) -> Form:
    return get_object_or_404(queries.editable_forms(request.viewer), pk=pk)


def _draft(request: Request, form: Form) -> Draft | None:
    return queries.visible_drafts(request.viewer).filter(form=form).first()


def _desk(request: Request, pk: int) -> Desk:
    draft = _draft(request, _form(request, pk))
    if draft is None:
        raise Http404
    query = request.POST if request.method == "POST" else request.GET
    desk = Desk(request.viewer, draft, Spot(), language_in(query))
    desk.spot = spot_in(query, desk.content)
    return desk


@policy(Policy.EDIT_FORMS)
@form_page
def new(request: Request) -> HttpResponse:
    offered = {each.code: each for each in ready_made()}
    form = NewForm(offered, request.POST or None, initial=request.GET.dict())
    if form.is_valid():
        chosen = offered.get(form.cleaned_data["begin_with"])
        try:
            draft = drafting.begin_form(
                form.cleaned_data["code"],
                form.name,
                content=chosen.draft if chosen else None,
                by=request.user,
                now=now(),
            )
        except drafting.CodeTaken:
            form.add_error("code", _("Another questionnaire has this code; choose one."))
        else:
            return redirect("designer:form", draft.form_id)
    return render(request, "designer/new.html", {"form": form, "offered": ready_made()})


@policy(Policy.EDIT_FORMS)
@form_page
def design(request: Request, pk: int) -> HttpResponse:
    form = _form(request, pk)
    if _draft(request, form) is None:
        status = 409 if request.method == "POST" else 200
        return render(request, "designer/none.html", {"form": form}, status=status)
    desk = _desk(request, pk)
    if request.method == "POST":
        return edits.take(request, desk)
    return edits.page(request, desk)


@policy(Policy.EDIT_FORMS)
@require_POST
def opening(request: Request, pk: int) -> HttpResponse:
    surveys.open_form_draft(_form(request, pk), by=request.user, now=now())
    return redirect("designer:form", pk)


@policy(Policy.EDIT_FORMS)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    form = _form(request, pk)
    draft = _draft(request, form)
    if draft is None:
        messages.warning(request, _("The draft was published or discarded already."))
    else:
        drafting.discard_draft(draft, by=request.user, now=now())
        said = _("The draft of %(form)s is discarded. Published versions are untouched.")
        messages.success(request, said % {"form": form})
    return redirect("questionnaires:index")


@policy(Policy.EDIT_FORMS)
@require_POST
def sample(request: Request, pk: int) -> HttpResponse:
    """The phone with what is typed at this moment; nothing is kept."""
    desk = _desk(request, pk)
    form = desk.edited(request.POST)
    if form is not None and form.is_valid():
        desk.content, _what = edits.changed(desk.content, form)
    return render(request, "designer/phone.html", {"desk": desk})


@policy(Policy.EDIT_FORMS)
@form_page
def words(request: Request, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    shown = {"desk": desk, "draft": desk.draft, "form": desk.draft.form}
    status = 200
    if request.method == "POST":
        said = request.POST.dict()
        content = wordlist.said_anew(desk.content, said)
        try:
            if content != desk.content:
                drafting.save_draft(
                    desk.draft,
                    content,
                    Operation.REWORD,
                    seen=seen_in(request.POST),
                    by=request.user,
                    now=now(),
                )
            messages.success(request, _("The words are saved."))
            return redirect(request.get_full_path())
        except drafting.Overtaken:
            status = 409
            desk.draft.refresh_from_db()
            desk = _desk(request, pk)
    only_missing = bool(request.GET.get("missing"))
    rows = wordlist.rows(desk.content, request.POST.dict())
    if only_missing:
        rows = [row for row in rows if row.missing]
    shown |= {"desk": desk, "draft": desk.draft}
    shown |= {"rows": rows, "only_missing": only_missing, "overtaken": status == 409}
    return render(request, "designer/words.html", shown, status=status)


@policy(Policy.EDIT_FORMS)
@require_safe
def logic(request: Request, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    shown = {"desk": desk, "draft": desk.draft, "form": desk.draft.form}
    return render(
        request, "designer/logic.html", shown | {"picture": picture(desk.content)}
    )


@policy(Policy.EDIT_FORMS)
@require_safe
def preview(request: Request, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    shown = {"desk": desk, "draft": desk.draft, "form": desk.draft.form}
    return render(request, "designer/preview.html", shown)


@policy(Policy.EDIT_FORMS)
@require_safe
def sheet(request: Request, pk: int) -> HttpResponse:
    """The page that customers will see, for the frames of the preview."""
    desk = _desk(request, pk)
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else desk.language
    return pages.preview(desk.content, language)


@policy(Policy.EDIT_FORMS)
@require_safe
def changes(request: Request, pk: int) -> HttpResponse:
    return _changes(request, _desk(request, pk))


def _changes(
    request: Request, desk: Desk, *, status: int = 200, **more: object
) -> HttpResponse:
    form = desk.draft.form
    before = form.versions.exclude(published_at=None).order_by("-number").first()
    shown = {"desk": desk, "draft": desk.draft, "form": form, "before": before, **more}
    if before is not None:
        old = surveys.draft_with_links(before)
        shown["news"] = news.told(compare(old, desk.content), old, desk.content)
    return render(request, "designer/changes.html", shown, status=status)


@policy(Policy.EDIT_FORMS)
@require_POST
def publication(request: Request, pk: int) -> HttpResponse:
    desk = _desk(request, pk)
    seen = seen_in(request.POST)
    try:
        version = surveys.publish_form(desk.draft, seen=seen, by=request.user, now=now())
    except drafting.Overtaken:
        desk.draft.refresh_from_db()
        return _changes(request, desk, status=409, overtaken=True)
    except Unsound:
        return _changes(request, desk, status=409)
    except surveys.UnknownCharacteristic as error:
        return _changes(request, desk, status=409, unknown=sorted(error.codes))
    except CharacteristicRetired as error:
        return _changes(request, desk, status=409, unknown=[str(error)])
    words = _("Version %(number)d is published. Next, plan a campaign that asks it.")
    messages.success(request, words % {"number": version.number})
    return redirect("questionnaires:detail", version.pk)
