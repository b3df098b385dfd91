"""The foreman of killed servers: a campaign in the field, and the account of it."""

import json
import sys
from collections import Counter
from datetime import timedelta

from tests.faults import foreman  # sets Django up

from django.core.management import call_command  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.core.audit.actions import seal_finished
from gapless.core.audit.models import Event
from gapless.core.audit.queries import verify
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.campaigns.actions import (
    add_collector,
    plan_campaign,
    set_quota,
    take_step,
)
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState, State
from gapless.evaluation.campaigns.jobs import close_idle
from gapless.evaluation.campaigns.models import FollowUp, Quota, Response
from gapless.evaluation.campaigns.rules import COUNTING, CampaignFacts, fingerprint
from gapless.evaluation.campaigns.tokens import receipt_code, token_of
from gapless.people.org.actions import create_unit
from gapless.people.org.rules import UnitFacts
from tests.evaluation.campaigns import fielding


def prepare(limit: int) -> list[str]:
    """Everything that customers need; the addresses of two halls."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    by = {"by": None, "now": now()}
    city = create_unit(None, UnitFacts(name="City", code="C"), **by)
    halls = [create_unit(city, UnitFacts(name=n, code=n), **by) for n in ("east", "west")]
    facts = CampaignFacts(
        name={"en": "Killed"},
        version=fielding.published(),
        within=city,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=1),
        notice={"en": "We keep your answers for a year."},
        follow_up_item="sat",
        follow_up_at_most=3,
    )
    campaign = plan_campaign(facts, [city], **by)
    take_step(campaign, State.APPROVED, **by)
    take_step(campaign, State.FIELDING, **by)
    set_quota(campaign, limit=limit, unit=halls[0], **by)
    set_quota(campaign, limit=limit, item="who", option=1, **by)
    link = add_collector(campaign, CollectorKind.LINK, **by)
    return [token_of(link, hall) for hall in halls]


def tally(ledger: str) -> dict[str, object]:
    """Hold the database to what the clients wrote down."""
    seal_finished()
    with open(ledger, encoding="utf-8") as lines:  # noqa: PTH123
        told = [json.loads(line) for line in lines]
    sent = {each["key"]: fingerprint(each["fields"]) for each in told}
    acked = {e["key"]: (e["code"], e["state"]) for e in told if e["code"]}
    kept = {response.key: response for response in Response.objects.all()}
    done = {key: one for key, one in kept.items() if one.state != ResponseState.OPEN}
    answers = Counter(Answer.objects.values_list("key", flat=True))
    events = Counter(
        Event.objects.filter(type="answer.received").values_list("subject_id", flat=True)
    )
    counting = {key for key, one in done.items() if one.state in COUNTING}
    return {
        "acknowledged": len(acked),
        "over_quota": sum(one.state == ResponseState.OVER_QUOTA for one in done.values()),
        "lost": sum(
            key not in done or acked[key] != (receipt_code(key), done[key].state)
            for key in acked
        ),
        "twice": sum(count - 1 for count in (*answers.values(), *events.values())),
        "phantom": len(kept.keys() - sent.keys()),
        "other_words": sum(one.fingerprint != sent[key] for key, one in done.items()),
        "orphans": len(answers.keys() ^ counting)
        + len(events.keys() ^ {str(one.pk) for one in done.values()})
        + FollowUp.objects.exclude(response__state__in=COUNTING).count(),
        "wrong_cells": sum(len(list(wrong_cells(v))) for v in FormVersion.objects.all()),
        "trail": verify(now=now()).ok,
        "quotas": [
            [
                quota.filled - quota.limit,
                quota.filled
                - Response.objects.counting()
                .filter(quotas=quota, answer__isnull=False)
                .count(),
            ]
            for quota in Quota.objects.order_by("pk")
        ],
    }


def close_what_is_open() -> int:
    """As the minutely job does, a day later."""
    return sum(1 for _ in close_idle(now=now() + timedelta(days=3)))


if __name__ == "__main__":
    commands = {act.__name__: act for act in (prepare, tally, close_what_is_open)}
    assert foreman.COMMANDS
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(commands[order.pop("do")](**order)), flush=True)  # noqa: T201
