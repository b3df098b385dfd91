"""The notebook on the statistics library comes to the numbers that it shows."""

import doctest

import pytest

from tests.docs.pages import DOCS, blocks, name_of

PAGE = DOCS / "tutorial" / "statistics-library.md"


@pytest.mark.real_data
def test_every_block_gives_what_it_says(shared_data, monkeypatch):
    monkeypatch.chdir(shared_data)
    runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
    names, told = {}, []
    for block in blocks(PAGE):
        example = doctest.DocTestParser().get_doctest(
            block.text, names, name_of(PAGE), name_of(PAGE), block.line - 1
        )
        runner.run(example, out=told.append, clear_globs=False)
        names = example.globs

    assert runner.summarize(verbose=False).attempted > 50
    assert not told, "".join(told)


def test_it_shows_every_method_that_it_promises():
    written = "".join(block.text for block in blocks(PAGE))

    for name in (
        *("gap_of_pairs", "cronbach_alpha", "confirmatory", "kano_of_answers"),
        *("importance_performance", "driver_spread", "errors import Refused"),
    ):
        assert name in written
