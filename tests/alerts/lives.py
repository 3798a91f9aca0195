"""How does a test write down readings, items and alerts, and keep one alert as the store would?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from alerts.calendar import WorkingCalendar
from alerts.lifecycle import next_step
from db.records import (
    Goal,
    Item,
    JudgedReading,
    Move,
    OpenAlert,
    Phase,
    Policy,
    Reading,
    State,
    Step,
    Verdict,
)

WEEKDAYS = WorkingCalendar(first=1, last=0, days=())  # Monday to Friday, no holidays
DISTRICT_TIME = timezone(timedelta(hours=7))
MONDAY = datetime(2021, 3, 22, 7, 30, tzinfo=DISTRICT_TIME)
ABOVE_95 = Goal(operator=">", percent=95)


def on(days: int, hour: int = 7, minute: int = 30) -> datetime:
    """So many days after Monday 22/03/2021, by the district's clock."""
    return (MONDAY + timedelta(days=days)).replace(hour=hour, minute=minute)


def judged(
    state: State,
    numerator: int = 45,
    denominator: int = 48,
    *,
    needed: int | None = 13,
    data_day: date | None = None,
) -> JudgedReading:
    reading = Reading(
        target="on_time", unit_id=1, field_id=2, field="Hộ tịch",
        numerator=numerator, denominator=denominator,
    )  # fmt: skip
    verdict = Verdict(state=state, reason="as_judged", needed=needed)
    return JudgedReading(reading=reading, verdict=verdict, data_day=data_day)


def items(*keys: str, note: str = "overdue_with_letter") -> list[Item]:
    return [Item(key=key, label="Đăng ký khai sinh", note=note, days_late=2) for key in keys]


def an_alert(*keys: str, **given: Any) -> OpenAlert:
    values: dict[str, Any] = {
        "id": 7, "unit_id": 1, "target": "on_time", "field_id": 2, "opened_at": MONDAY,
        "numerator": 45, "denominator": 48, "item_keys": frozenset(keys), **given,
    }  # fmt: skip
    return OpenAlert(**values)


@dataclass
class Desk:
    """Keeps the one alert of a target as a store would, and every alert that has ended."""

    policy: Policy = field(default_factory=Policy)
    alert: OpenAlert | None = None
    ended: list[OpenAlert] = field(default_factory=list)

    def check(
        self, state: State, a: int, n: int, *keys: str, now: datetime = MONDAY, **more: Any
    ) -> str:
        reading = judged(state, a, n, data_day=now.date())
        step = self.step(reading, items(*keys), now, **more)
        return f"{step.move}: {step.reason}" if step else "nothing"

    def step(
        self, reading: JudgedReading, found: list[Item], now: datetime, **more: Any
    ) -> Step | None:
        step = next_step(self.alert, reading, found, self.policy, now, WEEKDAYS, **more)
        if step is not None:
            self.keep(step, now)
        return step

    def keep(self, step: Step, now: datetime, person_id: int | None = None) -> None:
        before = self.alert
        if before is None:
            before = an_alert(id=len(self.ended) + 1, opened_at=now)
        after = replace(
            before,
            phase=step.phase,
            state=step.state,
            numerator=step.numerator,
            denominator=step.denominator,
            bad_checks=step.bad_checks,
            good_checks=step.good_checks,
            item_keys=(before.item_keys | step.new_keys) - step.gone_keys,
        )
        if step.move is Move.OPENED:
            after = replace(after, opened_at=now)
        if step.move is Move.TAKEN:
            after = replace(after, taken_by=person_id, taken_at=now)
        if step.move is Move.CLAIMED:
            after = replace(
                after, claimed_by=person_id, claimed_at=now, claimed_keys=before.item_keys
            )
        self.alert = after
        if step.phase in (Phase.RESOLVED, Phase.DROPPED):
            self.ended.append(after)
            self.alert = None
