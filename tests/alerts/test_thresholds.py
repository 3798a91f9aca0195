"""Which threshold holds where and when, and who may set it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.judge import AgeRule
from alerts.thresholds.counted import counted_by
from alerts.thresholds.in_force import (
    InForce,
    ages_in_force,
    early_warning,
    for_alerts,
    ladder_text,
    policy_of,
    target_in_force,
    value_in_force,
)
from alerts.thresholds.rules import Allowed, Refusal, Wish, allowed, looser
from db.records import (
    Goal,
    JudgedReading,
    Policy,
    Reading,
    Role,
    Rung,
    State,
    Target,
    TargetKind,
    ThresholdChange,
    UnitKind,
    Verdict,
)

TODAY = date(2021, 3, 23)
NOON = datetime(2021, 3, 23, 12, tzinfo=UTC)
COMMUNE, DISTRICT, OTHER = 7, 1, 8
CHAIN = (COMMUNE, DISTRICT)
ADMIN, CHAIRMAN = frozenset({Role.ADMIN}), frozenset({Role.LEADER})
LADDER = (Rung(to="leader", after_working_days=3), Rung(to="chairman", after_working_days=7))

ON_TIME = Target(
    id="on_time", item="5", goal=Goal(operator=">", percent=95), sources=("dossiers",),
    applies_to=frozenset({UnitKind.COMMUNE}), margin_points=1, small_sample=21,
    policy=Policy(pending_checks=2, ladder=LADDER, small_sample=21),
)  # fmt: skip
COMPLAINTS = replace(ON_TIME, id="on_time_complaints", goal=Goal(operator=">=", percent=90))
LETTERS = replace(ON_TIME, id="apology_letters", goal=Goal(operator="=", percent=100))
E_PAYMENT = replace(
    ON_TIME, id="epayment_district", kind=TargetKind.YES_NO, goal=None, goal_text="yes"
)
MAILBOXES = replace(
    LETTERS, id="mailboxes", sources=("mailboxes",),
    options={"idle_working_days": 5, "young_working_days": 5, "official_domain": "x.vn"},
)  # fmt: skip
FIGURES = replace(ON_TIME, id="harassment", kind=TargetKind.INFO, goal=None, goal_text="no number")


def change(number: int, new: str | None, **changes: object) -> ThresholdChange:
    given: dict[str, object] = {
        "id": number, "name": "margin_points", "target": "on_time", "unit_id": None,
        "source": None, "old": "1", "new": new, "valid_from": TODAY, "reason": "rà soát",
        "by": "Phòng Nội vụ", "at": NOON,
    }  # fmt: skip
    return ThresholdChange(**(given | changes))  # type: ignore[arg-type]


def wish(name: str, new: str | None, **changes: object) -> Wish:
    given: dict[str, object] = {
        "name": name, "target": "on_time", "new": new, "valid_from": TODAY, "reason": "rà soát",
    }  # fmt: skip
    return Wish(**(given | changes))  # type: ignore[arg-type]


# --- what holds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "day", "holds"),
    [
        pytest.param((), TODAY, None, id="nothing set: the settings' own"),
        pytest.param((change(1, "2"),), TODAY, "2", id="it holds on its first day"),
        pytest.param(
            (change(1, "2"),), TODAY - timedelta(days=1), None, id="and not on the day before"
        ),
        pytest.param(
            (change(1, "2"), change(2, "3")), TODAY, "3", id="of two of one day the newer one"
        ),
        pytest.param(
            (change(1, "2", valid_from=TODAY + timedelta(days=9)), change(2, "3")), TODAY, "3",
            id="one that is yet to come does not hold today",
        ),
        pytest.param(
            (change(1, "2", valid_from=TODAY + timedelta(days=9)), change(2, "3")),
            TODAY + timedelta(days=9), "2", id="and holds from its day on, though it was set first",
        ),
        pytest.param(
            (change(1, "2"), change(2, "3", unit_id=DISTRICT)), TODAY, "3",
            id="the parent's goes before everybody's",
        ),
        pytest.param(
            (change(3, "3", unit_id=DISTRICT), change(2, "4", unit_id=COMMUNE), change(5, "2")),
            TODAY, "4", id="the unit's own goes before its parent's, whichever is newer",
        ),
        pytest.param(
            (change(1, "3", unit_id=OTHER),), TODAY, None, id="another unit's is nothing to it"
        ),
        pytest.param(
            (change(1, "3", target="mailboxes"),), TODAY, None, id="nor is another target's"
        ),
        pytest.param(
            (change(1, "2"), change(2, "3", undone_at=NOON)), TODAY, "2",
            id="what was undone leaves what was before it",
        ),
        pytest.param(
            (change(1, "2"), change(2, None)), TODAY, None, id="given back: the settings' own"
        ),
        pytest.param(
            (change(1, "2"), change(2, "4", unit_id=COMMUNE), change(3, None, unit_id=COMMUNE)),
            TODAY, "2", id="a unit's given back: what holds for all units",
        ),
        pytest.param(
            (change(1, "2", target=None), change(2, "3")), TODAY, "3",
            id="the target's own goes before that of all targets",
        ),
        pytest.param(
            (change(1, "2", target=None, unit_id=COMMUNE), change(2, "3")), TODAY, "2",
            id="the unit goes before the target",
        ),
    ],
)  # fmt: skip
def test_the_nearest_and_newest_holds(
    changes: tuple[ThresholdChange, ...], day: date, holds: str | None
) -> None:
    found = value_in_force("margin_points", changes, day, target="on_time", chain=CHAIN)
    assert found == holds


def test_a_policy_takes_each_threshold_that_was_set_and_keeps_the_others() -> None:
    set_to = {
        "pending_checks": "3", "pending_working_days": "4", "recover_points": "1",
        "keep_open_checks": "2", "repeat_working_days": "5", "small_sample": "30",
        "escalation": "head 1, leader 2",
    }  # fmt: skip
    changes = [change(n, new, name=name) for n, (name, new) in enumerate(set_to.items(), 1)]
    ladder = (Rung(to="head", after_working_days=1), Rung(to="leader", after_working_days=2))
    assert policy_of(ON_TIME, CHAIN, changes, TODAY) == Policy(
        pending_checks=3, pending_working_days=4, recover_points=1, keep_open_checks=2,
        repeat_working_days=5, ladder=ladder, small_sample=30,
    )  # fmt: skip
    assert policy_of(ON_TIME, CHAIN, changes[:1], TODAY) == replace(
        ON_TIME.policy, pending_checks=3
    )
    assert policy_of(ON_TIME, CHAIN, (), TODAY) is ON_TIME.policy


def test_a_target_takes_its_margin_and_its_own_goal_beside_the_plans() -> None:
    changes = (change(1, "2"), change(2, "> 97 %", name="goal", unit_id=COMMUNE))
    found = target_in_force(ON_TIME, CHAIN, changes, TODAY)
    assert (found.margin_points, found.own_goal) == (2, Goal(operator=">", percent=97))
    assert found.goal == ON_TIME.goal
    assert target_in_force(ON_TIME, (DISTRICT,), changes, TODAY).own_goal is None


def test_ages_and_early_warnings_have_places_of_their_own() -> None:
    ages = {"dossiers": AgeRule(days=1), "schools": AgeRule(days=60, in_working_days=False)}
    older = change(1, "30", name="max_age_days", target=None, source="schools")
    assert ages_in_force(ages, (older,), TODAY) == {
        "dossiers": AgeRule(days=1),
        "schools": AgeRule(days=30, in_working_days=False),
    }
    warned = change(1, "5", name="early_warning_working_days", target=None, unit_id=COMMUNE)
    assert early_warning(2, CHAIN, (warned,), TODAY) == 5
    assert early_warning(2, (OTHER, DISTRICT), (warned,), TODAY) == 2


def test_a_past_moment_knows_what_was_undone_since_and_not_what_was_set_since() -> None:
    undone = change(1, "2", undone_at=NOON + timedelta(hours=3))
    later = change(2, "4", at=NOON + timedelta(hours=1))
    for hours, holds in ((-1, 1), (0, 2), (2, 4), (3, 4)):
        in_force = InForce.at((undone, later), NOON + timedelta(hours=hours))
        assert in_force.target(ON_TIME, CHAIN).margin_points == holds, hours
    only = InForce.at((undone,), NOON + timedelta(hours=3))
    assert only.target(ON_TIME, CHAIN) == ON_TIME


IDLE = {"name": "idle_working_days", "target": "mailboxes"}


@pytest.mark.parametrize(
    ("changes", "hours", "days"),
    [
        pytest.param((), 9, 5, id="nothing set: the settings' own"),
        pytest.param((change(1, "10", **IDLE),), 0, 10, id="what was set, from that moment on"),
        pytest.param((change(1, "10", **IDLE),), -1, 5, id="a check before it counts as it did"),
        pytest.param(
            (change(1, "10", **IDLE, valid_from=TODAY + timedelta(days=1)),), 9, 5,
            id="not before its first day",
        ),
        pytest.param(
            (change(1, "10", **IDLE, undone_at=NOON + timedelta(hours=3)),), 2, 10,
            id="a past check counts by what was undone since",
        ),
        pytest.param(
            (change(1, "10", **IDLE, undone_at=NOON + timedelta(hours=3)),), 3, 5,
            id="and the checks after it do not",
        ),
        pytest.param(
            (change(1, "10", **IDLE, unit_id=COMMUNE),), 9, 5, id="a unit has none of its own"
        ),
    ],
)  # fmt: skip
def test_a_target_is_counted_by_the_option_of_its_moment(
    changes: tuple[ThresholdChange, ...], hours: int, days: int
) -> None:
    in_force = InForce.at(changes, NOON + timedelta(hours=hours))
    counted = in_force.counted(MAILBOXES)
    assert counted.options == {**MAILBOXES.options, "idle_working_days": days}
    assert replace(counted, options=MAILBOXES.options) == MAILBOXES, "nothing else of it changes"
    assert in_force.counted(ON_TIME) is ON_TIME, "it has no such option"
    (by,) = counted_by(MAILBOXES, in_force)
    assert (by.value, by.by, by.since) == (
        (str(days), None, None) if days == 5 else ("10", "Phòng Nội vụ", TODAY)
    )


places = st.tuples(
    st.sampled_from([None, COMMUNE, DISTRICT, OTHER]), st.sampled_from(["on_time", None]),
    st.one_of(st.none(), st.integers(0, 5).map(str)), st.integers(-5, 5),
)  # fmt: skip


@given(st.lists(places, max_size=8), places, st.integers(-5, 5))
def test_an_undo_restores_what_held_before_on_every_day(
    before: list[tuple[int | None, str | None, str | None, int]],
    newest: tuple[int | None, str | None, str | None, int],
    ahead: int,
) -> None:
    changes = [
        change(n, new, unit_id=unit, target=target, valid_from=TODAY + timedelta(days=days))
        for n, (unit, target, new, days) in enumerate([*before, newest], 1)
    ]
    undone = [*changes[:-1], replace(changes[-1], undone_at=NOON)]
    day = TODAY + timedelta(days=ahead)
    for target in (ON_TIME, COMPLAINTS):
        was = target_in_force(target, CHAIN, changes[:-1], day)
        assert target_in_force(target, CHAIN, undone, day) == was


# --- the own goal moves alerts, and nothing else --------------------------------------------------


def judged(a: int, n: int, state: State) -> JudgedReading:
    reading = Reading(
        target="on_time", unit_id=COMMUNE, field_id=None, field=None, numerator=a, denominator=n
    )
    return JudgedReading(reading=reading, verdict=Verdict(state=state, reason="as it was"))


@pytest.mark.parametrize(
    ("own", "a", "n", "official", "moves"),
    [
        pytest.param(None, 96, 100, State.AT_RISK, State.AT_RISK, id="no own goal: the plan's"),
        pytest.param(
            "> 97 %", 96, 100, State.AT_RISK, State.MISSED, id="stricter: missed before the plan's"
        ),
        pytest.param("> 97 %", 99, 100, State.MET, State.MET, id="stricter, and met"),
        pytest.param("> 90 %", 93, 100, State.MISSED, State.MET, id="looser: not missed yet"),
        pytest.param("> 90 %", 90, 100, State.MISSED, State.MISSED, id="looser, and missed too"),
        pytest.param("> 97 %", 0, 0, State.NONE, State.NONE, id="nothing to count stays nothing"),
        pytest.param("> 97 %", 90, 100, State.STALE, State.STALE, id="old data stay old"),
        pytest.param("> 97 %", 90, 100, State.INFO, State.INFO, id="who is not judged is not now"),
    ],
)
def test_an_own_goal_moves_the_alert_and_not_the_official_state(
    own: str | None, a: int, n: int, official: State, moves: State
) -> None:
    target = replace(ON_TIME, own_goal=Goal.read(own) if own else None)
    reading = judged(a, n, official)
    assert for_alerts(reading, target, TODAY).verdict.state is moves
    assert reading.verdict.state is official
    assert for_alerts(reading, target, TODAY).reading == reading.reading


# --- who may set what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        pytest.param("margin_points", "0", "0", id="the least margin is none"),
        pytest.param("margin_points", "5", "5", id="the greatest margin is five points"),
        pytest.param("margin_points", "6", None, id="six points are too many"),
        pytest.param("margin_points", "-1", None, id="a margin is never negative"),
        pytest.param("margin_points", "1.5", None, id="points are whole"),
        pytest.param("margin_points", "", None, id="nothing is no number"),
        pytest.param("margin_points", "²", None, id="nor is a raised two"),
        pytest.param("margin_points", " 02 ", "2", id="a number is kept as it is meant"),
        pytest.param("small_sample", "0", None, id="a sample has one at least"),
        pytest.param("small_sample", "200", "200", id="and two hundred at most"),
        pytest.param("small_sample", "201", None, id="no more"),
        pytest.param("pending_checks", "0", None, id="one check at least"),
        pytest.param("pending_checks", "10", "10", id="ten checks at most"),
        pytest.param("pending_working_days", "0", "0", id="never by time"),
        pytest.param("pending_working_days", "11", None, id="not for two weeks and more"),
        pytest.param("recover_points", "5", "5", id="five points of recovery"),
        pytest.param("keep_open_checks", "11", None, id="not open for ever"),
        pytest.param("repeat_working_days", "1", "1", id="told again each day at most"),
        pytest.param("repeat_working_days", "0", None, id="not each minute"),
        pytest.param(
            "escalation", "leader 2,chairman 5", "leader 2, chairman 5", id="a rising ladder"
        ),
        pytest.param("escalation", "leader 5, chairman 2", None, id="a falling ladder"),
        pytest.param("escalation", "leader 3, chairman 3", None, id="two rungs at once"),
        pytest.param("escalation", "leader 0", None, id="a rung at once"),
        pytest.param("escalation", "boss 3", None, id="an unknown rung"),
    ],
)
def test_the_guards(name: str, value: str, kept: str | None) -> None:
    answer = allowed(wish(name, value), ON_TIME, ADMIN, TODAY)
    if kept is None:
        reason = "no_ladder" if name == "escalation" else "outside_the_guard"
        assert isinstance(answer, Refusal)
        assert answer.reason == reason
    else:
        assert answer == Allowed(new=kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param("0", None, id="used today is not asked of anybody"),
        pytest.param("1", "1", id="a day at least"),
        pytest.param("30", "30", id="six weeks at most"),
        pytest.param("31", None, id="no longer"),
    ],
)
def test_the_guard_of_an_option(value: str, kept: str | None) -> None:
    answer = allowed(wish("idle_working_days", value, target="mailboxes"), MAILBOXES, ADMIN, TODAY)
    found = answer.reason if isinstance(answer, Refusal) else answer.new
    assert found == (kept or "outside_the_guard")


DOCUMENT = {"document": "số 12/UBND"}


@pytest.mark.parametrize(
    ("target", "value", "roles", "more", "answer"),
    [
        pytest.param(
            ON_TIME, "97", ADMIN, {}, Allowed(new="> 97 %"), id="stricter is an admin's to set"
        ),
        pytest.param(
            ON_TIME, ">= 96 %", ADMIN, {}, Allowed(new=">= 96 %"), id="with an operator of its own"
        ),
        pytest.param(ON_TIME, "100", ADMIN, {}, Allowed(new="= 100 %"), id="all is strictest"),
        pytest.param(ON_TIME, "97", CHAIRMAN, {}, Allowed(new="> 97 %"), id="or the leader's"),
        pytest.param(ON_TIME, "90", ADMIN, DOCUMENT, "goal_locked", id="an admin cannot lower it"),
        pytest.param(
            ON_TIME, ">= 95 %", ADMIN, DOCUMENT, "goal_locked",
            id="reaching it is less than being above it",
        ),
        pytest.param(ON_TIME, "90", CHAIRMAN, {}, "no_document", id="a leader needs a document"),
        pytest.param(
            ON_TIME, "90", CHAIRMAN, {"reason": " ", **DOCUMENT}, "no_reason", id="and a reason"
        ),
        pytest.param(
            ON_TIME, "90", CHAIRMAN, DOCUMENT, Allowed(new="> 90 %", looser=True),
            id="a leader with a document and a reason lowers it",
        ),
        pytest.param(ON_TIME, "95", ADMIN, {}, "the_plans_own", id="the plan's own is none"),
        pytest.param(ON_TIME, "101", ADMIN, {}, "no_goal", id="nothing lies above everything"),
        pytest.param(ON_TIME, "0", CHAIRMAN, DOCUMENT, "no_goal", id="no goal is no goal"),
        pytest.param(
            COMPLAINTS, "> 90 %", ADMIN, {}, Allowed(new="> 90 %"),
            id="above 90 is stricter than 90 and more",
        ),
        pytest.param(LETTERS, "90", ADMIN, {}, "not_of_this_target", id="of 100 there is no own"),
        pytest.param(E_PAYMENT, "90", ADMIN, {}, "not_of_this_target", id="nor of a yes"),
        pytest.param(ON_TIME, None, ADMIN, {}, Allowed(new=None), id="an own one is given back"),
    ],
)  # fmt: skip
def test_the_plans_goal_is_locked(
    target: Target,
    value: str | None,
    roles: frozenset[Role],
    more: dict[str, str],
    answer: Allowed | str,
) -> None:
    found = allowed(wish("goal", value, target=target.id, **more), target, roles, TODAY)
    assert (found.reason if isinstance(found, Refusal) else found) == answer


@pytest.mark.parametrize(
    ("asked", "target", "roles", "reason"),
    [
        pytest.param(wish("margins", "2"), ON_TIME, ADMIN, "no_such_threshold", id="no such name"),
        pytest.param(wish("margin_points", "2"), ON_TIME, CHAIRMAN, "admins_only", id="a leader"),
        pytest.param(wish("margin_points", "2"), ON_TIME, (), "admins_only", id="nobody"),
        pytest.param(wish("goal", "97"), ON_TIME, {Role.HEAD}, "admins_only", id="a head's goal"),
        pytest.param(wish("margin_points", "2"), None, ADMIN, "which_target", id="of no target"),
        pytest.param(
            wish("max_age_days", "2"), None, ADMIN, "which_source", id="an age of no source"
        ),
        pytest.param(
            wish("max_age_days", "2", source="letters"), None, ADMIN, "which_source",
            id="an age of an unknown source",
        ),
        pytest.param(
            wish("max_age_days", "2", source="dossiers", unit_id=7), None, ADMIN, "of_no_unit",
            id="an age of one unit",
        ),
        pytest.param(
            wish("idle_working_days", "9", unit_id=7), MAILBOXES, ADMIN, "of_no_unit",
            id="an option in one unit: one count is of all of them",
        ),
        pytest.param(
            wish("idle_working_days", "9"), ON_TIME, ADMIN, "not_of_this_target",
            id="an option of a target that has none such",
        ),
        pytest.param(
            wish("idle_working_days", "9"), None, ADMIN, "which_target", id="an option of nothing"
        ),
        pytest.param(
            wish("idle_working_days", "9"), MAILBOXES, CHAIRMAN, "admins_only",
            id="an option by a leader",
        ),
        pytest.param(
            wish("margin_points", "2", source="dossiers"), ON_TIME, ADMIN, "of_no_source",
            id="a margin of a source",
        ),
        pytest.param(
            wish("early_warning_working_days", "3"), ON_TIME, ADMIN, "of_no_target",
            id="an early warning of a target",
        ),
        pytest.param(
            wish("margin_points", "2"), LETTERS, ADMIN, "not_of_this_target",
            id="no margin above everything",
        ),
        pytest.param(
            wish("pending_checks", "2"), FIGURES, ADMIN, "not_of_this_target",
            id="figures without a goal never miss it",
        ),
        pytest.param(
            wish("margin_points", "2", valid_from=TODAY - timedelta(days=1)), ON_TIME, ADMIN,
            "in_the_past", id="the past is not rewritten",
        ),
        pytest.param(
            wish("margin_points", "2", valid_from=TODAY + timedelta(days=367)), ON_TIME, ADMIN,
            "too_far_ahead", id="a day of another time",
        ),
        pytest.param(
            wish("margin_points", "2", reason=""), ON_TIME, ADMIN, "no_reason", id="no reason"
        ),
        pytest.param(
            wish("margin_points", "2", reason="x" * 201), ON_TIME, ADMIN, "text_too_long",
            id="a reason without end",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_by_name(
    asked: Wish, target: Target | None, roles: frozenset[Role], reason: str
) -> None:
    found = allowed(asked, target, roles, TODAY, known_sources={"dossiers"})
    assert isinstance(found, Refusal)
    assert found.reason == reason


goals = st.builds(
    lambda operator, percent: Goal(operator="=" if percent == 100 else operator, percent=percent),
    st.sampled_from([">", ">="]), st.integers(1, 100),
)  # fmt: skip


@given(goals, goals, st.integers(0, 60), st.integers(1, 60))
def test_a_rate_that_holds_the_stricter_goal_holds_the_other(
    one: Goal, other: Goal, a: int, more: int
) -> None:
    weak, strong = (one, other) if looser(one, other) else (other, one)
    reading = judged(min(a, more), more, State.MET)
    by_goal = {
        goal: for_alerts(reading, replace(ON_TIME, own_goal=goal), TODAY).verdict.state
        for goal in (weak, strong)
    }
    assert by_goal[weak] is not State.MISSED or by_goal[strong] is State.MISSED


def test_a_ladder_is_written_as_it_is_typed() -> None:
    assert ladder_text(LADDER) == "leader 3, chairman 7"
    assert ladder_text(()) == ""
