"""The mail that asks a customer: its words in the customer's language, and its sending."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import FormVersion
from gapless.core.text import said

from .contacts import opt_out_token
from .models import Contact, Invitation
from .tokens import invitation_token

LANGUAGE = "zh-hans"
"""Of whoever has told us none."""

SLOW = {ItemKind.PAIR: 12, ItemKind.ZONE: 18, ItemKind.TEXT: 20}
SECONDS = 6
"""What reading and answering one item takes, for the promise of how long it will be."""

SMTP_SECONDS = 20
"""Shorter than the lease of a job: a server that does not answer must not hold it."""

PERMANENT = 500
"""From this reply on, a mail server will never take the address (RFC 5321, 4.2.1)."""


class Refused(Exception):
    """The mail server says that nobody has this address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to go. Equal keys give equal Message-IDs: a copy can be told."""

    key: str
    to: str
    subject: str
    body: str
    opt_out: str

    @property
    def message_id(self) -> str:
        mark = salted_hmac("gapless.campaigns.message", self.key, algorithm="sha256")
        return f"<{mark.hexdigest()[:32]}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def key_of(invitation: int, nth: int) -> str:
    """Of the mail and of its job: the first one is 0, reminders are 1 and 2."""
    return f"invite:{invitation}:{nth}"


def letter_for(invitation: Invitation, contact: Contact, nth: int) -> Letter:
    with translation.override(contact.language or LANGUAGE):
        subject, body = _words(invitation, contact, nth)
    return Letter(
        key=key_of(invitation.pk, nth),
        to=contact.email,
        subject=subject,
        body=body,
        opt_out=_opt_out(contact),
    )


def _words(invitation: Invitation, contact: Contact, nth: int) -> tuple[str, str]:
    campaign = invitation.campaign
    blanks = {
        "name": contact.name,
        "who": campaign.within.name,
        "unit": invitation.unit.name,
        "survey": said(campaign.name),
        "day": localtime(campaign.ends_at).strftime("%Y-%m-%d"),
        "link": settings.PUBLIC_URL
        + reverse("answering:enter", args=[invitation_token(invitation)]),
        "duration": _duration(invitation),
        "stop": _opt_out(contact),
    }
    asking = (
        _("A reminder: %(who)s asks how you found %(unit)s")
        if nth
        else _("%(who)s asks how you found %(unit)s")
    )
    paragraphs = [
        _("Dear %(name)s,") if contact.name else _("Dear customer,"),
        _("you are a customer of %(unit)s. %(who)s would like to know what you expected"
          " there and what you found: “%(survey)s”."),
        _("We wrote to you some days ago and have no answer yet. This is no duty.")
        if nth
        else "",
        "%(duration)s",
        _("To answer, open this address. It is yours alone and works once, until %(day)s:"),
        "%(link)s",
        _("Your answer is confidential: only quality management knows whose it is. The"
          " staff of %(unit)s see sums and, where something went wrong, what was said, but"
          " not by whom. What is kept, and for how long, stands on the first page."),
        _("If you do not want to be asked any more, say so here, and that is the end of"
          " it:"),
        "%(stop)s",
    ]  # fmt: skip
    body = "\n\n".join(
        each % blanks if "%(" in each else each for each in paragraphs if each
    )
    return asking % blanks, f"{body}\n"


def minutes_to_answer(version: FormVersion) -> int:
    """About how long it takes when everything is asked."""
    kinds = version.items.values_list("kind", flat=True)
    seconds = sum(SLOW.get(ItemKind(kind), SECONDS) for kind in kinds)
    return max(1, round(seconds / 60))


def _duration(invitation: Invitation) -> str:
    minutes = minutes_to_answer(invitation.campaign.version)
    return ngettext(
        "It takes about %(minutes)d minute.", "It takes about %(minutes)d minutes.", minutes
    ) % {"minutes": minutes}


def _opt_out(contact: Contact) -> str:
    return f"{settings.PUBLIC_URL}{reverse('opt-out', args=[opt_out_token(contact)])}"


def send(letter: Letter) -> None:
    """
    Hand a letter to the mail server.

    :raises Refused: the address will never work.
    :raises OSError: (of which smtplib's errors are kinds) it may work later.
    """
    message = EmailMessage(
        letter.subject,
        letter.body,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        headers={
            "Message-ID": letter.message_id,
            "List-Unsubscribe": f"<{letter.opt_out}>",
            "Auto-Submitted": "auto-generated",  # no reply from somebody's holiday
        },
        connection=get_connection(timeout=SMTP_SECONDS),
    )
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _reply in error.recipients.values()):
            raise Refused from error
        raise
