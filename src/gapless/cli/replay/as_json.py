"""The replay as one JSON object, unrounded."""

from __future__ import annotations

import json
from typing import Any

from gapless.core.clocks.verdicts import Verdict

from .options import written
from .report import Report, Result


def as_json(report: Report, *, ascii_only: bool = False) -> str:
    """One line of JSON; a share that nobody can tell yet is null."""
    content = {
        "rows": report.rows,
        "not_stopped": report.unstopped,
        "as_of": report.as_of.isoformat(),
        "policies": [_result(each) for each in report.results],
    }
    return json.dumps(content, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def _result(result: Result) -> dict[str, Any]:
    counts = result.replayed.counts
    return {
        "policy": written(result.limit),
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "share_on_time": result.replayed.share,
        "share_change": result.share_change,
        "provisional": result.replayed.provisional,
        "changed": [
            {"from": before.value, "to": after.value, "rows": count}
            for (before, after), count in sorted(result.changed.items())
        ],
    }
