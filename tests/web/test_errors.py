"""What went wrong, what to do next, and nothing more than that."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gapless.web import errors
from tests.conftest import Cast

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def asked_by(cast: Cast) -> HttpRequest:
    request = RequestFactory().get("/units/9/")
    request.user = cast.li
    request.resolver_match = None
    return request


def test_403_says_who_can_help(cast: Cast) -> None:
    with translation.override("en"):
        response = errors.forbidden(asked_by(cast), PermissionDenied())

    assert response.status_code == 403
    assert (
        "An administrator of your organisation can give you one"
        in response.content.decode()
    )


def test_404_is_the_same_for_what_never_was_and_what_is_not_yours(
    client: Client, db: None
) -> None:
    pages = [client.get(path, **ENGLISH) for path in ("/nothing/", "/units/99/nothing/")]

    assert [page.status_code for page in pages] == [404, 404]
    # Except for the address to come back to, and the token against forged forms.
    own = r'value="[^"]*"|\w{64}'
    assert len({re.sub(own, "", page.content.decode()) for page in pages}) == 1


def test_500_asks_nothing_of_the_database_and_gives_a_number(
    caplog: pytest.LogCaptureFixture, cast: Cast
) -> None:
    with CaptureQueriesContext(connection) as queries, caplog.at_level(logging.ERROR):
        response = errors.server_error(asked_by(cast))

    number = re.search(r"\b[2-9A-HJ-NP-Z]{8}\b", response.content.decode())
    assert response.status_code == 500
    assert len(queries) == 0
    assert number is not None
    assert number.group() in caplog.text


def test_a_form_from_before_log_in_is_refused_with_a_way_out(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"login": "li"}, **ENGLISH)

    assert response.status_code == 403
    assert "send the form once more" in response.content.decode()


@pytest.mark.parametrize("name", ["403", "404", "409", "csrf", "500"])
def test_scripts_find_the_words_of_every_problem(name: str) -> None:
    assert "data-problem" in render_to_string(f"errors/{name}.html")
