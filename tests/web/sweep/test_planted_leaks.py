"""The sweep itself is tested: every leak that is planted is found, by the right oracle."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.test.utils import override_settings
from django.urls import clear_url_caches

from . import leaky_urls, oracles
from .company import Company
from .doors import Door, doors
from .knock import Answer
from .plants import PLANTS
from .rows import Change
from .sweep import Sweep
from .things import FACTORIES

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

# What is planted → the oracle that must find it, among others perhaps.
PLANTED = {
    "direct_object": "canary",
    "whole_list": "canary",
    "total": "two worlds",
    "export": "canary",
    "suggestions": "canary",
    "search": "two worlds",
    "stamp": "two worlds",
    "cached_page": "canary",
    "fragment": "canary",
    "attachment": "canary",
    "rank": "two worlds",
    "filtered": "like missing",
    "job_result": "canary",
    "redirect": "canary",
    "left_open": "canary",
    "other_status": "status",
    "other_words": "like missing",
    "other_header": "like missing",
    "breaks": "no 5xx",
    "bulk": "foreign rows",
    "foreign_key": "foreign rows",
    "mass_assignment": "mass assignment",
    "other_method": "foreign rows",
    "role_elsewhere": "refused quietly",
    "no_policy": "declared",
    "unknown_blank": "declared",
    "writing_get": "purity",
    "without_token": "csrf",
    "unrecorded": "audit",
    "recorded_nothing": "audit",
}
CAST = ("Chen", "Wang", "Zhao", "two roles", "administrator of east", "nobody")
HONEST = {"honest_list", "honest_unit"}


@pytest.fixture
def sweep(company: Company) -> Iterator[Sweep]:
    with override_settings(ROOT_URLCONF=leaky_urls.__name__):
        clear_url_caches()
        factories = FACTORIES | leaky_urls.FACTORIES
        yield Sweep(company, PLANTS, _leaks(), factories, cast=CAST)
    clear_url_caches()


def _leaks() -> list[Door]:
    return [door for door in doors(leaky_urls.__name__) if door.route.startswith("leaks/")]


def test_every_leak_stands_in_the_list():
    assert {door.name for door in _leaks()} == PLANTED.keys() | HONEST


def test_every_planted_leak_is_found_and_nothing_else(sweep):
    found = defaultdict(set)
    for door in sweep.doors:
        found[door.name] |= {finding.oracle for finding in sweep.findings(door)}
    for reach in {actor.reach for actor in sweep.actors}:
        for finding in sweep.differences(reach):
            found[finding.door.split("/")[1]].add(finding.oracle)
    missed = {name: it for name, it in PLANTED.items() if it not in found[name]}
    assert not missed
    assert not {name: found[name] for name in HONEST if found[name]}


def test_a_page_that_a_shared_cache_may_keep_is_found(company):
    """The middleware lets no view send one, so this leak cannot be planted."""
    signed_in = next(actor for actor in company.actors if actor.viewer)
    kept = {"cache-control": "public, max-age=600"}
    answer = Answer(
        200, kept, cookies=False, body="", written=frozenset(), change=Change(), error=""
    )
    assert list(oracles.private(signed_in, answer))
