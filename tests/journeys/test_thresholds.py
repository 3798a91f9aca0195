"""From the command line: a threshold is looked at, set, lived by, explained and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.thresholds import change_lines
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
