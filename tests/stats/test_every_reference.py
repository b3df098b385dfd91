"""Every entry of the reference values is computed by a test that carries its id."""

import re
from pathlib import Path

import pytest

MARK = re.compile(r"""reference\(\s*["']([^"']+)["']""")


@pytest.mark.real_data
def test_every_entry_has_its_test(reference):
    sources = [path.read_text("utf-8") for path in Path(__file__).parent.rglob("*.py")]
    carried = {name for source in sources for name in MARK.findall(source)}

    assert set(reference) - carried == set()
    assert carried - set(reference) == set()
