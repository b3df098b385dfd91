"""When a notice goes out, how often it is tried, and how its words are filled. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DIGEST_HOUR = 8
"""When the digest goes out to whoever has not said: before the halls open."""

LEASE = timedelta(minutes=2)
"""A delivery that is being sent belongs to one worker for so long. Far longer than any
sending takes (5 s, or a mail server's 20), far shorter than anybody waits."""

MAX_ATTEMPTS = 8
"""Over about a day and a half; then it is given up, and said so."""

LISTED = 50
"""So many notices a mail lists one by one; of the others it says how many there are."""

_BLANK = re.compile(r"\{([a-z][a-z_]*)\}")


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing goes out, in a person's zone; across midnight, or not."""

    starts: time
    ends: time

    def covers(self, moment: datetime, zone: ZoneInfo) -> bool:
        clock = moment.astimezone(zone).time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person chose about the notices of one group."""

    zone: ZoneInfo
    mail: str = "digest"
    through_quiet: bool = False
    quiet: Quiet | None = None
    digest_hour: int = DIGEST_HOUR


def goes_out_at(wishes: Wishes, moment: datetime, *, urgent: bool) -> datetime | None:
    """
    When a notice of this moment goes out by mail: urgent ones at once, the others as was
    chosen, nothing in quiet hours but what was marked; None when it does not at all.
    """
    if wishes.mail == "never":
        return None
    if not urgent and wishes.mail == "digest":
        moment = next_hour(wishes.digest_hour, wishes.zone, moment)
    if wishes.through_quiet:
        return moment
    return after_quiet(wishes.quiet, wishes.zone, moment)


def after_quiet(quiet: Quiet | None, zone: ZoneInfo, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    if quiet is None or not quiet.covers(moment, zone):
        return moment
    return _next(quiet.ends, zone, moment)


def next_hour(hour: int, zone: ZoneInfo, moment: datetime) -> datetime:
    """When the clock of this zone next shows the full hour: now, or within a day."""
    return _next(time(hour), zone, moment)


def _next(clock: time, zone: ZoneInfo, moment: datetime) -> datetime:
    # A clock that is put back shows an hour twice (fold), one put forward leaves one out;
    # then the zone's arithmetic takes the moment as far after the jump.
    day = moment.astimezone(zone).date()
    coming = (
        datetime.combine(day + timedelta(days=days), clock.replace(fold=fold), zone)
        for days in (0, 1)
        for fold in (0, 1)
    )
    return min(at for at in (each.astimezone(UTC) for each in coming) if at >= moment)


def pause(attempt: int) -> timedelta:
    """How long a delivery rests after a failed try: a minute, and longer every time."""
    minutes: int = 4 ** (attempt - 1)
    return min(timedelta(minutes=minutes), timedelta(hours=12))


BOTS = {
    "wecom": r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([A-Za-z0-9_-]{8,64})",
    "dingtalk": r"https://oapi\.dingtalk\.com/robot/send\?access_token=([A-Za-z0-9]{8,128})",
    "feishu": r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([A-Za-z0-9_-]{8,64})",
}
"""The addresses that messengers give for their bots; the rest is the bot's token."""


def bot_token(kind: str, address: str) -> str:
    """The token in a bot's address; empty when it is none of this messenger's."""
    found = re.fullmatch(BOTS[kind], address.strip())
    return found[1] if found else ""


# --- Words ----------------------------------------------------------------------------


def filled(wording: str, facts: Mapping[str, str | int]) -> str:
    """
    A wording with its blanks filled. There is nothing else in this language: no
    attributes, no indices, no formats; a blank without its fact, and whatever only looks
    like one, stands as it was written, and what a fact says is not read again.

    >>> filled("{unit}: {n} of {{7*7}} {unit.pk}", {"unit": "East {n}", "n": 3})
    'East {n}: 3 of {{7*7}} {unit.pk}'
    """
    return _BLANK.sub(lambda found: str(facts.get(found[1], found[0])), wording)


def blanks(wording: str) -> tuple[str, ...]:
    """The names of the facts that a wording asks for."""
    return tuple(dict.fromkeys(_BLANK.findall(wording)))


def unknown_blanks(wording: str, facts: Iterable[str]) -> tuple[str, ...]:
    """The blanks that no fact of this kind would fill."""
    known = set(facts)
    return tuple(name for name in blanks(wording) if name not in known)
