"""What tests of campaign pages do again and again."""

import csv
import io
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from gapless.evaluation.campaigns import actions
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.models import Campaign, Collector, Response
from tests.conftest import NINE_AM


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"campaigns:{name}", args=args, query=query))
    assert response.status_code == 200
    return response.text


def names(client: Client, **query: object) -> list[str]:
    """The campaigns of the list, in order, as the export has them."""
    response = client.get(reverse("campaigns:csv", query=query))
    _header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    return [row[0] for row in rows]


def collector(campaign: Campaign, kind: CollectorKind, **said: Any) -> Collector:
    return actions.add_collector(campaign, kind, by=None, now=now(), **said)


def answered(
    campaign: Campaign, by: Collector, unit: object, state: ResponseState, n: int
) -> None:
    Response.objects.bulk_create(
        Response(
            campaign=campaign,
            collector=by,
            unit=unit,
            key=f"{campaign.pk} {unit} {state} {nth}",
            state=state,
            language="en",
            opened_at=NINE_AM,
            saved_at=NINE_AM,
            notice_version=1,
        )
        for nth in range(n)
    )


def step(client: Client, campaign: Campaign, to: str) -> str:
    address = reverse("campaigns:state", args=[campaign.pk])
    return client.post(address, {"to": to}, follow=True).text
