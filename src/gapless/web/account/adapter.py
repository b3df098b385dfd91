"""Where allauth asks us: who may have an account, what is written down about log-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from gapless.core.audit.actions import refuse
from gapless.people.org import actions
from gapless.people.org.queries import login_name_exists
from gapless.web.http import client_address

if TYPE_CHECKING:
    from gapless.people.org.models import Person


NO_PAIR = _("This name and password do not belong together. Capitals count.")
WRONG_CODE = _("This code is wrong or too old. Give the one that the app shows now.")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by administrators; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_PAIR,
        "email_password_mismatch": NO_PAIR,
        "incorrect_password": _("This is not your password. Capitals count."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        # `next` stays on this site, whatever other hosts are trusted for forms.
        return url_has_allowed_host_and_scheme(url, None)

    def set_password(self, user: Person, password: str) -> None:
        actions.set_password(user, password, by=user, now=now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("home")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        typed = str(credentials.get("username") or credentials.get("email") or "")
        refuse(
            "login.failed",
            by=None,
            at=now(),
            # Whatever else was typed there may be a password in the wrong box.
            detail=typed if login_name_exists(typed) else "",
            address=client_address(request),
        )


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A person connects the company's identity provider once; it never makes accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def display(person: Person) -> str:
    return person.name
