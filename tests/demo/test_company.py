from collections import Counter

import numpy as np

from gapless.demo import pattern
from gapless.demo.pattern import Group
from gapless.people.org.choices import Role
from gapless.settings import LANGUAGES


def test_the_company_has_its_regions_cities_and_halls(jiangzhou):
    assert len(jiangzhou.regions) == 3
    assert len(jiangzhou.cities) == 12
    assert len(jiangzhou.halls) == 60
    assert jiangzhou.customers == sum(hall.customers for hall in jiangzhou.halls)


def test_no_code_name_or_address_stands_for_two_places(jiangzhou):
    places = (*jiangzhou.regions, *jiangzhou.cities, *jiangzhou.halls)

    assert len({place.code for place in places}) == len(places)
    assert len({place.name for place in places}) == len(places)
    assert len({hall.address for hall in jiangzhou.halls}) == 60


def test_there_is_somebody_in_every_role_and_a_log_in_for_each(jiangzhou):
    people = jiangzhou.people()

    assert {person.role for person in people} == set(Role)
    assert {person.role for person in people if person.log_in} == set(Role)
    assert len({person.username for person in people}) == len(people)


def test_every_hall_has_one_manager_and_front_line_staff(jiangzhou):
    posts = Counter((person.unit, person.role) for person in jiangzhou.people())

    assert all(posts[hall.code, Role.UNIT_MANAGER] == 1 for hall in jiangzhou.halls)
    assert all(posts[hall.code, Role.AGENT] >= 1 for hall in jiangzhou.halls)


def test_somebody_reads_each_language(jiangzhou):
    known = {language for language, _ in LANGUAGES}

    assert {person.language for person in jiangzhou.people()} == known


def test_what_is_planted_names_places_and_items_that_exist(jiangzhou, layout):
    halls = {hall.code for hall in jiangzhou.halls}

    assert set(pattern.BAD_HALLS) | set(pattern.GOOD_HALLS) <= halls
    assert set(pattern.REGIONS) == {region.code for region in jiangzhou.regions}
    assert set(pattern.ITEMS) == {question.code for question in layout.rated}
    assert set(pattern.POINTS) == set(layout.paired_dimensions)
    assert set(jiangzhou.comments) <= set(pattern.ITEMS)


def test_no_planted_mean_comes_near_the_ends_of_the_scale(jiangzhou, truth):
    perceived = [
        truth.perception(item, Group(place, month, self_selected))
        for item in pattern.ITEMS
        for place in jiangzhou.places
        for month in truth.months
        for self_selected in (False, True)
    ]

    assert min(perceived) > 2
    assert max(perceived) < 6.8


def test_the_worst_are_the_ones_that_are_called_so(truth):
    worst = min(pattern.ITEMS, key=lambda item: pattern.ITEMS[item].gap)

    assert worst == pattern.WORST_ITEM
    assert min(pattern.BAD_HALLS, key=pattern.BAD_HALLS.__getitem__) == pattern.WORST_HALL
    assert min(pattern.REGIONS, key=pattern.REGIONS.__getitem__) == pattern.IMPROVING_REGION
    assert np.isclose(sum(pattern.POINTS.values()), 100)


def test_the_two_years_end_before_the_month_that_was_asked_for(truth):
    assert len(truth.months) == 24
    assert f"{truth.months[0]:%Y-%m}" == "2024-11"
    assert f"{truth.months[-1]:%Y-%m}" == "2026-10"
