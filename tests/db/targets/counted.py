"""How does a test deliver files and look at what they count to? With the shipped settings."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from alerts.daily import run_check, take_file
from alerts.house import House
from bot.commands.opening import open_house
from bot.commands.shapes import status_json
from db import competing, organisation, read_models, units
from db.engine import reading, writing
from db.indicators import Moment, due_soon, items_of
from db.records import ImportReport, Item
from settings import SHIPPED, ZONE, read_settings
from tests.db.intake.delivering import write_csv

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(kw_only=True)
class Counted:
    """A whole district; every answer is as of the newest check."""

    house: House
    folder: Path
    delivered: int = 0
    at: datetime = datetime(2021, 1, 1, 7, 30, tzinfo=ZONE)

    def sample(self, name: str, day: str) -> ImportReport:
        return self._take(SAMPLES / f"{name}.csv", day)

    def table(self, day: str, header: str, *rows: str) -> ImportReport:
        """A file of comma-separated lines."""
        self.delivered += 1
        lines = [line.split(",") for line in (header, *rows)]
        return self._take(write_csv(self.folder / f"file_{self.delivered}.csv", lines), day)

    def _take(self, path: Path, day: str) -> ImportReport:
        now = datetime.fromisoformat(f"{day}T07:00").replace(tzinfo=ZONE)
        return take_file(self.house, path, date.fromisoformat(day), now)

    def check(self, at: str) -> None:
        self.at = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        run_check(self.house, self.at, self.at)

    def readings(self, unit: str) -> dict[str, dict[str, Any]]:
        """target -> its reading, of the targets without fields."""
        targets = {target.id: target for target in self.house.targets}
        with reading(self.house.engine) as tx:
            view = read_models.status(tx, self._unit(tx, unit), self.at)
        found = status_json(view, targets, ZONE)["readings"]
        return {r["target"]: r for r in found if r["field"] is None}

    def reading(self, unit: str, target: str) -> tuple[Any, ...] | None:
        """Numerator, denominator and state; None where the unit has no such reading."""
        found = self.readings(unit).get(target)
        return (found["numerator"], found["denominator"], found["state"]) if found else None

    def items(
        self, target: str, unit: str | None = None, *, confidential: bool = False
    ) -> tuple[Item, ...]:
        with reading(self.house.engine) as tx:
            return items_of(
                tx,
                next(t for t in self.house.targets if t.id == target),
                self._moment,
                unit_id=self._unit(tx, unit) if unit else None,
                confidential=confidential,
            )

    def due_soon(self, unit: str | None = None) -> tuple[Item, ...]:
        with reading(self.house.engine) as tx:
            unit_id = self._unit(tx, unit) if unit else None
            return due_soon(tx, self._moment, 10, unit_id=unit_id)

    def formulas(self, target: str, unit: str) -> dict[str, tuple[int, int]]:
        """Every formula that competes for the words of the target, and what it counts."""
        named = next(t for t in self.house.targets if t.id == target)
        with writing(self.house.engine) as tx:
            district = self._unit(tx, self.house.district)
            competing.prepare(tx, named, self._moment, district_id=district, folders=())
            found = competing.competing_counts(
                tx, named, self._moment, unit_id=self._unit(tx, unit), field_id=None
            )
        return {each.name: (each.numerator, each.denominator) for each in found}

    @property
    def _moment(self) -> Moment:
        return Moment(wall=self.at, calendar=self.house.calendar)

    def _unit(self, tx: Any, slug: str) -> int:
        found = units.unit_by_slug(tx, slug, self.at.date())
        assert found is not None, slug
        return found.id


def open_counted(engine: Engine, url: str, folder: Path) -> Counted:
    folder.mkdir()
    shutil.copy(SHIPPED / "settings.toml", folder)
    settings = read_settings(folder / "settings.toml", {"DUNGHEN_DATABASE__URL": url})
    house = open_house(settings)
    lines = organisation.read_organisation(SHIPPED / settings.district.organisation)
    with writing(engine) as tx:
        organisation.load_units(tx, lines, date(2021, 1, 1))
    return Counted(house=house, folder=folder)
