"""Does `why` put the formulas, the goal and what was left out side by side, as done by hand?"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from settings import SHIPPED
from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier, write_table
from tests.journeys.installation import DAY, SAMPLES, Installation

FILES = ("ho_so.csv", "thu_xin_loi.csv", "hop_thu.csv", "van_ban.csv", "don_thu.csv")
AT = f"{DAY}T08:00"


@pytest.fixture
def samples(installation: Installation) -> Installation:
    installation.must("import", *(SAMPLES / name for name in FILES), "--day", DAY)
    installation.must("check", "--at", AT)
    return installation


Counts = dict[str, tuple[int, int]]

# (unit, target, field) -> (numerator, denominator), formulas, left out. Row 4 of the dossiers is
# paused, row 5 open and overdue, row 6 has no due date.
EXPECTED: dict[tuple[str, ...], tuple[tuple[int, int], Counts, dict[str, int]]] = {
    ("huyen_can_gio", "on_time"): (
        (4, 6),
        {"finished": (4, 5), "finished_and_overdue": (4, 6), "portal_766": (5, 7)},
        {"paused": 1, "no_due_date": 1},
    ),
    ("huyen_can_gio", "on_time", "Đất đai"): (
        (0, 1),
        {"finished": (0, 0), "finished_and_overdue": (0, 1), "portal_766": (0, 1)},
        {},
    ),
    ("xa_binh_khanh", "on_time", "bao tro xa hoi"): (
        (0, 0),
        {"finished": (0, 0), "finished_and_overdue": (0, 0), "portal_766": (1, 1)},
        {"paused": 1},
    ),
    ("xa_binh_khanh", "on_time", "Hộ tịch"): (
        (2, 3),
        {"finished": (2, 3), "finished_and_overdue": (2, 3), "portal_766": (2, 3)},
        {},
    ),
    ("xa_ly_nhon", "on_time"): (
        (0, 0),
        {"finished": (0, 0), "finished_and_overdue": (0, 0), "portal_766": (0, 0)},
        {},
    ),
    ("huyen_can_gio", "apology_letters"): (
        (1, 2),
        {
            "any_day": (1, 2),
            "by_the_due_day": (1, 2),
            "finished_late_only": (1, 1),
            "incomplete_too": (1, 2),
        },
        {"paused": 1, "no_due_date": 1},
    ),
    ("huyen_can_gio", "electronic_documents"): (
        (3, 4),
        {
            "with_or_without_signature": (3, 4),
            "signed_only": (2, 4),
            "without_paper_beside": (2, 4),
        },
        {"internal_or_to_citizens": 2, "secret": 1, "recalled": 1},
    ),
    ("xa_an_thoi_dong", "electronic_documents"): (
        (0, 0),
        {
            "with_or_without_signature": (0, 0),
            "signed_only": (0, 0),
            "without_paper_beside": (0, 0),
        },
        {"internal_or_to_citizens": 1},
    ),
    ("huyen_can_gio", "on_time_complaints"): (
        (4, 6),
        {
            "finished": (4, 5),
            "finished_and_overdue": (4, 6),
            "portal_766": (6, 8),
            "within_complaints": (1, 2),
            "within_denunciations": (2, 2),
            "within_petitions": (1, 2),
        },
        {},
    ),
    ("huyen_can_gio", "mailboxes"): (
        (3, 5),
        {"as_counted": (3, 5), "mean_of_the_year": (3, 5)},
        {"locked": 1, "young": 1, "excused": 1},
    ),
    ("phong_tu_phap", "mailboxes"): ((0, 0), {"as_counted": (0, 0)}, {"locked": 1}),
}


def why(installation: Installation, unit: str, target: str, *field: str) -> dict[str, Any]:
    chosen = ("--field", *field) if field else ()
    answer: dict[str, Any] = installation.answer("why", unit, target, *chosen)
    return answer


def test_every_formula_and_what_it_leaves_out(samples: Installation) -> None:
    for asked, (counted, formulas, left_out) in EXPECTED.items():
        answer = why(samples, *asked)
        assert (answer["numerator"], answer["denominator"]) == counted, asked
        found = {r["name"]: (r["numerator"], r["denominator"]) for r in answer["readings"]}
        assert found == formulas, asked
        assert {x["reason"]: x["count"] for x in answer["left_out"]} == left_out, asked


def test_the_whole_answer(samples: Installation) -> None:
    answer = why(samples, "Bình Khánh", "on_time", "ho tich")
    items = answer.pop("items")
    assert answer == {
        "unit": "xa_binh_khanh",
        "target": "on_time",
        "field": "Hộ tịch",
        "formula": "dossiers finished by their deadline"
        " / (finished this year + open past their deadline)",
        "numerator": 2,
        "denominator": 3,
        "state": "missed",
        "reason": "below_the_goal",
        "needed": 18,
        "left_out": [],
        "readings": [
            {"name": name, "numerator": 2, "denominator": 3}
            for name in ("finished", "finished_and_overdue", "portal_766")
        ],
        "forecast": {
            "value": "86.02",
            "low": "81.41",
            "high": "90.64",
            "volume": 14,
            "late_budget": 0,
            "unreachable_on": "2021-03-23",
        },
        "goal": "> 95 %",
        "threshold": 1,
        "counted_by": [],
        "own_goal": None,
        "set_by": "plan",
        "as_of": f"{AT}:00+07:00",
    }
    named = samples.answer("items", "xa_binh_khanh", "on_time", "--field", "Hộ tịch")["items"]
    assert items == named
    assert len(items) == 1


def test_the_sum_over_fields_decides_nothing(samples: Installation) -> None:
    answer = why(samples, "huyen_can_gio", "on_time")
    assert (answer["field"], answer["state"], answer["reason"]) == (None, None, None)
    assert len(answer["items"]) == 2


def test_a_source_that_never_came_has_no_numbers(installation: Installation) -> None:
    installation.must("import", SAMPLES / "ho_so.csv", "--day", DAY)
    installation.must("check", "--at", AT)
    answer = why(installation, "huyen_can_gio", "mailboxes")
    assert (answer["numerator"], answer["denominator"], answer["state"]) == (None, None, "no_data")
    assert (answer["readings"], answer["left_out"], answer["items"]) == ([], [], [])


def test_a_list_exported_anew_hides_each_secret_once(samples: Installation) -> None:
    lines = (SAMPLES / "van_ban.csv").read_text("utf-8").splitlines()
    more = samples.folder / "van_ban_moi.csv"
    secret = next(line for line in lines if ",Mật," in line)
    more.write_text("\n".join([*lines, secret]) + "\n", "utf-8")
    samples.must("import", more, "--day", "2021-03-24")
    samples.must("check", "--at", "2021-03-24T08:00")
    answer = why(samples, "huyen_can_gio", "electronic_documents")
    assert {x["reason"]: x["count"] for x in answer["left_out"]}["secret"] == 2


@pytest.mark.parametrize("target", ["on_time", "apology_letters"])
def test_what_is_in_no_rate_is_named_whatever_year_its_row_prints(
    installation: Installation, target: str
) -> None:
    waiting, mistyped = codes(2)
    rows = [
        dossier(waiting, received="10/12/2020", due="15/12/2020", paused="14/12/2020",
                status="Yêu cầu bổ sung giấy tờ"),
        dossier(mistyped, finished="12/03/2022", status="Đã xử lý xong"),
    ]  # fmt: skip
    path = write_table(installation.folder / "ho_so.csv", rows, DOSSIER_HEADER)
    installation.must("import", path, SAMPLES / "thu_xin_loi.csv", "--day", DAY)
    installation.must("check", "--at", AT)
    found = why(installation, "xa_binh_khanh", target)["left_out"]
    assert {x["reason"]: x["count"] for x in found} == {"paused": 1, "future_date": 1}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("xa_binh_khan", "on_time"), "there is no unit 'xa_binh_khan'"),
        (("xa_binh_khanh", "on_time", "--field", "Thuế"), "there is no field 'Thuế'"),
        (("xa_binh_khanh", "on_time", "--field", "Đất đai"),
         "xa_binh_khanh has no reading of on_time in the field 'Đất đai'"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained(
    samples: Installation, arguments: tuple[str, ...], complaint: str
) -> None:
    done = samples.run("why", *arguments)
    assert (done.code, done.out) == (1, "")
    assert complaint in done.err
    assert len(done.err.splitlines()) == 1


def test_before_the_first_check(installation: Installation) -> None:
    done = installation.run("why", "xa_binh_khanh", "on_time")
    assert done.code == 1
    assert "no check was taken yet" in done.err


def test_the_command_of_its_own_process(samples: Installation) -> None:
    done = subprocess.run(
        [sys.executable, SHIPPED / "dunghen.py", "why", "huyen_can_gio", "on_time"],
        cwd=samples.folder, text=True, capture_output=True, check=False,
        env={"DUNGHEN_DATABASE__URL": samples.database_url, "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"huyen_can_gio on_time as of {AT}:00+07:00",
        "formula: dossiers finished by their deadline"
        " / (finished this year + open past their deadline)",
        "counted: 4/6",
        "goal: > 95 % (set by plan)",
        "  finished: 4/5",
        "  finished_and_overdue: 4/6",
        "  portal_766: 5/7",
        "  left out: 1 (no_due_date)",
        "  left out: 1 (paused)",
        "2 to act on (dunghen items names them)",
    ]
