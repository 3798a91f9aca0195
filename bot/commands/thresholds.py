"""How does the command line show and set thresholds?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from alerts.house import House
from alerts.thresholds.in_force import InForce, value_in_force
from alerts.thresholds.kinds import THRESHOLDS
from alerts.thresholds.rules import Refusal, Wish, fits
from alerts.thresholds.setting import Done, Proposal, carry_out, propose, take_back, value_now
from bot.commands.answers import unit_named
from bot.commands.shapes import moment_text
from db import contacts, thresholds, units
from db.engine import Connection, reading, writing
from db.records import Role, ThresholdChange

BY = "command line"
ROLES = frozenset({Role.ADMIN})  # whoever has the terminal has the installation, not the plan

# Each reason for which a change is refused, and what would be right.
SENTENCES = {
    "no_such_threshold": "there is no threshold '{name}' (known: {known})",
    "admins_only": "only admins set this threshold",
    "which_target": "{name}: of which target? (add --target on_time)",
    "which_source": "max_age_days: of which source? (add --source; known: {known})",
    "of_no_source": "{name} is not one of a source (leave --source out)",
    "of_no_unit": "{name} cannot be one unit's own (leave --unit out)",
    "of_no_target": "{name} is not one of a target (leave --target out)",
    "not_of_this_target": "{target} has no {name}",
    "in_the_past": "--from {day:%Y-%m-%d} is past: a threshold holds from today on at the earliest",
    "too_far_ahead": "--from {day:%Y-%m-%d} lies more than a year ahead",
    "no_reason": "every change has a reason (add --reason 'why')",
    "text_too_long": "a text is longer than 200 characters",
    "no_ladder": '{error} (a right value: "leader 3, chairman 7")',
    "no_goal": "'{text}' is no whole percentage (a right value: 97)",
    "the_plans_own": "{goal} is the plan's own goal (thresholds reset goal takes an own one away)",
    "goal_locked": (
        "the plan's goal is {goal}: a lower threshold is for the district's leader to set,"
        " in the chat, with a document and a reason"
    ),
    "outside_the_guard": "{name} is a whole number from {least} to {most}, not '{text}'",
    "not_set": "no {name} is set there (`dunghen thresholds history` shows what was)",
    "nothing_changes": "it stands at {value} already",
    "no_such_change": "there is no change {change} (`dunghen thresholds history` shows them)",
    "undone_already": "change {change} has been undone already",
}


class ThresholdWrong(Exception):
    """The change cannot be; the text says why, and what would be right."""


def wanted(
    house: House,
    name: str,
    value: str | None,
    *,
    target: str | None,
    unit: str | None,
    source: str | None,
    valid_from: date | None,
    reason: str,
    document: str,
) -> Wish:
    """What the words of the command ask for. Raises ThresholdWrong, NotFound."""
    if target is not None and target not in {each.id for each in house.targets}:
        known = ", ".join(each.id for each in house.targets)
        raise ThresholdWrong(f"--target {target}: no such target (known: {known})")
    with reading(house.engine) as tx:
        unit_id = unit_named(house, tx, unit, None).id if unit is not None else None
    return Wish(
        name=name, target=target, unit_id=unit_id, source=source, new=value,
        valid_from=valid_from or house.wall_day(house.clock()), reason=reason,
        document=document or None,
    )  # fmt: skip


def looked_at(house: House, wish: Wish) -> dict[str, Any]:
    """What the change would be, and what it would have done; nothing is changed."""
    with reading(house.engine) as tx:
        found = propose(tx, house, wish, ROLES, house.clock())
        if isinstance(found, Refusal):
            raise _wrong(found)
        row = _row(tx, found.wish, found.old, found.new)
        return row | {"effect": _effect(tx, found), "recount": _recount(house, found)}


def set_to(house: House, wish: Wish) -> dict[str, Any]:
    with writing(house.engine) as tx:
        now = house.clock()
        return _done(tx, carry_out(tx, house, wish, ROLES, by=BY, person_id=None, now=now))


def undone(house: House, change_id: int) -> dict[str, Any]:
    with writing(house.engine) as tx:
        now = house.clock()
        return _done(tx, take_back(tx, house, change_id, ROLES, by=BY, person_id=None, now=now))


def in_force(house: House, target: str | None, unit: str | None) -> list[dict[str, Any]]:
    """What holds today: for every target (or one), every source, in general or in a unit; and
    besides, without a unit, what units have of their own.
    """
    today = house.wall_day(house.clock())
    with reading(house.engine) as tx:
        found = unit_named(house, tx, unit, None) if unit is not None else None
        chain = units.chain(tx, found.id) if found else ()
        held = InForce(changes=thresholds.changes(tx), day=today)
        rows = [
            _held(house, held, _place(name, target_id, source, today), chain)
            for name, target_id, source in _places(house, target)
        ]
        slug = found.slug if found else None
        rows = [row | {"unit": slug} for row in rows]
        own = [c for c in held.changes if c.unit_id and c.new is not None and not c.undone_at]
        if found is None:
            rows += [
                _of_unit(tx, house, change) for change in own if target in (None, change.target)
            ]
    return rows


def history(house: House) -> list[dict[str, Any]]:
    """All that was ever set, newest first."""
    with reading(house.engine) as tx:
        return [
            {
                "id": change.id, "name": change.name, "target": change.target,
                "unit": _slug(tx, change.unit_id), "source": change.source,
                "old": change.old, "new": change.new,
                "valid_from": change.valid_from.isoformat(), "by": change.by,
                "at": moment_text(change.at, house.zone), "reason": change.reason,
                "document": change.document,
                "undone_at": moment_text(change.undone_at, house.zone),
            }
            for change in reversed(thresholds.changes(tx))
        ]  # fmt: skip


def _places(house: House, only: str | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Name, target and source of all that can be set."""
    if only is not None and only not in {target.id for target in house.targets}:
        known = ", ".join(each.id for each in house.targets)
        raise ThresholdWrong(f"--target {only}: no such target (known: {known})")
    for target in house.targets:
        if only in (None, target.id):
            yield from ((name, target.id, None) for name in THRESHOLDS if fits(name, target))
    if only is None:
        yield "early_warning_working_days", None, None
        yield from (("max_age_days", None, source) for source in house.ages)


def _place(name: str, target: str | None, source: str | None, day: date) -> Wish:
    return Wish(name=name, target=target, source=source, new=None, valid_from=day, reason="")


def _held(house: House, held: InForce, place: Wish, chain: tuple[int, ...]) -> dict[str, Any]:
    own = value_in_force(
        place.name, held.changes, held.day,
        target=place.target, chain=chain, source=place.source,
    )  # fmt: skip
    return {
        "name": place.name, "target": place.target, "source": place.source,
        "value": value_now(house, place, chain, held),
        "set_by": "settings" if own is None else "admin", "valid_from": None, "id": None,
    }  # fmt: skip


def _of_unit(tx: Connection, house: House, change: ThresholdChange) -> dict[str, Any]:
    return {
        "name": change.name, "target": change.target, "source": change.source,
        "value": change.new, "set_by": "admin", "valid_from": change.valid_from.isoformat(),
        "id": change.id, "unit": _slug(tx, change.unit_id),
    }  # fmt: skip


def _row(tx: Connection, wish: Wish, old: str, new: str) -> dict[str, Any]:
    return {
        "name": wish.name, "target": wish.target, "unit": _slug(tx, wish.unit_id),
        "source": wish.source, "old": old, "new": new,
        "valid_from": wish.valid_from.isoformat(), "reason": wish.reason,
        "document": wish.document,
    }  # fmt: skip


def _done(tx: Connection, done: Done | Refusal) -> dict[str, Any]:
    if isinstance(done, Refusal):
        raise _wrong(done)
    row = _row(tx, done.wish, done.old, done.new)
    return {"id": done.change_id, **row, "undone": done.undone}


def _effect(tx: Connection, found: Proposal) -> dict[str, Any] | None:
    if (effect := found.effect) is None or effect.first is None or effect.last is None:
        return None
    names = contacts.names(tx)
    return {
        "first": effect.first.isoformat(), "last": effect.last.isoformat(),
        "starts": [_slug(tx, unit_id) for unit_id in effect.starts],
        "stops": [_slug(tx, unit_id) for unit_id in effect.stops],
        "alerts": list(effect.alerts), "messages": list(effect.messages),
        "people": [
            {"person": person_id, "name": names[person_id], "before": before, "after": after}
            for person_id, before, after in effect.people
        ],
    }  # fmt: skip


def _recount(house: House, found: Proposal) -> dict[str, Any] | None:
    if (recount := found.recount) is None:
        return None
    sides = {"before": recount.before, "after": recount.after}
    counts = {side: [count.numerator, count.denominator] for side, count in sides.items()}
    return {"as_of": moment_text(recount.as_of, house.zone), **counts}


def _slug(tx: Connection, unit_id: int | None) -> str | None:
    return None if unit_id is None else units.unit_by_id(tx, unit_id).slug


def _wrong(refused: Refusal) -> ThresholdWrong:
    facts = {"known": ", ".join(THRESHOLDS), **refused.facts}
    if not isinstance(facts["known"], str):
        facts["known"] = ", ".join(facts["known"])
    return ThresholdWrong(SENTENCES[refused.reason].format(**facts))


# --- the same for people at a terminal ------------------------------------------------------------


def held_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        place = row["target"] or row["source"] or "-"
        since = f" from {row['valid_from']} (change {row['id']})" if row["id"] else ""
        unit = f" in {row['unit']}" if row["unit"] else ""
        by = f" [{row['set_by']}]"
        yield f"{place:23} {row['name']:27} {row['value'] or '-'}{unit}{since}{by}"


def change_lines(row: dict[str, Any]) -> Iterator[str]:
    place = row["target"] or row["source"] or "all targets"
    unit = f" in {row['unit']}" if row["unit"] else ""
    yield f"{place} {row['name']}{unit}: {row['old']} -> {row['new']} from {row['valid_from']}"
    if recount := row.get("recount"):
        (a, n), (b, m) = recount["before"], recount["after"]
        yield f"the check of {recount['as_of']} counted anew: {b}/{m} instead of {a}/{n}"
        yield "(no earlier check can be counted anew; below, every alert is taken for a new one)"
    if "effect" in row:
        yield from _effect_lines(row["effect"])
    if row.get("id") is not None:
        word = "undone" if row["undone"] else "set"
        yield f"{word}: change {row['id']}"


def _effect_lines(effect: dict[str, Any] | None) -> Iterator[str]:
    if effect is None:
        yield "what it would have done cannot be told from the readings kept"
        return
    alerts, messages = effect["alerts"], effect["messages"]
    starts, stops = effect["starts"], effect["stops"]
    if not (starts or stops or effect["people"]) and alerts[0] == alerts[1]:
        first, last = effect["first"], effect["last"]
        yield f"had it held from {first} to {last}, nothing would have been different"
        return
    yield f"had it held from {effect['first']} to {effect['last']}:"
    yield f"  {len(starts)} units would start to have an alert {' '.join(starts)}".rstrip()
    yield f"  {len(stops)} units would have none any more {' '.join(stops)}".rstrip()
    yield f"  {alerts[1]} alerts instead of {alerts[0]}"
    yield f"  {messages[1]} messages instead of {messages[0]}"
    for each in effect["people"]:
        yield f"    {each['name']}: {each['after']} instead of {each['before']}"


def history_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        place = row["target"] or row["source"] or "all targets"
        unit = f" in {row['unit']}" if row["unit"] else ""
        undone_at = f" UNDONE {row['undone_at']}" if row["undone_at"] else ""
        new = "the settings' own" if row["new"] is None else row["new"]
        yield (
            f"{row['id']:>4}  {row['at']}  {place} {row['name']}{unit}: {row['old']} -> {new}"
            f" from {row['valid_from']}, by {row['by']}: {row['reason']}{undone_at}"
        )
