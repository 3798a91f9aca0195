"""Which alerts have not ended, how do they stand, and what has each step done to them?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from db.engine import new_id
from db.records import Key, Move, OpenAlert, Phase, Rung, State, Step
from db.tables import AlertRow, AlertStepRow

# What a person may be told of, the weightiest first. The others leave an alert as it was, or are
# shown at once in the messages that name it.
TELLING_MOVES = (
    Move.RESOLVED,
    Move.OPENED,
    Move.REOPENED,
    Move.WORSE,
    Move.HANDED_OVER,
    Move.VERIFIED,
    Move.BETTER,
)
# A step that says the same as the one before it is not written again.
REPEATING_MOVES = frozenset({Move.FROZEN, Move.PENDING, Move.STILL_OPEN})

PHASES_OF_END = frozenset({Phase.RESOLVED, Phase.DROPPED})
PHASES_OF_OWNER = frozenset({Phase.TAKEN, Phase.CLAIMED})
NOT_TAKEN: Mapping[str, Any] = {"taken_by": None, "taken_at": None}
NOT_CLAIMED: Mapping[str, Any] = {"claimed_by": None, "claimed_at": None, "claimed_keys": []}

# The reasons of the steps by which a claim was found true, or not.
CLAIM_PROVED = (
    "claim_proved",
    "claimed_items_proved",
    "new_items_after_proof",
    "rate_fell_after_proof",
)
CLAIM_NOT_PROVED = "claim_not_proved"


def open_alerts(tx: Connection, *, for_change: bool = False) -> dict[Key, OpenAlert]:
    """The alerts that have not ended (pending ones too) by (unit, target, field).

    `for_change`: nobody else changes them until this transaction ends.
    """
    query = _alerts().where(AlertRow.resolved_at.is_(None)).order_by(AlertRow.id)
    rows = tx.execute(query.with_for_update() if for_change else query)
    return {(row.unit_id, row.target, row.field_id): _record_of(row) for row in rows}


def alert_by_id(tx: Connection, alert_id: int, *, for_change: bool = False) -> OpenAlert | None:
    """One alert, ended or not (its phase says so); None: there is none of that number."""
    query = _alerts().where(AlertRow.id == alert_id)
    row = tx.execute(query.with_for_update() if for_change else query).one_or_none()
    return _record_of(row) if row else None


def alerts_by_id(tx: Connection, alert_ids: Collection[int]) -> tuple[OpenAlert, ...]:
    """Some alerts, ended or not, rising."""
    query = _alerts().where(AlertRow.id.in_(list(alert_ids))).order_by(AlertRow.id)
    return tuple(_record_of(row) for row in tx.execute(query)) if alert_ids else ()


def record_steps(
    tx: Connection,
    snapshot_id: int | None,
    steps: Iterable[Step],
    at: datetime,
    person_id: int | None = None,
) -> tuple[int, ...]:
    """Writes each step and its alert's new standing; answers the alerts' ids in the same order.

    A check's steps have its snapshot, a person's step has the person. Who took an alert is
    forgotten, and its waiting begins anew, when it is open again.
    """
    steps = tuple(steps)
    known = [step.alert_id for step in steps if step.alert_id is not None]
    before = {row.id: row for row in tx.execute(_alerts().where(AlertRow.id.in_(known)))}
    last = _last_steps(tx, known)
    ids = []
    for step in steps:
        if step.alert_id is None:
            alert_id = new_id(tx.execute(insert(AlertRow).values(**_beginning(step, at))))
        else:
            alert_id = step.alert_id
            change = _change(before[alert_id], step, at, person_id)
            tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(**change))
        ids.append(alert_id)
        said_before = last.get(alert_id) == (step.move.value, step.reason)
        nothing = step.move is Move.STILL_OPEN and step.reason == "nothing_changed"
        if nothing or (said_before and step.move in REPEATING_MOVES):
            continue  # not a move: the readings tell it
        tx.execute(
            insert(AlertStepRow).values(
                alert_id=alert_id, snapshot_id=snapshot_id, person_id=person_id, at=at,
                move=step.move.value, reason=step.reason, numerator=step.numerator,
                denominator=step.denominator, new_keys=sorted(step.new_keys),
                gone_keys=sorted(step.gone_keys),
            )
        )  # fmt: skip
    return tuple(ids)


def rungs_were_told(tx: Connection, told: Mapping[int, int]) -> None:
    """How many rungs of its ladder each alert has behind it now."""
    for alert_id, rungs in told.items():
        tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(rungs_told=rungs))


# --- what has happened ----------------------------------------------------------------------------


def newest_steps(
    tx: Connection,
    alert_ids: Collection[int] | None = None,
    *,
    moves: Collection[Move] = TELLING_MOVES,
) -> dict[int, tuple[int, Move]]:
    """The newest step of each alert (None: of all) that is one of the moves."""
    newest = select(func.max(AlertStepRow.id)).where(AlertStepRow.move.in_(_words(moves)))
    if alert_ids is not None:
        newest = newest.where(AlertStepRow.alert_id.in_(list(alert_ids)))
    rows = tx.execute(
        select(AlertStepRow.alert_id, AlertStepRow.id, AlertStepRow.move)
        .where(AlertStepRow.id.in_(newest.group_by(AlertStepRow.alert_id)))
        .order_by(AlertStepRow.alert_id)
    )  # fmt: skip
    return {row.alert_id: (row.id, Move(row.move)) for row in rows}


def moves_after_step(tx: Connection, since: Mapping[int, int]) -> dict[int, Move]:
    """The weightiest telling move of each alert after a step (0: since it began).

    One that got worse and then a little better has got worse for whoever heard of neither.
    """
    if not since:
        return {}
    rows = tx.execute(
        select(AlertStepRow.alert_id, AlertStepRow.id, AlertStepRow.move)
        .where(
            AlertStepRow.alert_id.in_(list(since)),
            AlertStepRow.id > min(since.values()),
            AlertStepRow.move.in_(_words(TELLING_MOVES)),
        )
        .order_by(AlertStepRow.alert_id, AlertStepRow.id)
    )
    found: dict[int, Move] = {}
    for row in rows:
        if row.id > since[row.alert_id]:
            moves = {Move(row.move), found.get(row.alert_id, Move(row.move))}
            found[row.alert_id] = min(moves, key=TELLING_MOVES.index)
    return found


def last_acts(tx: Connection, alert_ids: Collection[int]) -> dict[int, tuple[Move, int, datetime]]:
    """What a person did last to each alert (took it, said that it is done): who, and when."""
    by_people = (Move.TAKEN, Move.CLAIMED)
    newest = (
        select(func.max(AlertStepRow.id))
        .where(AlertStepRow.alert_id.in_(list(alert_ids)), AlertStepRow.move.in_(_words(by_people)))
        .group_by(AlertStepRow.alert_id)
    )
    rows = tx.execute(
        select(
            AlertStepRow.alert_id, AlertStepRow.move, AlertStepRow.person_id, AlertStepRow.at
        ).where(AlertStepRow.id.in_(newest))
    )
    return {row.alert_id: (Move(row.move), row.person_id, row.at) for row in rows}


def moments_of(
    tx: Connection, alert_ids: Collection[int], move: Move | None = None
) -> dict[int, datetime]:
    """When each alert began, be it pending; or, of a move, when it was made last."""
    at, of_alert = AlertStepRow.at, AlertStepRow.alert_id
    moment = (func.min if move is None else func.max)(at).label("moment")
    asked = select(of_alert, moment).where(of_alert.in_(list(alert_ids))).group_by(of_alert)
    rows = tx.execute(asked if move is None else asked.where(AlertStepRow.move == move.value))
    return {row.alert_id: row.moment for row in rows}


def false_claims(tx: Connection, first: datetime, last: datetime) -> dict[int, tuple[int, int]]:
    """Of each unit: how many claims data have shown to be false, and how many were judged at all,
    in steps from the first moment to the last (both count).
    """
    rows = tx.execute(
        select(AlertRow.unit_id, AlertStepRow.reason, func.count().label("times"))
        .join(AlertRow, AlertRow.id == AlertStepRow.alert_id)
        .where(
            AlertStepRow.reason.in_([*CLAIM_PROVED, CLAIM_NOT_PROVED]),
            AlertStepRow.person_id.is_(None),  # a person's reason is their own word
            AlertStepRow.at.between(first, last),
        )
        .group_by(AlertRow.unit_id, AlertStepRow.reason)
        .order_by(AlertRow.unit_id)
    )
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        false, judged = found.get(row.unit_id, (0, 0))
        false += row.times if row.reason == CLAIM_NOT_PROVED else 0
        found[row.unit_id] = (false, judged + row.times)
    return found


# --- how it is kept -------------------------------------------------------------------------------


def _alerts() -> Select[Any]:
    return select(
        AlertRow.id, AlertRow.unit_id, AlertRow.target, AlertRow.field_id, AlertRow.opened_at,
        AlertRow.numerator, AlertRow.denominator, AlertRow.item_keys, AlertRow.phase,
        AlertRow.state, AlertRow.bad_checks, AlertRow.good_checks, AlertRow.critical,
        AlertRow.waits_since, AlertRow.ladder, AlertRow.rungs_told, AlertRow.taken_by,
        AlertRow.taken_at, AlertRow.claimed_by, AlertRow.claimed_at, AlertRow.claimed_keys,
        AlertRow.disputed_at, AlertRow.resolved_at,
    )  # fmt: skip


def _record_of(row: Any) -> OpenAlert:
    values = dict(row._mapping)
    phase, ended = Phase(values["phase"]), values.pop("resolved_at") is not None
    # An alert that ended before there were phases has none that says so.
    values["phase"] = Phase.RESOLVED if ended and phase not in PHASES_OF_END else phase
    values["state"] = State(values["state"])
    values["ladder"] = tuple(Rung(to=to, after_working_days=days) for to, days in values["ladder"])
    for name in ("item_keys", "claimed_keys"):
        values[name] = frozenset(values[name])
    return OpenAlert(**values)


def _beginning(step: Step, at: datetime) -> dict[str, Any]:
    keys = {item.key for item in step.items} | step.new_keys
    return {
        "unit_id": step.unit_id, "target": step.target, "field_id": step.field_id,
        "opened_at": at, "item_keys": sorted(keys), **_standing(step), **_ladder(step),
    }  # fmt: skip


def _change(row: Any, step: Step, at: datetime, person_id: int | None) -> dict[str, Any]:
    """What a step changes of an alert that is there."""
    keys = (frozenset(row.item_keys) | step.new_keys) - step.gone_keys
    change = {"item_keys": sorted(keys), **_standing(step)}
    was = Phase(row.phase)
    if step.phase in PHASES_OF_END:
        change["resolved_at"] = at
    if step.move is Move.OPENED:
        # People count from when they could know of it, not from the first doubt.
        change |= {"opened_at": at, **_ladder(step)}
    elif step.phase is Phase.OPEN and was in PHASES_OF_OWNER:
        change |= {**NOT_TAKEN, **NOT_CLAIMED, "waits_since": at}
        # Whoever is new begins at the foot of the ladder; a false claim goes on up.
        if step.move is not Move.REOPENED:
            change["rungs_told"] = 0
    elif step.phase is Phase.TAKEN and was is Phase.CLAIMED:
        change |= NOT_CLAIMED
    if step.move is Move.TAKEN:
        change |= {"taken_by": person_id, "taken_at": at}
    if step.move is Move.CLAIMED:
        change |= {"claimed_by": person_id, "claimed_at": at, "claimed_keys": sorted(keys)}
        if row.taken_by != person_id:  # who says that it is done has acted on it
            change |= {"taken_by": person_id, "taken_at": at}
    if step.move is Move.DISPUTED:
        change["disputed_at"] = at
    return change


def _standing(step: Step) -> dict[str, Any]:
    return {
        "state": step.state.value, "phase": step.phase.value, "numerator": step.numerator,
        "denominator": step.denominator, "bad_checks": step.bad_checks,
        "good_checks": step.good_checks, "critical": step.critical,
    }  # fmt: skip


def _ladder(step: Step) -> dict[str, Any]:
    return {"ladder": [[rung.to, rung.after_working_days] for rung in step.ladder]}


def _last_steps(tx: Connection, alert_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    newest = (
        select(func.max(AlertStepRow.id))
        .where(AlertStepRow.alert_id.in_(list(alert_ids)))
        .group_by(AlertStepRow.alert_id)
    )
    rows = tx.execute(
        select(AlertStepRow.alert_id, AlertStepRow.move, AlertStepRow.reason)
        .where(AlertStepRow.id.in_(newest))
    )  # fmt: skip
    return {row.alert_id: (row.move, row.reason) for row in rows}


def _words(moves: Iterable[Move]) -> list[str]:
    return [move.value for move in moves]
