"""What would have been told had other thresholds held: small histories, worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from alerts.calendar import vietnamese_calendar
from alerts.thresholds.simulation import Check, Counts, Side, Simulated, simulate
from db.records import (
    Goal,
    JudgedReading,
    Policy,
    Reading,
    Rung,
    State,
    Target,
    TargetKind,
    UnitKind,
    Verdict,
)
from settings import ZONE

MONDAY = date(2021, 3, 22)
A, B, DISTRICT = 7, 8, 1
HEAD_A, HEAD_B, LEADER = 70, 80, 10
HEARS = {A: (HEAD_A,), B: (HEAD_B,)}
CALENDAR = vietnamese_calendar()
ON_TIME = Target(
    id="on_time", item="5", goal=Goal(operator=">", percent=95), sources=("dossiers",),
    applies_to=frozenset({UnitKind.COMMUNE}), margin_points=1,
)  # fmt: skip
E_PAYMENT = replace(ON_TIME, id="epayment", kind=TargetKind.YES_NO, goal=None, goal_text="yes")
TARGETS = {target.id: target for target in (ON_TIME, E_PAYMENT)}


def side(policy: Policy | None = None, **changes: object) -> Side:
    held = policy or Policy(pending_checks=1, repeat_working_days=10)

    def target(target_id: str, _unit_id: int) -> Target:
        found = TARGETS[target_id]
        return replace(found, **changes) if target_id == "on_time" else found  # type: ignore[arg-type]

    return Side(target=target, policy=lambda _target, _unit: held)


def read(
    unit_id: int, a: int, n: int = 100, state: State = State.MET, target: str = "on_time"
) -> JudgedReading:
    reading = Reading(
        target=target, unit_id=unit_id, field_id=None, field=None, numerator=a, denominator=n
    )
    return JudgedReading(reading=reading, verdict=Verdict(state=state, reason="stored"))


def days(*rows: Sequence[JudgedReading]) -> tuple[Check, ...]:
    """A check each morning from Monday on; a row each."""
    return tuple(
        Check(
            as_of=datetime.combine(MONDAY + timedelta(days=n), datetime.min.time(), ZONE).replace(
                hour=7, minute=30
            ),
            judged=tuple(row),
            tells=True,
        )
        for n, row in enumerate(rows)
    )


def run(checks: Sequence[Check], before: Side, after: Side, ladder: int = 0) -> Simulated:
    return simulate(
        checks, before, after, targets=frozenset({"on_time"}), hears=HEARS,
        climbs=lambda _unit, _rung: (LEADER,) if ladder else (), calendar=CALENDAR,
    )  # fmt: skip


def test_a_stricter_own_goal_starts_alerts_where_the_plans_was_held() -> None:
    # A falls to 96 %: held by the plan (above 95 %), missed by an own goal of above 97 %.
    # B is at 90 % from Tuesday on: missed by both.
    checks = days(
        [read(A, 98), read(B, 98)],
        [read(A, 96), read(B, 90)],
        [read(A, 96), read(B, 90)],
        [read(A, 98), read(B, 98)],
    )
    found = run(checks, side(), side(own_goal=Goal.read("> 97 %")))
    assert found == Simulated(
        first=MONDAY, last=MONDAY + timedelta(days=3), starts=(A,), stops=(),
        alerts=(1, 2),
        # B's head: the opening and the end. A's head: the same, with the own goal only.
        messages=(2, 4), people=((HEAD_A, 0, 2),),
    )  # fmt: skip


def test_more_checks_to_confirm_stop_an_alert_of_one_bad_day() -> None:
    checks = days(
        [read(A, 90), read(B, 90)],
        [read(A, 98), read(B, 90)],
        [read(A, 98), read(B, 90)],
        [read(A, 98), read(B, 98)],
    )
    two = side(Policy(pending_checks=2, repeat_working_days=10))
    found = run(checks, side(), two)
    assert (found.starts, found.stops) == ((), (A,))
    assert found.alerts == (2, 1)
    # Before: both heads hear of an opening and an end. After: only B's, from Tuesday on.
    assert found.messages == (4, 2)
    assert found.people == ((HEAD_A, 2, 0),)


def test_a_shorter_repeat_only_sends_more() -> None:
    # Monday to Friday at 90 %: told on Monday, then after each two working days.
    checks = days(*([read(A, 90)],) * 5)
    found = run(checks, side(), side(Policy(pending_checks=1, repeat_working_days=2)))
    assert (found.starts, found.stops, found.alerts) == ((), (), (1, 1))
    assert found.people == ((HEAD_A, 1, 3),)
    assert found.messages == (1, 3)


def test_a_digest_of_several_alerts_is_one_message() -> None:
    checks = days([read(A, 90), read(A, 0, 1, State.MISSED, "epayment")])
    found = run(checks, side(), side())
    assert found.messages == (1, 1)
    assert found.alerts == (1, 1), "of the target asked for"


def test_a_ladder_is_climbed_by_whoever_nobody_answers() -> None:
    # Opened on Monday: a rung of two working days is due on Wednesday, one of nine not yet.
    checks = days(*([read(A, 90)],) * 5)
    rungs = [(Rung(to="leader", after_working_days=number),) for number in (9, 2)]
    nine, two = (
        side(Policy(pending_checks=1, repeat_working_days=10, ladder=ladder)) for ladder in rungs
    )
    found = run(checks, nine, two, ladder=1)
    assert found.people == ((LEADER, 0, 1),)


def test_what_is_counted_otherwise_is_judged_by_its_other_numbers() -> None:
    checks = days([read(A, 90), read(B, 90), read(DISTRICT, 98)])
    counts: Counts = {(A, "on_time", None): (97, 100), (DISTRICT, "on_time", None): (90, 100)}
    found = run(checks, side(), replace(side(), counts=counts))
    assert (found.starts, found.stops, found.alerts) == ((DISTRICT,), (A,), (2, 2))
    assert found.people == ((HEAD_A, 1, 0),)
    old = days([read(A, 90, state=State.STALE)])
    assert run(old, side(), replace(side(), counts=counts)).alerts == (0, 0), "not trusted then"


@pytest.mark.parametrize("state", [State.STALE, State.REJECTED, State.NO_DATA])
def test_data_that_were_not_trusted_then_are_not_now(state: State) -> None:
    checks = days([read(A, 90, state=state)], [read(A, 90, state=state)])
    found = run(checks, side(), side(own_goal=Goal.read("> 97 %")))
    assert (found.alerts, found.messages, found.starts) == ((0, 0), (0, 0), ())


def test_an_alert_keeps_still_while_its_data_are_old() -> None:
    checks = days([read(A, 90)], [read(A, 10, state=State.STALE)], [read(A, 98)])
    assert run(checks, side(), side()).messages == (2, 2), "the opening and the end"


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        pytest.param(State.MET, True, id="where its target is counted, nothing is left of it"),
        pytest.param(State.STALE, False, id="where its data are old, nothing is known of it"),
    ],
)
def test_an_alert_whose_reading_is_gone_lives_as_it_does_at_a_check(
    state: State, ends: bool
) -> None:
    """In a new year a field has no row yet: the alert ends, is told of, and climbs no further."""
    checks = days([read(A, 90), read(B, 98)], *([read(B, 98, state=state)],) * 4)
    ladder = Policy(
        pending_checks=1, repeat_working_days=10, ladder=(Rung(to="leader", after_working_days=2),)
    )
    found = run(checks, side(), side(ladder), ladder=1)
    assert found.messages == ((2, 2) if ends else (1, 2)), "opening and end, or a rung climbed"


def test_what_is_no_rate_goes_by_what_it_was() -> None:
    checks = days([read(A, 0, 1, State.MISSED, "epayment")])
    found = run(checks, side(), side(own_goal=Goal.read("> 97 %")))
    assert found.messages == (1, 1)


def test_days_off_and_afternoons_send_nothing() -> None:
    morning = days(*([read(A, 98)],) * 4, [read(A, 98)], [read(A, 90)], [read(A, 90)])
    assert run(morning, side(), side()).alerts == (0, 0), "Saturday and Sunday"
    afternoon = tuple(replace(check, tells=False) for check in days([read(A, 90)]))
    found = run(afternoon, side(), side())
    assert (found.alerts, found.messages) == ((1, 1), (0, 0))


def test_without_a_check_there_is_nothing_to_say() -> None:
    assert run((), side(), side()) == Simulated(first=None, last=None)
