"""
How long the gap pages take at scale: `make bench-pages`.

A demo company of thousands of halls and a million answers is built (or taken from where an
earlier run left it), served as in production, and read by a quality manager page by page:
the company, a region and a hall, by month, quarter, year and all time. Beside it, in the
same run: the heat map's numbers computed from the stored answers themselves.
"""

import json
import os
import re
import statistics
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from servers import BENCH, clean_environment, run, serving

AIM = 0.5
"""Seconds within which 95 of 100 pages are to come."""

PAGES = (
    "",
    "gaps/",
    "gaps/heat-map/",
    "gaps/trend/",
    "gaps/compare/",
    "gaps/distribution/",
    "gaps/importance/",
    "gaps/health/",
)
GUNICORN = ("--workers", "2", "--threads", "4", "--log-level", "warning")
MANAGER = "lin.yue"


def main() -> None:
    wanted = _wanted()
    where = Path(wanted.data)
    environment = clean_environment(
        GAPLESS_DATA=str(where), GAPLESS_URL="http://localhost", GAPLESS_DEBUG="1"
    )
    built = _build(where, environment, wanted)
    units = json.loads(run([str(BENCH / "places.py")], environment))
    password = _password(environment)
    peer = json.loads(run([str(BENCH / "rows.py")], environment))
    with serving("gapless.wsgi", environment, GUNICORN) as port:
        visitor = _signed_in(f"http://localhost:{port}", password)
        times = _measure(visitor, f"http://localhost:{port}", units, wanted.rounds)
    _tell(times, peer, built, wanted)


def _wanted() -> Namespace:
    parser = ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--halls", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--data", default="var/bench-pages", help="where the company is kept"
    )
    return parser.parse_args()


def _build(where: Path, environment: Mapping[str, str], wanted: Namespace) -> float:
    """Seconds that building took; 0 where the company was there."""
    if where.exists():
        return 0
    where.mkdir(parents=True)
    run(["-m", "gapless.cli", "init"], environment)
    began = time.perf_counter()
    sizes = ("--answers", str(wanted.answers), "--halls", str(wanted.halls))
    run(["-m", "gapless.cli", "demo", *sizes], environment)
    return time.perf_counter() - began


def _password(environment: Mapping[str, str]) -> str:
    told = json.loads(
        run(["-m", "gapless.cli", "demo", "--passwords", "--json"], environment)
    )
    return next(
        str(who["password"]) for who in told["log_ins"] if who["username"] == MANAGER
    )


def _signed_in(address: str, password: str) -> OpenerDirector:
    visitor = build_opener(HTTPCookieProcessor(CookieJar()))
    page = visitor.open(f"{address}/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise SystemExit("The log-in page has no form.")
    form = {"csrfmiddlewaretoken": token[1], "login": MANAGER, "password": password}
    visitor.open(f"{address}/login/", urlencode(form).encode())
    return visitor


def _measure(
    visitor: OpenerDirector, address: str, places: Mapping[str, list[str]], rounds: int
) -> dict[str, list[float]]:
    """Seconds of every visit, by page."""
    times: dict[str, list[float]] = {page: [] for page in PAGES}
    for round_ in range(rounds):
        for page in PAGES:
            for choice in _choices(places):
                began = time.perf_counter()
                visitor.open(f"{address}/{page}?{urlencode(choice)}").read()
                if round_:  # the first visits warm what a process keeps
                    times[page].append(time.perf_counter() - began)
    return times


def _choices(places: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    for unit in places["units"]:
        for period in places["periods"]:
            yield {"unit": unit, "period": period, "version": places["version"][0]}


def _tell(
    times: Mapping[str, list[float]],
    peer: Mapping[str, float],
    built: float,
    wanted: Namespace,
) -> None:
    print(f"{wanted.halls} halls, {wanted.answers} answers, {os.cpu_count()} cores.")
    if built:
        print(f"Built in {built:.0f} s.")
    print(f"{'page':<22}{'visits':>7}{'p50 ms':>9}{'p95 ms':>9}")
    for page, seconds in times.items():
        print(_line(f"/{page}", seconds))
    every = [each for seconds in times.values() for each in seconds]
    verdict = "met" if _at(every, 95) <= 1000 * AIM else "NOT met"
    print(f"{_line('all', every)}   aim of {1000 * AIM:.0f} ms {verdict}")
    rows, ours = peer["from_answers"], peer["from_roll_ups"]
    print(
        f"Heat map of the quarter, numbers alone: from roll-ups {1000 * ours:.0f} ms,"
        f" from {peer['answers']:.0f} answers {1000 * rows:.0f} ms;"
        f" ratio {rows / ours:.1f}."
    )


def _line(name: str, seconds: list[float]) -> str:
    return f"{name:<22}{len(seconds):>7}{_at(seconds, 50):>9.0f}{_at(seconds, 95):>9.0f}"


def _at(seconds: list[float], percent: int) -> float:
    """A percentile in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
