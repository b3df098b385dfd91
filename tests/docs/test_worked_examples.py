"""Every example on a concept page is run, from top to bottom of its page."""

import doctest
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks, name_of

CONCEPTS = sorted((DOCS / "concepts").glob("*.md"))
# What the one says is told, not computed; the cases of the other have a test of their own.
WITHOUT_NUMBERS = {"five-gaps.md", "clock-cases.md"}


@pytest.mark.parametrize("document", CONCEPTS, ids=name_of)
def test_the_examples_of_a_page_give_what_it_says(document: Path) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
    names: dict[str, object] = {}
    told: list[str] = []
    for block in blocks(document):
        example = doctest.DocTestParser().get_doctest(
            block.text if block.language == "python" else "",
            names,
            name_of(document),
            name_of(document),
            block.line - 1,
        )
        runner.run(example, out=told.append, clear_globs=False)
        names = example.globs

    assert not told, "".join(told)


@pytest.mark.parametrize(
    "document", [p for p in CONCEPTS if p.name not in WITHOUT_NUMBERS], ids=name_of
)
def test_a_page_about_a_statistic_has_a_worked_example(document: Path) -> None:
    written = [block.text for block in blocks(document) if block.language == "python"]

    assert any(">>>" in text for text in written)
