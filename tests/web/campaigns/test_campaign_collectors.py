"""The ways into a campaign: addresses, sheets, kiosks; and quotas."""

import csv
import io
import re
from typing import Any

import pytest
import segno
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from gapless.evaluation.campaigns import tokens
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.models import Campaign, Quota
from gapless.web.campaigns.addresses import QUIET, only_on_this_machine, qr_code
from tests.web.signing_in import signed_in

from .pages import answered, collector, page, step


def add(client: Client, campaign: Campaign, kind: str, **typed: str) -> Any:
    address = reverse("campaigns:collector-new", args=[campaign.pk])
    return client.post(address, {"kind": kind, **typed}, follow=True)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("link", "self_selected"),
        ("qr", "self_selected"),
        ("invitation", "on_event"),
        ("phone", "on_event"),
    ],
)
def test_a_way_in_says_how_its_people_were_chosen(chen, campaign, kind, mode):
    html = add(chen, campaign, kind).text
    assert "The collector is open." in html
    assert campaign.collectors.get().mode == mode
    assert campaign.collectors.get().get_mode_display() in html


def test_the_mode_may_be_said_otherwise(chen, campaign):
    add(chen, campaign, "link", mode="census")
    assert campaign.collectors.get().mode == "census"


def test_a_kiosk_stands_somewhere_and_shows_its_pin_once(chen, cast, campaign):
    assert "Say at which unit" in add(chen, campaign, "kiosk").text
    assert "does not ask about" in add(chen, campaign, "kiosk", unit="Nowhere").text
    assert "four to eight digits" in add(chen, campaign, "kiosk", pin="abc").text
    html = add(chen, campaign, "kiosk", unit="East hall").text
    kiosk = campaign.collectors.get()
    (pin,) = re.findall(r'<code class="campaign-figure">(\d{6})</code>', html)
    assert kiosk.unit == cast.east
    assert check_password(pin, kiosk.pin)
    assert pin not in page(chen, "collector", campaign.pk, kiosk.pk)
    assert "1234" in add(chen, campaign, "kiosk", unit="EAST-HALL", pin="1234").text


def test_each_unit_has_its_address(chen, cast, campaign):
    qr = collector(campaign, CollectorKind.QR)
    html = page(chen, "collector", campaign.pk, qr.pk, kind="")
    for unit in (cast.city, cast.east, cast.west):
        assert reverse("answering:enter", args=[tokens.token_of(qr, unit)]) in html
    # Customers come to halls, unless other kinds are asked for.
    halls = page(chen, "collector", campaign.pk, qr.pk)
    assert tokens.token_of(qr, cast.city) not in halls
    assert "East hall" not in page(chen, "collector", campaign.pk, qr.pk, q="west")


def test_the_addresses_come_as_a_file(cast, campaign):
    qr = collector(campaign, CollectorKind.QR)
    address = reverse("campaigns:addresses", args=[campaign.pk, qr.pk])
    text = signed_in(cast.wang).get(address).content.decode("utf-8-sig")
    _header, *rows = csv.reader(io.StringIO(text))
    assert [row[:2] for row in rows] == [["EAST-HALL", "East hall"]]
    assert rows[0][2].endswith(f"/s/{tokens.token_of(qr, cast.east)}/")


def test_a_sheet_hangs_in_every_hall(chen, cast, campaign):
    qr = collector(campaign, CollectorKind.QR)
    html = page(chen, "qr", campaign.pk, qr.pk)
    assert html.count('<section class="sheet">') == 2
    assert html.count('lang="zh-Hans"') >= 2
    assert "How did we do today?" in html.split('lang="en"', 2)[2]
    one = page(chen, "qr", campaign.pk, qr.pk, unit=cast.west.pk)
    assert one.count('<section class="sheet">') == 1
    assert tokens.token_of(qr, cast.west) in one


def test_the_picture_is_the_code(chen, cast, campaign, settings):
    settings.PUBLIC_URL = "https://quality.example.com"
    qr = collector(campaign, CollectorKind.QR)
    address = reverse("campaigns:code", args=[campaign.pk, qr.pk, cast.east.pk])
    response = chen.get(address)
    token = tokens.token_of(qr, cast.east)
    drawn = qr_code(f"https://quality.example.com/s/{token}/")
    assert response.headers["content-type"] == "image/svg+xml"
    assert f'd="{drawn.path}"' in response.text


def test_the_path_of_a_code_covers_exactly_its_dark_modules():
    text = "https://quality.example.com/s/1-2-abcdefghijklmnop/"
    drawn = qr_code(text)
    dark = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path)
        for step in range(int(width))
    }
    code = segno.make(text, error="q", micro=False)
    assert dark == {
        (x + QUIET, y + QUIET)
        for y, row in enumerate(code.matrix)
        for x, module in enumerate(row)
        if module
    }
    assert drawn.width == len(code.matrix) + 2 * QUIET


@pytest.mark.parametrize(
    ("url", "only_here"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://app.localhost", True),
        ("http://192.168.1.20:8000", False),
        ("https://quality.example.com", False),
    ],
)
def test_who_prints_addresses_of_this_machine_is_warned(
    chen, campaign, settings, url, only_here
):
    settings.PUBLIC_URL = url
    assert only_on_this_machine() is only_here
    qr = collector(campaign, CollectorKind.QR)
    html = page(chen, "qr", campaign.pk, qr.pk)
    assert ("Phones cannot reach localhost." in html) is only_here


def test_a_collector_is_shut_for_good(chen, campaign, cast):
    qr = collector(campaign, CollectorKind.QR)
    address = reverse("campaigns:revocation", args=[campaign.pk, qr.pk])
    assert "Its addresses open nothing" in chen.post(address, follow=True).text
    assert "It was shut already." in chen.post(address, follow=True).text
    assert chen.get(reverse("campaigns:qr", args=[campaign.pk, qr.pk])).status_code == 404
    assert tokens.token_of(qr, cast.east) not in page(chen, "collector", campaign.pk, qr.pk)


def test_no_way_in_is_opened_once_it_is_closed(chen, fielded):
    step(chen, fielded, "closed")
    assert "Open a way in" not in page(chen, "collectors", fielded.pk)
    assert "no collector can be opened" in add(chen, fielded, "link").text


def test_a_quota_by_unit_and_option(chen, cast, campaign):
    address = reverse("campaigns:quota-new", args=[campaign.pk])
    typed = {"unit": "East hall", "share": "who=1", "limit": "30"}
    html = chen.post(address, typed, follow=True).text
    quota = campaign.quotas.get()
    assert (quota.unit, quota.item, quota.option) == (cast.east, "who", 1)
    assert "0 / 30" in html
    chen.post(address, typed | {"limit": "50"})
    assert campaign.quotas.get().limit == 50
    removal = reverse("campaigns:quota-removal", args=[campaign.pk, quota.pk])
    assert "The quota is removed." in chen.post(removal, follow=True).text
    assert not Quota.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"limit": "5"}, "Say about which unit the quota is"),
        ({"unit": "East hall", "limit": "0"}, "Give a whole number from 1 upwards"),
        ({"unit": "Nowhere", "limit": "5"}, "does not ask about"),
    ],
)
def test_a_quota_that_cannot_be_says_why(chen, campaign, typed, sentence):
    address = reverse("campaigns:quota-new", args=[campaign.pk])
    assert sentence in chen.post(address, typed).text
    assert not Quota.objects.exists()


def test_a_quota_is_set_before_the_first_answer(chen, cast, fielded):
    link = collector(fielded, CollectorKind.LINK)
    answered(fielded, link, cast.east, ResponseState.COMPLETE, 1)
    address = reverse("campaigns:quota-new", args=[fielded.pk])
    html = chen.post(address, {"unit": "East hall", "limit": "5"}).text
    assert "There are answers already" in html


def test_how_full_quotas_are_is_for_who_sees_the_whole(cast, fielded, chen):
    address = reverse("campaigns:quotas", args=[fielded.pk])
    assert signed_in(cast.wang).get(address).status_code == 403
    assert signed_in(cast.sun).get(address).status_code == 200
