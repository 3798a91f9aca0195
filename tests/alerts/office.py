"""How does a test live through the days of an office? It delivers, checks, acts, and looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.daily import CheckResult, run_check, take_file
from alerts.house import House
from db import people
from db.engine import Engine, open_engine, writing
from db.records import ImportReport, Role
from db.units import unit_by_slug
from settings import ZONE
from tests.db.intake.delivering import DOSSIER_HEADER, dossier, write_table
from tests.journeys.fixtures import organised_file, organised_name, organised_url
from tests.journeys.installation import Installation, contents, install

__all__ = ["Office", "at", "done", "office", "organised_file", "organised_name", "organised_url"]


@dataclass(kw_only=True)
class Office:
    """An installation whose daemon is the test: it delivers, checks, and looks."""

    installation: Installation
    house: House
    engine: Engine
    files: int = 0
    joined: dict[str, int] = field(default_factory=dict)

    def deliver(self, day: str, *rows: Mapping[str, str]) -> ImportReport:
        self.files += 1
        path = self.installation.folder / f"ho_so_{self.files}.csv"
        return self.take(day, write_table(path, rows, DOSSIER_HEADER))

    def take(self, day: str, path: Path) -> ImportReport:
        return take_file(self.house, path, date.fromisoformat(day), at(f"{day}T07:00"))

    def check(self, moment: str, **how: Any) -> CheckResult:
        return run_check(self.house, at(moment), at(moment), **how)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return contents(self.engine)[table]

    def alerts(self, unit: str) -> list[tuple[Any, ...]]:
        found = self.installation.answer("alerts", "--unit", unit, "--all")["alerts"]
        return sorted((a["target"], a["field"], a["state"]) for a in found)

    def steps(self, unit: str = "xa_binh_khanh") -> list[tuple[str, str]]:
        """The moves of the unit's alerts on time, with their reasons."""
        with writing(self.engine) as tx:
            of_unit = unit_by_slug(tx, unit, date(2021, 3, 22))
        assert of_unit is not None
        ours = {
            a["id"] for a in self.rows("alerts")
            if a["unit_id"] == of_unit.id and a["target"] == "on_time"
        }  # fmt: skip
        steps = sorted(self.rows("alert_steps"), key=lambda s: s["id"])
        return [(s["move"], s["reason"]) for s in steps if s["alert_id"] in ours]

    def queued(self, template: str) -> list[dict[str, Any]]:
        return [m for m in self.rows("outbox") if m["template"] == template]

    def told(self, template: str) -> Counter[str]:
        names = {number: name for name, number in self.joined.items()}
        return Counter(names[m["person_id"]] for m in self.queued(template))

    def join(self, name: str, role: Role, unit: str | None = None, **more: Any) -> None:
        day = more.get("since", date(2021, 3, 1))
        now = datetime(day.year, day.month, day.day, tzinfo=UTC)
        number = len(self.joined) + 11
        with writing(self.engine) as tx:
            of = unit_by_slug(tx, unit, day) if unit else None
            token = people.create_invitation(
                tx, role=role, unit_id=of.id if of else None, deputy=more.get("deputy", False),
                source=more.get("source"), now=now, expires_at=now + timedelta(days=1),
            )  # fmt: skip
            done = people.redeem(
                tx, token, user_id=number, chat_id=number, name=name, now=now, today=day,
                guesses_per_hour=5,
            )  # fmt: skip
        assert isinstance(done, people.Joined)
        self.joined[name] = done.person.id


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.fixture
def office(tmp_path: Path, organised_url: str) -> Iterator[Office]:
    installation = install(tmp_path / "house", organised_url)
    engine = open_engine(organised_url)
    with installation.house() as house:
        yield Office(installation=installation, house=house, engine=engine)
    engine.dispose()


def done(code: str, day: str, **given: str) -> dict[str, str]:
    return dossier(code, finished=day, status="Đã xử lý xong", **given)
