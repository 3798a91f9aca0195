"""What may never become of an alert, whatever the checks read and the people press?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.answers import after_claim, after_take
from alerts.states import ENDS_AT_ONCE, FROZEN_STATES, MISSED_STATES
from db.records import Item, Move, Phase, Policy, State, Step
from tests.alerts.lives import ABOVE_95, MONDAY, WEEKDAYS, Desk, judged

PEOPLE = (3, 4)
NOTES = ("overdue_no_letter", "overdue_with_letter", "finished_late_with_letter")


@dataclass(frozen=True, kw_only=True)
class Day:
    """A check so many days after the one before, and what is pressed after it."""

    gap: int
    state: State
    numerator: int
    denominator: int
    items: tuple[Item, ...]
    data_age: int
    in_charge: frozenset[int]
    press: str


ITEMS = st.lists(
    st.builds(
        lambda key, note: Item(key=key, label=key, note=note, days_late=1),
        st.sampled_from("ABCD"),
        st.sampled_from(NOTES),
    ),
    unique_by=lambda item: item.key,
    max_size=3,
).map(tuple)
# Mostly what real days are like: missed, met, and now and then no trustworthy data.
STATES = st.one_of(
    st.sampled_from([State.MISSED, State.MET, State.STALE]), st.sampled_from(sorted(State))
)
DAYS = st.lists(
    st.builds(
        Day,
        gap=st.integers(0, 4),
        state=STATES,
        numerator=st.integers(0, 100),
        denominator=st.just(100),
        items=ITEMS,
        data_age=st.integers(0, 2),
        in_charge=st.sampled_from([frozenset(PEOPLE), frozenset({3}), frozenset({9}), frozenset()]),
        press=st.sampled_from(["", "", "take", "claim"]),
    ),
    min_size=1,
    max_size=25,
)
POLICIES = st.builds(
    Policy,
    pending_checks=st.integers(1, 4),
    pending_working_days=st.integers(0, 3),
    recover_points=st.integers(0, 6),
    keep_open_checks=st.integers(1, 4),
    small_sample=st.sampled_from([0, 50, 101]),
)


@settings(max_examples=300, deadline=None)
@given(POLICIES, DAYS)
def test_no_history_breaks_the_rules_of_a_life(policy: Policy, days: list[Day]) -> None:
    desk, now = Desk(policy), MONDAY
    bad, good, bad_since = 0, 0, MONDAY  # counted here once more, without the lifecycle
    for day in days:
        now += timedelta(days=day.gap, hours=1)
        before = desk.alert
        reading = judged(
            day.state, day.numerator, day.denominator,
            data_day=(now - timedelta(days=day.data_age)).date(),
        )  # fmt: skip
        step = desk.step(reading, list(day.items), now, in_charge=day.in_charge, goal=ABOVE_95)
        if day.state in MISSED_STATES:
            bad_since = now if bad == 0 else bad_since
            bad, good = bad + 1, 0
        elif day.state not in FROZEN_STATES:
            bad, good = 0, good + 1

        if step is None:
            assert before is None
            continue
        assert step.reason

        # One episode at a time: a step begins one only where there is none.
        assert (step.alert_id is None) == (before is None)
        if before is None:
            assert step.move in (Move.PENDING, Move.OPENED)

        # Data that cannot be trusted neither end an alert nor make it worse, nor anything else.
        assert (step.move is Move.FROZEN) == (day.state in FROZEN_STATES)
        if step.move is Move.FROZEN and before is not None:
            assert desk.alert is not None
            assert (desk.alert.phase, desk.alert.item_keys) == (before.phase, before.item_keys)

        # Nobody hears of a doubt, and it opens only when it is confirmed.
        if step.move is Move.OPENED:
            assert before is None or before.phase is Phase.PENDING
            waited = WEEKDAYS.between(bad_since.date(), now.date())
            by_time = 0 < policy.pending_working_days <= waited
            assert bad >= policy.pending_checks or by_time
        if before is not None and before.phase is Phase.PENDING:
            assert step.move in (Move.PENDING, Move.OPENED, Move.DROPPED, Move.FROZEN)

        # It ends only when it was good for long enough: no flapping.
        if step.move is Move.RESOLVED:
            assert day.state in ENDS_AT_ONCE or good >= policy.keep_open_checks
            assert day.state not in MISSED_STATES | FROZEN_STATES

        # What was worse has a reason to be.
        if step.move is Move.WORSE and before is not None:
            fell = day.numerator * before.denominator < before.numerator * day.denominator
            assert step.new_keys or fell

        _press(desk, day, now)

        # Whoever has it is known, as long as somebody has it.
        if desk.alert is not None and desk.alert.phase in (Phase.TAKEN, Phase.CLAIMED):
            assert {desk.alert.taken_by, desk.alert.claimed_by} != {None}


def _press(desk: Desk, day: Day, now: datetime) -> None:
    if desk.alert is None or not day.press:
        return
    person_id = min(day.in_charge, default=PEOPLE[0])
    if day.press == "take":
        answer = after_take(desk.alert, person_id, may_act=True)
    else:
        answer = after_claim(desk.alert, may_act=True, can_be_done=bool(desk.alert.item_keys))
    if isinstance(answer, Step):
        desk.keep(answer, now, person_id=person_id)
