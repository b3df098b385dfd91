"""What customers wrote, with what could name them taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.core.instruments.queries import draft_of, layout_of
from gapless.core.text import said
from gapless.evaluation.campaigns import reporting, single
from gapless.evaluation.campaigns.redacting import redact
from gapless.evaluation.campaigns.results import headline, written_in
from gapless.evaluation.campaigns.sheets import Column, values_in
from gapless.evaluation.campaigns.taking_out import note_export
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .filters import Choice, choice_of
from .told import told, told_bands
from .views import may

if TYPE_CHECKING:
    from gapless.core.files.exports import Cell
    from gapless.core.instruments.rules import ItemDraft, VersionDraft
    from gapless.evaluation.campaigns.models import Response, ResponseQuerySet

PER_PAGE = 25
RESPONSES = {"csv": csv_response, "xlsx": xlsx_response}


@dataclass(frozen=True, slots=True)
class Asked:
    words: str
    score: str

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.score)


@dataclass(frozen=True, slots=True)
class Comment:
    """What one customer wrote, and how that customer judged."""

    response: Response
    texts: list[tuple[str, str]] = field(default_factory=list)  # question, words
    judgement: str = ""
    unit: str = ""


@policy(Policy.SEE_ANSWERS)
@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    choice, asked = choice_of(request, pk, Policy.SEE_ANSWERS), _asked(request)
    draft = draft_of(choice.campaign.version)
    enough = _enough(request, choice)
    rows = _found(request, choice, asked, draft) if enough else None
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page")) if rows else None
    shown = {
        "choice": choice,
        "asked": asked,
        "page": page,
        "comments": list(_told(request, choice, draft, page or [])),
        "scores": told_bands(headline(draft.items)),
        "threshold": reporting.threshold(),
        "enough": enough,
        "asks_for_words": bool(written_in(draft)),
        **may(request.viewer, choice.campaign),
    }
    return render(request, "results/comments.html", shown)


def _asked(request: Request) -> Asked:
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    score = request.GET.get("score", "")
    return Asked(words, score if score in single.BANDS else "")


def _enough(request: Request, choice: Choice) -> bool:
    """Whether the slice has answers enough for its comments to be read."""
    n = single.answers_behind(request.viewer, choice.campaign, choice.wanted)
    return n >= reporting.threshold()


def _found(
    request: Request, choice: Choice, asked: Asked, draft: VersionDraft
) -> ResponseQuerySet:
    codes = written_in(draft)
    rows = single.commented(request.viewer, choice.campaign, choice.wanted, codes)
    judged = headline(draft.items)
    if asked.score and judged:
        layout = layout_of(choice.campaign.version)
        rows = single.judged(rows, layout, judged, asked.score)
    return single.containing(rows, codes, asked.words) if asked.words else rows


def _told(
    request: Request, choice: Choice, draft: VersionDraft, rows: Iterable[Response]
) -> Iterator[Comment]:
    rows = list(rows)
    named = single.with_enough(request.viewer, choice.campaign, choice.wanted, rows)
    codes, judged = written_in(draft), headline(draft.items)
    items = {item.code: item for item in draft.items}
    column = _column(choice, judged)
    for row in rows:
        texts = row.answer.texts if row.answer else {}
        yield Comment(
            row,
            [
                (said(items[code].text), redact(texts[code]))
                for code in codes
                if texts.get(code, "").strip()
            ],
            _judgement(choice, column, row),
            row.unit.name if row.unit_id in named else "",
        )


def _column(choice: Choice, judged: ItemDraft | None) -> Column | None:
    if judged is None:
        return None
    layout = layout_of(choice.campaign.version)
    question = next(q for q in layout.questions if q.code == judged.code)
    return single.perceived(question, judged)


def _judgement(choice: Choice, column: Column | None, row: Response) -> str:
    if column is None:
        return ""
    layout = layout_of(choice.campaign.version)
    given = values_in(column, layout, single.bytes_of(layout, [row]), [{}])[0]
    return told(column, given)


@policy(Policy.SEE_ANSWERS, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: Request, pk: int) -> HttpResponse:
    """The comments that the list shows, as a file; that it was taken is written down."""
    choice, asked = choice_of(request, pk, Policy.SEE_ANSWERS), _asked(request)
    if not _enough(request, choice):
        return redirect("results:comments", pk)
    draft = draft_of(choice.campaign.version)
    rows = _found(request, choice, asked, draft)
    if request.method != "POST":
        shown = {"choice": choice, "count": rows.count()}
        return render(
            request,
            "results/comments_export.html",
            shown | may(request.viewer, choice.campaign),
        )
    table = list(_rows(_told(request, choice, draft, rows)))
    ending = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    name = f"comments-{pk}.{ending}"
    note_export(choice.campaign, name, rows=len(table), by=request.user, now=now())
    header = [_("Day"), _("Unit"), _("Judgement"), _("Question"), _("Words")]
    return RESPONSES[ending](name, header, table)


def _rows(comments: Iterable[Comment]) -> Iterator[list[Cell]]:
    for each in comments:
        finished = each.response.finished_at
        day = localtime(finished).date() if finished else None
        for question, words in each.texts:
            yield [day, each.unit, each.judgement, question, words]
