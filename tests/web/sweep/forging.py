"""What a forger would send: foreign things in a query, in a form, and fields of no form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.apps import apps
from django.db import models
from django.urls import Resolver404, resolve

from . import oracles
from .company import Actor
from .doors import EVER_NEW, Door
from .knock import Answer, Knock
from .oracles import Due, Finding
from .pages import Form, Page
from .rows import Change
from .things import MISSING, MISSING_UUID, Target, some, targets

if TYPE_CHECKING:
    from .sweep import Sweep

# Words that occur in the names of every place, for the search fields.
COMMON_WORDS = ("hall", "li")
MOST_QUERIES = 5
FULL_QUERIES = 30
MOST_ALIKE = 2
MOST_WANTED = ("unit", "person", "import")
UNKNOWN_WORD = "zq00000000"
PLANTED = {
    models.CharField: "mass assigned",
    models.TextField: "mass assigned",
    models.BooleanField: "on",
    models.IntegerField: "987654",
    models.DateTimeField: "2001-02-03T04:05:06Z",
    models.DateField: "2001-02-03",
}


# --- Queries --------------------------------------------------------------------------


def queries(page: Page, *, full: bool) -> list[str]:
    """The queries that a page offers for its own address: links, and forms filled in."""
    path = page.url.partition("?")[0]
    offered = {link.partition("?")[2] for link in page.links if link.startswith(f"{path}?")}
    for form in _forms(page, "get"):
        for word in COMMON_WORDS:
            offered.add(
                urlencode([(n, v if n in form.naming else word) for n, v in form.fields])
            )
    found = sorted(offered - {""})
    most = FULL_QUERIES if full else MOST_QUERIES
    return found[:: max(1, len(found) // most)]


def _forms(page: Page, method: str) -> list[Form]:
    path = page.url.partition("?")[0]
    return [
        f for f in page.forms if f.method == method and f.action.partition("?")[0] == path
    ]


def parameters(page: Page) -> tuple[set[str], set[str]]:
    """What a page's own address understands in a query: names of things, and words."""
    forms = _forms(page, "get")
    words = {n for form in forms for n, _ in form.fields if n not in form.naming}
    named = {n for query in queries(page, full=True) for n, _ in parse_qsl(query)}
    return (named | {n for form in forms for n in form.naming}) - words, words


def forged_queries(
    sweep: Sweep, door: Door, actor: Actor, target: Target, page: Page
) -> Iterator[Finding]:
    url = door.url(target.values)
    joint = "&" if "?" in url else "?"
    named, words = parameters(page)
    told = sweep.company.canaries(sorted(actor.foreign))[:2]
    pairs = [(name, *pair) for name in sorted(named) for pair in _things(sweep, actor)]
    pairs += [(name, word, UNKNOWN_WORD) for name in sorted(words) for word in told]
    for name, *typed in pairs:
        asks = [Knock("GET", f"{url}{joint}{urlencode({name: it})}") for it in typed]
        yield from _alike(sweep, door, actor, target, asks, typed)


def _things(sweep: Sweep, actor: Actor) -> list[tuple[str, str]]:
    """A foreign thing of each kind, and one of the sort that does not exist."""
    things = some(sweep.company, actor.foreign)
    if not sweep.full:
        things = {kind: things[kind] for kind in MOST_WANTED if kind in things}
    foreign = sorted({str(thing) for thing in things.values()})
    return [(it, str(MISSING if it.isdigit() else MISSING_UUID)) for it in foreign]


def _alike(
    sweep: Sweep,
    door: Door,
    actor: Actor,
    target: Target,
    asks: list[Knock],
    typed: Sequence[str],
) -> Iterator[Finding]:
    """Naming a foreign thing is answered like naming nothing that exists."""
    answers = [sweep.ask(actor, ask) for ask in asks]
    for ask, answer in zip(asks, answers, strict=True):
        yield from sweep.judge(door, actor, target, ask, answer)
    words = oracles.differences(*(_without(answer, typed) for answer in answers))
    yield from sweep.report("like missing", door, actor, target, asks[0], words)


def _without(answer: Answer, typed: Iterable[str]) -> Answer:
    """A page may give back what was typed, and go on to what was just made."""
    body = answer.body
    for word in typed:
        body = body.replace(word, "{typed}")
    there = re.sub(r"\d{8,}", "{number}", answer.headers.get("location", ""))
    return replace(answer, body=body, headers={**answer.headers, "location": there})


# --- Forms ----------------------------------------------------------------------------


def forged_bodies(sweep: Sweep, door: Door, actor: Actor) -> Iterator[Finding]:
    """Send every form that the actor's pages offer for this door: as it is, and forged."""
    for url, form in offered(sweep, actor, door):
        target = Target((), {"form": url})
        honest = Knock("POST", url, data=tuple(form.fields))
        answer = sweep.ask(actor, honest)
        yield from sweep.judge(door, actor, target, honest, answer)
        for name in sorted(form.naming) if door.route not in EVER_NEW else ():
            for pair in _things(sweep, actor):
                asks = [replace(honest, data=_with(form, name, it)) for it in pair]
                yield from _alike(sweep, door, actor, target, asks, pair)
        yield from _mass_assignment(sweep, door, actor, target, honest, answer)


def _with(form: Form, name: str, value: str) -> tuple[tuple[str, str], ...]:
    return (*((n, v) for n, v in form.fields if n != name), (name, value))


def offered(sweep: Sweep, actor: Actor, door: Door) -> list[tuple[str, Form]]:
    """The forms that post to this door, on any page that the actor can open."""
    if actor.name not in sweep.forms:
        sweep.forms[actor.name] = list(_collected(sweep, actor))
    return [
        (form.action, form) for form in sweep.forms[actor.name] if _leads_to(form, door)
    ]


def _collected(sweep: Sweep, actor: Actor) -> Iterator[Form]:
    seen: Counter[object] = Counter()
    for door in sweep.declared:
        for target in targets(door, sweep.company, sweep.factories):
            if sweep.due(door, actor, target) is not Due.OPEN:
                continue
            for form in sweep.page(actor, door.url(target.values)).forms:
                alike = (form.action, frozenset(name for name, _ in form.fields))
                seen[alike] += 1
                if form.method == "post" and seen[alike] <= MOST_ALIKE:
                    yield form


def _leads_to(form: Form, door: Door) -> bool:
    try:
        return resolve(form.action.partition("?")[0]).view_name == door.name
    except Resolver404:
        return False


def _mass_assignment(
    sweep: Sweep, door: Door, actor: Actor, target: Target, honest: Knock, plain: Answer
) -> Iterator[Finding]:
    """No field that the form does not show can be set by sending it."""
    shown = {name for name, _ in honest.data}
    extra = {name: value for name, value in _columns().items() if name not in shown}
    greedy = replace(honest, data=(*honest.data, *extra.items()))
    answer = sweep.ask(actor, greedy)
    for label, column, value in _new_values(answer.change, plain.change):
        name = column.removesuffix("_id")
        if name in extra and str(value) in (
            extra[name],
            "True",
            extra[name].replace("T", " ").replace("Z", "+00:00"),
        ):
            words = [f"sets {label}.{column} to {value!r}, which the form does not offer"]
            yield from sweep.report("mass assignment", door, actor, target, honest, words)


def _columns() -> dict[str, str]:
    """Every column of every table of ours, with a value to plant."""
    return {
        each.name: value
        for config in apps.get_app_configs()
        if config.name.startswith("gapless.")
        for model in config.get_models()
        for each in model._meta.concrete_fields
        if not each.primary_key and (value := _plantable(each))
    }


def _plantable(column: models.Field[Any, Any]) -> str:
    return next((v for kind, v in PLANTED.items() if isinstance(column, kind)), "")


def _new_values(greedy: Change, plain: Change) -> Iterator[tuple[str, str, Any]]:
    """Columns that only the greedy request set."""
    for key, row in greedy.altered.items():
        for column, value in row.items():
            if plain.altered.get(key, {}).get(column, None) != value:
                yield key[0], column, value
    known = {
        (label, column, str(value))
        for (label, _), row in plain.added.items()
        for column, value in row.items()
    }
    for (label, _), row in greedy.added.items():
        for column, value in row.items():
            if (label, column, str(value)) not in known:
                yield label, column, value
