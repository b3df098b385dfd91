"""How the answering page is made: its steps, its pieces, what filling it costs."""

import gzip
import json
import re
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gapless.evaluation.campaigns.queries import door_of
from gapless.web.answering import pages
from gapless.web.answering.splicing import Spliced, slot
from gapless.web.answering.steps import parts_of
from tests.conftest import Cast
from tests.web import asking


def test_a_preview_may_be_framed_by_our_own_pages_only() -> None:
    response = pages.preview(asking.EVERY_KIND, "zh-hans")

    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert 'data-kind="preview"' in response.content.decode()


def test_a_wording_that_repeats_the_item_is_shown_without_it() -> None:
    [part] = parts_of(asking.SHORT, {}, {})
    [ask] = part.steps[0].asks

    assert [scale.legend for scale in ask.scales] == ["Excellent halls", "This time"]


def test_tables_and_points_are_one_step_each() -> None:
    parts = parts_of(asking.EVERY_KIND, {}, {})
    kinds = [(step.kind, len(step.asks)) for part in parts for step in part.steps]

    assert kinds[:4] == [("one", 1), ("one", 1), ("table", 3), ("points", 3)]


VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(VALUES, min_size=3, max_size=3), VALUES, VALUES)
def test_what_is_compressed_in_pieces_is_the_same_page(
    fixed: list[str], one: str, other: str
) -> None:
    page = Spliced(slot("one").join(fixed[:2]) + slot("other") + fixed[2])
    values = {"one": one, "other": other}

    filled = page.filled(values)
    assert gzip.decompress(page.gzipped(values)) == filled
    assert filled.decode() == fixed[0] + one + fixed[1] + other + fixed[2]


def test_filling_the_page_costs_little(cast: Cast, rf: Any, record_property: Any) -> None:
    token = asking.way_in(asking.campaign_of(cast), cast.east)
    door = door_of(token)
    assert door is not None
    request = rf.get("/s/", headers={"Accept-Encoding": "gzip"})
    pages.show(request, door, token, "en")
    began = time.perf_counter()
    for _ in range(200):
        response = pages.show(request, door, token, "en")
    cost = (time.perf_counter() - began) / 200 * 1000

    record_property("Answering page, filled and compressed", f"{cost:.2f} ms")
    assert b"Waiting and service" in gzip.decompress(response.content)
    assert cost < 20  # a machine that does other things at the same time


def test_the_sentences_of_the_script_are_json() -> None:
    html = pages.preview(asking.SHORT, "en").content.decode()
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', html)

    assert found
    assert json.loads(found[1])["next"] == "Next question"
