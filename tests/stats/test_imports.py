"""What importing gapless_stats costs: numpy and a bare scipy, nothing else."""

import subprocess
import sys

import pytest

# `compiled` is left out: it needs numba, and `rows` imports it on first use alone.
IMPORT_ALL = """
import importlib, pkgutil, sys
import gapless_stats
for each in pkgutil.walk_packages(gapless_stats.__path__, "gapless_stats."):
    if each.name != "gapless_stats.compiled":
        importlib.import_module(each.name)
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def loaded():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_everything_was_imported(loaded):
    assert {"gapless_stats.drivers", "gapless_stats.charts.chart"} < loaded


def test_scipys_parts_wait_for_their_first_use(loaded):
    public = {name for name in loaded if name.startswith("scipy.") and "._" not in name}

    assert public <= {"scipy.__config__", "scipy.version"}


@pytest.mark.parametrize("name", ["django", "pandas", "numba", "gapless", "statsmodels"])
def test_nothing_heavy_comes_along(name, loaded):
    assert not {each for each in loaded if each.split(".")[0] == name}
