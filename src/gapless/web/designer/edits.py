"""One press of a button in the designer: keep what was typed, then do what it says."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.core.instruments import designing, drafting
from gapless.core.instruments.choices import ExpectationType, Operation
from gapless.core.instruments.rules import VersionDraft
from gapless.core.text import LANGUAGES
from gapless.web.conflicts import Difference
from gapless.web.http import Request

from .desk import Desk, EditForm, seen_in
from .forms import SectionForm, WholeForm
from .items import ItemForm
from .operations import Done, NoSuchOperation, NothingSaid, Spot, done

OPEN: dict[str, Callable[[str], Spot]] = {
    "open-whole": lambda _said: Spot(whole=True),
    "open-section": lambda said: Spot(section=int(said)),
    "open-add": lambda said: Spot(add_to=int(said)),
}


class Refused(Exception):
    """The page says why; nothing was kept."""

    def __init__(self, words: str = "", status: int = 200) -> None:
        super().__init__(words)
        self.words, self.status = words, status


def take(request: Request, desk: Desk) -> HttpResponse:
    """Keep, do, and show the designer again: what was refused stays typed."""
    desk.typed = request.POST
    try:
        goes_on = _act(request, desk)
    except Refused as refused:
        if refused.words:
            messages.warning(request, refused.words)
        return page(request, desk, status=refused.status)
    except drafting.Overtaken:
        return _overtaken(request, desk)
    return redirect(goes_on)


def page(request: Request, desk: Desk, *, status: int = 200) -> HttpResponse:
    fragment = "#designer" if request.htmx else ""
    shown = {"desk": desk, "draft": desk.draft, "form": desk.draft.form, **desk.notes}
    if desk.form is None:
        desk.form = desk.edited()
    response = render(request, f"designer/form.html{fragment}", shown, status=status)
    if status != HTTPStatus.OK:
        response["HX-Push-Url"] = "false"  # what was refused is no place to come back to
    return response


def _act(request: Request, desk: Desk) -> str:
    do = request.POST.get("do", "")
    desk.form = desk.edited(request.POST) if "opened" in request.POST else None
    seen = _seen(request, desk)
    seen = _keep(request, desk, seen)
    verb, _space, said = do.partition(" ")
    if verb in ("undo", "redo"):
        return _travel(request, desk, verb, seen)
    if verb in ("", "save"):
        return desk.url()
    if verb == "open-item":
        return desk.url(_spot_of(desk, said))
    if verb in OPEN and (said.isdecimal() or verb == "open-whole"):
        return desk.url(OPEN[verb](said))
    if verb == "language":
        return desk.url(language=said if said in LANGUAGES else "")
    return _operate(request, desk, do, seen)


def _seen(request: Request, desk: Desk) -> int:
    """
    The revision that was on the page. Who edits what nobody else touched meanwhile goes
    on from where the draft stands now, and is told.
    """
    seen = seen_in(request.POST)
    if seen == desk.draft.revision:
        return seen
    plain = request.POST.get("do", "save").partition(" ")[0] in _HARMLESS
    if plain and request.POST.get("opened", "") == desk.opened:
        words = _("%(name)s has changed other parts meanwhile; both changes are kept.")
        messages.info(request, words % {"name": _who(desk)})
        return desk.draft.revision
    raise drafting.Overtaken(desk.draft)


_HARMLESS = ("", "save", "open-item", "open-whole", "open-section", "open-add", "language")


def _keep(request: Request, desk: Desk, seen: int) -> int:
    """Keep what was typed, if anything; the revision after it."""
    form = desk.form
    if form is None or not form.has_changed():
        return seen
    if not form.is_valid():
        raise Refused(status=422)
    content, what = changed(desk.content, form)
    if content == desk.content:
        return seen
    _save(request, desk, content, what, seen)
    if isinstance(form, ItemForm):
        desk.spot = Spot(item=form.item.code)
    return desk.draft.revision


def changed(content: VersionDraft, form: EditForm) -> tuple[VersionDraft, Operation]:
    """The draft with what a valid form says."""
    if isinstance(form, SectionForm):
        edited = designing.edit_section(content, form.place, **form.facts)
        conditions = form.conditions.conditions
        return designing.set_show_if(edited, form.place, conditions), Operation.EDIT_SECTION
    if isinstance(form, WholeForm):
        meaning = ExpectationType(form.cleaned_data["expectation_type"])
        edited = designing.set_expectation_type(content, meaning)
        if form.dimensions == content.dimensions:
            return edited, Operation.SET_EXPECTATION_TYPE
        edited = designing.edit_dimensions(edited, form.dimensions)
        return edited, Operation.EDIT_DIMENSIONS
    item = form.item
    if item.matrix != form.before.matrix and any(form.before.matrix.values()):
        content = designing.set_matrix(content, form.before.code, item.matrix)
    return designing.edit_item(content, form.before.code, item), Operation.EDIT_ITEM


def _save(
    request: Request, desk: Desk, content: VersionDraft, what: Operation, seen: int
) -> None:
    desk.draft = drafting.save_draft(
        desk.draft, content, what, seen=seen, by=request.user, now=now()
    )
    desk.content = content


def _operate(request: Request, desk: Desk, do: str, seen: int) -> str:
    try:
        result: Done = done(
            desk.content, do, request.POST.dict() | {"language": desk.language}
        )
    except NoSuchOperation as error:
        raise BadRequest from error
    except designing.NoDimensions as error:
        words = _("There is nothing to divide points among: choose dimensions first.")
        messages.warning(request, words)
        if desk.content.dimensions:
            words = _("Points are asked for every dimension already.")
            raise Refused(words) from error
        return desk.url(Spot(whole=True))
    except NothingSaid as error:
        words = _("Write the question above the table and at least two rows.")
        desk.notes["table"] = request.POST
        desk.notes["table_problem"] = words
        raise Refused(status=422) from error
    _save(request, desk, result.content, result.what, seen)
    return desk.url(result.spot)


def _travel(request: Request, desk: Desk, do: str, seen: int) -> str:
    act = drafting.undo if do == "undo" else drafting.redo
    try:
        desk.draft = act(desk.draft, seen=seen, by=request.user, now=now())
    except drafting.NothingToUndo as error:
        raise Refused(_("There is nothing left to undo.")) from error
    except drafting.NothingToRedo as error:
        raise Refused(_("There is nothing to do again.")) from error
    return desk.url()


def _spot_of(desk: Desk, said: str) -> Spot:
    items = desk.content.items
    known = said.isdecimal() and int(said) < len(items)
    return Spot(item=items[int(said)].code) if known else desk.spot


# --- Two people at once ---------------------------------------------------------------


def _overtaken(request: Request, desk: Desk) -> HttpResponse:
    """Say who was faster; show what was typed beside what stands, on what stands now."""
    draft = desk.draft
    draft.refresh_from_db()
    desk = Desk(desk.viewer, draft, desk.spot, desk.language, typed=request.POST)
    desk.notes["overtaken_by"] = _who(desk)
    desk.form = desk.edited(request.POST) if "opened" in request.POST else None
    if desk.form is not None and desk.form.has_changed():
        desk.notes["differences"] = list(_differences(desk.form))
    elif desk.form is None and "opened" in request.POST:
        desk.notes["gone"] = [
            (name, words)
            for name in ("matrix", "text", "title", "introduction")
            if (words := request.POST.get(name, "").strip())
        ]
        desk.spot = Spot()
    else:
        desk.form = None
    return page(request, desk, status=409)


def _who(desk: Desk) -> str:
    by = desk.draft.changed_by
    return by.name if by else _("Somebody")


def _differences(form: EditForm) -> Any:
    for name in form.changed_data:
        field = form[name]
        yield Difference(
            field.label, _shown(field, field.value()), _shown(field, field.initial)
        )


def _shown(field: BoundField, value: Any) -> str:
    if isinstance(value, bool) or field.is_choice:  # type: ignore[attr-defined]
        return _("yes") if value else _("no")
    labels = dict(_flat(getattr(field.field, "choices", ())))
    said = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(str(each), each or "—")) for each in said) or "—"


def _flat(choices: Any) -> Any:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
