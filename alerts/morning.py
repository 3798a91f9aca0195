"""What does each person's morning message say? Gathers what is theirs and queues it once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from alerts.audience import who_hears
from alerts.digest import DigestLine, compose_digest, digest_due, has_news
from alerts.house import House
from alerts.lifecycle import FROZEN_STATES
from db import alert_store, people, read_models, units
from db.engine import Connection
from db.indicators import Moment, due_soon
from db.records import (
    Binding,
    Item,
    JudgedReading,
    Move,
    NewMessage,
    Role,
    Target,
)  # fmt: skip

Key = tuple[int, str, int | None]  # unit, target, field


ItemsByKey = Mapping[Key, tuple[Item, ...]]


def compose_all(
    house: House,
    tx: Connection,
    snapshot_id: int,
    moment: Moment,
    judged: Sequence[JudgedReading],
    items: ItemsByKey,
    due_soon_in: Callable[[Sequence[int]], tuple[Item, ...]],
    now: datetime,
    *,
    late: bool,
) -> tuple[NewMessage, ...]:
    """The digests that this check owes, one a person and working day."""
    if moment.wall.time() < house.digest_from:
        return ()
    bindings = people.all_bindings(tx, moment.day)
    audience = _audience(tx, judged, bindings, moment.day)
    told = read_models.last_digests(tx)
    messages = []
    for person_id, unit_ids in audience.items():
        day, since = told.get(person_id, (None, 0))
        lines = _lines(house, tx, judged, items, unit_ids, since)
        soon = due_soon_in(unit_ids)
        due = digest_due(
            moment.day,
            date.fromisoformat(day) if day else None,
            has_news(lines, soon),
            house.calendar,
        )
        if not due.send:
            continue
        unit = units.unit_by_id(tx, unit_ids[0])
        digest = compose_digest(unit.name, lines, moment.day, moment.wall, soon)
        messages.append(
            NewMessage(
                person_id=person_id,
                template="digest",
                payload={
                    "digest": digest.to_payload(),
                    "snapshot_id": snapshot_id,
                    "unit_id": unit.id,
                    "slug": unit.slug,
                    "late": late,
                },
                dedupe=f"digest:{person_id}:{moment.day:%Y%m%d}",
                not_before=now,
            )
        )
    return tuple(messages)


def due_soon_in(
    house: House, tx: Connection, moment: Moment, unit_ids: Sequence[int]
) -> tuple[Item, ...]:
    """What falls due soon in the units, each dossier once."""
    days = house.early_warning_working_days
    found = {
        item.key: item
        for unit_id in unit_ids
        for item in due_soon(tx, moment, days, unit_id=unit_id)
    }
    return tuple(found.values())


def _audience(
    tx: Connection,
    judged: Iterable[JudgedReading],
    bindings: Sequence[Binding],
    day: date,
) -> dict[int, list[int]]:
    """Person -> the units whose news are theirs; the unit that they are bound to comes first."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for unit_id in sorted({j.reading.unit_id for j in judged}):
        for person_id in who_hears(units.chain(tx, unit_id), bindings, day):
            found[person_id].append(unit_id)
    bound = {(b.person_id, b.unit_id) for b in bindings if b.role in (Role.HEAD, Role.LEADER)}
    for person_id, unit_ids in found.items():
        unit_ids.sort(key=lambda unit_id, p=person_id: ((p, unit_id) not in bound, unit_id))  # type: ignore[misc]
    return dict(found)


def _lines(
    house: House,
    tx: Connection,
    judged: Iterable[JudgedReading],
    items: ItemsByKey,
    unit_ids: Sequence[int],
    since: int,
) -> tuple[DigestLine, ...]:
    targets = {target.id: target for target in house.targets}
    names = {unit_id: units.unit_by_id(tx, unit_id).name for unit_id in unit_ids}
    moves = alert_store.moves_after(tx, since)
    standing = {key: alert.id for key, alert in alert_store.open_alerts(tx).items()}
    ended = alert_store.ended_after(tx, since)
    lines = []
    for j in judged:
        if j.reading.unit_id not in names:
            continue
        key = (j.reading.unit_id, j.reading.target, j.reading.field_id)
        target: Target = targets[j.reading.target]
        alert_id = standing.get(key, ended.get(key))
        move = moves.get(alert_id) if alert_id is not None else None
        if j.verdict.state in FROZEN_STATES:
            move = Move.FROZEN if alert_id is not None else None
        lines.append(
            DigestLine(
                unit=names[j.reading.unit_id],
                target=target.id,
                item_no=target.item,
                field=j.reading.field,
                state=j.verdict.state,
                reason=j.verdict.reason,
                numerator=j.reading.numerator,
                denominator=j.reading.denominator,
                goal=target.goal,
                goal_words=target.goal_words,
                answer=j.reading.answer,
                move=move,
                needed=j.verdict.needed,
                small_sample=j.verdict.small_sample,
                is_new=move in (Move.OPENED, Move.WORSE, Move.RESOLVED),
                items=items.get(key, ()),
            )
        )
    return tuple(lines)
