"""Links by mail for choosing a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from gapless.people.org.models import Person


def mail_is_set_up() -> bool:
    return not settings.EMAIL_BACKEND.endswith(".console.EmailBackend")


def send_link(request: HttpRequest, person: Person) -> None:
    """The link of “forgotten password”: it serves once, and for three days."""
    form = ResetPasswordForm({"email": person.email})
    if form.is_valid():
        form.save(request)
