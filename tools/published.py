"""
Print what `gapless_stats` computes beside every published and R value: `make reference`.

    <id> ok|off expected … got … tolerance …

Needs ../shared/data, where the values and their data sets lie. Ends with 1 when an entry
is off or nothing computes it.
"""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest

VALUES = Path(__file__).resolve().parents[2] / "shared" / "data" / "reference_values.json"
TITLE = "reference:"


class Lines:
    """What the tests have compared, entry by entry."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for title, line in report.user_properties:
            if title.startswith(TITLE):
                self.found[title.removeprefix(TITLE)] = str(line)


def main() -> int:
    if not VALUES.exists():
        print(f"The reference values are not here; they belong in {VALUES}.")
        return 1
    lines = Lines()
    told = io.StringIO()
    with redirect_stdout(told):
        pytest.main(["tests/stats", "-m", "reference", "-q", "-n", "0"], plugins=[lines])
    ids = [entry["id"] for entry in json.loads(VALUES.read_text("utf-8"))]
    for name in ids:
        print(lines.found.get(name, f"{name} off no test computes it"))
    fine = sum(lines.found.get(name, "").startswith(f"{name} ok") for name in ids)
    if fine < len(ids):
        print(told.getvalue())
    print(f"{fine} of {len(ids)} ok")
    return fine < len(ids)


if __name__ == "__main__":
    raise SystemExit(main())
