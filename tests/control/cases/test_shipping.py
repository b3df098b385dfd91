"""The categories and the severity table that come with the product."""

import pytest

from gapless.control.cases import builtin, rules
from gapless.control.cases.choices import FailureType
from gapless.control.cases.grading import rows_of, table_in_force
from gapless.control.cases.models import Category, SeverityTable
from gapless.control.cases.shipping import ship_builtin
from gapless.core.audit.models import Event
from gapless.core.text import LANGUAGES
from gapless.requirements.characteristics.actions import ship_builtin as ship_wants
from tests.conftest import NINE_AM


def test_every_category_speaks_three_languages_and_has_a_code_of_its_own() -> None:
    tops = builtin.read()
    parts = [part for top in tops for part in top.parts]
    codes = [each.code for each in (*tops, *parts)]
    assert len(codes) == len(set(codes))
    assert all(set(each.name) == set(LANGUAGES) for each in (*tops, *parts))
    assert all(len(code) <= 30 for code in codes)


def test_every_leaf_says_what_the_customer_wanted() -> None:
    parts = [part for top in builtin.read() for part in top.parts]
    assert all(part.characteristic for part in parts)
    # Only questions, suggestions and praise point at no failure.
    assert {part.code.split("-")[0] for part in parts if not part.failure} == {"ASK"}
    assert {part.failure for part in parts} == {*FailureType, None}


@pytest.mark.django_db
def test_they_point_at_the_shipped_characteristics_and_come_once() -> None:
    ship_wants(now=NINE_AM)
    shipped = ship_builtin(now=NINE_AM)

    assert len(shipped) == Category.objects.count() == 45
    assert not Category.objects.filter(parent__isnull=False, characteristic=None).exists()
    rude = Category.objects.get(code="MANNER-RUDE")
    assert rude.characteristic is not None
    assert (rude.characteristic.code, rude.failure_type, rude.gap) == ("A3", "staff", 3)
    assert Category.objects.get(code="WAIT-QUEUE").gap == 2

    rude.name = {"en": "Impolite"}
    rude.save()
    assert ship_builtin(now=NINE_AM) == []
    rude.refresh_from_db()
    assert rude.name == {"en": "Impolite"}  # what an organisation changed stays
    assert Event.objects.filter(type="case_category.shipped").count() == 1


@pytest.mark.django_db
def test_the_table_in_force_reads_as_the_rules_are_written() -> None:
    ship_builtin(now=NINE_AM)
    assert rows_of(table_in_force().rows) == rules.SHIPPED
    ship_builtin(now=NINE_AM)
    assert SeverityTable.objects.count() == 1
