"""STYLE.md quotes code as it stands, and the tree keeps what a test can see."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks

EXAMPLES = [b for b in blocks(ROOT / "STYLE.md") if b.text.startswith("# ")]
SOURCES = [p for p in (ROOT / "src").rglob("*.py") if "migrations" not in p.parts]
NAMES_THAT_SAY_NOTHING = {
    *("utils", "helpers", "common", "constants", "misc"),
    *("managers", "mixins", "services", "signals"),
}
NOUNS_THAT_DO = re.compile(r"^class \w+(Service|Helper|Handler|Processor|Util)\b", re.M)
# The line of a socket is no signal.
DOES_WORK_UNSEEN = re.compile(r"def save\(self|@receiver\b|(?<!\bline)\.connect\(")


def source_of(example: Block) -> Path:
    return ROOT / example.text.splitlines()[0].removeprefix("# ")


def parts(example: Block) -> Iterator[str]:
    """What is quoted, without the first line, cut where something was left out."""
    quoted = example.text.split("\n", 1)[1]
    return (part.strip("\n") for part in re.split(r"^ *…\n", quoted, flags=re.M))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.text.splitlines()[0][2:])
def test_an_example_is_quoted_as_it_stands(example: Block) -> None:
    source = source_of(example).read_text("utf-8")

    assert [part for part in parts(example) if part not in source] == []


def test_each_of_the_twelve_rules_has_an_example() -> None:
    assert len(EXAMPLES) == 12


def test_no_file_is_called_by_a_name_that_says_nothing() -> None:
    assert [str(p) for p in SOURCES if p.stem in NAMES_THAT_SAY_NOTHING] == []


def test_no_class_is_a_noun_that_does() -> None:
    assert [str(p) for p in SOURCES if NOUNS_THAT_DO.search(p.read_text("utf-8"))] == []


def test_nothing_works_unseen_in_saves_and_signals() -> None:
    assert [str(p) for p in SOURCES if DOES_WORK_UNSEEN.search(p.read_text("utf-8"))] == []
