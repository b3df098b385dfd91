"""
The corpus of reliability.md F14: whatever file comes, every row has an account and every
refusal a reason; nothing fails, swells or hangs.
"""

import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.mapping import Column, FileMap, Scale
from gapless.core.imports.reading import read_table
from gapless.core.imports.rows import Accepted, Rejected, outcomes
from gapless.core.imports.suggestions import suggested
from gapless.core.imports.tables import Problem, UnreadableFile
from gapless.core.imports.words import EVERY, sentence_of
from gapless.core.instruments.choices import ItemKind
from tests.core.imports.corpus import books, spss, texts
from tests.core.imports.corpus.cases import HALLS, Case

SEED = 14
NOW = datetime(2027, 1, 1, tzinfo=UTC)

LONGEST = 5.0  # seconds for one file
SWELLING = 200 * 1024  # kilobytes for all of them together

OF_THE_ROW = {
    "ragged_row",
    "cell_too_long",
    "malformed_quotes",
    "nothing_answered",
    "nul_in_cell",
    "undecodable",
    "unit_missing",
    "time_missing",
}
"""Reasons that may lie in no single column."""


@dataclass(frozen=True)
class Hall:
    pk: int
    time_zone: str = "Asia/Shanghai"


PLACES = {name.casefold(): Hall(pk) for pk, name in enumerate(sorted(HALLS), 1)}

MEANINGS = (
    (K.RESPONDENT, ""),
    (K.UNIT, ""),
    (K.TIME, ""),
    (K.EXPECTATION, "1"),
    (K.PERCEPTION, "1"),
    (K.EXPECTATION, "2"),
    (K.PERCEPTION, "2"),
    (K.TEXT, "note"),
)


def map_of(table):
    """The columns are what they were made as, if there are as many; or a guess."""
    if len(table.header) < len(MEANINGS):
        return suggested(table)
    pairs = zip(table.header, MEANINGS, strict=False)
    columns = [Column(name, kind, item=item) for name, (kind, item) in pairs]
    columns += [Column(name) for name in table.header[len(MEANINGS) :]]
    return FileMap(columns=tuple(columns), scales={ItemKind.PAIR: Scale(1, 7)})


@dataclass
class Account:
    rows: int = 0
    accepted: int = 0
    rejected: int = 0


def account_of(path, name):
    """Take a file in as the import does, and hold every rejected row to its reasons."""
    table = read_table(path, name=name)
    account = Account()
    last = 0
    for outcome in outcomes(table, map_of(table), PLACES, now=NOW):
        account.rows += 1
        account.accepted += isinstance(outcome, Accepted)
        assert outcome.line > last, "rows come in the order of the file, each once"
        last = outcome.line
        if isinstance(outcome, Rejected):
            account.rejected += 1
            held_to_its_reasons(outcome, table)
    for note in table.notes:
        assert sentence_of(note)
    return account, table


def held_to_its_reasons(rejected, table):
    assert rejected.problems
    for problem in rejected.problems:
        assert problem.line == rejected.line
        assert problem.code in EVERY
        assert sentence_of(problem)
        assert problem.column in table.header or problem.code in OF_THE_ROW


FAMILIES: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "sound texts": texts.sound,
    "damaged texts": texts.damaged,
    "texts cut off": texts.cut,
    "texts with flipped bits": texts.flipped,
    "noise": texts.noise,
    "mixed encodings": texts.mixed,
    "workbooks": books.shapes,
    "broken workbooks": books.broken,
    "harmful workbooks": books.harmful,
    "old workbooks": books.legacy,
    "SPSS": spss.files,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_of_every_file_has_its_account(family, tmp_path):
    path = tmp_path / "file"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for case in FAMILIES[family](random.Random(SEED)):  # noqa: S311  # not a secret
        path.write_bytes(case.content)
        begun = worked()
        hold(case, path)
        assert worked() - begun < LONGEST, case
    swollen = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert swollen < SWELLING


def test_a_sheet_of_a_million_rows_is_read_in_bounded_memory(tmp_path):
    path = tmp_path / "million.xlsx"
    path.write_bytes(books.a_million_rows())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = read_table(path)

    assert sum(row.cells == ("7",) for row in table.rows) == 1_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < SWELLING


def test_a_cell_of_ten_megabytes_is_rejected_alone(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"a,b\n1,2\n3," + b"x" * 10_000_000 + b"\n4,5\n")
    first, long, last = read_table(path).lines

    assert (first.line, long.code, long.line, last.line) == (2, "cell_too_long", 3, 4)


def worked():
    """Seconds of processor time, of ours and of the processes that parsed for us."""
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + theirs.ru_utime + theirs.ru_stime


def hold(case, path):
    refused: tuple[Problem, ...] = ()
    try:
        account, table = account_of(path, case.name)
    except UnreadableFile as error:
        refused = error.problems
    codes = {problem.code for problem in refused}
    assert bool(refused) == bool(case.refused) or case.may_do_either, f"{case}: {codes}"
    assert all(sentence_of(problem) for problem in refused)
    if case.refused:
        assert codes <= set(case.refused), f"{case}: {codes}"
    elif not refused:
        assert case.rows in (None, account.rows), f"{case}: {account}"
        assert case.wrong in (None, account.rejected), f"{case}: {account}"
        if case.cells is not None:
            cells = [table.header, *(row.cells for row in table.rows)]
            assert tuple(cells) == case.cells, case
