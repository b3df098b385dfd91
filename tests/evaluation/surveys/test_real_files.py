"""Real questionnaires, from the file to the cells: the numbers that others published."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from gapless.analytics.answers import FLAGS
from gapless.analytics.folding import schema_of
from gapless.analytics.grouping import read_moments
from gapless.analytics.periods import ALL_TIME
from gapless.core.evidence.choices import Source
from gapless.core.evidence.queries import by_stratum
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import Scale
from gapless.core.imports.reading import read_table
from gapless.core.imports.suggestions import suggested
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.queries import layout_of, wrong_cells
from gapless.people.org.models import Unit
from gapless_stats.gaps import gap_of_pairs
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.scores import SCALE
from gapless_stats.tables import PairTable

from .conftest import account, through

pytestmark = pytest.mark.real_data


def reference(shared_data, name):
    values = json.loads((shared_data / "reference_values.json").read_text())
    return next(value["value"] for value in values if value["id"] == name)


def mapped(path, **changes):
    """What the wizard suggests, and what a person then fills in on its two pages."""
    return replace(suggested(read_table(path)), **changes)


@pytest.fixture
def kiosk(shared_data, cast, bring):
    folder = shared_data / "kiosk_servqual"
    with (folder / "items.csv").open(encoding="utf-8") as file:
        dimension = {row["column"]: row["final_dimension"] for row in csv.DictReader(file)}
    path = folder / "responses.csv"
    file_map = mapped(
        path,
        scales={ItemKind.PAIR: Scale(1, 7), ItemKind.OVERALL: Scale(1, 5)},
        where=(("kept_by_authors", "1"),),
        unit="EAST-HALL",
        time="2019-09-08",
        form="kiosk",
        form_name="Kiosks",
    )
    file_map = replace(
        file_map,
        columns=tuple(
            replace(column, dimension=dimension.get(column.name, ""))
            if column.kind in (ColumnKind.EXPECTATION, ColumnKind.PERCEPTION)
            else column
            for column in file_map.columns
        ),
    )
    return through(bring(path.read_bytes(), file_map, "responses.csv"), cast)


@pytest.fixture
def cell(kiosk):
    schema = schema_of(layout_of(kiosk.version))
    whole = schema.zero()
    for top in Unit.objects.filter(depth=1):
        strata = by_stratum(Source.SURVEY, kiosk.version.pk, top, ALL_TIME, schema)
        whole = sum(strata.values(), whole)
    return lambda name: schema.block(whole, name)


def test_the_kiosk_file_comes_in_whole(kiosk):
    assert account(kiosk) == {"rows": 211, "added": 194, "filtered": 17}
    assert not list(wrong_cells(kiosk.version))
    layout = layout_of(kiosk.version)
    assert len(layout.rated) == 24
    assert len(layout.dimensions) == 6
    outside = [q.code for q in layout.rated if not q.dimension]
    assert outside == ["9", "12", "23", "24"]


@pytest.mark.parametrize(
    "dimension",
    ["tangibles", "security", "economy", "convenience", "usefulness", "control"],
)
def test_kiosk_dimensions_equal_the_reference(cell, shared_data, dimension):
    wanted = reference(shared_data, f"kiosk.gap.{dimension}")
    moments = read_moments(cell(f"gap/dimension/{dimension}"), 3)
    sd = np.sqrt(moments.covariance[2, 2]) / SCALE
    found = [*(moments.mean / SCALE), sd, *alphas(cell, dimension)]
    # Each respondent's score is rounded once, to 1/27720 of a scale point.
    assert found == pytest.approx(wanted, abs=2e-6)


def alphas(cell, dimension):
    """Alpha of expectations, of perceptions and of their differences, from one block."""
    block = cell(f"items/{dimension}")
    width = round((np.sqrt(8 * len(block) + 1) - 3) / 2)
    k = width // 2
    both = read_moments(block, width)
    minus = np.hstack([-np.eye(k, dtype=np.int64), np.eye(k, dtype=np.int64)])
    sides = (both.select(range(k)), both.select(range(k, width)), both.through(minus))
    return [cronbach_alpha(side).value for side in sides]


def test_kiosk_item_1_equals_the_reference(cell, shared_data):
    gap = gap_of_pairs(PairTable(1, 7, cell("pair/1")))
    found = [gap.expectation, gap.perception, gap.gap, gap.sd]
    wanted = reference(shared_data, "kiosk.gap.item1")
    assert found == pytest.approx(wanted[:4], abs=1e-6)
    assert [gap.interval.low, gap.interval.high] == pytest.approx(wanted[5:], abs=1e-6)


def test_the_mean_over_all_24_items_equals_the_reference(cell, shared_data):
    moments = read_moments(cell("gap/by_item"), 3)
    wanted = reference(shared_data, "kiosk.gap.all")[0]
    assert moments.mean[2] / SCALE == pytest.approx(wanted, abs=1e-6)


def test_the_flags_of_the_kiosk_file(cell):
    assert dict(zip(FLAGS, cell("flags").tolist(), strict=True)) == {
        "straight_lining": 5,
        "all_equal": 5,
        "expectation_ceiling": 8,
    }
