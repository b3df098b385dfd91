"""The tutorial, done step by step, comes to the numbers that it shows."""

import re
from typing import Any

import catalogues
import pytest
import sentences
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from gapless.core.imports.models import Import
from tests.conftest import Cast
from tests.docs.pages import DOCS, prose
from tests.evaluation.surveys.conftest import account, work

BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
EXAMPLES = DOCS / "examples"
TUTORIALS = {
    "first-gap-table.md": lambda: {sentence.text for sentence in sentences.gather()},
    "first-gap-table.zh-CN.md": lambda: {
        translation.text
        for translation in catalogues.read(catalogues.path_of(catalogues.HANS)).values()
    },
}


@pytest.mark.parametrize("name", TUTORIALS)
def test_the_words_in_bold_stand_on_the_pages(name: str) -> None:
    said = set(BOLD.findall(prose(DOCS / "tutorial" / name)))

    assert said - TUTORIALS[name]() == set()


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (EXAMPLES / name).read_bytes())


def columns(client: Client, address: str) -> dict[str, str]:
    """The fields of the columns page after its map was read, with the two kinds set."""
    posted = {"read_map": "1", "map": upload("map.csv")}
    lines = client.post(address, posted).context["page"].lines
    said = {f"{li.form.prefix}-{f.name}": f.value() or "" for li in lines for f in li.form}
    prefix = {line.name: line.form.prefix for line in lines}
    kinds = {"no": "respondent", "answered_at": "time"}
    return said | {f"{prefix[name]}-kind": kind for name, kind in kinds.items()}


def brought_in(client: Client, cast: Cast) -> Import:
    """Step 3 of the tutorial, as a browser without scripts does it."""

    def go(step: str, **said: Any) -> None:
        client.post(reverse(f"imports:{step}", args=[import_.pk]), said)

    client.post(
        reverse("imports:new"), {"file": upload("answers.csv"), "unit": cast.city.pk}
    )
    import_ = Import.objects.latest("pk")
    go(
        "columns",
        next="1",
        **columns(client, reverse("imports:columns", args=[import_.pk])),
    )
    offered = client.get(reverse("imports:values", args=[import_.pk])).context["form"]
    same = {"form": offered["form"].value() or "", "form_name": "Two halls"}
    go("values", scale_pair="1-7", mode="on_event", expectation="ideal", **same)
    go("run", create_units="on", parent=cast.city.pk)
    work(at=now())
    import_.refresh_from_db()
    return import_


@pytest.fixture
def chen(client: Client, cast: Cast) -> Client:
    client.force_login(cast.chen)
    return client


def test_the_tutorial_comes_to_the_table_that_it_shows(chen: Client, cast: Cast) -> None:
    import_ = brought_in(chen, cast)
    assert account(import_) == {"rows": 25, "added": 25}

    query = {"version": import_.version_id, "unit": cast.city.pk, "period": "all"}
    report = chen.get(reverse("gaps:index"), query).context["page"].report
    assert {d.code: row(d.gap) for d in report.dimensions} == dict(shown())


def test_the_same_file_again_changes_nothing(chen: Client, cast: Cast) -> None:
    brought_in(chen, cast)

    assert account(brought_in(chen, cast)) == {"rows": 25, "already_there": 25}


def row(gap: Any) -> tuple[str, ...]:
    limits = f"[{gap.interval.low:.2f}, {gap.interval.high:.2f}]"
    means = (f"{value:.2f}" for value in (gap.expectation, gap.perception, gap.gap))
    return (str(gap.n), *means, limits)


def shown() -> list[tuple[str, tuple[str, ...]]]:
    """The table of dimensions in the tutorial."""
    page = prose(DOCS / "tutorial" / "first-gap-table.md").replace("−", "-")
    lines = re.findall(r"^\| (\w+) \| (\d+ \|.*) \|$", page, re.MULTILINE)
    return [(name, tuple(cell.strip() for cell in rest.split("|"))) for name, rest in lines]
