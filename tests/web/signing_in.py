"""How tests sign in: as someone; and as someone who has just proven it once more."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.contrib.auth import SESSION_KEY
from django.test import Client

from gapless.people.org.models import Person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def freshly(client: Client) -> Client:
    """With the proof that `@policy(…, step_up=True)` asks for."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session[SESSION_KEY]
    session.save()
    return client
