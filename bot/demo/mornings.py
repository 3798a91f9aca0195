"""How does the next morning of the demo go? Exports arrive, the clock jumps, the daemon works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from alerts.house import House
from bot.demo.clock import DemoClock
from bot.demo.days import at, is_working
from bot.demo.exports import write_exports
from bot.demo.offices import STORY_SLUG
from db import outbox, read_models, units
from db.engine import reading
from db.indicators import day_of

Found = TypeVar("Found")
Progress = Callable[[str], None]
PATIENCE = 90.0  # seconds; a morning takes a few
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class MorningFailed(Exception):
    """The next morning did not come to its end; the message says what was waited for."""


class Ended(Exception):
    """The demo is ending."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Morning:
    """What happened, in numbers."""

    day: date
    files: int
    refused: int
    opened: int  # alerts of the commune of the story
    resolved: int
    messages: int


def describe(morning: Morning) -> str:
    """One sentence in Vietnamese and one in English."""
    weekday = morning.day.weekday()
    day = f"{morning.day:%d/%m/%Y}"
    sent = f"đã gửi {morning.messages} tin" if morning.messages else "không có tin nhắn"
    sent_en = f"{morning.messages or 'no'} message{'' if morning.messages == 1 else 's'}"
    if not is_working(morning.day):
        return (
            f"{WEEKDAYS[weekday]} {day}: ngày nghỉ, không có tệp nào; {sent}."
            f" / {WEEKDAYS_EN[weekday]}: a day off, no files; {sent_en}."
        )
    refused = f" ({morning.refused} tệp bị từ chối)" if morning.refused else ""
    refused_en = f" ({morning.refused} refused)" if morning.refused else ""
    return (
        f"{WEEKDAYS[weekday]} {day}: nhận {morning.files} tệp{refused}; xã Bình Khánh:"
        f" {morning.opened} cảnh báo mới, {morning.resolved} đã khắc phục;"
        f" {sent}."
        f" / {WEEKDAYS_EN[weekday]}: {morning.files} files{refused_en}; Bình Khánh:"
        f" {morning.opened} new, {morning.resolved} recovered; {sent_en}."
    )


@dataclass(kw_only=True)
class Mornings:
    """Plays one morning after the other; used from the thread of the page's button."""

    house: House
    clock: DemoClock
    outgoing: Path  # where a morning's files are made, on the same disk as the inbox
    count_messages: Callable[[], int]
    ending: threading.Event

    def play_next(self, progress: Progress) -> Morning:
        """The morning after the one that the clock shows."""
        return self.play(self.house.wall_day(self.clock()) + timedelta(days=1), progress)

    def play(self, day: date, progress: Progress) -> Morning:
        """Raises MorningFailed where it does not come to its end, Ended where the demo does."""
        before, said = self._alerts(), self.count_messages()
        progress(f"{day:%d/%m/%Y}: các đơn vị gửi tệp / the offices send their files")
        delivered = self._deliver(day)
        progress(f"{day:%d/%m/%Y} 07:30: kiểm tra chỉ tiêu / the targets are checked")
        self._jump(day, 7, 30)
        self._wait(lambda: self._checked(day), f"the check of {day:%d/%m/%Y} 07:30")
        self._wait(lambda: self._waiting() == 0, "the messages to be sent")
        after = self._alerts()
        outcomes = self._outcomes(day, len(delivered))
        return Morning(
            day=day,
            files=len(delivered),
            refused=sum(outcome == "refused" for outcome in outcomes),
            opened=len(after.keys() - before.keys()),
            resolved=sum(not is_open and before.get(id_, True) for id_, is_open in after.items()),
            messages=self.count_messages() - said,
        )

    def _deliver(self, day: date) -> Sequence[Path]:
        """Yesterday evening's exports lie in the inbox in the morning, before the check."""
        files = write_exports(self.outgoing, day)
        self._jump(day, 7, 25)
        for file in files:
            file.replace(self.house.inbox / file.name)
        if files:
            self._wait(
                lambda: len(self._outcomes(day, len(files))) == len(files),
                f"the files of {day:%d/%m/%Y} to be taken",
            )
        return files

    def _jump(self, day: date, hour: int, minute: int) -> None:
        moment = at(day, hour, minute).replace(tzinfo=self.house.zone)
        if moment > self.clock():
            self.clock.jump(moment)

    def _outcomes(self, day: date, most: int) -> list[str]:
        with reading(self.house.engine) as tx:
            newest = read_models.deliveries(tx, most) if most else ()
        return [delivery.outcome for delivery in newest if delivery.day == day_of(day)]

    def _checked(self, day: date) -> bool:
        with reading(self.house.engine) as tx:
            return read_models.newest_as_of(tx, day_of(day)) is not None

    def _waiting(self) -> int:
        with reading(self.house.engine) as tx:
            return outbox.waiting(tx)

    def _alerts(self) -> dict[int, bool]:
        """The alerts of the story's commune, open ones and ended ones: id -> is it open?"""
        with reading(self.house.engine) as tx:
            unit = units.unit_by_slug(tx, STORY_SLUG, self.house.wall_day(self.clock()))
            known = read_models.open_alerts(tx, [unit.id] if unit else [], with_resolved=True)
        return {alert.id: alert.resolved_at is None for alert in known}

    def _wait(self, look: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not look():
            if self.ending.wait(0.1):
                raise Ended
            if time.monotonic() > until:
                raise MorningFailed(f"waited {PATIENCE:.0f} s in vain for {what}")
