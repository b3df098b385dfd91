"""The pages of categories: the tree, adding, changing, retiring."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gapless.control.cases.models import Category
from gapless.requirements.characteristics.actions import ship_builtin, take_step
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.models import Characteristic
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import category
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
INDEX = "/cases/categories/"


@pytest.fixture
def chen(cast: Cast) -> Client:
    ship_builtin(now=NINE_AM)
    return signed_in(cast.chen)


def r4() -> Characteristic:
    return Characteristic.objects.get(code="R4")


def add(client: Client, **said: Any) -> Any:
    filled = {"code": "WAIT", "name_en": "The wait is too long"} | said
    return client.post(reverse("cases:category-new"), filled)


def edit(client: Client, pk: int, **said: Any) -> Any:
    filled = {"name_en": "Queues", "version": 1} | said
    return client.post(reverse("cases:category", args=[pk]), filled)


def post(client: Client, what: str, pk: int) -> str:
    address = reverse(f"cases:category-{what}", args=[pk])
    return client.post(address, follow=True).text


def test_a_category_is_added_and_points_somewhere(chen: Client) -> None:
    added = add(chen, characteristic=r4().pk, failure_type="promise")
    assert added.status_code == 302
    wait = Category.objects.get()
    assert (wait.characteristic, wait.failure_type, wait.gap) == (r4(), "promise", 4)
    page = chen.get(INDEX).text
    for said in ("The wait is too long", "WAIT", "R4", "A promise was not kept"):
        assert said in page


def test_it_becomes_part_of_the_one_from_which_somebody_came(chen: Client) -> None:
    service = category("SERVICE")
    page = chen.get(reverse("cases:category-new", query={"parent": service.pk})).text
    assert f'<option value="{service.pk}" selected>' in page
    add(chen, parent=service.pk)
    assert Category.objects.get(code="WAIT").parent == service
    assert 'class="depth-1"' in chen.get(INDEX).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "two words"}, "code"),
        ({"code": "TAKEN"}, "code"),
        ({"name_en": ""}, "__all__"),
        ({"gap": "6"}, "gap"),
        ({"failure_type": "luck"}, "failure_type"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    chen: Client, said: dict[str, str], field: str
) -> None:
    category("TAKEN")
    response = add(chen, **said)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert Category.objects.count() == 1


def test_two_people_edit_one_category_and_nobody_overwrites_unseen(chen: Client) -> None:
    wait = category()
    edit(chen, wait.pk, name_en="Waiting")
    late = edit(chen, wait.pk, name_en="Queues")
    assert late.status_code == 409
    assert "Waiting" in late.text
    assert "Queues" in late.text
    version = late.context["form"]["version"].value()
    assert edit(chen, wait.pk, name_en="Queues", version=version).status_code == 302
    wait.refresh_from_db()
    assert (str(wait), wait.version) == ("Queues", 3)


def test_a_retired_characteristic_stays_where_it_is_and_is_offered_nowhere_else(
    cast: Cast, chen: Client
) -> None:
    kept, other = category(characteristic=r4()), category("OTHER")
    take_step(r4(), to=State.RETIRED, by=cast.chen, now=NINE_AM)
    assert edit(chen, kept.pk, characteristic=r4().pk).status_code == 302
    assert edit(chen, other.pk, characteristic=r4().pk).status_code == 422


def test_retiring_and_offering_again(chen: Client) -> None:
    service = category("SERVICE")
    wait = category(parent=service)
    assert "retire these first" in post(chen, "retirement", service.pk)
    assert "no longer offered" in post(chen, "retirement", wait.pk)
    assert "retired already" in post(chen, "retirement", wait.pk)
    post(chen, "retirement", service.pk)
    assert "restore that first" in post(chen, "restoration", wait.pk)
    assert "offered again" in post(chen, "restoration", service.pk)
    assert "in use already" in post(chen, "restoration", service.pk)
    assert set(Category.objects.filter(retired_at=None)) == {service}


def test_only_who_decides_the_rules_opens_them(cast: Cast, chen: Client) -> None:
    wait = category()
    for person in (cast.li, cast.wang, cast.qian, cast.ma):
        client = signed_in(person)
        assert client.get(INDEX).status_code == 403
        assert edit(client, wait.pk).status_code == 403


def test_an_empty_page_says_what_to_do(chen: Client) -> None:
    assert "No categories yet" in chen.get(INDEX).text
    assert chen.get("/cases/categories/99999/").status_code == 404
