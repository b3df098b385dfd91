"""The same questions put to others, in the form in which each holds its data best."""

import duckdb
import numpy as np
import pandas as pd
import pingouin
import polars as pl
from numpy.typing import NDArray
from synthetic import BRANCHES, DIMENSION, ITEMS, MISSING, NAMES, SIZES, Answers

Floats = NDArray[np.float64]


def in_pandas(answers: Answers) -> pd.DataFrame:
    """Floats, as pandas has missing answers."""
    frame = pd.DataFrame(answers.values.astype(np.float64), columns=NAMES)
    frame = frame.mask(frame == MISSING)
    frame["branch"] = answers.branch
    return frame


def in_polars(answers: Answers) -> pl.DataFrame:
    frame = pl.DataFrame(
        {name: answers.values[:, at] for at, name in enumerate(NAMES)}
        | {"branch": answers.branch.astype(np.int32)}
    )
    return frame.with_columns(
        pl.when(pl.col(name) != MISSING).then(pl.col(name)).alias(name) for name in NAMES
    )


def in_duckdb(frame: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    table = frame.to_arrow()
    connection = duckdb.connect()
    connection.register("incoming", table)
    connection.execute("CREATE TABLE answers AS SELECT * FROM incoming")
    connection.unregister("incoming")
    return connection


# --- Covariances of every pair over who answered both ---------------------------------


def pandas_covariance(frame: pd.DataFrame) -> Floats:
    return frame[NAMES].cov().to_numpy()


def polars_covariance(frame: pl.DataFrame) -> Floats:
    pairs = _pairs()
    found = frame.select(
        pl.cov(NAMES[one], NAMES[other]).alias(f"{one}/{other}") for one, other in pairs
    )
    return _square(np.array(found.row(0)), pairs)


def duckdb_covariance(connection: duckdb.DuckDBPyConnection) -> Floats:
    pairs = _pairs()
    wanted = ", ".join(f"covar_samp({NAMES[a]}, {NAMES[b]})" for a, b in pairs)
    row = connection.execute(f"SELECT {wanted} FROM answers").fetchone()
    return _square(np.array(row), pairs)


def _pairs() -> list[tuple[int, int]]:
    return [(a, b) for a in range(2 * ITEMS) for b in range(a, 2 * ITEMS)]


def _square(values: Floats, pairs: list[tuple[int, int]]) -> Floats:
    found = np.zeros((2 * ITEMS, 2 * ITEMS))
    for (a, b), value in zip(pairs, values, strict=True):
        found[a, b] = found[b, a] = value
    return found


# --- Each respondent's mean gap of a dimension; its mean, sd and n in every branch ----


def pandas_gaps(frame: pd.DataFrame) -> Floats:
    gaps = {}
    for at, size in enumerate(SIZES):
        items = np.flatnonzero(at == DIMENSION)
        sides = (frame[[f"{side}{item + 1}" for item in items]].to_numpy() for side in "PE")
        each = np.subtract(*sides)
        usable = np.isfinite(each).sum(axis=1) >= (size + 1) // 2
        mean = np.full(len(frame), np.nan)
        mean[usable] = np.nanmean(each[usable], axis=1)
        gaps[at] = mean
    grouped = pd.DataFrame(gaps).groupby(frame["branch"].to_numpy())
    found = grouped.agg(["mean", "std", "count"]).to_numpy()
    return found.reshape(BRANCHES, len(SIZES), 3)


def polars_gaps(frame: pl.DataFrame) -> Floats:
    gaps = []
    for at, size in enumerate(SIZES):
        each = [
            pl.col(f"P{item + 1}").cast(pl.Int16) - pl.col(f"E{item + 1}").cast(pl.Int16)
            for item in np.flatnonzero(at == DIMENSION)
        ]
        count = pl.sum_horizontal(gap.is_not_null().cast(pl.Int16) for gap in each)
        total = pl.sum_horizontal(gap.fill_null(0) for gap in each)
        usable = count >= (size + 1) // 2
        gaps.append(pl.when(usable).then(total / count).alias(f"g{at}"))
    statistics = [
        how
        for at in range(len(SIZES))
        for how in (
            pl.col(f"g{at}").mean().alias(f"m{at}"),
            pl.col(f"g{at}").std().alias(f"s{at}"),
            pl.col(f"g{at}").count().alias(f"n{at}"),
        )
    ]
    lazy = frame.lazy().select("branch", *gaps).group_by("branch").agg(statistics)
    found = lazy.sort("branch").drop("branch").collect().to_numpy()
    return found.reshape(BRANCHES, len(SIZES), 3)


def duckdb_gaps(connection: duckdb.DuckDBPyConnection) -> Floats:
    gaps, statistics = [], []
    for at, size in enumerate(SIZES):
        each = [
            f"(P{item + 1}::SMALLINT - E{item + 1}::SMALLINT)"
            for item in np.flatnonzero(at == DIMENSION)
        ]
        count = " + ".join(f"({gap} IS NOT NULL)::INT" for gap in each)
        total = " + ".join(f"coalesce({gap}, 0)" for gap in each)
        usable = f"({count}) >= {(size + 1) // 2}"
        gaps.append(f"CASE WHEN {usable} THEN ({total})::DOUBLE / ({count}) END AS g{at}")
        statistics.append(f"avg(g{at}), stddev_samp(g{at}), count(g{at})")
    rows = connection.execute(
        f"SELECT {', '.join(statistics)} FROM "
        f"(SELECT branch, {', '.join(gaps)} FROM answers) GROUP BY branch ORDER BY branch"
    ).fetchall()
    return np.array(rows, float).reshape(BRANCHES, len(SIZES), 3)


# --- Alpha of every branch ------------------------------------------------------------


def pingouin_alphas(frame: pd.DataFrame, branches: range) -> Floats:
    """Of the perceptions of every dimension, complete rows, branch by branch."""
    found = np.empty((len(branches), len(SIZES)))
    grouped = frame[frame["branch"] < branches.stop].groupby("branch")
    for row, branch in enumerate(branches):
        mine = grouped.get_group(branch)
        for at in range(len(SIZES)):
            items = [f"P{item + 1}" for item in np.flatnonzero(at == DIMENSION)]
            alpha, _ = pingouin.cronbach_alpha(mine[items], nan_policy="listwise")
            found[row, at] = alpha
    return found
