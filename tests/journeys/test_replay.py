"""Can any past day be counted again from the archive, and does a forged reading come to light?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from alerts.replay import compare
from db.engine import open_engine, writing
from db.records import JudgedReading, Reading, State, Verdict
from settings import SHIPPED, ZONE
from tests.db.intake.made import make_csv
from tests.journeys.installation import SAMPLES, Installation

HEADER = (
    "Số hồ sơ", "Lĩnh vực", "Đơn vị tiếp nhận", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày xử lý xong",
    "Trạng thái", "Người nộp",
)  # fmt: skip
LETTERS = (
    "Số hồ sơ", "Số thư xin lỗi", "Ngày thư", "Hình thức gửi", "Lý do trễ hẹn",
    "Ngày hẹn trả lần sau", "Người ký",
)  # fmt: skip
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (f"2021-03-{day}" for day in (22, 23, 24, 25))
FIRST, SECOND, THIRD = (f"000.02.16.H29-210301-000{n}" for n in (1, 2, 3))


def dossier(code: str, due: str, finished: str = "") -> tuple[str, ...]:
    state = "Đã trả kết quả" if finished else "Đang xử lý"
    return (
        code,
        "Hộ tịch",
        "UBND xã Bình Khánh",
        "01/03/2021",
        due,
        finished,
        state,
        "Nguyễn Thị X",
    )


def letter(code: str, day: str) -> tuple[str, ...]:
    return (code, f"{code[-1]}/TXL", day, "Văn bản", "Thiếu nhân sự", "30/03/2021", "Nguyễn Văn A")


class Office:
    """An office that delivers files and asks for checks, day by day."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.of, self._folder, self._count = installation, folder, 0

    def deliver(
        self, day: str, header: tuple[str, ...], *rows: tuple[str, ...], fails: bool = False
    ) -> Path:
        self._count += 1
        path = make_csv(self._folder / f"export_{self._count}.csv", [header, *rows])
        return self.bring(path, day, fails=fails)

    def bring(self, path: Path, day: str, *, fails: bool = False) -> Path:
        done = self.of.run("import", path, "--day", day)
        assert done.code == int(fails), done
        return path

    def check(self, *moments: str) -> None:
        for moment in moments:
            self.of.must("check", "--at", moment)

    def readings(self, unit: str, day: str) -> dict[tuple[str, str | None], tuple[Any, ...]]:
        answer = self.of.answer("status", unit, "--day", day)
        return {
            (r["target"], r["field"]): (r["numerator"], r["denominator"], r["state"])
            for r in answer["readings"]
        }

    def replay(self, day: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.of.answer("replay", day)
        return answer

    def sql(self, statement: str, **values: object) -> None:
        engine = open_engine(self.of.database_url)
        with writing(engine) as tx:
            tx.execute(text(statement), values)
        engine.dispose()


@pytest.fixture
def office(installation: Installation, tmp_path: Path) -> Office:
    return Office(installation, tmp_path)


def four_days(office: Office) -> None:
    """A week with everything that makes a day hard to repeat."""
    office.deliver(
        MONDAY, HEADER, dossier(FIRST, "05/03/2021", "04/03/2021"), dossier(SECOND, "19/03/2021")
    )
    book = office.deliver(MONDAY, LETTERS, letter(SECOND, "19/03/2021"))
    office.check(f"{MONDAY}T07:30")
    # A file of the same day after its check; then one that is refused whole.
    office.bring(SAMPLES / "hop_thu.csv", MONDAY)
    office.check(f"{MONDAY}T14:00")
    office.deliver(TUESDAY, HEADER, fails=True)
    office.check(f"{TUESDAY}T07:30")
    # A due date is overwritten, the book of letters is confirmed, documents hide what is secret.
    office.deliver(
        WEDNESDAY,
        HEADER,
        dossier(FIRST, "05/03/2021", "04/03/2021"),
        dossier(SECOND, "31/03/2021", "24/03/2021"),
        dossier(THIRD, "23/03/2021"),
    )
    office.bring(book, WEDNESDAY)
    office.bring(SAMPLES / "van_ban.csv", WEDNESDAY)
    office.check(f"{WEDNESDAY}T07:30")


def test_every_day_of_a_week_is_what_it_was(office: Office) -> None:
    four_days(office)
    # Tuesday's good file comes on Thursday: it counts from now on, and rewrites nothing told.
    office.deliver(TUESDAY, HEADER, dossier(THIRD, "22/03/2021"), dossier(SECOND, "30/03/2021"))
    office.deliver(THURSDAY, HEADER, dossier(THIRD, "23/03/2021", "25/03/2021"))
    office.check(f"{THURSDAY}T07:30")
    expected = {MONDAY: 2, TUESDAY: 1, WEDNESDAY: 1, THURSDAY: 1}
    for day, snapshots in expected.items():
        assert office.replay(day) == {
            "day": day, "same": True, "snapshots": snapshots, "differences": [],
        }  # fmt: skip
    on_time = ("on_time", "Hộ tịch")
    told = {day: office.readings("huyen_can_gio", day)[on_time] for day in expected}
    assert told == {
        MONDAY: (1, 2, "missed"),
        TUESDAY: (1, 2, "rejected"),
        WEDNESDAY: (1, 3, "missed"),
        THURSDAY: (1, 3, "missed"),
    }, "the test's own week has to have something to repeat"


def test_a_day_is_counted_again_with_every_pause_that_was_told_by_then(office: Office) -> None:
    header = (*HEADER, "Ngày yêu cầu bổ sung", "Ngày bổ sung xong")
    first = ("10/03/2021", "12/03/2021")
    # Due on the 17th: with two working days of one pause on the 19th, with a third on the 22nd.
    office.deliver(MONDAY, header, (*dossier(FIRST, "17/03/2021"), *first))
    office.check(f"{MONDAY}T07:30")
    done = dossier(FIRST, "17/03/2021", "22/03/2021")
    office.deliver(WEDNESDAY, header, (*done, "18/03/2021", "19/03/2021"))
    office.check(f"{WEDNESDAY}T07:30")
    # Tuesday's file comes late, and has the first pause with another end.
    office.deliver(TUESDAY, header, (*dossier(FIRST, "17/03/2021"), "10/03/2021", "11/03/2021"))
    office.check(f"{THURSDAY}T07:30")
    told = {}
    for day in (MONDAY, WEDNESDAY, THURSDAY):
        assert office.replay(day)["differences"] == [], day
        told[day] = office.readings("xa_binh_khanh", day)["on_time", "Hộ tịch"][:2]
    assert told == {MONDAY: (0, 1), WEDNESDAY: (1, 1), THURSDAY: (0, 1)}


def test_a_past_day_is_counted_without_what_came_later(office: Office) -> None:
    four_days(office)
    alerts = office.of.answer("alerts", "--all")
    office.check(f"{MONDAY}T16:00", f"{TUESDAY}T14:00")
    of_monday = office.readings("xa_binh_khanh", MONDAY)
    assert of_monday["on_time", "Hộ tịch"] == (1, 2, "missed")
    assert of_monday["mailboxes", None] == (1, 3, "missed")
    assert of_monday["electronic_documents", None] == (None, None, "no_data")
    assert of_monday["apology_letters", None] == (1, 1, "met")
    assert office.readings("huyen_can_gio", TUESDAY)["on_time", "Hộ tịch"] == (1, 2, "rejected")
    assert office.of.answer("alerts", "--all") == alerts, "it moves no alert"
    assert office.replay(MONDAY)["snapshots"] == 3
    assert office.replay(TUESDAY)["same"]


def test_a_check_that_was_told_is_never_taken_again(office: Office) -> None:
    four_days(office)
    before = office.of.contents()
    answer = office.of.answer("check", "--at", f"{MONDAY}T07:30")
    assert answer["readings"] > 0
    assert office.of.contents() == before


def test_a_file_with_a_day_to_come_neither_counts_nor_silences(office: Office) -> None:
    office.deliver(MONDAY, HEADER, dossier(SECOND, "19/03/2021"))
    office.deliver("2021-12-24", HEADER, dossier(THIRD, "23/03/2021"))
    office.of.must("check", "--at", f"{MONDAY}T07:30")
    assert office.of.answer("check", "--at", f"{MONDAY}T14:00")["opened"] > 0
    assert office.readings("xa_binh_khanh", MONDAY)["on_time", "Hộ tịch"] == (0, 1, "missed")
    named = office.of.answer("alerts", "--unit", "xa_binh_khanh")["alerts"]
    assert [(alert["target"], alert["field"]) for alert in named] == [("on_time", "Hộ tịch")]
    assert office.replay(MONDAY)["same"]


def test_a_forged_reading_is_named(office: Office) -> None:
    four_days(office)
    office.sql(
        "UPDATE readings SET numerator = 2, state = 'met' WHERE target = 'on_time' AND denominator"
        " = 2 AND unit_id = (SELECT id FROM units WHERE slug = 'xa_binh_khanh')"
        " AND snapshot_id = (SELECT MIN(id) FROM snapshots)"
    )
    office.sql(
        "DELETE FROM readings WHERE target = 'mailboxes' AND unit_id ="
        " (SELECT id FROM units WHERE slug = 'xa_ly_nhon')"
        " AND snapshot_id = (SELECT MIN(id) FROM snapshots)"
    )
    done = office.of.run("replay", MONDAY, "--json")
    assert done.code == 1
    assert done.err.strip() == \
        "dunghen: 2 readings of 22/03/2021 are not what the files give"  # fmt: skip
    at = f"{MONDAY}T07:30:00+07:00"
    assert sorted(done.answer["differences"], key=lambda d: d["unit"]) == [
        {
            "as_of": at, "unit": "xa_binh_khanh", "target": "on_time", "field": "Hộ tịch",
            "stored": {"numerator": 2, "denominator": 2, "answer": None, "state": "met"},
            "recomputed": {"numerator": 1, "denominator": 2, "answer": None, "state": "missed"},
        },
        {
            "as_of": at, "unit": "xa_ly_nhon", "target": "mailboxes", "field": None,
            "stored": None,
            "recomputed": {"numerator": 0, "denominator": 0, "answer": None, "state": "no_data"},
        },
    ]  # fmt: skip
    lines = office.of.run("replay", MONDAY).out.splitlines()
    assert lines[0] == f"{MONDAY}: 2 snapshots counted again, not the same"
    assert f"{at} xa_binh_khanh on_time / Hộ tịch: 2/2 (met) stored, 1/2 (missed)" in lines[1]


def copies(office: Office, endings: Iterable[str]) -> list[Path]:
    archive = office.of.folder / "var" / "archive"
    return sorted(p for p in archive.rglob("*") if p.is_file() and p.name.endswith(tuple(endings)))


@pytest.mark.parametrize(
    ("harm", "ending", "complaint"),
    [
        pytest.param("remove", ".csv.gz", "is missing", id="a copy is gone"),
        pytest.param("cut", ".csv.gz", "cannot be read", id="a packed copy is cut short"),
        pytest.param("append", ".csv", "has been altered", id="a whole copy has a row more"),
    ],
)
def test_a_damaged_archive_is_said_in_one_sentence(
    office: Office, harm: str, ending: str, complaint: str
) -> None:
    office.deliver(MONDAY, HEADER, dossier(FIRST, "05/03/2021"))
    office.deliver(MONDAY, HEADER[:-1], dossier(SECOND, "05/03/2021")[:-1])
    office.check(f"{MONDAY}T07:30")
    assert office.replay(MONDAY)["same"]
    copy = copies(office, [ending])[0]
    if harm == "remove":
        copy.unlink()
    elif harm == "cut":
        copy.write_bytes(copy.read_bytes()[:-12])
    else:
        copy.write_bytes(copy.read_bytes() + b"x\r\n")
    done = office.of.run("replay", MONDAY)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("dunghen: the archived copy of export_"), done
    assert "(delivered 22/03/2021)" in done.err
    assert complaint in done.err
    assert len(done.err.splitlines()) == 1


def test_a_day_without_a_check_cannot_be_replayed(office: Office) -> None:
    done = office.of.run("replay", MONDAY)
    assert done.code == 1
    assert "no check was taken on 22/03/2021" in done.err


def test_the_command_of_its_own_process(tmp_path: Path, installation: Installation) -> None:
    office = Office(installation, tmp_path)
    office.deliver(MONDAY, HEADER, dossier(FIRST, "05/03/2021"))
    office.check(f"{MONDAY}T07:30")
    done = subprocess.run(
        [sys.executable, SHIPPED / "dunghen.py", "replay", MONDAY],
        cwd=installation.folder, text=True, capture_output=True, check=False,
        env={"DUNGHEN_DATABASE__URL": installation.database_url, "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{MONDAY}: 1 snapshots counted again, the same\n"


@pytest.mark.parametrize(
    ("stored", "again", "differences"),
    [
        pytest.param("Tốt", "Tốt", 0, id="the same grade"),
        pytest.param("Tốt", "Khá", 1, id="another grade"),
        pytest.param("Tốt", None, 1, id="a grade that has gone"),
        pytest.param(None, "20210318", 0, id="a line that has come to have an answer"),
    ],
)
def test_an_answer_is_compared_where_one_was_stored(
    stored: str | None, again: str | None, differences: int
) -> None:
    def judged(answer: str | None) -> JudgedReading:
        reading = Reading(
            target="x", unit_id=1, field_id=None, field=None, numerator=1, denominator=1,
            answer=answer,
        )  # fmt: skip
        return JudgedReading(reading=reading, verdict=Verdict(state=State.MET, reason="x"))

    now = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
    assert len(compare(now, [judged(stored)], [judged(again)], {1: "x"})) == differences
