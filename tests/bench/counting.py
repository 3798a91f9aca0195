"""How long does counting every target take, as a multiple of one plain GROUP BY?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from alerts.house import House
from db import snapshots, units
from db.engine import open_engine, reading, writing
from db.indicators import Moment
from db.migrate import upgrade
from db.tables import DossierRow, UnitRow
from settings import SHIPPED, read_settings

# How many dossiers, and the most floors on SQLite and on PostgreSQL. Of few dossiers the count
# takes no time and writing the readings does: there is no aim for them.
AIMS = ((200_000, None, None),)
LONG_AIMS = ((1_000_000, 1.5, 1.4), (5_000_000, 1.1, 1.0))
UNITS, FIELDS = 500, 12
NOW = datetime(2021, 3, 23, 8, 0)  # noqa: DTZ001 - the district's wall clock
WALL = 20210323080000
ORM_UNITS = 10  # of the units: the loop is measured on a part, and its time multiplied

# What a database can do at best with the raw columns: a covering index in the groups' order.
FLOOR_INDEX = "CREATE INDEX bench_floor ON dossiers (unit_id, field_id, deadline, finished)"
FLOOR = f"""
    SELECT unit_id, field_id,
           SUM(CASE WHEN finished <= deadline THEN 1 ELSE 0 END),
           SUM(CASE WHEN finished > deadline
                      OR (finished IS NULL AND deadline < {WALL}) THEN 1 ELSE 0 END)
    FROM dossiers GROUP BY unit_id, field_id
"""
# One statement for each number, as each report of its own would ask.
SCANS = tuple(
    f"SELECT unit_id, field_id, COUNT(*) FROM dossiers WHERE {condition} GROUP BY unit_id, field_id"
    for condition in (
        "finished <= deadline AND left_out IS NULL AND finished >= 20210101000000",
        f"deadline < COALESCE(finished, {WALL}) AND left_out IS NULL",
        f"deadline < COALESCE(finished, {WALL}) AND left_out IS NULL AND letter IN (1, 2)",
        "resolved = 1 AND offered IN (3, 4)",
        "resolved = 1 AND offered IN (3, 4) AND online = 1",
    )
)
# About five of a hundred late, eight open, a third offered online; the same each time.
FILL = """
    WITH {numbers}, made AS (
        SELECT n, n * 7919 % {units} AS unit, n * 104729 / 7 % {fields} AS field,
               n * 31337 / 11 % 100 AS fate, n * 6007 / 13 % 80 AS day
        FROM numbers
    ), dated AS (
        SELECT made.*,
               20210000000000 + (day / 28 + 1) * 100000000 + (day % 28 + 1) * 1000000 AS received,
               CASE WHEN fate < 8 AND fate > 1 THEN 20210400000000 ELSE
                    20210000000000 + (day / 28 + 1) * 100000000 END + (day % 28 + 1) * 1000000
                    + 170000 AS deadline
        FROM made
    )
    INSERT INTO dossiers (
        code, paper_unit_id, unit_id, owner_id, received_by, field_id, procedure_id, channel,
        received, due_first, due, deadline, finished, returned, status, handler, year, on_time,
        late, running, letter, resolved, offered, online, paid, flags, first_day, day, delivery_id)
    SELECT '000.' || unit || '.16.H29-210301-' || n, 0, {first} + unit, {first} + unit,
           {first} + unit, field + 1, 1, 1, received, deadline, deadline, deadline,
           CASE WHEN fate < 8 THEN NULL WHEN fate < 13 THEN deadline + 10000
                ELSE deadline - 20000 END,
           NULL, CASE WHEN fate < 8 THEN 4 ELSE 10 END, 'CB', 2021,
           CASE WHEN fate >= 13 THEN 1 ELSE 0 END,
           CASE WHEN fate >= 8 AND fate < 13 THEN 1 ELSE 0 END,
           CASE WHEN fate < 8 THEN 1 ELSE 0 END,
           CASE WHEN fate < 13 AND (fate < 2 OR fate >= 8) THEN n % 4 ELSE 0 END,
           CASE WHEN fate < 8 THEN 0 ELSE 1 END,
           CASE WHEN fate >= 68 THEN 3 + n / 3 % 2 ELSE 0 END,
           CASE WHEN fate % 3 = 0 THEN 1 ELSE 0 END, 0, '', 20210323, 20210323, 1
    FROM dated
"""
NUMBERS = {
    "sqlite": "RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})",
    "postgresql": "numbers AS (SELECT n FROM generate_series(CAST(1 AS BIGINT), {}) n)",
}


@contextmanager
def filled(url: str, rows: int) -> Iterator[Engine]:
    """A database with so many dossiers of 500 units and 12 fields, as after an import."""
    engine = open_engine(url)
    upgrade(engine)
    with writing(engine) as tx:
        district = {"slug": "huyen_can_gio", "name": "Huyện", "kind": "district"}
        named = [{"slug": f"xa_{n}", "name": f"Xã {n}", "kind": "commune"} for n in range(UNITS)]
        start = {"valid_from": datetime(2020, 1, 1).date(), "sample": False}  # noqa: DTZ001
        tx.execute(UnitRow.__table__.insert(), [row | start for row in [district, *named]])  # type: ignore[attr-defined]
        first = tx.scalar(select(func.min(UnitRow.id)).where(UnitRow.kind == "commune"))
        for field in range(1, FIELDS + 1):
            tx.exec_driver_sql(f"INSERT INTO fields (key, name) VALUES ('f{field}', 'f{field}')")
        numbers = NUMBERS[engine.dialect.name].format(rows)
        fill = FILL.format(numbers=numbers, units=UNITS, fields=FIELDS, first=first)
        tx.exec_driver_sql(fill.replace("%", "%%") if engine.dialect.name != "sqlite" else fill)
        tx.exec_driver_sql(FLOOR_INDEX)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE dossiers")
    try:
        yield engine
    finally:
        engine.dispose()


def _ways(engine: Engine, house: House) -> dict[str, Callable[[], float]]:
    """What is compared; each answers its seconds."""

    def floor() -> float:
        with reading(engine) as tx:
            return _timed(lambda: tx.exec_driver_sql(FLOOR).all())

    minutes = count()

    def ours() -> float:
        # Each check has a moment of its own, as the daily ones have.
        wall = NOW.replace(tzinfo=house.zone) + timedelta(minutes=next(minutes))

        def check() -> None:
            moment = Moment(wall=wall, calendar=house.calendar)
            with writing(engine) as tx:
                district = units.unit_by_slug(tx, house.district, NOW.date())
                assert district is not None
                snapshots.take_snapshot(
                    tx, house.targets, moment, district_id=district.id, now=moment.wall
                )

        return _timed(check)

    def scans() -> float:
        with reading(engine) as tx:
            return _timed(lambda: [tx.exec_driver_sql(scan).all() for scan in SCANS])

    def orm() -> float:
        def loop() -> None:
            with Session(engine) as session:
                ids = session.scalars(select(UnitRow.id).order_by(UnitRow.id)).all()
                for unit_id in ids[1 : ORM_UNITS + 1]:
                    counts: dict[int, list[int]] = {}
                    of_unit = select(DossierRow).where(DossierRow.unit_id == unit_id)
                    for one in session.scalars(of_unit):
                        on_time = one.finished is not None and one.finished <= (one.deadline or 0)
                        counts.setdefault(one.field_id, [0, 0])[not on_time] += 1
                    session.expunge_all()

        return _timed(loop) * UNITS / ORM_UNITS

    def frames() -> float:
        import pandas  # type: ignore[import-untyped,unused-ignore]

        sql = "SELECT unit_id, field_id, deadline, finished, letter, offered, online FROM dossiers"

        def group() -> None:
            with engine.connect() as connection:
                frame = pandas.read_sql_query(text(sql), connection)
            frame["on_time"] = frame.finished <= frame.deadline
            frame["late"] = (frame.finished > frame.deadline) | (frame.finished.isna())
            frame.groupby(["unit_id", "field_id"])[["on_time", "late", "online"]].sum()

        return _timed(group)

    return {"floor": floor, "ours": ours, "scans": scans, "orm": orm, "frames": frames}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


NAMES = {
    "floor": "floor: one GROUP BY over a covering index",
    "ours": "take_snapshot: every target, readings stored",
    "scans": "five separate statements",
    "orm": "usual: the ORM, unit by unit (from a part)",
    "frames": "usual: pandas",
}


def compare(
    what: str, url: str, rows: int, most: float | None, rounds: int, *, usual: bool
) -> tuple[bool, float]:
    """One block of the table; whether the aims are met, and the seconds of a whole count."""
    from bot.commands.opening import open_house

    house = open_house(read_settings(SHIPPED / "settings.toml", {}))
    house.engine.dispose()
    with filled(url, rows) as engine:
        ways = _ways(engine, house)
        ways["ours"]()  # what only the first one does: reading the .sql files
        often = [{way: ways[way]() for way in ("floor", "ours", "scans")} for _ in range(rounds)]
        once = {way: ways[way]() for way in ("orm", "frames")} if usual else {}
    print(f"\nCounting on {what}, {rows:,} dossiers, median of {rounds} rounds")
    seconds = {way: statistics.median(run[way] for run in often) for way in often[0]} | once
    for way, taken in seconds.items():
        share = taken / seconds["floor"]
        print(f"  {NAMES[way]:46} {taken * 1000:10,.0f} ms {share:7.2f}")

    def times(other: str) -> float:
        return statistics.median(run["ours"] / run[other] for run in often)

    met = aim("of the time of five statements", times("scans"), 0.3)
    if usual and most is not None:
        met &= aim("of the ORM's time", seconds["ours"] / seconds["orm"], 1 / 40)
    if most is not None:
        met &= aim("floors", times("floor"), most)
    return met, seconds["ours"]


def aim(what: str, reached: float, most: float) -> bool:
    """One line of the table: a ratio beside the most that it may be."""
    verdict = "met" if reached <= most else "MISSED"
    print(f"  aim: at most {most:.3g} {what}: {reached:.3g}, {verdict}", flush=True)
    return reached <= most
