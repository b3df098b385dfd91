"""
From simplified to traditional Chinese as it is written in Taiwan: first the terms of the
trade (domain.md §6; 质量 is 品質, not 質量), longest first, and OpenCC for the rest.
"""

import re
from pathlib import Path

import opencc
from catalogues import LOCALE

TERMS = LOCALE / "terms.zh_Hant.tsv"


def terms(path: Path = TERMS) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


class Converter:
    def __init__(self, known: dict[str, str]) -> None:
        self._terms = known
        longest_first = sorted(known, key=len, reverse=True)
        self._term = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
        self._rest = opencc.OpenCC("s2twp")

    def __call__(self, simplified: str) -> str:
        return "".join(
            self._terms[piece] if piece in self._terms else self._rest.convert(piece)
            for piece in self._term.split(simplified)
        )
