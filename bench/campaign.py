"""
The installation that is measured: a company of so many halls, SERVQUAL, and a campaign in
the field with a printed code for each hall.

    campaign.py 20         make it; print the doors and the items as JSON
    campaign.py account    count what is there when all is over
"""

import json
import os
import sys
from datetime import timedelta

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
django.setup()

from django.utils.timezone import now  # noqa: E402

from gapless.core.instruments.models import Answer  # noqa: E402
from gapless.core.instruments.queries import draft_of, wrong_cells  # noqa: E402
from gapless.evaluation.campaigns.actions import (  # noqa: E402
    add_collector,
    plan_campaign,
    take_step,
)
from gapless.evaluation.campaigns.choices import CollectorKind, State  # noqa: E402
from gapless.evaluation.campaigns.models import Response  # noqa: E402
from gapless.evaluation.campaigns.rules import CampaignFacts  # noqa: E402
from gapless.evaluation.campaigns.tokens import token_of  # noqa: E402
from gapless.evaluation.surveys.actions import ship_servqual  # noqa: E402
from gapless.people.org.actions import create_unit  # noqa: E402
from gapless.people.org.queries import organisation  # noqa: E402
from gapless.people.org.rules import UnitFacts  # noqa: E402


def make(halls: int) -> dict[str, object]:
    call_command("init", stdout=sys.stderr)
    at = now()
    version, root = ship_servqual(now=at), organisation()
    if root is None:
        raise SystemExit("gapless init made no organisation.")
    units = [
        create_unit(root, UnitFacts(f"Hall {n}", f"H{n}"), by=None, now=at)
        for n in range(halls)
    ]
    facts = CampaignFacts(
        name={"zh-hans": "压力测试"},
        version=version,
        within=root,
        starts_at=at - timedelta(minutes=1),
        ends_at=at + timedelta(days=1),
        notice={"zh-hans": "仅用于测速，答卷不代表任何人。"},
    )
    campaign = plan_campaign(facts, units, by=None, now=at)
    codes = add_collector(campaign, CollectorKind.QR, by=None, now=at)
    for state in (State.APPROVED, State.FIELDING):
        take_step(campaign, state, by=None, now=at)
    return {
        "tokens": [token_of(codes, unit) for unit in units],
        "items": [
            {"code": item.code, "kind": item.kind, "low": item.low, "high": item.high}
            for item in draft_of(version).items
        ],
    }


def account() -> dict[str, object]:
    version = ship_servqual(now=now())
    return {
        "answers": Answer.objects.count(),
        "responses": Response.objects.counting().count(),
        "wrong_cells": sum(1 for _difference in wrong_cells(version)),
    }


if __name__ == "__main__":
    asked = sys.argv[1]
    print(json.dumps(account() if asked == "account" else make(int(asked))))
