"""Does the ledger of notices say who was told what, and does `dunghen audit` find a changed row?"""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import text

from alerts.daily import run_check
from db.engine import writing
from db.records import Role
from tests.alerts.office import (
    Office,
    at,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.db.intake.delivering import dossier

__all__ = ["office", "organised_file", "organised_name", "organised_url"]


@pytest.fixture
def told(office: Office) -> Office:
    """An office whose head was told of a late dossier."""
    office.join("=An", Role.HEAD, "xa_binh_khanh")
    office.deliver("2021-03-22", dossier())
    run_check(office.house, at("2021-03-22T07:30"), at("2021-03-22T07:30"))
    return office


def test_a_ledger_that_nobody_touched_is_intact(told: Office) -> None:
    answer = told.installation.answer("audit", "verify")
    assert answer["rows"] > 0
    assert (answer["intact"], answer["first_bad"]) == (True, None)
    assert len(answer["newest"]) == 64


def test_a_changed_row_is_found_and_the_command_fails(told: Office) -> None:
    with writing(told.engine) as tx:
        tx.execute(text("UPDATE audit SET person_id = 99 WHERE id = 1"))
    done = told.installation.run("audit", "verify", "--json")
    assert done.code == 1
    assert done.answer["intact"] is False
    assert done.answer["first_bad"] == 1
    assert "row 1" in told.installation.run("audit", "verify").out


def test_the_export_is_of_a_unit_and_a_month(told: Office) -> None:
    rows = told.installation.answer("audit", "export", "--unit", "xa_binh_khanh")["rows"]
    queued = [row for row in rows if row["kind"] == "queued"]
    assert [(row["unit"], row["person"]) for row in queued] == [("xa_binh_khanh", "=An")]
    assert queued[0]["detail"]["template"] == "digest"
    assert queued[0]["at"] == "2021-03-22T07:30:00+07:00"
    of_march = told.installation.answer("audit", "export", "--month", "2021-03")["rows"]
    assert queued[0] in of_march
    assert told.installation.answer("audit", "export", "--month", "2021-04")["rows"] == []
    assert told.installation.answer("audit", "export", "--unit", "xa_ly_nhon")["rows"] == []


def test_a_spreadsheet_takes_no_cell_of_the_export_for_a_formula(told: Office) -> None:
    file = told.installation.folder / "so.csv"
    answer = told.installation.answer("audit", "export", "--out", str(file))
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == answer["rows"]
    assert {row["person"] for row in rows if row["kind"] == "queued"} == {"'=An"}


@pytest.mark.parametrize("month", ["2021", "march", "2021-13"])
def test_what_is_no_month_is_wrong_usage(told: Office, month: str) -> None:
    done = told.installation.run("audit", "export", "--month", month)
    assert done.code == 2
    assert f"'{month}' is not a month" in done.err


def test_a_row_that_cannot_be_read_is_exported_as_it_is_stored(told: Office) -> None:
    if told.engine.dialect.name == "postgresql":
        torn = """UPDATE audit SET detail = '["torn"]' WHERE id = 1"""
    else:
        torn = "UPDATE audit SET detail = 'torn', kind = x'00ff', unit_id = 99 WHERE id = 1"
    whole = told.installation.answer("audit", "export")["rows"]
    with writing(told.engine) as tx:
        tx.execute(text(torn))
    done = told.installation.run("audit", "export", "--json")
    assert done.code == 0
    assert "row 1 " in done.err
    first, *others = done.answer["rows"]
    assert (first["row"], first["kind"], others) == (1, "unreadable", whole[1:])
    assert "torn" in first["detail"]["detail"]
    assert first["detail"]["hash"], "all its columns are there"
    table = told.installation.run("audit", "export")
    assert table.code == 0
    assert len(list(csv.DictReader(io.StringIO(table.out)))) == len(whole)


def test_a_row_of_a_unit_and_a_person_that_are_not_there_names_their_numbers(told: Office) -> None:
    with writing(told.engine) as tx:
        tx.execute(text("UPDATE audit SET person_id = 98, unit_id = 99 WHERE id = 1"))
    first = told.installation.answer("audit", "export")["rows"][0]
    assert (first["unit"], first["person"]) == ("(99)", "(98)")
