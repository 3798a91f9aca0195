"""Does a check move an alert only for a reason that a person would call one?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from alerts.lifecycle import next_step
from db.records import (
    Item,
    JudgedReading,
    Move,
    OpenAlert,
    Reading,
    State,
    Step,
    Verdict,
)

OPEN = OpenAlert(
    id=7,
    unit_id=1,
    target="on_time",
    field_id=2,
    opened_at=datetime(2021, 3, 23, 0, 30, tzinfo=UTC),
    numerator=45,
    denominator=48,
    item_keys=frozenset({"0003", "0004"}),
)


def judged(state: State, numerator: int = 45, denominator: int = 48) -> JudgedReading:
    reading = Reading(
        target="on_time",
        unit_id=1,
        field_id=2,
        field="Hộ tịch",
        numerator=numerator,
        denominator=denominator,
    )
    return JudgedReading(reading=reading, verdict=Verdict(state=state, reason="as_judged"))


def items(*keys: str) -> list[Item]:
    return [Item(key=key, label="Đăng ký khai sinh") for key in keys]


@pytest.mark.parametrize(
    ("now", "keys", "move", "reason"),
    [
        pytest.param(
            judged(State.MISSED),
            ["0003", "0004"],
            Move.STILL_OPEN,
            "nothing_changed",
            id="as it was",
        ),
        pytest.param(
            judged(State.MISSED),
            ["0004"],
            Move.STILL_OPEN,
            "some_items_done",
            id="one item is done",
        ),
        pytest.param(
            judged(State.MISSED, 46, 49),
            ["0003", "0004"],
            Move.STILL_OPEN,
            "nothing_changed",
            id="the rate rose but the goal is still missed",
        ),
        pytest.param(
            judged(State.MISSED, 90, 96),
            ["0003", "0004"],
            Move.STILL_OPEN,
            "nothing_changed",
            id="the same rate in other numbers has not fallen",
        ),
        pytest.param(
            judged(State.MISSED, 4499, 4800),
            ["0003", "0004"],
            Move.WORSE,
            "rate_fell",
            id="a rate that prints almost the same has fallen",
        ),
        pytest.param(
            judged(State.MISSED, 45, 49),
            ["0004"],
            Move.WORSE,
            "rate_fell",
            id="the rate fell although an item is done",
        ),
        pytest.param(
            judged(State.MISSED, 45, 49),
            ["0003", "0004", "0005"],
            Move.WORSE,
            "new_items",
            id="a new item says more than a lower rate",
        ),
        pytest.param(
            judged(State.MISSED, 60, 64),
            ["0005"],
            Move.WORSE,
            "new_items",
            id="a new item is news though old ones are done",
        ),
        pytest.param(
            judged(State.BEHIND), ["0003"], Move.STILL_OPEN, "some_items_done", id="behind"
        ),
        pytest.param(
            judged(State.MET, 58, 61), ["0003"], Move.RESOLVED, "goal_met", id="the goal is met"
        ),
        pytest.param(
            judged(State.AT_RISK, 58, 61), [], Move.RESOLVED, "goal_met", id="met by little is met"
        ),
        pytest.param(judged(State.ON_TRACK), [], Move.RESOLVED, "back_on_the_pace", id="on track"),
        pytest.param(
            judged(State.NONE, 0, 0),
            [],
            Move.RESOLVED,
            "nothing_left_to_count",
            id="a new year starts with nothing",
        ),
        pytest.param(
            judged(State.NOT_APPLICABLE, 0, 0),
            [],
            Move.RESOLVED,
            "no_longer_applies",
            id="the unit was dissolved",
        ),
        pytest.param(judged(State.STALE), ["0009"], Move.FROZEN, "stale", id="old data"),
        pytest.param(judged(State.NO_DATA), [], Move.FROZEN, "no_data", id="no data"),
        pytest.param(judged(State.REJECTED), [], Move.FROZEN, "rejected", id="a refused file"),
        pytest.param(judged(State.UNPUBLISHED), [], Move.FROZEN, "unpublished", id="not published"),
    ],
)
def test_what_becomes_of_an_open_alert(
    now: JudgedReading, keys: list[str], move: Move, reason: str
) -> None:
    step = next_step(OPEN, now, items(*keys))
    assert step is not None
    assert (step.move, step.reason, step.alert_id) == (move, reason, OPEN.id)
    assert step.state is now.verdict.state


@pytest.mark.parametrize("state", list(State))
def test_only_a_missed_goal_opens_an_alert(state: State) -> None:
    step = next_step(None, judged(state), items("0003"))
    if state in {State.MISSED, State.BEHIND}:
        assert step is not None
        assert (step.move, step.reason, step.alert_id) == (Move.OPENED, "goal_missed", None)
    else:
        assert step is None


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_step_for_an_open_alert(state: State) -> None:
    step = next_step(OPEN, judged(state), items("0003", "0004"))
    assert step is not None
    assert step.reason


def test_an_opened_step_says_all_that_there_is_to_do() -> None:
    assert next_step(None, judged(State.MISSED), items("0003", "0004")) == Step(
        move=Move.OPENED,
        reason="goal_missed",
        unit_id=1,
        target="on_time",
        field_id=2,
        alert_id=None,
        numerator=45,
        denominator=48,
        state=State.MISSED,
        items=tuple(items("0003", "0004")),
        new_keys=frozenset({"0003", "0004"}),
    )


def test_a_worse_step_names_what_is_new_and_what_is_gone() -> None:
    step = next_step(OPEN, judged(State.MISSED, 45, 49), items("0004", "0005"))
    assert step is not None
    assert (step.new_keys, step.gone_keys) == (frozenset({"0005"}), frozenset({"0003"}))


def test_a_frozen_step_keeps_the_numbers_of_the_last_good_one() -> None:
    step = next_step(OPEN, judged(State.STALE, 1, 2), items("0009"))
    assert step is not None
    assert (step.numerator, step.denominator) == (45, 48)
    assert (step.items, step.new_keys, step.gone_keys) == ((), frozenset(), frozenset())


@dataclass
class Desk:
    """Keeps one alert as a store would: the numbers and keys of its last live step."""

    alert: OpenAlert | None = None

    def check(self, now: JudgedReading, *keys: str) -> str:
        step = next_step(self.alert, now, items(*keys))
        if step is None:
            return "nothing"
        if step.move is Move.RESOLVED:
            self.alert = None
        elif step.move is not Move.FROZEN:
            self.alert = replace(
                self.alert or OPEN,
                numerator=step.numerator,
                denominator=step.denominator,
                item_keys=frozenset(item.key for item in step.items),
            )
        return f"{step.move}: {step.reason}"


def test_the_story_of_one_alert_day_by_day() -> None:
    desk = Desk()
    assert desk.check(judged(State.MET, 30, 30)) == "nothing"  # all is well
    assert desk.check(judged(State.MISSED, 30, 32), "A", "B") == "opened: goal_missed"
    assert desk.check(judged(State.MISSED, 30, 32), "A", "B") == "still_open: nothing_changed"
    assert desk.check(judged(State.MISSED, 31, 33), "A") == "still_open: some_items_done"
    assert desk.check(judged(State.MISSED, 31, 33), "A") == "still_open: nothing_changed"
    assert desk.check(judged(State.STALE, 31, 33), "A") == "frozen: stale"  # no file came
    assert desk.check(judged(State.MISSED, 31, 34), "A", "C") == "worse: new_items"
    assert desk.check(judged(State.MISSED, 31, 35), "A", "C") == "worse: rate_fell"
    assert desk.check(judged(State.AT_RISK, 81, 85), "A") == "resolved: goal_met"
    assert desk.check(judged(State.AT_RISK, 81, 85), "A") == "nothing"  # said once
    assert desk.check(judged(State.REJECTED, 81, 90), "A") == "nothing"  # bad data open nothing
    assert desk.check(judged(State.MISSED, 81, 90), "A") == "opened: goal_missed"  # a new episode
    assert desk.check(judged(State.NONE, 0, 0)) == "resolved: nothing_left_to_count"  # new year
