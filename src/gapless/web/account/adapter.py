from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.timezone import now

from gapless.core.audit.actions import refuse

if TYPE_CHECKING:
    from gapless.people.org.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        typed = str(credentials.get("username") or credentials.get("email") or "")
        refuse(
            "login.failed",
            by=None,
            at=now(),
            detail=typed,
            address=request.META["REMOTE_ADDR"],
        )


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A person connects the company's identity provider once; it never makes accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def display(person: Person) -> str:
    return person.name
