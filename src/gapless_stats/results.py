"""What every statistic returns: a frozen object that prints well and turns into a dict."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Any

import numpy as np


class Result:
    """
    The base of what statistics return; each is a frozen dataclass.

    A subclass says how it was computed in ``method`` and who published it in ``source``
    (author, year, equation): fields where they vary, class variables where they do not.
    What rests on a sample has an ``n``.
    """

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """
        Its fields, method and source as plain Python, ready for JSON: arrays as lists,
        results within as dicts.
        """
        named = {each.name: getattr(self, each.name) for each in _fields(self)}
        for name in ("method", "source"):
            named.setdefault(name, getattr(self, name))
        return {name: _plain(value) for name, value in named.items()}

    def __str__(self) -> str:
        """One line a field; numbers in six significant digits."""
        found = self.as_dict()
        width = max(map(len, found))
        return "\n".join(
            [type(self).__name__]
            + [f"  {name:<{width}}  {_written(value)}" for name, value in found.items()]
        )


def _fields(result: Result) -> tuple[Any, ...]:
    return fields(result)  # type: ignore[arg-type]  # a subclass is a dataclass


def _plain(value: Any) -> Any:
    if isinstance(value, Result):
        return value.as_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict) and {"low", "high"} <= value.keys():
        return f"[{_written(value['low'])}, {_written(value['high'])}]"
    if isinstance(value, dict):
        return {_plain(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict) and {"low", "high"} <= value.keys():
        return f"[{_written(value['low'])}, {_written(value['high'])}]"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_written(each)}" for name, each in value.items())
    return str(value)
