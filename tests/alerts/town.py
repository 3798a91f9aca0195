"""How does a test live through days on which only what is counted is made up?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert

from alerts import actions, daily
from alerts.house import House
from db import alert_store, people, snapshots
from db.engine import Connection, reading, writing
from db.indicators import Moment
from db.records import Item, JudgedReading, Key, OpenAlert, Person, Reading, State, Verdict
from db.tables import FieldRow
from db.units import unit_by_slug
from tests.alerts.office import Office, at

DISTRICT = "huyen_can_gio"
SOME_DAY = date(2021, 4, 1)


@dataclass(kw_only=True)
class Town:
    """Real checks, alerts and messages; `states` says how each unit stands with each target."""

    office: Office
    states: dict[tuple[str, str], State] = field(default_factory=dict)
    items: dict[tuple[str, str], tuple[Item, ...]] = field(default_factory=dict)
    soon: tuple[Item, ...] = ()
    field_name: str | None = None  # of every reading, where there is one
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        with reading(self.office.engine) as tx:
            slugs = {slug for slug, _target in self.states} | {DISTRICT}
            found = {slug: unit_by_slug(tx, slug, SOME_DAY) for slug in slugs}
        self.units = {slug: unit.id for slug, unit in found.items() if unit}
        if self.field_name:
            with writing(self.office.engine) as tx:
                tx.execute(insert(FieldRow).values(name=self.field_name, key=self.field_name))

    def with_house(self, **given: Any) -> None:
        self.office.house = replace(self.office.house, **given)

    def late(self, slug: str, *keys: str, target: str = "apology_letters") -> None:
        """Those letters are owed; without any all is well there."""
        self.states[slug, target] = State.MISSED if keys else State.MET
        self.items[slug, target] = tuple(
            Item(
                key=key, label=key, note="letter_missing", days_late=1, unit_id=self.units[slug]
            )
            for key in keys
        )  # fmt: skip

    # --- a check ----------------------------------------------------------------------------------

    def check(self, moment: str, now: str | None = None) -> dict[str, list[str]]:
        """Who gets what by a check: the templates of each person's new messages."""
        with (
            patch.object(daily, "count_all", self._counted),
            patch.object(daily, "items_by_key", self._items),
            patch.object(daily, "due_soon_in", lambda *given: self._due_soon(given[-1])),
        ):
            daily.run_check(self.office.house, at(moment), at(now or moment))
        return self.told()

    def told(self) -> dict[str, list[str]]:
        names = {number: name for name, number in self.office.joined.items()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.messages():
            if row["id"] not in self.seen:
                self.seen.add(row["id"])
                found[names[row["person_id"]]].append(row["template"])
        return {name: sorted(templates) for name, templates in found.items()}

    def messages(self) -> list[dict[str, Any]]:
        return sorted(self.office.rows("outbox"), key=lambda row: int(row["id"]))

    def newest(self, name: str, template: str) -> dict[str, Any]:
        """The payload of somebody's newest message of a kind."""
        theirs = [
            row["payload"] for row in self.messages()
            if (row["person_id"], row["template"]) == (self.office.joined[name], template)
        ]  # fmt: skip
        payload = theirs[-1] if isinstance(theirs[-1], dict) else json.loads(theirs[-1])
        assert isinstance(payload, dict)
        return payload

    # --- what people do ---------------------------------------------------------------------------

    def alert(self, slug: str, target: str = "apology_letters") -> OpenAlert:
        with reading(self.office.engine) as tx:
            return next(
                alert for (unit_id, of, _field), alert in alert_store.open_alerts(tx).items()
                if (unit_id, of) == (self.units[slug], target)
            )  # fmt: skip

    def person(self, name: str) -> Person:
        with reading(self.office.engine) as tx:
            found = people.person_by_id(tx, self.office.joined[name])
        assert found is not None
        return found

    def act(
        self, action: Callable[..., Any], moment: str, name: str, slug: str, *more: Any
    ) -> str:  # fmt: skip
        alert = self.alert(slug)
        with (
            patch.object(actions, "_can_be_done", lambda *_: True),
            writing(self.office.engine) as tx,
        ):
            done = action(
                tx, self.office.house, alert.id, self.person(name), True, at(moment), *more
            )
        return str(done.reason)

    # --- what is made up --------------------------------------------------------------------------

    def _counted(
        self, house: House, tx: Connection, moment: Moment, *_: Any, **__: Any
    ) -> tuple[int, tuple[JudgedReading, ...]]:
        number = self._field_id(tx)
        judged = tuple(
            JudgedReading(
                reading=Reading(
                    target=target, unit_id=self.units[slug], field_id=number,
                    field=self.field_name, numerator=90 if state is State.MISSED else 100,
                    denominator=0 if state is State.NO_DATA else 100,
                ),
                verdict=Verdict(state=state, reason="made_up"),
                data_day=None if state in (State.NO_DATA, State.STALE) else moment.day,
            )
            for (slug, target), state in self.states.items()
        )  # fmt: skip
        return snapshots.store_snapshot(tx, moment, judged, now=moment.wall, knows=0), judged

    def _field_id(self, tx: Connection) -> int | None:
        return snapshots.field_ids(tx)[self.field_name] if self.field_name else None

    def _items(self, _house: House, tx: Connection, *_: Any) -> dict[Key, tuple[Item, ...]]:
        number = self._field_id(tx)
        return {(self.units[s], of, number): found for (s, of), found in self.items.items()}

    def _due_soon(self, unit_ids: Iterable[int]) -> tuple[Item, ...]:
        asked = set(unit_ids)
        return tuple(item for item in self.soon if item.unit_id in asked)
