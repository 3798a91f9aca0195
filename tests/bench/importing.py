"""How fast does a file become committed rows? One way a process: `python -m … WAY FILE FOLDER`.

bare: the same reader and one plain upsert of the text cells. ours: the whole import, with
validation, the report of refused rows, the archive and settling. usual: pandas and to_sql.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import time
from datetime import date
from pathlib import Path


def bare(path: Path, folder: Path) -> int:
    from db.intake.workbook import Limits, open_workbook

    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    rows = next(open_workbook(path, limits=Limits(max_bytes=10**10)).sheets).rows
    names = [f"c{place}" for place in range(len(next(rows)))]
    others = [name for name in names if name != "c1"]
    connection.execute(
        f"CREATE TABLE d (c1 TEXT PRIMARY KEY, {', '.join(n + ' TEXT' for n in others)})"
    )
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        f"INSERT INTO d ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (c1) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in others)}",
        rows,
    )
    connection.execute("COMMIT")
    count = connection.execute("SELECT COUNT(*) FROM d").fetchone()[0]
    connection.close()
    return int(count)


def ours(path: Path, folder: Path) -> int:
    from alerts.daily import take_file
    from bot.commands.opening import opened
    from bot.commands.records import migrate
    from settings import SHIPPED, read_settings

    settings_file = folder / "settings.toml"
    text = (SHIPPED / "settings.toml").read_text("utf-8")
    settings_file.write_text(text.replace("max_megabytes = 500", "max_megabytes = 4000"), "utf-8")
    settings = read_settings(settings_file, {})
    with opened(settings) as house:
        list(migrate(house, settings.find(settings.district.organisation)))
        start_clock()
        report = take_file(house, path, date(2021, 3, 23), house.clock())
    if report.loaded == 0:
        raise SystemExit(f"nothing was loaded: {report.reason}")
    return report.loaded


def usual(path: Path, folder: Path) -> int:
    import pandas  # type: ignore[import-untyped,unused-ignore]

    read = pandas.read_csv if path.suffix == ".csv" else pandas.read_excel
    frame = read(path, dtype=str)
    for column in frame.columns:
        if column.startswith("Ngày"):
            frame[column] = pandas.to_datetime(frame[column], format="%d/%m/%Y %H:%M")
    with sqlite3.connect(folder / "usual.db") as connection:
        frame.to_sql("d", connection, if_exists="replace", index=False)
    return len(frame)


WAYS = {"bare": bare, "ours": ours, "usual": usual}
_started = [0.0]


def start_clock() -> None:
    _started[0] = time.perf_counter()


def main(way: str, path: str, folder: str) -> None:
    start_clock()
    rows = WAYS[way](Path(path), Path(folder))
    seconds = time.perf_counter() - _started[0]
    # The kernel's own high-water mark: getrusage would count what the starting process held.
    status = Path("/proc/self/status").read_text("ascii")
    own = int(status.partition("VmHWM:")[2].split()[0])
    reading = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = max(own, reading) / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "megabytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
