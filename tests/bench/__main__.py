"""Prints the benchmark's table. Each figure is the median of some rounds in which the ways take
turns, so that a machine that slows down slows all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import counting
from tests.bench.copying import compare_copies, database
from tests.bench.made import make
from tests.postgres import postgres

# what, kind, rows, the least that ours may reach of the bare rate, the most memory of a process
IMPORTS = (("CSV", "csv", 100_000, 0.6, 120), (".xlsx", "xlsx", 100_000, 0.7, 200))
LONG_IMPORTS = (("CSV", "csv", 1_000_000, 0.6, 120),)


def measure(way: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [sys.executable, "-m", "tests.bench.importing", way, str(path), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(what: str, path: Path, least: float, most: int, rounds: int, usual: bool) -> bool:
    """One block of the table; whether the aims are met."""
    ways = ["bare", "ours", *(["usual"] if usual else [])]
    runs = [{way: measure(way, path) for way in ways} for _ in range(rounds)]
    rate = {
        way: statistics.median(run[way]["rows"] / run[way]["seconds"] for run in runs)
        for way in ways
    }
    peak = {way: max(run[way]["megabytes"] for run in runs) for way in ways}
    ratio = statistics.median(run["bare"]["seconds"] / run["ours"]["seconds"] for run in runs)
    met = bool(ratio >= least and peak["ours"] <= most)
    print(f"\n{what}, {runs[0]['ours']['rows']:,} dossiers, median of {rounds} rounds")
    names = {
        "bare": "bare: same reader, plain upsert",
        "ours": "dunghen import, archive and report included",
        "usual": "usual: pandas and to_sql",
    }
    for way in ways:
        share = statistics.median(run["bare"]["seconds"] / run[way]["seconds"] for run in runs)
        print(f"  {names[way]:46} {rate[way]:10,.0f} rows/s {share:6.2f} {peak[way]:6.0f} MB")
    print(f"  aim: at least {least:.2f} within {most} MB: {'met' if met else 'MISSED'}", flush=True)
    return met


def main() -> int:
    parser = argparse.ArgumentParser(prog="./do bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="a million and five million rows too")
    parser.add_argument("--no-usual", action="store_true", help="without the usual ways beside")
    parser.add_argument("--counting", action="store_true", help="only the counting of the targets")
    parser.add_argument("--importing", action="store_true", help="only the importing of files")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = stack.enter_context(postgres()) if given.postgresql else None
        met = given.counting or _imports(given)
        if url and not given.counting:
            met &= _copies(given, url)
        met &= given.importing or _counts(given, url)
        return 0 if met else 1


def _counts(given: argparse.Namespace, url: str | None) -> bool:
    met, usual = True, not given.no_usual
    aims: tuple[tuple[int, float | None, float | None], ...] = counting.AIMS
    taken: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
    for rows, *most in counting.LONG_AIMS if given.long else aims:
        for what, floors in zip(taken, most, strict=True):
            with ExitStack() as stack:
                if what == "SQLite":
                    folder = stack.enter_context(tempfile.TemporaryDirectory())
                    place = f"sqlite:///{folder}/counting.db"
                elif url:
                    place = stack.enter_context(database(url, f"counting_{rows}"))
                else:
                    continue
                done, seconds = counting.compare(
                    what, place, rows, floors, given.rounds, usual=usual
                )
                met &= done
                taken[what].append(seconds)
    for what, seconds_of in taken.items():
        if len(seconds_of) == 2:
            print(f"\nCounting on {what}, five times as many dossiers")
            met &= counting.aim("times as long", seconds_of[1] / seconds_of[0], 5)
    return met


def _copies(given: argparse.Namespace, url: str) -> bool:
    """An import into PostgreSQL beside the plain COPY and upsert of the same text cells."""
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder), "csv", 100_000)
        return compare_copies(path, url, 0.6, given.rounds)


def _imports(given: argparse.Namespace) -> bool:
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for what, kind, rows, least, most in IMPORTS + (LONG_IMPORTS if given.long else ()):
            path = make(Path(folder), kind, rows)
            rounds = given.rounds if rows <= 100_000 else 1
            usual = not given.no_usual and rows <= 100_000
            met &= compare(what, path, least, most, rounds, usual)
    return met


if __name__ == "__main__":
    sys.exit(main())
