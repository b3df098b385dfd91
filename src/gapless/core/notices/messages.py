"""What goes out, in words: a mail for a person, a few lines for a messenger, JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gapless.core.text import said

from .catalogue import GROUPS, KINDS
from .models import Channel, Delivery, Notice
from .rules import LISTED
from .wording import said_of

INBOX = "/notices/"
CHOICES = "/notices/choices/"
"""Where our pages stand; the address of the installation comes before them."""

MESSENGER_BYTES = 1_900
"""WeCom takes 2,048 bytes of text and cuts off no more than it refuses."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to go. Equal keys give equal Message-IDs: a copy can be told."""

    key: str
    to: str
    subject: str
    body: str

    @property
    def message_id(self) -> str:
        mark = salted_hmac("gapless.notices.message", self.key, algorithm="sha256")
        return f"<{mark.hexdigest()[:32]}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def letter_of(delivery: Delivery, notices: Sequence[Notice]) -> Letter:
    """A mail with one notice, or the digest of several, in the person's language."""
    person = delivery.person
    assert person is not None  # noqa: S101  a constraint says so
    zone = ZoneInfo(person.time_zone)
    with translation.override(person.language), timezone.override(zone):
        return Letter(
            key=delivery.key,
            to=person.email,
            subject=_subject(notices),
            body="\n\n".join(_paragraphs(notices)) + "\n",
        )


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return " ".join(said_of(notices[0]).title.split())
    count = len(notices)
    return ngettext("%(count)d notice", "%(count)d notices", count) % {"count": count}


def _paragraphs(notices: Sequence[Notice]) -> Iterator[str]:
    listed = sorted(notices, key=lambda each: not each.urgent)[:LISTED]
    for group in GROUPS:
        own = [each for each in listed if _group(each) == group]
        if own and len(notices) > 1:
            yield f"— {said(GROUPS[group])} —"
        yield from (_told(each) for each in own)
    rest = len(notices) - len(listed)
    if rest:
        yield ngettext(
            "%(count)d more stands in your inbox: %(address)s",
            "%(count)d more stand in your inbox: %(address)s",
            rest,
        ) % {"count": rest, "address": settings.PUBLIC_URL + INBOX}
    yield _("What reaches you by mail, and when, you choose here: %(address)s") % {
        "address": settings.PUBLIC_URL + CHOICES
    }


def _group(notice: Notice) -> str:
    kind = KINDS.get(notice.kind)
    return kind.group if kind and kind.group in GROUPS else next(iter(GROUPS))


def _told(notice: Notice) -> str:
    words = said_of(notice)
    lines = [words.title, words.body, _address(notice)]
    return "\n".join(line for line in lines if line)


def _address(notice: Notice) -> str:
    return f"{settings.PUBLIC_URL}{notice.url}" if notice.url else ""


def lines_of(channel: Channel, notices: Sequence[Notice]) -> str:
    """As many notices as a messenger takes in one message, and how many there are more."""
    zone = ZoneInfo(channel.unit.time_zone)
    with translation.override(channel.language), timezone.override(zone):
        text = ""
        for told, notice in enumerate(notices):
            longer = f"{text}\n\n{_told(notice)}" if text else _told(notice)
            if len(longer.encode()) > MESSENGER_BYTES and text:
                return f"{text}\n\n{_more(len(notices) - told)}"
            text = longer
        return text.encode()[:MESSENGER_BYTES].decode(errors="ignore")


def _more(rest: int) -> str:
    return ngettext(
        "%(count)d more stands in Gapless: %(address)s",
        "%(count)d more stand in Gapless: %(address)s",
        rest,
    ) % {"count": rest, "address": settings.PUBLIC_URL}


def json_of(channel: Channel, notices: Sequence[Notice], now: datetime) -> str:
    """What a webhook gets: every notice with its key, its facts and its words."""
    zone = ZoneInfo(channel.unit.time_zone)
    with translation.override(channel.language), timezone.override(zone):
        told = [
            {
                "key": each.key,
                "kind": each.kind,
                "at": each.created_at.isoformat(),
                "urgent": each.urgent,
                "facts": each.facts,
                "title": said_of(each).title,
                "body": said_of(each).body,
                "url": _address(each),
            }
            for each in notices
        ]
    content = {"type": "notices", "timestamp": now.isoformat(), "data": {"notices": told}}
    return json.dumps(content, ensure_ascii=False)
