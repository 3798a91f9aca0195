"""Does a check move an alert only for a reason that a person would call one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from alerts.answers import after_claim, after_take
from alerts.deciding import end_uncounted
from alerts.lifecycle import end_without_proof, next_step
from alerts.remedy import CRITICAL_NOTES, SETTLED_NOTES, actionable, is_critical
from alerts.states import FROZEN_STATES, MISSED_STATES
from alerts.vanished import with_empty
from db.records import (
    Forecast,
    Goal,
    Item,
    JudgedReading,
    Move,
    OpenAlert,
    Phase,
    Policy,
    Rung,
    State,
    Step,
)
from tests.alerts.lives import ABOVE_95, MONDAY, WEEKDAYS, Desk, an_alert, items, judged, on

OPEN = an_alert("0003", "0004")
AT_ONCE = Policy()
TWO_CHECKS = Policy(pending_checks=2)
WORDS = Path(__file__).parents[2] / "templates" / "vi" / "words.html"


def move_of(
    alert: OpenAlert | None,
    now_judged: JudgedReading,
    found: Sequence[Item],
    policy: Policy = AT_ONCE,
    now: datetime = MONDAY,
    **more: Any,
) -> Step:
    step = next_step(alert, now_judged, found, policy, now, WEEKDAYS, **more)
    assert step is not None
    return step


@pytest.mark.parametrize(
    ("now", "keys", "move", "reason"),
    [
        pytest.param(
            judged(State.MISSED), ["0003", "0004"], Move.STILL_OPEN, "nothing_changed",
            id="as it was",
        ),
        pytest.param(
            judged(State.MISSED), ["0004"], Move.BETTER, "items_done", id="one item is done"
        ),
        pytest.param(
            judged(State.MISSED, 46, 49), ["0003", "0004"], Move.BETTER, "rate_rose",
            id="the rate rose but the goal is still missed",
        ),
        pytest.param(
            judged(State.MISSED, 90, 96), ["0003", "0004"], Move.STILL_OPEN, "nothing_changed",
            id="the same rate in other numbers has not moved",
        ),
        pytest.param(
            judged(State.MISSED, 4499, 4800), ["0003", "0004"], Move.WORSE, "rate_fell",
            id="a rate that prints almost the same has fallen",
        ),
        pytest.param(
            judged(State.MISSED, 45, 49), ["0004"], Move.WORSE, "rate_fell",
            id="the rate fell although an item is done",
        ),
        pytest.param(
            judged(State.MISSED, 45, 49), ["0003", "0004", "0005"], Move.WORSE, "new_items",
            id="a new item says more than a lower rate",
        ),
        pytest.param(
            judged(State.MISSED, 60, 64), ["0005"], Move.WORSE, "new_items",
            id="a new item is news though old ones are done",
        ),
        pytest.param(judged(State.BEHIND), ["0003"], Move.BETTER, "items_done", id="behind"),
        pytest.param(
            judged(State.MET, 58, 61), ["0003"], Move.RESOLVED, "goal_met", id="the goal is met"
        ),
        pytest.param(
            judged(State.AT_RISK, 58, 61), [], Move.RESOLVED, "goal_met", id="met by little is met"
        ),
        pytest.param(judged(State.ON_TRACK), [], Move.RESOLVED, "back_on_the_pace", id="on track"),
        pytest.param(
            judged(State.NONE, 0, 0), [], Move.RESOLVED, "nothing_left_to_count",
            id="a new year starts with nothing",
        ),
        pytest.param(
            judged(State.NOT_APPLICABLE, 0, 0), [], Move.RESOLVED, "no_longer_applies",
            id="the unit was dissolved",
        ),
        pytest.param(judged(State.STALE), ["0009"], Move.FROZEN, "stale", id="old data"),
        pytest.param(judged(State.NO_DATA), [], Move.FROZEN, "no_data", id="no data"),
        pytest.param(judged(State.REJECTED), [], Move.FROZEN, "rejected", id="a refused file"),
        pytest.param(judged(State.UNPUBLISHED), [], Move.FROZEN, "unpublished", id="not published"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_open_alert(
    now: JudgedReading, keys: list[str], move: Move, reason: str
) -> None:
    step = move_of(OPEN, now, items(*keys))
    assert (step.move, step.reason, step.alert_id) == (move, reason, OPEN.id)
    assert step.state is now.verdict.state
    assert step.phase is (Phase.RESOLVED if move is Move.RESOLVED else Phase.OPEN)


@pytest.mark.parametrize("state", list(State))
def test_only_a_missed_goal_begins_an_alert(state: State) -> None:
    step = next_step(None, judged(state), items("0003"), AT_ONCE, MONDAY, WEEKDAYS)
    if state in MISSED_STATES:
        assert step is not None
        assert (step.move, step.reason, step.alert_id) == (Move.OPENED, "first_miss", None)
    else:
        assert step is None


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.OPEN, Phase.TAKEN, Phase.CLAIMED])
@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_step_in_every_phase(state: State, phase: Phase) -> None:
    step = move_of(replace(OPEN, phase=phase), judged(state), items("0003", "0004"))
    assert step.reason


# --- pending --------------------------------------------------------------------------------------

PENDING = an_alert(phase=Phase.PENDING, bad_checks=1)
BY_TIME = Policy(pending_checks=99, pending_working_days=2)
SMALL = Policy(small_sample=50)
MISSED = judged(State.MISSED)


def expected(volume: int) -> JudgedReading:
    """45 of 48, where so many are expected in the whole year."""
    rate = Fraction(45, 48)
    seen = Forecast(
        value=rate, low=rate, high=rate, volume=volume, late_budget=0, unreachable_on=None
    )
    return replace(MISSED, forecast=seen)


@pytest.mark.parametrize(
    ("alert", "reading", "found", "policy", "now", "move", "reason", "phase"),
    [
        pytest.param(
            None, MISSED, items("A"), AT_ONCE, on(0), Move.OPENED, "first_miss", Phase.OPEN,
            id="one check is enough: it opens on the first miss",
        ),
        pytest.param(
            None, MISSED, items("A"), TWO_CHECKS, on(0), Move.PENDING, "not_confirmed",
            Phase.PENDING, id="two checks are asked: the first miss is only a doubt",
        ),
        pytest.param(
            PENDING, MISSED, items("A"), TWO_CHECKS, on(0, 14), Move.OPENED,
            "confirmed_by_checks", Phase.OPEN, id="the second bad check in a row confirms it",
        ),
        pytest.param(
            PENDING, judged(State.MET, 48, 48), [], TWO_CHECKS, on(1), Move.DROPPED, "goal_met",
            Phase.DROPPED, id="a doubt that went by itself is dropped",
        ),
        pytest.param(
            PENDING, judged(State.NONE, 0, 0), [], TWO_CHECKS, on(1), Move.DROPPED,
            "nothing_left_to_count", Phase.DROPPED, id="a doubt with nothing left is dropped",
        ),
        pytest.param(
            PENDING, judged(State.STALE), [], TWO_CHECKS, on(1), Move.FROZEN, "stale",
            Phase.PENDING, id="old data neither confirm a doubt nor drop it",
        ),
        pytest.param(
            PENDING, MISSED, [], BY_TIME, on(1), Move.PENDING, "not_confirmed", Phase.PENDING,
            id="one working day of the two has passed",
        ),
        pytest.param(
            PENDING, MISSED, [], BY_TIME, on(2), Move.OPENED, "confirmed_by_time", Phase.OPEN,
            id="after exactly the two working days it opens",
        ),
        pytest.param(
            replace(PENDING, opened_at=on(4)), MISSED, [], BY_TIME, on(7), Move.PENDING,
            "not_confirmed", Phase.PENDING, id="a weekend is no working day",
        ),
        pytest.param(
            None, MISSED, [], SMALL, on(0), Move.PENDING, "small_sample", Phase.PENDING,
            id="a rate of a handful, still to be reached, waits for more",
        ),
        pytest.param(
            None, MISSED, items("A", note="finished_late_with_letter"), SMALL, on(0),
            Move.PENDING, "small_sample", Phase.PENDING,
            id="what can no longer be mended does not open a rate of a handful",
        ),
        pytest.param(
            None, MISSED, items("A", note="overdue_no_letter"), SMALL, on(0), Move.OPENED,
            "first_miss", Phase.OPEN, id="something to act on opens whatever the sample",
        ),
        pytest.param(
            None, judged(State.MISSED, 45, 48, needed=None), [], SMALL, on(0), Move.OPENED,
            "first_miss", Phase.OPEN, id="a goal out of reach opens whatever the sample",
        ),
        pytest.param(
            None, judged(State.MISSED, 45, 50), [], SMALL, on(0), Move.OPENED, "first_miss",
            Phase.OPEN, id="exactly the least sample is a sample",
        ),
        pytest.param(
            None, expected(60), [], SMALL, on(0), Move.OPENED, "first_miss", Phase.OPEN,
            id="three of the sixty of the year are late and two may be: lost, whatever the sample",
        ),
        pytest.param(
            None, expected(61), [], SMALL, on(0), Move.PENDING, "small_sample", Phase.PENDING,
            id="with sixty-one of the year exactly three may be late: it waits for more",
        ),
        pytest.param(
            PENDING, expected(60), [], SMALL, on(1), Move.OPENED, "confirmed_by_checks",
            Phase.OPEN, id="what waited as a handful opens when the year is lost",
        ),
        pytest.param(
            None, expected(60), [], replace(SMALL, pending_checks=2), on(0), Move.PENDING,
            "not_confirmed", Phase.PENDING, id="even what is lost is looked at twice where asked",
        ),
        pytest.param(
            PENDING, judged(State.MISSED, 45, 50), [], SMALL, on(1), Move.OPENED,
            "confirmed_by_checks", Phase.OPEN, id="it opens when the sample has grown",
        ),
        pytest.param(
            PENDING, MISSED, items("A"), Policy(pending_checks=3, small_sample=50), on(1),
            Move.PENDING, "not_confirmed", Phase.PENDING,
            id="something to act on does not spare the second look",
        ),
    ],
)  # fmt: skip
def test_a_miss_is_pending_until_it_is_confirmed(
    alert: OpenAlert | None,
    reading: JudgedReading,
    found: list[Item],
    policy: Policy,
    now: datetime,
    move: Move,
    reason: str,
    phase: Phase,
) -> None:
    step = move_of(alert, reading, found, policy, now, goal=ABOVE_95)
    assert (step.move, step.reason, step.phase) == (move, reason, phase)


@pytest.mark.parametrize(("bad_before", "opens"), [(1, False), (2, True), (3, True)])
def test_pending_is_inclusive(bad_before: int, opens: bool) -> None:
    three = Policy(pending_checks=3)
    step = move_of(replace(PENDING, bad_checks=bad_before), MISSED, [], three)
    assert (step.move is Move.OPENED) is opens, "the third bad check in a row is enough"
    by_time = move_of(PENDING, MISSED, [], BY_TIME, on(2))
    assert by_time.move is Move.OPENED, "and so is exactly the second working day"


def test_an_opened_step_says_all_that_there_is_to_do() -> None:
    ladder = (Rung(to="deputy", after_working_days=1),)
    found = items("0003", "0004", note="overdue_no_letter")
    assert move_of(None, MISSED, found, Policy(ladder=ladder)) == Step(
        move=Move.OPENED, reason="first_miss", unit_id=1, target="on_time", field_id=2,
        alert_id=None, numerator=45, denominator=48, state=State.MISSED, phase=Phase.OPEN,
        items=tuple(found), new_keys=frozenset({"0003", "0004"}), bad_checks=1, critical=True,
        ladder=ladder,
    )  # fmt: skip


def test_what_was_seen_while_pending_is_new_to_everybody_when_it_opens() -> None:
    step = move_of(replace(PENDING, item_keys=frozenset("AB")), MISSED, items("B", "C"), TWO_CHECKS)
    assert (step.new_keys, step.gone_keys) == (frozenset("BC"), frozenset("A"))


def test_a_worse_step_names_what_is_new_and_what_is_gone() -> None:
    step = move_of(OPEN, judged(State.MISSED, 45, 49), items("0004", "0005"))
    assert (step.new_keys, step.gone_keys) == (frozenset({"0005"}), frozenset({"0003"}))


@pytest.mark.parametrize("state", sorted(FROZEN_STATES))
def test_a_frozen_step_keeps_everything_of_the_last_good_one(state: State) -> None:
    alert = replace(OPEN, phase=Phase.TAKEN, taken_by=3, bad_checks=4, good_checks=1, critical=True)
    step = move_of(alert, judged(state, 1, 2), items("0009"), in_charge=[8])
    assert (step.move, step.phase) == (Move.FROZEN, Phase.TAKEN)
    assert (step.numerator, step.denominator) == (45, 48)
    assert (step.items, step.new_keys, step.gone_keys) == ((), frozenset(), frozenset())
    assert (step.bad_checks, step.good_checks, step.critical) == (4, 1, True)


# --- recovery -------------------------------------------------------------------------------------

SURE = Policy(keep_open_checks=3)
BY_TWO_POINTS = Policy(recover_points=2)


@pytest.mark.parametrize(
    ("good_before", "reading", "policy", "goal", "move", "reason"),
    [
        pytest.param(
            0, judged(State.MET, 99, 100), SURE, ABOVE_95, Move.STILL_OPEN, "waits_to_be_sure",
            id="the first good check of three ends nothing",
        ),
        pytest.param(
            1, judged(State.MET, 99, 100), SURE, ABOVE_95, Move.STILL_OPEN, "waits_to_be_sure",
            id="nor does the second",
        ),
        pytest.param(
            2, judged(State.MET, 99, 100), SURE, ABOVE_95, Move.RESOLVED, "goal_met",
            id="the third good check in a row ends it",
        ),
        pytest.param(
            0, judged(State.NOT_APPLICABLE, 0, 0), SURE, ABOVE_95, Move.RESOLVED,
            "no_longer_applies", id="what no longer applies is not waited for",
        ),
        pytest.param(
            0, judged(State.AT_RISK, 97, 100), BY_TWO_POINTS, ABOVE_95, Move.STILL_OPEN,
            "waits_to_be_sure", id="exactly on the line of recovery is not over a strict one",
        ),
        pytest.param(
            9, judged(State.MET, 96, 100), BY_TWO_POINTS, ABOVE_95, Move.STILL_OPEN,
            "waits_to_be_sure", id="however often it is met by too little",
        ),
        pytest.param(
            0, judged(State.AT_RISK, 9701, 10000), BY_TWO_POINTS, ABOVE_95, Move.RESOLVED,
            "goal_met", id="over the line of recovery it ends",
        ),
        pytest.param(
            0, judged(State.MET, 92, 100), BY_TWO_POINTS, Goal(operator=">=", percent=90),
            Move.RESOLVED, "goal_met", id="exactly on the line is enough for an inclusive goal",
        ),
        pytest.param(
            0, judged(State.MET, 48, 48), Policy(recover_points=9), ABOVE_95, Move.RESOLVED,
            "goal_met", id="nothing lies above 100 per cent, so that is enough",
        ),
        pytest.param(
            0, judged(State.MET, 48, 48), BY_TWO_POINTS, Goal(operator="=", percent=100),
            Move.RESOLVED, "goal_met", id="a goal of 100 per cent has no line above it",
        ),
        pytest.param(
            0, judged(State.AT_RISK, 96, 100), AT_ONCE, ABOVE_95, Move.RESOLVED, "goal_met",
            id="without a line of its own, met by little is met",
        ),
        pytest.param(
            0, judged(State.NONE, 0, 0), BY_TWO_POINTS, ABOVE_95, Move.RESOLVED,
            "nothing_left_to_count", id="nothing to count has no rate to be over a line",
        ),
        pytest.param(
            0, judged(State.ON_TRACK, 30, 100), BY_TWO_POINTS, ABOVE_95, Move.RESOLVED,
            "back_on_the_pace", id="on the pace, the goal is not asked for yet",
        ),
    ],
)  # fmt: skip
def test_an_alert_ends_when_it_was_good_for_long_enough_and_by_enough(
    good_before: int,
    reading: JudgedReading,
    policy: Policy,
    goal: Goal,
    move: Move,
    reason: str,
) -> None:
    alert = replace(OPEN, good_checks=good_before, bad_checks=0)
    step = move_of(alert, reading, [], policy, goal=goal)
    assert (step.move, step.reason) == (move, reason)
    assert step.good_checks == good_before + 1


def test_bad_again_while_it_waits_is_no_news_and_begins_the_wait_anew() -> None:
    desk = Desk(SURE)
    assert desk.check(State.MISSED, 45, 48, "A") == "opened: first_miss"
    assert desk.check(State.MET, 99, 100) == "still_open: waits_to_be_sure"
    assert desk.check(State.MET, 99, 100) == "still_open: waits_to_be_sure"
    assert desk.check(State.MISSED, 45, 48, "A") == "still_open: nothing_changed"
    assert desk.alert is not None
    assert (desk.alert.bad_checks, desk.alert.good_checks) == (1, 0), "in a row"
    assert desk.check(State.MET, 99, 100) == "still_open: waits_to_be_sure"
    assert desk.check(State.REJECTED, 1, 2) == "frozen: rejected"
    assert desk.check(State.MET, 99, 100) == "still_open: waits_to_be_sure"
    assert desk.check(State.MET, 99, 100) == "resolved: goal_met"


# --- claims and hand-overs ------------------------------------------------------------------------

CLAIMED = replace(
    OPEN, phase=Phase.CLAIMED, taken_by=3, claimed_by=3, claimed_at=on(1, 10),
    claimed_keys=frozenset({"0003", "0004"}),
)  # fmt: skip
NO_ITEMS = replace(CLAIMED, item_keys=frozenset(), claimed_keys=frozenset())
SAME_DAY, NEXT_DAY = date(2021, 3, 23), date(2021, 3, 24)


def missed(day: date | None, a: int = 45, n: int = 48) -> JudgedReading:
    return judged(State.MISSED, a, n, data_day=day)


@pytest.mark.parametrize(
    ("alert", "reading", "found", "in_charge", "move", "reason", "phase"),
    [
        pytest.param(
            CLAIMED, missed(SAME_DAY), items("0003", "0004"), [3], Move.STILL_OPEN,
            "waits_for_proof", Phase.CLAIMED, id="data of the day of the claim prove nothing",
        ),
        pytest.param(
            CLAIMED, missed(None), items("0003", "0004"), [3], Move.STILL_OPEN,
            "waits_for_proof", Phase.CLAIMED, id="data of no known day prove nothing",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0003"), [3], Move.REOPENED, "claim_not_proved",
            Phase.OPEN, id="one claimed item is still there: it opens again",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0003", "0009"), [3], Move.REOPENED,
            "claim_not_proved", Phase.OPEN, id="that a claim is false says more than a new item",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0003", note="finished_late_no_letter"), [3],
            Move.VERIFIED, "claimed_items_proved", Phase.TAKEN,
            id="what is finished, though late, is done",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), [], [3], Move.VERIFIED, "claimed_items_proved",
            Phase.TAKEN, id="the claimed items are gone, the goal is not met yet",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0009"), [3], Move.WORSE, "new_items_after_proof",
            Phase.TAKEN, id="the claimed items are gone, a new one came: it is worse, and proved",
        ),
        pytest.param(
            CLAIMED, missed(SAME_DAY), items("0003", "0004", "0009"), [3], Move.WORSE,
            "new_items", Phase.CLAIMED, id="a new item before the proof is worse, still claimed",
        ),
        pytest.param(
            NO_ITEMS, missed(NEXT_DAY, 0, 0), [], [3], Move.REOPENED, "claim_not_proved",
            Phase.OPEN, id="a yes/no line that is still a no was not done",
        ),
        pytest.param(
            CLAIMED, judged(State.MET, 61, 61, data_day=SAME_DAY), [], [3], Move.RESOLVED,
            "claim_proved", Phase.RESOLVED, id="the goal is met: the claim was true",
        ),
        pytest.param(
            CLAIMED, judged(State.NOT_APPLICABLE, 0, 0), [], [3], Move.RESOLVED,
            "no_longer_applies", Phase.RESOLVED, id="what no longer applies proves nothing",
        ),
        pytest.param(
            CLAIMED, judged(State.STALE, data_day=NEXT_DAY), [], [3], Move.FROZEN, "stale",
            Phase.CLAIMED, id="old data judge no claim",
        ),
        pytest.param(
            CLAIMED, missed(SAME_DAY), items("0003", "0004"), [8], Move.STILL_OPEN,
            "waits_for_proof", Phase.CLAIMED, id="who claimed it has left: data will judge it",
        ),
        pytest.param(
            CLAIMED, missed(SAME_DAY), items("0003", "0004", "0009"), [8], Move.WORSE,
            "new_items", Phase.CLAIMED, id="it got worse, and the claim is still to be judged",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0003", "0004"), [8], Move.REOPENED,
            "claim_not_proved", Phase.OPEN, id="a claim is judged though its author has left",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), items("0009"), [8], Move.WORSE, "new_items_after_proof",
            Phase.OPEN, id="proved and worse, and nobody has it any more",
        ),
        pytest.param(
            CLAIMED, missed(NEXT_DAY), [], [8], Move.VERIFIED, "claimed_items_proved", Phase.OPEN,
            id="proved, and nobody has it any more",
        ),
        pytest.param(
            replace(OPEN, phase=Phase.TAKEN, taken_by=3), missed(SAME_DAY),
            items("0003", "0004"), [8], Move.HANDED_OVER, "no_longer_in_charge", Phase.OPEN,
            id="who took it is no longer in charge",
        ),
        pytest.param(
            replace(OPEN, phase=Phase.TAKEN, taken_by=3), missed(SAME_DAY),
            items("0003", "0004"), [3, 8], Move.STILL_OPEN, "nothing_changed", Phase.TAKEN,
            id="who took it is one of those in charge",
        ),
        pytest.param(
            replace(OPEN, phase=Phase.TAKEN, taken_by=3), missed(SAME_DAY),
            items("0003", "0004"), [], Move.STILL_OPEN, "nothing_changed", Phase.TAKEN,
            id="nobody is in charge at all: it stays with who took it",
        ),
        pytest.param(
            replace(OPEN, phase=Phase.TAKEN, taken_by=3), missed(SAME_DAY), items("0009"), [3],
            Move.WORSE, "new_items", Phase.TAKEN, id="it got worse and has its owner",
        ),
        pytest.param(
            replace(OPEN, phase=Phase.TAKEN, taken_by=3), missed(SAME_DAY), items("0009"), [8],
            Move.WORSE, "new_items", Phase.OPEN, id="it got worse and its owner has left",
        ),
    ],
)  # fmt: skip
def test_a_claim_is_judged_by_data_and_an_owner_by_who_is_in_charge(
    alert: OpenAlert,
    reading: JudgedReading,
    found: list[Item],
    in_charge: list[int],
    move: Move,
    reason: str,
    phase: Phase,
) -> None:
    step = move_of(alert, reading, found, now=on(2), in_charge=in_charge)
    assert (step.move, step.reason, step.phase) == (move, reason, phase)


def test_the_day_of_a_claim_is_the_districts() -> None:
    # Half past six in the morning of the 24th there is still the 23rd in UTC.
    claimed = replace(CLAIMED, claimed_at=on(2, 6, 30))
    step = move_of(claimed, missed(NEXT_DAY), items("0003", "0004"), now=on(2))
    assert step.reason == "waits_for_proof"


# --- its end with its unit, notes -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "move", "after"),
    [
        pytest.param(Phase.OPEN, Move.RESOLVED, Phase.RESOLVED, id="people know of it"),
        pytest.param(Phase.CLAIMED, Move.RESOLVED, Phase.RESOLVED, id="it was claimed"),
        pytest.param(Phase.PENDING, Move.DROPPED, Phase.DROPPED, id="nobody ever heard of it"),
    ],
)
@pytest.mark.parametrize("reason", ["unit_ended", "target_ended"])
def test_an_alert_ends_with_its_unit_and_with_its_target(
    reason: str, phase: Phase, move: Move, after: Phase
) -> None:
    step = end_without_proof(replace(OPEN, phase=phase), reason)
    assert (step.move, step.reason, step.phase) == (move, reason, after)
    assert step.gone_keys == OPEN.item_keys


@pytest.mark.parametrize(
    ("note", "days_late", "critical"),
    [
        pytest.param("overdue_no_letter", 0, True, id="overdue since this morning, no letter"),
        pytest.param("overdue_no_letter", 3, True, id="overdue for days, no letter"),
        pytest.param("letter_missing", 1, True, id="its letter is missing"),
        pytest.param("overdue_with_letter", 1, False, id="overdue, with its letter"),
        pytest.param("finished_late_no_letter", 1, False, id="finished"),
        pytest.param("overdue_no_letter", None, False, id="not late at all"),
        pytest.param("mailbox_idle", 9, False, id="a mailbox"),
    ],
)
def test_what_cannot_wait_until_the_morning(
    note: str, days_late: int | None, critical: bool
) -> None:
    other = Item(key="B", label="B", note="mailbox_idle", days_late=7)
    item = Item(key="A", label="A", note=note, days_late=days_late)
    assert is_critical([other, item]) is critical
    assert move_of(None, MISSED, [other, item]).critical is critical


def test_every_note_in_the_tables_is_one_that_items_have() -> None:
    known = WORDS.read_text("utf-8")
    assert [note for note in SETTLED_NOTES | CRITICAL_NOTES if f'"{note}":' not in known] == []
    assert not SETTLED_NOTES & CRITICAL_NOTES
    assert actionable(items("A", note="complaint_late") + items("B")) == tuple(items("B"))


@pytest.mark.parametrize(
    ("ended_units", "targets", "reason"),
    [
        pytest.param({1}, {"mailboxes"}, "unit_ended", id="its unit has ended"),
        pytest.param(set(), {"another"}, "target_ended", id="its target is counted no more"),
        pytest.param({1}, set(), "unit_ended", id="both: with its unit"),
        pytest.param({9}, {"mailboxes"}, None, id="another unit has ended"),
    ],
)
def test_what_is_counted_no_more_ends(
    ended_units: set[int], targets: set[str], reason: str | None
) -> None:
    alert = replace(OPEN, unit_id=1, target="mailboxes")
    steps = end_uncounted([alert], ended_units, targets)
    assert [step.reason for step in steps] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("readings", "state"),
    [
        pytest.param([(1, None, State.NONE)], State.NONE, id="the unit has nothing to count"),
        pytest.param([(1, 8, State.MISSED)], State.NONE, id="the unit counts in another field"),
        pytest.param([(1, None, State.STALE)], State.STALE, id="its data are old"),
        pytest.param(
            [(9, 7, State.MET), (1, None, State.NO_DATA)],
            State.NO_DATA,
            id="what the unit has goes before what another has",
        ),
        pytest.param([(9, 7, State.MET)], State.NONE, id="only others count"),
        pytest.param([(9, 7, State.REJECTED)], State.REJECTED, id="others cannot be trusted"),
        pytest.param([(1, 7, State.MISSED)], None, id="it is counted"),
        pytest.param([], None, id="the target is counted nowhere"),
    ],
)
def test_an_alert_whose_reading_is_gone_is_read_as_its_target_stands(
    readings: list[tuple[int, int | None, State]], state: State | None
) -> None:
    alert = replace(OPEN, unit_id=1, target="on_time", field_id=7)
    found = [
        replace(each, reading=replace(each.reading, target="on_time", unit_id=unit, field_id=field))
        for unit, field, each in ((unit, field, judged(state)) for unit, field, state in readings)
    ]
    seen = with_empty(found, [alert], {7: "Hộ tịch"}, set(), {"on_time"})
    assert seen[: len(found)] == tuple(found)
    empty = [(j.reading.key, j.reading.field, j.verdict.state) for j in seen[len(found) :]]
    assert empty == ([] if state is None else [(alert.key, "Hộ tịch", state)])
    assert with_empty(found, [alert], {}, {1}, {"on_time"}) == tuple(found), "its unit has ended"
    assert with_empty(found, [alert], {}, set(), set()) == tuple(found), "its target has ended"


# --- stories --------------------------------------------------------------------------------------


def test_the_story_of_one_alert_day_by_day() -> None:
    desk = Desk()
    assert desk.check(State.MET, 30, 30) == "nothing"  # all is well
    assert desk.check(State.MISSED, 30, 32, "A", "B") == "opened: first_miss"
    assert desk.check(State.MISSED, 30, 32, "A", "B") == "still_open: nothing_changed"
    assert desk.check(State.MISSED, 31, 33, "A") == "better: items_done"
    assert desk.check(State.MISSED, 31, 33, "A") == "still_open: nothing_changed"
    assert desk.check(State.STALE, 31, 33, "A") == "frozen: stale"  # no file came
    assert desk.check(State.MISSED, 31, 34, "A", "C") == "worse: new_items"
    assert desk.check(State.MISSED, 31, 35, "A", "C") == "worse: rate_fell"
    assert desk.check(State.AT_RISK, 81, 85, "A") == "resolved: goal_met"
    assert desk.check(State.AT_RISK, 81, 85, "A") == "nothing"  # said once
    assert desk.check(State.REJECTED, 81, 90, "A") == "nothing"  # bad data open nothing
    assert desk.check(State.MISSED, 81, 90, "A") == "opened: first_miss"
    assert desk.check(State.NONE, 0, 0) == "resolved: nothing_left_to_count"  # new year


def test_a_re_fire_after_a_full_resolve_is_a_new_episode() -> None:
    desk = Desk(TWO_CHECKS)
    for state in (State.MISSED, State.MISSED, State.MET, State.MISSED, State.MISSED):
        desk.check(state, 45, 48, "A")
    assert [alert.id for alert in desk.ended] == [1]
    assert desk.alert is not None
    assert (desk.alert.id, desk.alert.phase) == (2, Phase.OPEN)
    assert desk.alert.bad_checks == 2, "it had to be confirmed anew"


def test_the_story_of_a_claim_that_was_not_true_and_one_that_was() -> None:
    desk = Desk(TWO_CHECKS)
    assert desk.check(State.MISSED, 45, 48, "A", "B", now=on(0)) == "pending: not_confirmed"
    opened = desk.check(State.MISSED, 45, 48, "A", "B", now=on(0, 14))
    assert opened == "opened: confirmed_by_checks"

    def answer(step: object, now: datetime) -> None:
        assert isinstance(step, Step)
        desk.keep(step, now, person_id=3)

    assert desk.alert is not None
    answer(after_take(desk.alert, 3, may_act=True), on(0, 15))
    answer(after_claim(desk.alert, may_act=True, can_be_done=True), on(0, 16))
    told = {"in_charge": [3, 4]}
    assert desk.check(State.MISSED, 45, 48, "B", now=on(1), **told) == "reopened: claim_not_proved"
    answer(after_claim(desk.alert, may_act=True, can_be_done=True), on(1, 9))
    assert desk.check(State.MISSED, 46, 49, now=on(2), **told) == "verified: claimed_items_proved"
    assert desk.alert.phase is Phase.TAKEN
    answer(after_claim(desk.alert, may_act=True, can_be_done=True), on(2, 9))
    assert desk.check(State.MET, 96, 100, now=on(3), **told) == "resolved: claim_proved"
