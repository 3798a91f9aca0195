"""What would another threshold have changed? Past readings lived through again, or counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from alerts.circumstances import Circumstances, circumstances
from alerts.counting import district_unit
from alerts.escalation import people_of
from alerts.house import House
from alerts.states import OF_THE_GOAL
from alerts.thresholds.in_force import InForce, policy_of, target_in_force
from alerts.thresholds.rules import Wish
from alerts.thresholds.simulation import Check, Counts, Side, Simulated, simulate
from alerts.working_time import in_effect
from db import competing, past_checks, snapshots
from db.engine import Connection
from db.indicators import Moment
from db.past_checks import PastCheck
from db.records import NamedCount, Policy, Target, ThresholdChange

LOOKS_BACK_DAYS = 90
CHECKS_LOOKED_AT = 100  # the newest one of a working day is among so many: no holiday is longer

Changes = tuple[ThresholdChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recount:
    """The newest check counted anew, in the whole district: as it is, and as it would be."""

    as_of: datetime
    before: NamedCount
    after: NamedCount


def lived_through(
    tx: Connection, house: House, wish: Wish, before: Changes, after: Changes, now: datetime
) -> Simulated:
    """What a threshold that only judges would have changed in the checks of the last weeks."""
    house = in_effect(house, tx)
    around = circumstances(house, tx, house.wall_day(now))
    targets = frozenset({wish.target} if wish.target else {t.id for t in house.targets})
    stored = past_checks.past_checks(
        tx,
        now - timedelta(days=LOOKS_BACK_DAYS),
        targets=targets,
        unit_ids=_units_that_matter(around, wish.unit_id),
    )
    sides = _side(around, before, wish.valid_from), _side(around, after, wish.valid_from)
    return _simulated(house, around, stored, sides, targets)


def counted_anew(
    tx: Connection, house: House, wish: Wish, before: Changes, after: Changes, now: datetime
) -> tuple[Simulated | None, Recount | None]:
    """What an option would have changed at the newest check of a working day.

    Only that one: of most sources no more is kept than the newest list, so that earlier readings
    cannot be counted otherwise. None where the target's data could not be trusted then.
    """
    house = in_effect(house, tx)
    target = next(each for each in house.targets if each.id == wish.target)
    newest = snapshots.checks_before(tx, now + timedelta(seconds=1), CHECKS_LOOKED_AT)
    worked = (each for each in newest if house.calendar.is_working(house.wall_day(each)))
    as_of = next(worked, None)
    taken = snapshots.snapshot_at(tx, as_of) if as_of is not None else None
    if as_of is None or taken is None:
        return Simulated(first=None, last=None), None
    stored = PastCheck(as_of=as_of, judged=snapshots.judged_of(tx, taken))
    trusted = {j.reading.key for j in stored.judged if j.verdict.state in OF_THE_GOAL}
    if not any(of == target.id for _unit, of, _field in trusted):
        return None, None

    moment = Moment(wall=as_of.astimezone(house.zone), calendar=house.calendar)
    district = district_unit(house, tx, moment.day)
    around = circumstances(house, tx, house.wall_day(now))
    sides, wholes = [], []
    for changes in (before, after):
        by = InForce(changes=changes, day=wish.valid_from).counted(target)
        counts = competing.counted(
            tx, by, moment, district_id=district.id, folders=house.sql_folders
        )
        sides.append(replace(_side(around, changes, wish.valid_from), counts=counts))
        wholes.append(_whole(counts, district.id, target.id))
    effect = _simulated(house, around, (stored,), (sides[0], sides[1]), frozenset({target.id}))
    return effect, Recount(as_of=moment.wall, before=wholes[0], after=wholes[1])


def _whole(counts: Counts, district_id: int, target: str) -> NamedCount:
    ours = [pair for (unit_id, *_), pair in counts.items() if unit_id == district_id]
    return NamedCount(
        name=target, numerator=sum(a for a, _ in ours), denominator=sum(n for _, n in ours)
    )


def _simulated(
    house: House,
    around: Circumstances,
    stored: tuple[PastCheck, ...],
    sides: tuple[Side, Side],
    targets: frozenset[str],
) -> Simulated:
    of_units = {judged.reading.unit_id for check in stored for judged in check.judged}
    return simulate(
        _checks(house, around.targets, stored),
        *sides,
        targets=targets,
        hears={unit_id: around.hear(unit_id) for unit_id in of_units},
        climbs=lambda unit_id, rung: people_of(
            rung, around.chain(unit_id), around.bindings, around.absences, around.day
        ),
        calendar=house.calendar,
    )


def _units_that_matter(around: Circumstances, unit_id: int | None) -> frozenset[int] | None:
    """A message tells of all that is a person's: the units of whoever hears of a changed one."""
    if unit_id is None:
        return None
    changed = [each for each, chain in around.chains.items() if unit_id in chain]
    people = {person for each in changed for person in around.hear(each)}
    return frozenset(changed) | {
        each for each in around.chains if not people.isdisjoint(around.hear(each))
    }


def _side(around: Circumstances, changes: Changes, day: date) -> Side:
    @cache
    def target(target_id: str, unit_id: int) -> Target:
        return target_in_force(around.targets[target_id], around.chain(unit_id), changes, day)

    @cache
    def policy(target_id: str, unit_id: int) -> Policy:
        return policy_of(around.targets[target_id], around.chain(unit_id), changes, day)

    return Side(target=target, policy=policy)


def _checks(
    house: House, known: Mapping[str, Target], stored: tuple[PastCheck, ...]
) -> tuple[Check, ...]:
    """The checks by the district's clock; the day's messages go with the first from digest_from."""
    told: set[date] = set()
    checks = []
    for check in stored:
        as_of = check.as_of.astimezone(house.zone)
        tells = as_of.time() >= house.digest_from and as_of.date() not in told
        if tells:
            told.add(as_of.date())
        # A target that settings.toml no longer has cannot be judged again.
        judged = tuple(each for each in check.judged if each.reading.target in known)
        checks.append(Check(as_of=as_of, judged=judged, tells=tells))
    return tuple(checks)
