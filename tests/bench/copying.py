"""How fast is an import into PostgreSQL beside a plain COPY and upsert of the same text cells?"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

import psycopg

from db.intake.workbook import Limits, open_workbook

AT_ONCE = 5_000
AGAIN = 0.95  # as fast as the first time, but for what two runs differ anyway


@contextmanager
def database(url: str, name: str) -> Iterator[str]:
    """A database of its own on the server; it is dropped at the end."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield url.replace("/postgres?", f"/{name}?")
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def bare(path: Path, url: str) -> float:
    """The same reader, COPY into a stage and one upsert; all cells stay text."""
    start = time.perf_counter()
    rows = next(open_workbook(path, limits=Limits(max_bytes=10**10)).sheets).rows
    names = [f"c{place}" for place in range(len(next(rows)))]
    others = ", ".join(f"{name} = excluded.{name}" for name in names if name != "c1")
    columns = ", ".join(names)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cells = ", ".join(f"{name} TEXT" for name in names)
        cursor.execute(f"CREATE TABLE d ({cells}, PRIMARY KEY (c1))")
        cursor.execute(f"CREATE TEMP TABLE stage ({cells})")
        with cursor.copy(f"COPY stage ({columns}) FROM STDIN") as copy:
            while batch := list(islice(rows, AT_ONCE)):
                copy.write("".join(["\t".join(cells) + "\n" for cells in batch]))
        cursor.execute(
            f"INSERT INTO d ({columns}) SELECT {columns} FROM stage"
            f" ON CONFLICT (c1) DO UPDATE SET {others}"
        )
    return time.perf_counter() - start


def ours(path: Path, url: str) -> tuple[float, float]:
    """The seconds of the import, and of the same rows on the next day: nothing may change."""
    from alerts.daily import take_file
    from bot.commands.opening import opened
    from bot.commands.records import migrate
    from settings import SHIPPED, read_settings

    with tempfile.TemporaryDirectory() as folder:
        settings_file = Path(folder) / "settings.toml"
        settings_file.write_text((SHIPPED / "settings.toml").read_text("utf-8"), "utf-8")
        settings = read_settings(settings_file, {"DUNGHEN_DATABASE__URL": url})
        with opened(settings) as house:
            list(migrate(house, settings.find(settings.district.organisation)))
            start = time.perf_counter()
            first = take_file(house, path, date(2021, 3, 23), house.clock())
            middle = time.perf_counter()
            again = Path(folder) / path.name
            again.write_bytes(path.read_bytes() + b"\n")  # other bytes, the same rows
            second = take_file(house, again, date(2021, 3, 23), house.clock())
            end = time.perf_counter()
    if first.loaded == 0 or second.loaded != first.loaded:
        raise SystemExit(f"{first.loaded} rows were loaded, then {second.loaded}: {first.reason}")
    return middle - start, end - middle


def compare_copies(path: Path, url: str, least: float, rounds: int) -> bool:
    """One block of the table; whether the aim is met."""
    runs = []
    for turn in range(rounds):
        with database(url, f"bare_{turn}") as one, database(url, f"ours_{turn}") as other:
            runs.append((bare(path, one), *ours(path, other)))
    ratio = statistics.median(plain / first for plain, first, _again in runs)
    again = statistics.median(first / second for _plain, first, second in runs)
    print(f"\nCSV into PostgreSQL, 100,000 dossiers, median of {rounds} rounds")
    print(
        f"  bare: COPY and upsert of the text cells {statistics.median(r[0] for r in runs):7.2f} s"
    )
    print(f"  dunghen import {ratio:32.2f} of the bare rate")
    print(f"  the same rows again {again:27.2f} of the first import's rate")
    met = ratio >= least and again >= AGAIN
    print(
        f"  aim: at least {least:.2f}, and again as fast: {'met' if met else 'MISSED'}", flush=True
    )
    return met
