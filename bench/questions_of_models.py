"""Factor models, the bootstrap and files: the second half of what is asked."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pingouin
import polars as pl
import semopy
import xlsxwriter
from questions import Peer, Question, Setting
from rounds import must_agree
from scipy import stats
from synthetic import DIMENSION, ITEMS, MISSING, NAMES, SIZES

from gapless.cli.gap.answers import read_answers
from gapless.cli.gap.mapping import read_map
from gapless.core.imports.reading import read_table
from gapless_stats.bootstrap import bootstrap_alpha, bootstrap_mean
from gapless_stats.factors.confirmatory import fit
from gapless_stats.factors.model import Model
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments
from gapless_stats.tables import Histogram

DRAWS = 2_000
SCIPY_DRAWS = 100
"""scipy takes a millisecond a draw of 100,000: some draws, and the time scaled."""
PINGOUIN_DRAWS = 40
SHEET_ROWS = {False: 100_000, True: 5_000}
FILE_ROWS = {False: 1_000_000, True: 50_000}

PERCEIVED = NAMES[ITEMS:]
FACTORS = {
    f"d{at}": tuple(PERCEIVED[item] for item in np.flatnonzero(at == DIMENSION))
    for at in range(len(SIZES))
}


def every(setting: Setting, *, quick: bool) -> Iterator[Question]:
    yield factor_model(setting, 1_000, 5)
    yield factor_model(setting, 100_000, 20)
    yield mean(setting, 1_000, 1)
    yield mean(setting, 100_000, 100)
    yield alpha(setting)
    yield sheet(setting, SHEET_ROWS[quick])
    yield text(setting, FILE_ROWS[quick])


def complete(setting: Setting, n: int) -> Any:
    """Perceptions of n respondents who answered all of them, (n, 22)."""
    values = setting.answers.values[: 3 * n, ITEMS:]
    return values[(values != MISSING).all(axis=1)][:n]


def factor_model(setting: Setting, n: int, aim: float) -> Question:
    rows = complete(setting, n)
    sample = Sample.of(Moments.of(rows.astype(np.int64)), PERCEIVED)
    frame = pd.DataFrame(rows.astype(float), columns=PERCEIVED)
    model = Model(FACTORS)
    written = "\n".join(f"{name} =~ {' + '.join(of)}" for name, of in FACTORS.items())

    def theirs() -> Any:
        found = semopy.Model(written)
        found.fit(frame)
        return found

    def check() -> None:
        table = theirs().inspect()
        named = table[(table["op"] == "~") & table["rval"].isin(FACTORS)]
        estimates = {(r.lval, r.rval): r.Estimate for r in named.itertuples()}
        loadings = fit(model, sample).solution.loadings
        ours = [
            loadings[PERCEIVED.index(item), at]
            for at, items in enumerate(FACTORS.values())
            for item in items
        ]
        wanted = [estimates[item, name] for name, of in FACTORS.items() for item in of]
        must_agree(ours, wanted, within=1e-3, what="loadings")

    return Question(
        "7",
        f"factor model of 22 items, n {n:,}",
        "five factors by maximum likelihood with standard errors and fit indices; ours "
        "from the moments, which cells hold, semopy's from the rows (estimates only).",
        lambda: fit(model, sample),
        (Peer("semopy", theirs, aim),),
        check,
        "Ours includes standard errors, fit indices and the standardised solution, which "
        "take half of the time.",
    )


def mean(setting: Setting, n: int, aim: float) -> Question:
    values = complete(setting, n)[:, 0]
    counts = np.bincount(values, minlength=8)[1:]
    draws = DRAWS if n == 1_000 else SCIPY_DRAWS

    def ours() -> Any:
        return bootstrap_mean(Histogram(1, 7, counts), draws=DRAWS)

    def theirs(resamples: int) -> Any:
        return stats.bootstrap(
            (values.astype(float),), np.mean, n_resamples=resamples, method="percentile"
        ).confidence_interval

    def check() -> None:
        interval, other = ours().interval, theirs(draws)
        error = values.std() / np.sqrt(n)
        must_agree(
            [interval.low / error, interval.high / error],
            [other.low / error, other.high / error],
            within=0.8,  # standard errors: both ends are random
            what="bootstrap",
        )

    return Question(
        "8",
        f"bootstrap of a mean, n {n:,}, 2,000 draws",
        "a percentile interval; ours draws the counts of seven levels, scipy's the answers"
        + ("." if draws == DRAWS else f", {draws} draws of them, its time scaled."),
        ours,
        (Peer("scipy", partial(theirs, draws), aim, DRAWS / draws),),
        check,
    )


def alpha(setting: Setting) -> Question:
    rows = complete(setting, 1_000)[:, DIMENSION == 1]
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    frame = pd.DataFrame(rows, columns=[f"i{at}" for at in range(rows.shape[1])])

    def ours() -> Any:
        return bootstrap_alpha(patterns.astype(np.int64), counts, draws=DRAWS)

    def theirs() -> Any:
        chance = np.random.default_rng(1)
        drawn = []
        for _ in range(PINGOUIN_DRAWS):
            again = frame.iloc[chance.integers(0, len(frame), len(frame))]
            drawn.append(pingouin.cronbach_alpha(again)[0])
        return np.quantile(drawn, (0.025, 0.975))

    def check() -> None:
        interval = ours().interval
        must_agree([interval.low, interval.high], theirs(), within=0.02, what="alpha")

    return Question(
        "8",
        "bootstrap of alpha, 5 items, n 1,000, 2,000 draws",
        f"a percentile interval; pingouin in a loop, {PINGOUIN_DRAWS} draws of it, its "
        "time scaled.",
        ours,
        (Peer("pingouin", theirs, 5, DRAWS / PINGOUIN_DRAWS),),
        check,
    )


def sheet(setting: Setting, rows: int) -> Question:
    path, form = setting.folder / "answers.xlsx", mapped(setting.folder)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, NAMES)
    for at, row in enumerate(setting.answers.values[:rows].tolist(), 1):
        page.write_row(at, 0, [None if each == MISSING else each for each in row])
    book.close()

    def theirs() -> Any:
        found = openpyxl.load_workbook(path, read_only=True).worksheets[0]
        return [list(row) for row in found.iter_rows(values_only=True)]

    def check() -> None:
        cells = theirs()[1:]
        total = sum(each for row in cells for each in row if each is not None)
        must_agree([ours_total(path, form)], [total], within=0, what="sheet")

    return Question(
        "10",
        f"a sheet of {rows:,} rows × 44",
        "ours to checked answers, openpyxl's to cells.",
        lambda: checked(path, form),
        (Peer("openpyxl", theirs, 6),),
        check,
        "calamine parses in an eighth of openpyxl's time; looking through the archive "
        "before it is trusted takes nearly as long, and checking the cells half of that.",
    )


def text(setting: Setting, rows: int) -> Question:
    path, form = setting.folder / "answers.csv", mapped(setting.folder)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        for row in setting.answers.values[:rows].tolist():
            writer.writerow("" if each == MISSING else each for each in row)

    def check() -> None:
        total = float(pd.read_csv(path).sum().sum())
        must_agree([ours_total(path, form)], [total], within=0, what="text")

    return Question(
        "10",
        f"a text of {rows:,} rows × 44",
        "ours to checked answers, every cell that is none told with line, column and "
        "remedy; theirs to typed columns. The aim is at most twice the fastest's time.",
        lambda: checked(path, form),
        (
            Peer("polars", lambda: pl.read_csv(path), 0.5),
            Peer("pandas", lambda: pd.read_csv(path), 0.5),
        ),
        check,
        "Ours has one thread; of fewer rows, telling encoding, delimiter and header takes "
        "a larger part.",
    )


def small_file(setting: Setting) -> Question:
    """The command from start to end, in a process of its own."""
    path = setting.folder / "small.csv"
    mapped(setting.folder)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        writer.writerows(complete_rows(setting, 200))
    command = [sys.executable, "-m", "gapless.cli", "gap", str(path), "--map"]
    command.append(str(setting.folder / "map.csv"))

    def ours() -> Any:
        return subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return Question(
        "start-up",
        "gapless gap of 200 rows",
        "from the shell to the printed table.",
        ours,
        (),
        lambda: None,
    )


def complete_rows(setting: Setting, n: int) -> list[list[int]]:
    values = setting.answers.values[: 5 * n]
    found: list[list[int]] = values[(values != MISSING).all(axis=1)][:n].tolist()
    return found


def mapped(folder: Path) -> Any:
    path = folder / "map.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["column", "kind", "item", "dimension"])
        for at, name in enumerate(NAMES):
            kind = "expectation" if at < ITEMS else "perception"
            item = at % ITEMS
            writer.writerow([name, kind, item + 1, f"d{DIMENSION[item]}"])
    return read_map(path)


def checked(path: Path, form: Any) -> Any:
    return read_answers(read_table(path), form, map_name="map.csv")


def ours_total(path: Path, form: Any) -> int:
    found = checked(path, form)
    blocks = (found.expectation, found.perception)
    return sum(int(each.answers[each.answered].sum()) for each in blocks)
