"""
Views with a hole each, as someone in a hurry would write them. `leaky_urls` mounts them
beside the real ones; the sweep must find every one, and nothing in the honest twins.
"""

import csv
import io
from collections.abc import Iterable

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.html import format_html, format_html_join
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from gapless.core.audit.actions import record
from gapless.people.org.models import RoleAssignment, Unit
from gapless.people.org.queries import units_for, visible_units
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from tests.conftest import NINE_AM

see_units = policy(Policy.SEE_UNITS)


def page(*parts: str) -> HttpResponse:
    return HttpResponse("<!doctype html><title>A page</title>" + "".join(parts))


def names(units: Iterable[Unit]) -> str:
    return format_html_join("", "<p>{}</p>", ((it.name,) for it in units))


def mine(request: Request, pk: int) -> Unit:
    return get_object_or_404(visible_units(request.viewer), pk=pk)


def form(request: Request, fields: str) -> str:
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return f'<form method="post">{token}{fields}<button>Save</button></form>'


def save(it: Unit, request: Request, **columns: object) -> HttpResponse:
    """An honest end of a dishonest view: the change is in the audit trail."""
    Unit.objects.filter(pk=it.pk).update(**columns)
    record("unit.edited", subject=it, by=request.user, at=NINE_AM, unit=it)
    return HttpResponseRedirect("/")


# --- Reading what is not mine ---------------------------------------------------------


@see_units
def direct_object(request: Request, pk: int) -> HttpResponse:
    return page(get_object_or_404(Unit, pk=pk).name)


@see_units
def whole_list(request: Request) -> HttpResponse:
    return page(names(Unit.objects.all()))


@see_units
def total(request: Request) -> HttpResponse:
    return page(
        f"{visible_units(request.viewer).count()} of {Unit.objects.count()}"
        f" with {sum(u.customers_per_month or 0 for u in Unit.objects.all())}"
    )


@see_units
def export(request: Request) -> HttpResponse:
    text = io.StringIO()
    csv.writer(text).writerows([it.code, it.name] for it in Unit.objects.all())
    return HttpResponse(text.getvalue(), content_type="text/csv")


@see_units
def suggestions(request: Request) -> HttpResponse:
    words = request.GET.get("q", "")
    found = Unit.objects.matching(words).values_list("name", flat=True) if words else []
    box = '<form method="get"><input name="q"></form>'
    return JsonResponse(list(found), safe=False) if words else page(box)


@see_units
def search(request: Request) -> HttpResponse:
    words = request.GET.get("q", "")
    found = Unit.objects.matching(words).count() if words else 0
    return page(f'<form method="get"><input name="q"></form>{found} found')


@see_units
def stamp(request: Request) -> HttpResponse:
    response = page(names(visible_units(request.viewer)))
    customers = [it.customers_per_month for it in Unit.objects.all()]
    response["ETag"] = f'"{sum(it or 0 for it in customers)}"'
    return response


@see_units
def cached_page(request: Request) -> HttpResponse:
    return page(
        cache.get_or_set(request.path, lambda: names(visible_units(request.viewer)))
    )


@see_units
def fragment(request: Request) -> HttpResponse:
    units = Unit.objects.all() if request.htmx else visible_units(request.viewer)
    return page(names(units))


@see_units
def attachment(request: Request, pk: int) -> FileResponse:
    content = get_object_or_404(Unit, pk=pk).name.encode()
    return FileResponse(io.BytesIO(content), as_attachment=True, filename="photo.txt")


@see_units
def rank(request: Request) -> HttpResponse:
    """My units, in an order that others' numbers decide."""
    everyone = sorted(Unit.objects.all(), key=lambda it: it.customers_per_month or 0)
    places = {it.pk: place for place, it in enumerate(everyone)}
    own = [f"<p>{places[it.pk]}</p>" for it in visible_units(request.viewer)]
    return page('<a href="?sort=rank">Sort</a>', *(own if "sort" in request.GET else []))


@see_units
def filtered(request: Request) -> HttpResponse:
    wanted = request.GET.get("unit", "")
    known = wanted.isdigit() and Unit.objects.filter(pk=wanted).exists()
    choice = '<form method="get"><select name="unit"></select></form>'
    return page(choice, "No answers there." if known else "There is no such unit.")


@see_units
def job_result(request: Request, pk: int) -> HttpResponse:
    """The result belongs to whoever started the job; the number is easy to guess."""
    result = {it.pk: f"{it.name}: 1,234 rows" for it in Unit.objects.all()}
    return page(result[pk]) if pk in result else page_missing()


def page_missing() -> HttpResponse:
    return HttpResponse("Nothing here.", status=404)


@see_units
def redirect(request: Request, pk: int) -> HttpResponse:
    return HttpResponseRedirect(f"/?from={get_object_or_404(Unit, pk=pk).name}")


@policy(Policy.ANYONE)
def left_open(request: Request) -> HttpResponse:
    return page(names(Unit.objects.all()))


# --- Saying that it exists ------------------------------------------------------------


@see_units
def other_status(request: Request, pk: int) -> HttpResponse:
    it = get_object_or_404(Unit, pk=pk)
    if not visible_units(request.viewer).filter(pk=it.pk).exists():
        raise PermissionDenied
    return page(it.name)


@see_units
def other_words(request: Request, pk: int) -> HttpResponse:
    if visible_units(request.viewer).filter(pk=pk).exists():
        return page(mine(request, pk).name)
    known = Unit.objects.filter(pk=pk).exists()
    return HttpResponse("This is not your unit." if known else "No such unit.", status=404)


@see_units
def other_header(request: Request, pk: int) -> HttpResponse:
    if visible_units(request.viewer).filter(pk=pk).exists():
        return page(mine(request, pk).name)
    response = page_missing()
    response["X-Kind"] = (
        Unit.objects.filter(pk=pk).values_list("kind", flat=True).first() or ""
    )
    return response


@see_units
def breaks(request: Request, pk: int) -> HttpResponse:
    return page(visible_units(request.viewer).get(pk=pk).name)


# --- Changing what is not mine --------------------------------------------------------


@see_units
def bulk(request: Request) -> HttpResponse:
    if request.method == "POST":
        for it in Unit.objects.filter(pk__in=request.POST.getlist("unit")):
            save(it, request, address="Moved")
    boxes = format_html_join(
        "",
        '<input type="checkbox" name="unit" value="{}">',
        ((it.pk,) for it in visible_units(request.viewer)),
    )
    return page(form(request, boxes))


@see_units
def foreign_key(request: Request) -> HttpResponse:
    if request.method == "POST":
        there = get_object_or_404(Unit, pk=request.POST["unit"])
        made = RoleAssignment.objects.create(
            person_id=request.user.pk, role="agent", unit=there, starts_on="2026-03-01"
        )
        record("role.assigned", subject=made, by=request.user, at=NINE_AM, unit=there)
        return HttpResponseRedirect("/")
    options = format_html_join(
        "",
        '<option value="{}">{}</option>',
        ((it.pk, it.name) for it in visible_units(request.viewer)),
    )
    return page(form(request, f'<select name="unit">{options}</select>'))


@see_units
def mass_assignment(request: Request, pk: int) -> HttpResponse:
    it = mine(request, pk)
    if request.method == "POST":
        sent = request.POST.dict()
        columns = {name: sent[name] for name in ("name", "address") if name in sent}
        return save(it, request, **columns)
    return page(form(request, format_html('<input name="address" value="{}">', it.address)))


@see_units
def other_method(request: Request, pk: int) -> HttpResponse:
    it = Unit.objects.filter(pk=pk).first()
    if request.method == "DELETE" and it:
        return save(it, request, address="")
    return page(mine(request, pk).name)


@policy(Policy.EDIT_ORGANISATION)
def role_elsewhere(request: Request, pk: int) -> HttpResponse:
    """It asks whether I see the unit, not whether I may edit this one."""
    it = mine(request, pk)
    if request.method == "POST":
        return save(it, request, address="Renamed")
    return page(it.name)


# --- Breaking the manners of a door ---------------------------------------------------


def no_policy(request: Request) -> HttpResponse:
    return page("Hello.")


@see_units
def unknown_blank(request: Request, secret: str) -> HttpResponse:
    return page("Hello.")


@see_units
def writing_get(request: Request, pk: int) -> HttpResponse:
    it = mine(request, pk)
    save(it, request, customers_per_month=F("customers_per_month") + 1)
    return page(it.name)


@see_units
@csrf_exempt
def without_token(request: Request) -> HttpResponse:
    return page("Hello.")


@see_units
@require_POST
def unrecorded(request: Request, pk: int) -> HttpResponse:
    Unit.objects.filter(pk=mine(request, pk).pk).update(address="Nobody knows")
    return HttpResponseRedirect("/")


@see_units
@require_POST
def recorded_nothing(request: Request, pk: int) -> HttpResponse:
    it = mine(request, pk)
    record("unit.edited", subject=it, by=request.user, at=NINE_AM, unit=it)
    return HttpResponseRedirect("/")


# --- Twins without a hole: nothing may be found here ----------------------------------


@see_units
@require_safe
def honest_list(request: Request) -> HttpResponse:
    units = visible_units(request.viewer).matching(request.GET.get("q", ""))
    box = '<form method="get"><input name="q"></form><a href="?sort=name">Sort</a>'
    return page(box, names(units))


@policy(Policy.EDIT_ORGANISATION)
def honest_unit(request: Request, pk: int) -> HttpResponse:
    it = mine(request, pk)
    editable = units_for(request.viewer, Policy.EDIT_ORGANISATION)
    if not editable.filter(pk=it.pk).exists():
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("address"):
        return save(it, request, address=request.POST["address"])
    return page(form(request, format_html('<input name="address" value="{}">', it.address)))
