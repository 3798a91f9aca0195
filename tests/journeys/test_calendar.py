"""A day off or a stopped clock is entered: which deadlines move, and what becomes of the rate?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.daily import run_check, take_file
from settings import ZONE
from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier, write_table
from tests.journeys.installation import Installation

SWAP = ("--document", "12/BNV-CCVC")
# A pause from 30/12 to 05/01: three working days by the public calendar.
NEW_YEAR = {
    "received": "29/12/2025 09:00", "due": "08/01/2026 17:00",
    "paused": "30/12/2025 09:00", "resumed": "05/01/2026 09:00",
}  # fmt: skip
STOP = (
    "calendar", "stop", "--from", "2021-03-12", "--to", "18/03/2021", "--reason", "Chỉ thị 16",
    "--document", "16/CT-TTg", "--approved-by", "Chủ tịch UBND huyện",
)  # fmt: skip
LY_NHON = "UBND xã Lý Nhơn"


def file_of(folder: Path, *rows: Mapping[str, str]) -> Path:
    return write_table(folder / "ho_so.csv", rows, DOSSIER_HEADER)


def facts(installation: Installation, column: str) -> dict[str, Any]:
    return {row["code"][-4:]: row[column] for row in installation.contents()["dossiers"]}


def test_the_swap_of_january_2026_moves_open_deadlines_and_no_first_due_date(
    installation: Installation,
) -> None:
    first, second = (code.replace("210310", "251229") for code in codes(2))
    plain = {"received": "29/12/2025 09:00", "due": "08/01/2026 17:00"}
    path = file_of(installation.folder, dossier(first, **NEW_YEAR), dossier(second, **plain))
    installation.must("import", path, "--day", "2026-01-06")
    assert facts(installation, "deadline") == {"0001": 20260113170000, "0002": 20260108170000}

    tried = installation.answer("calendar", "off", "2026-01-02", *SWAP, "--dry-run")
    assert tried == {"change": None, "deadlines_moved": 1, "now_on_time": 0, "now_late": 0}
    assert installation.answer("calendar", "off", "2026-01-02", *SWAP)["deadlines_moved"] == 1
    assert facts(installation, "deadline")["0001"] == 20260112170000
    installation.must("calendar", "working", "10/01/2026", *SWAP)
    assert facts(installation, "deadline") == {"0001": 20260110170000, "0002": 20260108170000}
    assert set(facts(installation, "due_first").values()) == {20260108170000}

    shown = installation.answer("calendar", "list", "2026")
    assert [(d["day"], d["kind"], d["document"]) for d in shown["days"]] == [
        ("2026-01-02", "off", "12/BNV-CCVC"), ("2026-01-10", "working", "12/BNV-CCVC"),
    ]  # fmt: skip
    assert "2026-01-10" in shown["weekend_days_worked"]
    assert "2026-01-02" in shown["weekdays_off"]

    # What comes in later is settled by the same calendar; then the days are given back.
    installation.must("import", path, "--day", "2026-01-07", "--source", "dossiers")
    assert facts(installation, "deadline")["0001"] == 20260110170000
    for day in ("2026-01-02", "2026-01-10"):
        installation.must("calendar", "remove", day)
    assert facts(installation, "deadline") == {"0001": 20260113170000, "0002": 20260108170000}
    kept = sorted(installation.contents()["calendar_changes"], key=lambda row: row["id"])
    assert [(c["day"], c["by"], c["moved"]) for c in kept] == [
        (day, "command line", 1) for day in (20260102, 20260110, 20260102, 20260110)
    ]


def test_a_stopped_clock_from_its_first_day_to_its_early_end(installation: Installation) -> None:
    """Three dossiers of 10/03, due on Monday 15/03: one finished on the 19th, two still open."""
    late = {"finished": "19/03/2021 10:00", "status": "Đã xử lý xong"}
    path = file_of(
        installation.folder,
        dossier(codes(1)[0], **late),
        dossier(codes(2)[1]),
        dossier(codes(3)[2], unit=LY_NHON),
    )
    installation.must("import", path, "--day", "2021-03-22")
    assert facts(installation, "late")["0001"] == 1

    # The clock of Bình Khánh stops on the 12th: two of three days are left, the 19th and the 22nd.
    done = installation.answer(*STOP, "--unit", "xã Bình Khánh")
    assert done == {"change": 1, "deadlines_moved": 2, "now_on_time": 1, "now_late": 0}
    assert facts(installation, "deadline") == {
        "0001": 20210322170000, "0002": 20210322170000, "0003": 20210315170000,
    }  # fmt: skip
    installation.must("check", "--at", "2021-03-22T16:00")
    readings = installation.answer("status", "xa_binh_khanh")["readings"]
    on_time = next(r for r in readings if r["target"] == "on_time")
    assert (on_time["numerator"], on_time["denominator"]) == (1, 1)

    # A file that comes meanwhile is settled so too, and so is a day counted from the archive.
    installation.must(
        "import", file_of(installation.folder, dossier(codes(4)[3])), "--day", "2021-03-24"
    )
    assert facts(installation, "deadline")["0004"] == 20210322170000
    assert installation.answer("replay", "2021-03-22")["same"]

    # It ends early: only the 12th was stopped, and the 19th is late again.
    done = installation.answer("calendar", "resume", "1", "--day", "2021-03-15")
    assert (done["deadlines_moved"], done["now_late"]) == (3, 1)
    assert set(facts(installation, "deadline").values()) == {20210316170000, 20210315170000}
    assert set(facts(installation, "due_first").values()) == {20210315170000}
    again = installation.run("calendar", "resume", "1", "--day", "2021-03-16")
    assert (again.code, again.err) == (
        2, "dunghen: the clock runs again from 15/03/2021 already\n",
    )  # fmt: skip

    # The whole district: everybody's clock stands.
    assert installation.answer(*STOP)["deadlines_moved"] == 4
    assert set(facts(installation, "deadline").values()) == {20210322170000}


def test_a_running_house_knows_a_change_without_a_new_start(installation: Installation) -> None:
    at = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
    path = file_of(installation.folder, dossier())
    with installation.house() as house:
        take_file(house, path, at.date(), at)
        installation.must("calendar", "off", "2021-03-23", "--document", "1/TB")
        early, late = at.replace(hour=6), at.replace(hour=14)
        run_check(house, early, early)
        assert installation.contents()["alert_steps"] == [], "nothing moves on a day off"
        installation.must("calendar", "remove", "2021-03-23")
        run_check(house, at, at)
        assert run_check(house, late, late).opened > 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("off", "2021-03-20", *SWAP), "is a day off anyway", id="a Saturday off"),
        pytest.param(("working", "2021-03-22", *SWAP), "is a working day anyway", id="a Monday"),
        pytest.param(("off", "2021-03-22"), "add --document", id="no document"),
        pytest.param(("off", "32/01/2021", *SWAP), "is not a day", id="no such day"),
        pytest.param(("remove", "2021-03-22"), "was not entered", id="nothing to remove"),
        pytest.param(("resume", "7"), "there is no stop 7", id="no such stop"),
        pytest.param(
            ("stop", "--from", "2021-03-12", "--to", "2021-03-11", *STOP[6:]),
            "lies before --from", id="a stop turned round",
        ),
        pytest.param(
            ("stop", "--from", "2021-03-12", "--to", "2021-03-13"), "needs --reason",
            id="a stop without a reason",
        ),
        pytest.param(("dance",), "No such command", id="no such word"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line_and_changes_nothing(
    installation: Installation, words: tuple[str, ...], complaint: str
) -> None:
    done = installation.run("calendar", *words)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert installation.contents()["calendar_changes"] == []


def test_both_off_and_working_is_refused(installation: Installation) -> None:
    installation.must("calendar", "off", "2026-01-02", *SWAP)
    done = installation.run("calendar", "working", "2026-01-02", *SWAP)
    assert done.code == 2
    assert "is entered as a day off (first: calendar remove 2026-01-02)" in done.err


def test_without_a_word_it_lists_this_year(installation: Installation) -> None:
    clock = {"DUNGHEN_CLOCK__START": "2021-03-23T08:00"}
    assert installation.answer("calendar", **clock)["working_days"] == 250
    assert "2021: 250 working days" in installation.must("calendar", "list", **clock).out


def test_a_past_day_is_counted_again_by_the_calendar_of_its_time(
    installation: Installation,
) -> None:
    """Dossiers of Monday; checks before, between and after a day off, a stop and their undoing."""
    old, new = codes(2)
    rows = (dossier(old), dossier(new, received="22/03/2021 09:00", due="24/03/2021 17:00"))
    installation.must("import", file_of(installation.folder, *rows), "--day", "2021-03-22")

    def check(moment: str) -> dict[str, Any]:
        installation.must("check", "--at", moment)
        readings = installation.answer("status", "xa_binh_khanh")["readings"]
        (found,) = [r for r in readings if r["target"] == "on_time" and r["field"]]
        return {name: found[name] for name in ("numerator", "denominator", "state")}

    first = check("2021-03-23T07:30")
    assert first == {"numerator": 0, "denominator": 1, "state": "missed"}
    stop = (*STOP[:3], "2021-03-12", "--to", "2021-03-24", *STOP[6:])
    installation.must(*stop)
    assert check("2021-03-23T14:00")["denominator"] == 0, "its time stands still: it is not late"
    installation.must("calendar", "resume", "1", "--day", "2021-03-12")
    assert check("2021-03-23T16:00") == first
    assert check("2021-03-24T07:30")["state"] == "stale"
    installation.must("calendar", "off", "2021-03-23", "--document", "1/TB")
    assert check("2021-03-24T14:00")["state"] == "missed", "Monday's file is a working day old"
    installation.must("calendar", "remove", "2021-03-23")
    assert check("2021-03-24T16:00")["state"] == "stale"
    for day in ("2021-03-23", "2021-03-24"):
        replayed = installation.answer("replay", day)
        assert replayed == {"day": day, "same": True, "snapshots": 3, "differences": []}
