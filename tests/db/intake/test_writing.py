"""How rows reach a table: all of them, the better of two, never an older over a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from db.engine import reading, writing
from db.intake.writing import Upsert, write_rows

COLUMNS = ("code", "number", "written", "due_again", "complete", "flags", "day", "delivery_id")
LETTERS = Upsert(table="letters", columns=COLUMNS, key=("code", "number"))
RANKED = Upsert(table="letters", columns=COLUMNS, key=("code", "number"), rank=("written",))
Row = tuple[Any, ...]


def letter(code: str = "A", day: int = 20210322, delivery: int = 1, **given: Any) -> Row:
    facts = {"number": "1", "written": 20210315000000, "due_again": None, "complete": 1,
             "flags": ""} | given  # fmt: skip
    return (code, facts["number"], facts["written"], facts["due_again"], facts["complete"],
            facts["flags"], day, delivery)  # fmt: skip


def write(engine: Engine, rows: list[Row], upsert: Upsert = LETTERS) -> int:
    with writing(engine) as tx:
        return write_rows(tx, upsert, rows)


def known(engine: Engine, columns: str = "code, flags") -> list[Row]:
    with reading(engine) as tx:
        return [tuple(r) for r in tx.execute(text(f"SELECT {columns} FROM letters ORDER BY code"))]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("tab\there", id="a tab"),
        pytest.param("two\nlines\r\nand three", id="line breaks"),
        pytest.param("back\\slash \\N \\t", id="backslashes"),
        pytest.param("quote ' \" ; DROP TABLE letters; --", id="quotes"),
        pytest.param("Hộ tịch – 🙂 %s :x ?", id="letters, signs and placeholders"),
        pytest.param("", id="an empty text"),
    ],
)
def test_a_text_comes_back_as_it_was(engine: Engine, value: str) -> None:
    assert write(engine, [letter(flags=value)]) == 1
    assert known(engine) == [("A", value)]


def test_none_comes_back_as_none(engine: Engine) -> None:
    write(engine, [letter(written=None)])
    assert known(engine, "written, due_again") == [(None, None)]


def test_many_rows_arrive_in_several_statements(engine: Engine) -> None:
    count = 12_345
    assert write(engine, [letter(f"{n:06}", flags=str(n)) for n in range(count)]) == count
    found = known(engine)
    assert len(found) == count
    assert found[-1] == ("012344", "12344")


def test_no_rows_are_no_work(engine: Engine) -> None:
    assert write(engine, []) == 0


@pytest.mark.parametrize(
    ("day", "stays"),
    [
        pytest.param(20210321, "first", id="an older row leaves the newer one alone"),
        pytest.param(20210322, "second", id="a row of the same day takes its place"),
        pytest.param(20210323, "second", id="a newer row takes its place"),
    ],
)
def test_of_two_deliveries_the_newer_stays(engine: Engine, day: int, stays: str) -> None:
    write(engine, [letter(flags="first")])
    write(engine, [letter(day=day, delivery=2, flags="second")])
    assert known(engine) == [("A", stays)]


@pytest.mark.parametrize(
    ("moments", "stays"),
    [
        pytest.param((1, 2), "1", id="the greater that comes last"),
        pytest.param((2, 1), "0", id="the greater that comes first"),
        pytest.param((2, 2), "1", id="of equals the last"),
        pytest.param((None, 1), "1", id="something is more than nothing"),
        pytest.param((3, 9, 4), "1", id="the greatest of three"),
    ],
)
def test_of_two_rows_of_one_file_the_better_stays(
    engine: Engine, moments: tuple[int | None, ...], stays: str
) -> None:
    rows = [letter(written=moment, flags=str(n)) for n, moment in enumerate(moments)]
    assert write(engine, rows, RANKED) == len(rows)
    assert known(engine) == [("A", stays)]


def test_a_worse_row_of_a_later_file_takes_the_place(engine: Engine) -> None:
    write(engine, [letter(written=9, flags="first")], RANKED)
    write(engine, [letter(written=1, flags="second", delivery=2)], RANKED)
    assert known(engine) == [("A", "second")]


@pytest.mark.parametrize(
    "moments",
    [pytest.param((9, 1), id="the known row first"), pytest.param((1, 9), id="the known row last")],
)
def test_the_better_of_two_stays_where_one_of_them_is_known_already(
    engine: Engine, moments: tuple[int, ...]
) -> None:
    write(engine, [letter(written=9)], RANKED)
    write(engine, [letter(written=moment, delivery=2) for moment in moments], RANKED)
    assert known(engine, "written, delivery_id") == [(9, 2)]


def test_a_row_that_comes_again_unchanged_is_marked_as_named_again(engine: Engine) -> None:
    write(engine, [letter("A"), letter("B"), letter("C")])
    write(engine, [letter("A", 20210323, 2), letter("B", 20210323, 2, flags="new")])
    assert known(engine, "code, flags, day, delivery_id") == [
        ("A", "", 20210323, 2), ("B", "new", 20210323, 2), ("C", "", 20210322, 1),
    ]  # fmt: skip


def test_an_older_file_marks_nothing_as_named_again(engine: Engine) -> None:
    write(engine, [letter("A"), letter("B")])
    write(engine, [letter("A", 20210321, 2), letter("B", 20210321, 2, flags="old")])
    assert known(engine, "code, flags, day, delivery_id") == [
        ("A", "", 20210322, 1), ("B", "", 20210322, 1),
    ]  # fmt: skip


def test_rows_may_ask_the_same_connection_while_they_are_written(engine: Engine) -> None:
    """The reader of dossiers looks names up, and adds them, between two rows."""

    def rows(tx: Connection) -> Iterator[Row]:
        for n in range(3):
            tx.execute(text("INSERT INTO fields (key, name) VALUES (:k, :k)"), {"k": f"field {n}"})
            count = tx.scalar(text("SELECT COUNT(*) FROM fields"))
            yield letter(str(n), flags=str(count))

    with writing(engine) as tx:
        assert write_rows(tx, LETTERS, rows(tx)) == 3
    assert known(engine) == [("0", "1"), ("1", "2"), ("2", "3")]
