"""What does a check do to an alert: open it, call it worse, believe a claim, freeze or end it?

A miss is pending until it is confirmed; then the alert is open, may be taken and claimed, and ends
only when data prove it. What is past its own day opens one whatever the rate says. Data that cannot
be trusted move nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.forecast import is_lost
from alerts.judge import clears
from alerts.remedy import actionable, is_critical
from alerts.states import (
    ENDS_AT_ONCE,
    FROZEN_STATES,
    MISSED_STATES,
    PROVING_STATES,
    REASON_TO_RESOLVE,
)
from db.records import (
    Goal,
    Item,
    JudgedReading,
    Move,
    OpenAlert,
    Phase,
    Policy,
    State,
    Step,
    Workdays,
)


def next_step(
    open_alert: OpenAlert | None,
    judged: JudgedReading,
    items: Sequence[Item],
    policy: Policy,
    now: datetime,
    calendar: Workdays,
    *,
    owed: Sequence[Item] = (),
    in_charge: Collection[int] = (),
    goal: Goal | None = None,
) -> Step | None:
    """The step that a check takes for one reading; None when there is nothing to take.

    `open_alert` is the alert of the same target, unit and field that has not ended; `items` are all
    that the reading names now; `now` is the district's clock. `owed`: those of them that open one
    by themselves (`alerts/remedy.py`). `in_charge`: the persons who may act on the unit now; empty:
    not asked. `goal`: the one that the alert goes by.
    """
    state = judged.verdict.state
    by_items = state not in MISSED_STATES and bool(owed)
    check = _Check(open_alert, judged, tuple(owed if by_items else items), by_items)

    # Data that cannot be trusted open nothing and close nothing: an alert keeps its numbers, so
    # that the next good check compares with what people were told.
    if state in FROZEN_STATES:
        return unchanged(open_alert, Move.FROZEN, str(state), state=state) if open_alert else None

    if state in MISSED_STATES or by_items:
        # Nobody has been told of it yet: is it confirmed?
        if open_alert is None or open_alert.phase is Phase.PENDING:
            lost = is_lost(goal, judged.reading, judged.forecast)
            return _begin(check, policy, now, calendar, lost=lost)
        return _still_missed(check, open_alert, now, in_charge)

    # The promise is kept, or there is nothing left that could break it.
    if open_alert is None:
        return None
    if open_alert.phase is Phase.PENDING:
        return check.step(Move.DROPPED, REASON_TO_RESOLVE[state], Phase.DROPPED, good=1)
    return _kept(check, open_alert, policy, goal)


def end_without_proof(alert: OpenAlert, reason: str) -> Step:
    """The last step of an alert that nobody can mend any more: its unit has ended (unit_ended), or
    the line of the plan (target_ended).
    """
    heard = alert.phase is not Phase.PENDING
    return unchanged(
        alert,
        Move.RESOLVED if heard else Move.DROPPED,
        reason,
        phase=Phase.RESOLVED if heard else Phase.DROPPED,
        state=State.NOT_APPLICABLE,
        gone_keys=alert.item_keys,
    )


# --- what a check does ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Check:
    """One reading with its items, beside the alert as it stood before."""

    alert: OpenAlert | None
    judged: JudgedReading
    items: tuple[Item, ...]
    by_items: bool = False  # they alone decide: the rate is good, or there is none

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.items)

    @property
    def before(self) -> frozenset[str]:
        return self.alert.item_keys if self.alert else frozenset()

    def step(
        self, move: Move, reason: str, phase: Phase, *, bad: int = 0, good: int = 0, **more: Any
    ) -> Step:
        reading = self.judged.reading
        values: dict[str, Any] = {
            "new_keys": self.keys - self.before, "gone_keys": self.before - self.keys,
            "state": self.judged.verdict.state, **more,
        }  # fmt: skip
        return Step(
            move=move,
            reason=reason,
            phase=phase,
            unit_id=reading.unit_id,
            target=reading.target,
            field_id=reading.field_id,
            alert_id=self.alert.id if self.alert else None,
            numerator=reading.numerator,
            denominator=reading.denominator,
            items=self.items,
            bad_checks=bad,
            good_checks=good,
            critical=is_critical(self.items),
            **values,
        )


def _begin(check: _Check, policy: Policy, now: datetime, calendar: Workdays, *, lost: bool) -> Step:
    """A miss that nobody has heard of: it opens when it is confirmed, by checks or by time. What is
    past its own day is sure.
    """
    alert = check.alert
    bad = alert.bad_checks + 1 if alert else 1
    if check.by_items:
        return _open(check, "items_overdue", policy, bad)
    days = _working_days_since(alert.opened_at, now, calendar) if alert else 0
    if bad >= policy.pending_checks:
        reason = "confirmed_by_checks" if alert else "first_miss"
    elif 0 < policy.pending_working_days <= days:
        reason = "confirmed_by_time"
    else:
        return check.step(Move.PENDING, "not_confirmed", Phase.PENDING, bad=bad)

    # A handful makes no rate (domain: small denominators): one that this year can still reach waits
    # for more to count, unless there is something to act on.
    small = check.judged.reading.denominator < policy.small_sample
    reachable = check.judged.verdict.needed is not None and not lost
    if small and reachable and not actionable(check.items):
        return check.step(Move.PENDING, "small_sample", Phase.PENDING, bad=bad)
    return _open(check, reason, policy, bad)


def _open(check: _Check, reason: str, policy: Policy, bad: int) -> Step:
    # Whatever was seen while it was pending is new to everybody.
    return check.step(
        Move.OPENED, reason, Phase.OPEN, bad=bad, new_keys=check.keys, ladder=policy.ladder
    )


def _still_missed(
    check: _Check, alert: OpenAlert, now: datetime, in_charge: Collection[int]
) -> Step:
    """An alert that people know of, and whose goal is missed again."""
    left = _owner_has_left(alert, in_charge)
    # What somebody said to be done is for data to judge, whoever is there meanwhile.
    claimed = alert.phase is Phase.CLAIMED
    stays = Phase.OPEN if left and not claimed else alert.phase
    bad = alert.bad_checks + 1
    worse = _worse(check, alert)

    # A claim is judged by data of a later day: what was said to be done is there, or it is not.
    if claimed and _is_later_than_claim(check.judged, alert, now):
        keys = alert.claimed_keys
        if not keys or keys & {item.key for item in actionable(check.items)}:
            return check.step(Move.REOPENED, "claim_not_proved", Phase.OPEN, bad=bad)
        after = Phase.OPEN if left else Phase.TAKEN
        if worse:
            return check.step(Move.WORSE, f"{worse}_after_proof", after, bad=bad)
        return check.step(Move.VERIFIED, "claimed_items_proved", after, bad=bad)

    if worse:
        return check.step(Move.WORSE, worse, stays, bad=bad)

    # Somebody new is in charge, and has not said yet that they act.
    if left and not claimed:
        return check.step(Move.HANDED_OVER, "no_longer_in_charge", Phase.OPEN, bad=bad)

    if check.before - check.keys:
        return check.step(Move.BETTER, "items_done", stays, bad=bad)
    if _compare_rates(check, alert) > 0:
        return check.step(Move.BETTER, "rate_rose", stays, bad=bad)
    reason = "waits_for_proof" if claimed else "nothing_changed"
    return check.step(Move.STILL_OPEN, reason, stays, bad=bad)


def _kept(check: _Check, alert: OpenAlert, policy: Policy, goal: Goal | None) -> Step:
    """A good check: the alert ends when it was good for long enough, and by enough."""
    state = check.judged.verdict.state
    good = alert.good_checks + 1
    claimed = alert.phase is Phase.CLAIMED
    # What kept it open is gone: that says nothing of a rate, and there is nothing to wait for.
    if alert.by_items and state is not State.NOT_APPLICABLE:
        reason = "claim_proved" if claimed else "items_done"
        rest = State.INFO if state is State.NONE else state
        return check.step(Move.RESOLVED, reason, Phase.RESOLVED, good=good, state=rest)
    # It was judged, and is only shown now.
    if state is State.INFO and alert.state in MISSED_STATES:
        state = State.NOT_APPLICABLE
    sure = good >= policy.keep_open_checks and _is_over_the_line(check.judged, policy, goal)
    if sure or state in ENDS_AT_ONCE:
        proves = claimed and state in PROVING_STATES
        reason = "claim_proved" if proves else REASON_TO_RESOLVE[state]
        return check.step(Move.RESOLVED, reason, Phase.RESOLVED, good=good, state=state)
    # The numbers of the last bad check stay: bad again as it was before is no news to anybody.
    return unchanged(
        alert,
        Move.STILL_OPEN,
        "waits_to_be_sure",
        state=state,
        bad_checks=0,
        good_checks=good,
        critical=is_critical(check.items),
    )


def _worse(check: _Check, alert: OpenAlert) -> str | None:
    # Something new to act on is news, even when the rate has risen meanwhile.
    if check.keys - alert.item_keys:
        return "new_items"
    return "rate_fell" if _compare_rates(check, alert) < 0 else None


def _compare_rates(check: _Check, alert: OpenAlert) -> int:
    """Below 0: the rate fell since the last step; by cross-multiplication, so without rounding.
    0 where items alone decide.
    """
    if check.by_items:
        return 0
    reading = check.judged.reading
    return reading.numerator * alert.denominator - alert.numerator * reading.denominator


def _is_over_the_line(judged: JudgedReading, policy: Policy, goal: Goal | None) -> bool:
    """Whether a rate is so far above its goal that it may end."""
    a, n = judged.reading.numerator, judged.reading.denominator
    asked = goal is not None and policy.recover_points > 0 and n > 0
    if goal is None or not asked or judged.verdict.state not in {State.MET, State.AT_RISK}:
        return True
    return clears(goal, policy.recover_points, a, n)


def _owner_has_left(alert: OpenAlert, in_charge: Collection[int]) -> bool:
    owners = {Phase.TAKEN: alert.taken_by, Phase.CLAIMED: alert.claimed_by}
    owner = owners.get(alert.phase)
    return bool(in_charge) and owner is not None and owner not in in_charge


def _is_later_than_claim(judged: JudgedReading, alert: OpenAlert, now: datetime) -> bool:
    if judged.data_day is None or alert.claimed_at is None:
        return False
    return judged.data_day > alert.claimed_at.astimezone(now.tzinfo).date()


def _working_days_since(moment: datetime, now: datetime, calendar: Workdays) -> int:
    return calendar.between(moment.astimezone(now.tzinfo).date(), now.date())


def unchanged(alert: OpenAlert, move: Move, reason: str, **more: Any) -> Step:
    """A step that leaves the numbers and the items as they are."""
    values: dict[str, Any] = {
        "phase": alert.phase, "state": alert.state, "bad_checks": alert.bad_checks,
        "good_checks": alert.good_checks, "critical": alert.critical, **more,
    }  # fmt: skip
    return Step(
        move=move,
        reason=reason,
        unit_id=alert.unit_id,
        target=alert.target,
        field_id=alert.field_id,
        alert_id=alert.id,
        numerator=alert.numerator,
        denominator=alert.denominator,
        **values,
    )
