"""From the command line: a threshold is looked at, set, lived by, explained and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from alerts.items import items_by_key
from bot.commands.thresholds import change_lines
from db import snapshots
from db.engine import reading
from db.indicators import Moment
from tests.journeys.installation import SAMPLES, Installation

CLOCK = {"DUNGHEN_CLOCK__START": "2021-03-23T08:00"}


def ask(installation: Installation, *words: str) -> Any:
    return installation.answer("thresholds", *words, **CLOCK)


def held(installation: Installation, name: str, *words: str) -> list[Any]:
    rows = ask(installation, "list", *words)
    return [(row["unit"], row["value"], row["set_by"]) for row in rows if row["name"] == name]


def test_a_threshold_is_set_listed_and_taken_back(installation: Installation) -> None:
    of = ("--target", "on_time", "--reason", "rà soát")
    assert held(installation, "margin_points", "--target", "on_time") == [(None, "1", "settings")]
    (row,) = ask(installation, "set", "margin_points", "2", *of)
    assert (row["id"], row["old"], row["new"], row["undone"]) == (1, "1", "2", False)
    (row,) = ask(installation, "set", "margin_points", "4", *of, "--unit", "xã Bình Khánh")
    assert (row["unit"], row["old"], row["new"]) == ("xa_binh_khanh", "2", "4")
    assert held(installation, "margin_points", "--target", "on_time") == [
        (None, "2", "admin"), ("xa_binh_khanh", "4", "admin")
    ]  # fmt: skip
    one = ("--target", "on_time", "--unit", "xa_binh_khanh")
    assert held(installation, "margin_points", *one) == [("xa_binh_khanh", "4", "admin")]

    (row,) = ask(installation, "reset", "margin_points", *of, "--unit", "xa_binh_khanh")
    assert (row["old"], row["new"]) == ("4", "2")
    (row,) = ask(installation, "undo", "3")
    assert (row["old"], row["new"], row["undone"]) == ("2", "4", True)
    (row,) = ask(installation, "undo", "1")
    assert held(installation, "margin_points", "--target", "on_time")[0] == (None, "1", "settings")
    past = ask(installation, "history")
    assert [(each["id"], each["undone_at"] is None) for each in past] == [
        (3, False), (2, True), (1, False)
    ]  # fmt: skip
    assert all(each["by"] == "command line" and each["reason"] == "rà soát" for each in past)
    assert installation.answer("audit", "verify")["rows"] == 5


def test_only_looking_changes_nothing(installation: Installation) -> None:
    words = ("set", "repeat_working_days", "5", "--reason", "thử", "--dry-run")
    (row,) = ask(installation, *words)
    assert (row["old"], row["new"], row["effect"]) == ("3", "5", None), "no check was taken yet"
    assert ask(installation, "history") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(
            ("set", "margin_points", "9", "--target", "on_time", "--reason", "x"),
            "margin_points is a whole number from 0 to 5, not '9'", id="outside the guard",
        ),
        pytest.param(
            ("set", "goal", "90", "--target", "on_time", "--reason", "x", "--document", "1"),
            "the plan's goal is > 95 %", id="a lower goal",
        ),
        pytest.param(
            ("set", "margin_points", "2", "--target", "on_time"), "--reason", id="no reason"
        ),
        pytest.param(
            ("set", "margin_points", "2", "--reason", "x"), "--target on_time", id="no target"
        ),
        pytest.param(
            ("set", "margin_points", "2", "--target", "ontime", "--reason", "x"),
            "--target ontime: no such target (known: par_index,", id="no such target",
        ),
        pytest.param(
            ("set", "max_age_days", "2", "--reason", "x"), "known: complaints, documents",
            id="no source",
        ),
        pytest.param(
            ("set", "margins", "2", "--reason", "x"), "known: margin_points,", id="no such name"
        ),
        pytest.param(
            ("set", "idle_working_days", "31", "--reason", "x"),
            "idle_working_days is a whole number from 1 to 30, not '31'", id="idle for too long",
        ),
        pytest.param(
            ("set", "idle_working_days", "9", "--unit", "xa_binh_khanh", "--reason", "x"),
            "idle_working_days cannot be one unit's own (leave --unit out)", id="idle in one unit",
        ),
        pytest.param(
            ("set", "idle_working_days", "9", "--target", "on_time", "--reason", "x"),
            "on_time has no idle_working_days", id="idle dossiers",
        ),
        pytest.param(("undo", "7"), "there is no change 7", id="no such change"),
        pytest.param(
            ("reset", "goal", "--target", "on_time", "--reason", "x"), "no goal is set there",
            id="nothing to give back",
        ),
        pytest.param(
            ("set", "goal", "97", "--target", "on_time", "--reason", "x", "--from", "2021-03-22"),
            "--from 2021-03-22 is past", id="in the past",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(
    installation: Installation, words: tuple[str, ...], says: str
) -> None:
    done = installation.run("thresholds", *words, **CLOCK)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.count("\n") == 1


def test_a_look_back_names_the_people() -> None:
    effect = {
        "first": "2021-03-23", "last": "2021-03-24", "starts": ["xa_ly_nhon"], "stops": [],
        "alerts": [4, 9], "messages": [2, 5],
        "people": [{"person": 1, "name": "Trần Thị B", "before": 2, "after": 5}],
    }  # fmt: skip
    row = {
        "name": "goal", "target": "on_time", "source": None, "unit": None, "old": "> 95 %",
        "new": "> 97 %", "valid_from": "2021-03-23", "effect": effect,
    }  # fmt: skip
    assert list(change_lines(row))[1:] == [
        "had it held from 2021-03-23 to 2021-03-24:",
        "  1 units would start to have an alert xa_ly_nhon",
        "  0 units would have none any more",
        "  9 alerts instead of 4",
        "  5 messages instead of 2",
        "    Trần Thị B: 5 instead of 2",
    ]


def test_an_own_goal_warns_and_the_official_result_stays(installation: Installation) -> None:
    for source in ("ho_so", "thu_xin_loi", "don_thu"):
        installation.must("import", SAMPLES / f"{source}.csv", "--day", "2021-03-23", **CLOCK)
    installation.must("check", "--at", "2021-03-23T07:55", **CLOCK)
    before = installation.answer("status", "huyen_can_gio")
    ours = [r for r in before["readings"] if r["target"] == "on_time" and r["state"] == "missed"]
    assert ours

    of = ("--target", "on_time", "--reason", "cảnh báo sớm")
    (row,) = ask(installation, "set", "goal", "97", *of, "--dry-run")
    assert (row["effect"]["first"], row["effect"]["last"]) == ("2021-03-23", "2021-03-23")
    assert row["effect"]["messages"] == [0, 0], "nobody is known yet"
    none = ("set", "repeat_working_days", "5", "--reason", "thử", "--dry-run")
    assert installation.must("thresholds", *none, **CLOCK).out.splitlines()[1:] == [
        "had it held from 2021-03-23 to 2021-03-23, nothing would have been different"
    ]
    (row,) = ask(installation, "set", "goal", "97", *of)
    assert row["new"] == "> 97 %"
    installation.must("check", "--at", "2021-03-23T14:00")
    after = installation.answer("status", "huyen_can_gio")
    assert after["readings"] == before["readings"]
    why = installation.answer("why", "huyen_can_gio", "on_time")
    assert (why["goal"], why["own_goal"], why["set_by"]) == ("> 95 %", "> 97 %", "plan")
    same = installation.answer("replay", "2021-03-23", **CLOCK)
    assert same["same"], same


# --- an option of a target: it changes what is counted --------------------------------------------

TTBINH = "ttbinh.cangio@tphcm.gov.vn"  # last signed in seven working days before the checks
LVCUONG = "lvcuong.cangio@tphcm.gov.vn"  # never


def mailboxes(installation: Installation, unit: str) -> tuple[Any, ...]:
    """What `status`, `items` and `why` say of the unit's mailboxes: they have to agree."""
    of = {"numerator", "denominator", "state"}
    status = installation.answer("status", unit)["readings"]
    read = next(r for r in status if r["target"] == "mailboxes")
    why = installation.answer("why", unit, "mailboxes")
    assert {key: read[key] for key in of} == {key: why[key] for key in of}
    items = [item["key"] for item in installation.answer("items", unit, "mailboxes")["items"]]
    assert items == [item["key"] for item in why["items"]]
    (by,) = why["counted_by"]
    return (read["numerator"], read["denominator"], items, by["value"], by["by"])


def named_by_alerts(installation: Installation) -> list[tuple[str, list[str]]]:
    """The phase of each alert, and the mailboxes that it names."""
    alerts = installation.contents()["alerts"]
    named = ([key for key in (LVCUONG, TTBINH) if key in str(a["item_keys"])] for a in alerts)
    return sorted(zip((str(a["phase"]) for a in alerts), named, strict=True))


def test_when_a_mailbox_is_idle_is_set_counted_explained_and_undone(
    installation: Installation,
) -> None:
    def at(clock: str, *words: str) -> Any:
        start = {"DUNGHEN_CLOCK__START": f"2021-03-23T{clock}"}
        return installation.answer("thresholds", *words, **start)

    installation.must("import", SAMPLES / "hop_thu.csv", "--day", "2021-03-23")
    installation.must("check", "--at", "2021-03-23T08:00")
    five = {
        "huyen_can_gio": (3, 5, [LVCUONG, TTBINH], "5", "settings"),
        "xa_binh_khanh": (2, 3, [TTBINH], "5", "settings"),
    }
    assert {unit: mailboxes(installation, unit) for unit in five} == five

    assert named_by_alerts(installation) == [
        ("open", [LVCUONG]), ("open", [LVCUONG, TTBINH]), ("open", [TTBINH]),
    ]  # fmt: skip

    wish = ("set", "idle_working_days", "10", "--reason", "sau Tết")
    (row,) = at("09:00", *wish, "--dry-run")
    assert (row["target"], row["old"], row["new"]) == ("mailboxes", "5", "10")
    assert row["recount"] == {
        "as_of": "2021-03-23T08:00:00+07:00", "before": [3, 5], "after": [4, 5],
    }  # fmt: skip
    assert (row["effect"]["starts"], row["effect"]["stops"]) == ([], ["xa_binh_khanh"])
    assert row["effect"]["alerts"] == [3, 2], "the district and Lý Nhơn keep theirs"
    assert list(change_lines(row))[1] == (
        "the check of 2021-03-23T08:00:00+07:00 counted anew: 4/5 instead of 3/5"
    )
    (row,) = at("09:00", *wish)
    assert held(installation, "idle_working_days", "--target", "mailboxes") == [
        (None, "10", "admin")
    ]
    assert {unit: mailboxes(installation, unit) for unit in five} == five, "as it was counted"

    installation.must("check", "--at", "2021-03-23T14:00")
    assert mailboxes(installation, "huyen_can_gio") == (4, 5, [LVCUONG], "10", "command line")
    assert mailboxes(installation, "xa_binh_khanh") == (3, 3, [], "10", "command line")
    assert named_by_alerts(installation) == [
        ("open", [LVCUONG]), ("open", [LVCUONG]), ("resolved", []),
    ], "Bình Khánh has no idle mailbox any more, and the district one only"  # fmt: skip

    (row,) = at("15:00", "undo", "1")
    assert (row["old"], row["new"], row["undone"]) == ("10", "5", True)
    installation.must("check", "--at", "2021-03-23T16:00")
    assert {unit: mailboxes(installation, unit) for unit in five} == five
    replayed = installation.answer("replay", "2021-03-23")
    assert (replayed["snapshots"], replayed["same"]) == (3, True), replayed
    # A check of a time before a change, taken after it, counts as one would have counted then.
    installation.must("check", "--at", "2021-03-23T08:30")
    replayed = installation.answer("replay", "2021-03-23")
    assert (replayed["snapshots"], replayed["same"]) == (4, True), replayed


def test_what_cannot_be_counted_anew_is_said(installation: Installation) -> None:
    wish = ("set", "idle_working_days", "10", "--reason", "thử", "--dry-run")
    (row,) = ask(installation, *wish)
    assert (row["effect"], row["recount"]) == (None, None), "no check was taken yet"
    installation.must("import", SAMPLES / "hop_thu.csv", "--day", "2021-03-02")
    installation.must("check", "--at", "2021-03-23T07:55")
    (row,) = ask(installation, *wish)
    assert (row["effect"], row["recount"]) == (None, None), "the newest list is too old"


def test_old_numbers_keep_the_days_by_which_they_were_counted(installation: Installation) -> None:
    installation.must("import", SAMPLES / "hop_thu.csv", "--day", "2021-03-23")
    installation.must("check", "--at", "2021-03-23T08:00")
    before = mailboxes(installation, "xa_binh_khanh")
    ask(installation, "set", "idle_working_days", "10", "--reason", "sau Tết")
    installation.must("check", "--at", "2021-03-31T08:00")
    status = installation.answer("status", "xa_binh_khanh")["readings"]
    assert [r["state"] for r in status if r["target"] == "mailboxes"] == ["stale"]
    assert mailboxes(installation, "xa_binh_khanh") == before == (2, 3, [TTBINH], "5", "settings")

    now, then = (datetime.fromisoformat(f"2021-03-{day}T08:00+07:00") for day in (31, 23))
    with installation.house() as house, reading(house.engine) as tx:
        moment = Moment(wall=now, calendar=house.calendar)
        (stale,) = (
            replace(j, kept_from=then)
            for j in snapshots.judged_of(tx, snapshots.snapshot_at(tx, now) or 0)
            if (j.reading.target, j.reading.denominator) == ("mailboxes", 3)
        )
        found = items_by_key(house, tx, moment, [stale], 1, tx)
    assert [item.key for item in found[stale.reading.key]] == [TTBINH], "what a check would tell"
