"""How does the demo go on? Exports arrive, the clock jumps to the next check, the daemon works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from alerts.house import House
from bot.demo.clock import DemoClock
from bot.demo.days import at, is_working
from bot.demo.exports import write_afternoon, write_exports
from bot.demo.offices import STORY_SLUG
from db import alert_store, due, read_models, units
from db.engine import reading
from db.indicators import day_of
from db.records import Phase

Progress = Callable[[tuple[str, str]], None]
PATIENCE = 90.0  # seconds; a check with its files takes a few


@dataclass(frozen=True, kw_only=True, slots=True)
class Half:
    """One of the day's two checks: when its files lie in the inbox, and who makes them."""

    files_at: tuple[int, int]
    check_at: tuple[int, int]
    write: Callable[[Path, date], tuple[Path, ...]]


MORNING = Half(files_at=(7, 25), check_at=(7, 30), write=write_exports)
AFTERNOON = Half(files_at=(13, 55), check_at=(14, 0), write=write_afternoon)


class MorningFailed(Exception):
    """A check did not come to its end; the message says what was waited for."""


class Ended(Exception):
    """The demo is ending."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What happened at a check, in numbers."""

    moment: datetime
    files: int
    refused: int
    opened: int  # alerts of the commune of the story
    resolved: int
    messages: int
    days_off: tuple[date, ...] = ()  # that went by before it


@dataclass(kw_only=True)
class Mornings:
    """Plays one check after the other; used from the thread of the page's buttons."""

    house: House
    clock: DemoClock
    outgoing: Path  # where files are made, on the same disk as the inbox
    count_messages: Callable[[], int]
    ending: threading.Event

    def play_next(self, progress: Progress) -> Played:
        """The morning of the next working day; what lies before it is lived through first.

        Raises MorningFailed where it does not come to its end, Ended where the demo does.
        """
        today = self.house.wall_day(self.clock())
        if is_working(today) and not self._checked(self._moment(today, AFTERNOON)):
            self.play(today, AFTERNOON, progress)
        day, days_off = today + timedelta(days=1), []
        while not is_working(day):
            self.play(day, MORNING, progress)
            days_off.append(day)
            day += timedelta(days=1)
        return self.play(day, MORNING, progress, tuple(days_off))

    def play_afternoon(self, progress: Progress) -> Played | None:
        """The check of 14:00 of the day that the clock shows; None where it is over."""
        today = self.house.wall_day(self.clock())
        if self._checked(self._moment(today, AFTERNOON)):
            return None
        return self.play(today, AFTERNOON, progress)

    def play(
        self, day: date, half: Half, progress: Progress, days_off: tuple[date, ...] = ()
    ) -> Played:
        before, said = self._alerts(), self.count_messages()
        moment = self._moment(day, half)
        when = f"{moment:%d/%m/%Y}"
        progress((f"{when}: các đơn vị gửi tệp…", f"{when}: the offices send their files…"))
        delivered = self._deliver(day, half)
        when = f"{moment:%d/%m/%Y %H:%M}"
        progress((f"{when}: kiểm tra chỉ tiêu…", f"{when}: the targets are checked…"))
        self._jump(moment)
        self._wait(lambda: self._checked(moment), f"the check of {when}")
        self._wait(lambda: self._waiting() == 0, "the messages to be sent")
        after = self._alerts()
        return Played(
            moment=moment,
            files=len(delivered),
            refused=delivered.count("refused"),
            opened=len(after - before),
            resolved=len(before - after),
            messages=self.count_messages() - said,
            days_off=days_off,
        )

    def _deliver(self, day: date, half: Half) -> Sequence[str]:
        """The exports lie in the inbox a little before the check; what became of each."""
        files = half.write(self.outgoing, day)
        newest = self._deliveries(1)
        already = newest[0].id if newest else 0
        self._jump(at(day, *half.files_at).replace(tzinfo=self.house.zone))
        for file in files:
            file.replace(self.house.inbox / file.name)

        def taken() -> list[str]:
            return [each.outcome for each in self._deliveries(len(files)) if each.id > already]

        self._wait(lambda: len(taken()) == len(files), f"the files of {day:%d/%m/%Y} to be taken")
        return taken()

    def _moment(self, day: date, half: Half) -> datetime:
        return at(day, *half.check_at).replace(tzinfo=self.house.zone)

    def _jump(self, moment: datetime) -> None:
        if moment > self.clock():
            self.clock.jump(moment)

    def _deliveries(self, most: int) -> Sequence[read_models.DeliveryView]:
        with reading(self.house.engine) as tx:
            return read_models.deliveries(tx, most) if most else ()

    def _checked(self, moment: datetime) -> bool:
        with reading(self.house.engine) as tx:
            newest = read_models.newest_as_of(tx, day_of(moment.date()))
        return newest is not None and newest >= moment

    def _waiting(self) -> int:
        with reading(self.house.engine) as tx:
            return due.waiting(tx)

    def _alerts(self) -> frozenset[int]:
        """The open alerts of the story's commune, without those that wait to be confirmed."""
        with reading(self.house.engine) as tx:
            unit = units.unit_by_slug(tx, STORY_SLUG, self.house.wall_day(self.clock()))
            known = alert_store.open_alerts(tx).values()
        of_the_story = [a for a in known if unit is not None and a.unit_id == unit.id]
        return frozenset(a.id for a in of_the_story if a.phase is not Phase.PENDING)

    def _wait(self, look: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not look():
            if self.ending.wait(0.1):
                raise Ended
            if time.monotonic() > until:
                raise MorningFailed(f"waited {PATIENCE:.0f} s in vain for {what}")
