"""What does a check do to an alert: open it, call it worse, leave it, freeze it or resolve it?"""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Item, JudgedReading, Move, OpenAlert, State, Step

FROZEN_STATES = frozenset({State.STALE, State.NO_DATA, State.REJECTED, State.UNPUBLISHED})
MISSED_STATES = frozenset({State.MISSED, State.BEHIND})

# Every other state closes an open alert; the value is the reason.
REASON_TO_RESOLVE = {
    State.MET: "goal_met",
    State.AT_RISK: "goal_met",
    State.ON_TRACK: "back_on_the_pace",
    State.NONE: "nothing_left_to_count",
    State.NOT_APPLICABLE: "no_longer_applies",
    State.INFO: "no_longer_applies",
}


def next_step(
    open_alert: OpenAlert | None, judged: JudgedReading, items: Sequence[Item]
) -> Step | None:
    """The step that a check takes for one reading; None when there is nothing to take.

    `open_alert` is the open alert of the same target, unit and field, with the numbers and the
    item keys of its last step; `items` are all that the reading names now.
    """
    reading, state = judged.reading, judged.verdict.state
    keys = frozenset(item.key for item in items)

    def step(move: Move, reason: str) -> Step:
        before = open_alert.item_keys if open_alert else frozenset[str]()
        return Step(
            move=move,
            reason=reason,
            unit_id=reading.unit_id,
            target=reading.target,
            field_id=reading.field_id,
            alert_id=open_alert.id if open_alert else None,
            numerator=reading.numerator,
            denominator=reading.denominator,
            state=state,
            items=tuple(items),
            new_keys=keys - before,
            gone_keys=before - keys,
        )

    # Data that cannot be trusted open nothing and close nothing: an open alert keeps its numbers.
    if state in FROZEN_STATES:
        return _frozen(open_alert, state) if open_alert else None

    if state in MISSED_STATES:
        # A goal is missed and nobody has been told: the first miss opens, whatever the volume,
        # because its items name what to do.
        if open_alert is None:
            return step(Move.OPENED, "goal_missed")

        # Something new to act on is news, even when the rate has risen meanwhile.
        if keys - open_alert.item_keys:
            return step(Move.WORSE, "new_items")

        # The rate fell since the last step (compared by cross-multiplication: no rounding).
        if reading.numerator * open_alert.denominator < open_alert.numerator * reading.denominator:
            return step(Move.WORSE, "rate_fell")

        # Still missed, nothing worse: work done on it is worth noting, but is not yet the goal.
        done = open_alert.item_keys - keys
        return step(Move.STILL_OPEN, "some_items_done" if done else "nothing_changed")

    # The promise is kept, or there is nothing left that could break it.
    return step(Move.RESOLVED, REASON_TO_RESOLVE[state]) if open_alert else None


def end_with_unit(alert: OpenAlert) -> Step:
    """The last step of an alert whose unit has ended: nobody can keep its promise any more."""
    return Step(
        move=Move.RESOLVED,
        reason="unit_ended",
        unit_id=alert.unit_id,
        target=alert.target,
        field_id=alert.field_id,
        alert_id=alert.id,
        numerator=alert.numerator,
        denominator=alert.denominator,
        state=State.NOT_APPLICABLE,
        gone_keys=alert.item_keys,
    )


def _frozen(alert: OpenAlert, state: State) -> Step:
    """An alert on hold: the numbers of its last step, so that the next good check compares with
    what people were told. It neither adds nor removes items.
    """
    return Step(
        move=Move.FROZEN,
        reason=str(state),
        unit_id=alert.unit_id,
        target=alert.target,
        field_id=alert.field_id,
        alert_id=alert.id,
        numerator=alert.numerator,
        denominator=alert.denominator,
        state=state,
    )
