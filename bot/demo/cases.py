"""Which dossiers did the offices of the invented district receive, and what became of each?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

from bot.demo import procedures, story
from bot.demo.days import BEGINS, after, at, working_days
from bot.demo.offices import COMMUNES, ONE_STOP, STORY_SLUG, Office
from bot.demo.procedures import Procedure

DONE, RETURNED = "Đã xử lý xong", "Đã trả kết quả"
WITHDRAWN, STOPPED = "Công dân yêu cầu rút hồ sơ", "Dừng xử lý"
TURNED_AWAY, ASKED = "Không được tiếp nhận", "Yêu cầu bổ sung giấy tờ"
ACCEPTED, WORKING = "Được tiếp nhận", "Đang xử lý"
DESK, ONLINE, POST = "Trực tiếp", "Trực tuyến", "Bưu chính công ích"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One dossier with its whole life, also what the morning of an export cannot know yet."""

    code: str
    procedure: Procedure
    office: Office
    holder: str
    channel: str
    received: datetime
    due: datetime | None
    handler: str
    finished: datetime | None = None
    returned: datetime | None = None
    asked: datetime | None = None
    supplied: datetime | None = None
    end: str = DONE  # how it ends: DONE, WITHDRAWN, STOPPED or TURNED_AWAY
    letter: date | None = None  # the day on which the office apologised
    due_again: datetime | None = None

    def status(self, moment: datetime) -> str:
        """What the software shows at a moment."""
        if self.finished and self.finished <= moment:
            if self.end != DONE:
                return self.end
            return RETURNED if self.returned and self.returned <= moment else DONE
        if self.asked and self.asked <= moment and not (self.supplied and self.supplied <= moment):
            return ASKED
        return ACCEPTED if moment - self.received < timedelta(hours=20) else WORKING


@lru_cache(maxsize=8)
def cases_until(day: date, seed: int) -> tuple[Case, ...]:
    """Every dossier received before a day, in the order of receipt; a longer list begins alike."""
    return tuple(
        case
        for received in working_days(BEGINS, day)
        for office in (*COMMUNES, ONE_STOP)
        for case in _cases_of(office, received, seed)
    )


def _cases_of(office: Office, day: date, seed: int) -> Iterator[Case]:
    # A random source for each office and day: what happens tomorrow never changes yesterday.
    chance = Random(f"{seed}-{office.slug}-{day}")  # noqa: S311
    known = tuple(story.dossiers_of(day)) if office.slug == STORY_SLUG else ()
    for number, plot in enumerate(known, 1):
        yield _told(office, day, number, plot)
    for number in range(len(known) + 1, len(known) + 1 + chance.choice(_spread(office.volume))):
        yield _invented(office, day, number, chance)


def _spread(volume: int) -> range:
    return range(volume - 1, volume + 2)


def _told(office: Office, day: date, number: int, plot: story.Plot) -> Case:
    case = _received(office, day, number, plot.procedure, at(day, 7, 31 + 4 * number), DESK, "CB01")
    due = case.due.replace(hour=plot.due_hour) if case.due else None
    again = at(plot.finished, 17) if plot.letter and plot.finished else None
    finished = at(plot.finished, *plot.hour) if plot.finished else None
    return replace(
        case,
        due=due,
        finished=finished,
        returned=finished + timedelta(minutes=15) if finished else None,
        asked=at(plot.asked, 15) if plot.asked else None,
        letter=plot.letter,
        due_again=again,
    )


def _received(
    office: Office,
    day: date,
    number: int,
    procedure: Procedure,
    received: datetime,
    channel: str,
    handler: str,
) -> Case:
    due = None
    if procedure.working_days is not None:
        last_minute = procedure.working_days == 0 and received.hour >= 15
        due = at(after(day, procedure.working_days + last_minute), 17)
    return Case(
        code=f"000.{office.number}.16.H29-{day:%y%m%d}-{number:04}",
        procedure=procedure,
        office=office,
        holder=procedure.holder or office.name,
        channel=channel,
        received=received,
        due=due,
        handler=handler,
    )


def _invented(office: Office, day: date, number: int, chance: Random) -> Case:
    offered: tuple[Procedure, ...] = (
        procedures.DISTRICT if office is ONE_STOP else procedures.COMMUNE
    )
    if office.slug == STORY_SLUG:
        offered = procedures.QUIET
    (procedure,) = chance.choices(offered, [each.share for each in offered])
    channel = chance.choices((DESK, ONLINE, POST), (84, 12, 4))[0]
    minutes = 8 * 60 + 15 + number * 20 + chance.randrange(15)
    case = _received(
        office,
        day,
        number,
        procedure,
        at(day, minutes // 60, minutes % 60),
        channel,
        f"CB{office.number}{chance.randint(1, 5)}",
    )
    return _with_life(case, day, chance)


def _with_life(case: Case, day: date, chance: Random) -> Case:
    """Draws how a dossier goes on: mostly on time, sometimes supplemented, withdrawn or late."""
    span = case.procedure.working_days or 0
    dice, late = chance.random(), chance.randrange(1000)
    if dice < 0.006:
        return replace(case, finished=case.received + timedelta(minutes=40), end=TURNED_AWAY)
    if span >= 3 and dice < 0.03:
        return _supplemented(case, day, span, chance)
    if span >= 3 and dice < 0.045:
        end = WITHDRAWN if dice < 0.04 else STOPPED
        return replace(case, finished=at(after(day, 1), 9, chance.randrange(60)), end=end)
    if case.due is not None and late < case.office.late_per_mille:
        return _late(case, case.due.date(), chance)
    if span == 0:
        finished = case.received + timedelta(minutes=chance.randint(15, 75))
    else:
        finished = at(after(day, chance.randint((span + 1) // 2, span)), chance.randint(8, 16))
    return replace(case, finished=finished, returned=_picked_up(finished, chance))


def _picked_up(finished: datetime, chance: Random) -> datetime:
    wait = chance.choice((0, 0, 0, 1, 2))
    return at(after(finished.date(), wait), 16, chance.randint(10, 55)) if wait else finished


def _supplemented(case: Case, day: date, span: int, chance: Random) -> Case:
    asked = after(day, 1)
    if chance.random() < 0.2:
        return replace(case, asked=at(asked, 15))  # the citizen never comes back
    supplied = after(asked, chance.randint(1, 4))
    finished = at(after(supplied, max(1, span - 2)), 10, chance.randrange(60))
    return replace(
        case,
        asked=at(asked, 15),
        supplied=at(supplied, 14),
        finished=finished,
        returned=_picked_up(finished, chance),
    )


def _late(case: Case, due: date, chance: Random) -> Case:
    finished = at(after(due, chance.randint(1, 6)), 10, chance.randrange(60))
    dice = chance.random()
    letter = due if dice < 0.72 else after(due, chance.randint(1, 3)) if dice < 0.92 else None
    again = at(after(due, 5), 17) if letter else None
    return replace(case, finished=finished, returned=finished, letter=letter, due_again=again)
