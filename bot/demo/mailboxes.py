"""Who of the invented officials signed in to the City's mail, and when last?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from random import Random

from bot.demo import story
from bot.demo.days import after, at
from bot.demo.offices import COMMUNES, DEPARTMENTS, STORY_SLUG, Office, invent_official

COLUMNS = (
    "STT", "Địa chỉ thư", "Họ tên", "Đơn vị", "Chức vụ", "Loại hộp thư", "Trạng thái", "Ngày tạo",
    "Lần đăng nhập cuối", "Dung lượng (MB)", "Lý do vắng",
)  # fmt: skip
_COMMUNE_TITLES = (
    "Chủ tịch", "Công chức TP-HT", "Phó Chủ tịch", "Phó Chủ tịch", "Công chức ĐC-XD",
    "Công chức VP-TK", "Công chức TC-KT", "Công chức VH-XH",
)  # fmt: skip
_DEPARTMENT_TITLES = ("Trưởng phòng", "Phó Trưởng phòng", "Chuyên viên")
LEAVE = ("Nghỉ thai sản 05/01/2021–05/07/2021", "Đi học 01/03/2021–30/06/2021")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    address: str
    owner: str
    office: Office
    title: str
    shared: bool
    created: date
    megabytes: int
    away: str = ""
    locked: bool = False
    never_used: bool = False
    idle: tuple[date, date] | None = None  # first and last day without a sign-in


def _initials(name: str) -> str:
    """'Nguyễn Văn An' -> 'nvan', as the City's addresses are made."""
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    *rest, given = "".join(c for c in bare if not unicodedata.combining(c)).lower().split()
    return "".join(word[0] for word in rest) + given


@lru_cache(maxsize=4)
def mailboxes(seed: int) -> tuple[Mailbox, ...]:
    """All mailboxes of the district's offices, the unit's own first."""
    found: dict[str, Mailbox] = {}
    for office in (*COMMUNES, *DEPARTMENTS):
        for box in _of_office(office, seed):
            local, _, domain = box.address.partition(".")
            number = 2
            while box.address in found:  # namesakes get a number
                box = replace(box, address=f"{local}{number}.{domain}")
                number += 1
            found[box.address] = box
    return tuple(found.values())


def _of_office(office: Office, seed: int) -> Iterator[Mailbox]:
    commune = office in COMMUNES
    chance = Random(f"{seed}-mail-{office.slug}")  # noqa: S311
    owner = f"ubnd.{office.mail}" if commune else office.mail
    yield Mailbox(
        address=f"{owner}.cangio@tphcm.gov.vn",
        owner=office.name,
        office=office,
        title="",
        shared=True,
        created=date(2015, 1, 2),
        megabytes=chance.randint(900, 4000),
    )
    titles = _COMMUNE_TITLES if commune else _DEPARTMENT_TITLES
    for place in range(1, office.staff):
        name = invent_official(chance)
        title = titles[min(place - 1, len(titles) - 1)]
        idle, dice = _idle(office, place, chance), chance.random()
        quiet = office.slug == STORY_SLUG
        yield Mailbox(
            address=f"{_initials(name)}.cangio@tphcm.gov.vn",
            owner=name,
            office=office,
            title=title,
            shared=False,
            created=date(chance.randint(2012, 2020), chance.randint(1, 12), chance.randint(1, 28)),
            megabytes=chance.randint(20, 900),
            away=LEAVE[place % 2] if not quiet and place > 3 and dice < 0.03 else "",
            locked=not quiet and place > 3 and 0.03 <= dice < 0.06,
            never_used=office.slug == "xa_ly_nhon" and place == 8,
            idle=idle,
        )


def _idle(office: Office, place: int, chance: Random) -> tuple[date, date] | None:
    dice, month, day = chance.random(), chance.randint(1, 5), chance.randint(1, 28)
    if office.slug == STORY_SLUG:
        return story.IDLE.get(place)
    if dice < 0.2:
        first = date(2021, month, day)
        return first, after(first, 7)
    return None


def _signs_in(box: Mailbox, day: date, chance: Random) -> bool:
    dice = chance.random()
    if box.idle:
        first, last = box.idle
        if first <= day <= last:
            return False
        if day in (after(first, -1), after(last, 1)):
            return True
    return day.toordinal() % 3 == 0 or dice < 0.8


def last_used(box: Mailbox, moment: datetime, seed: int) -> datetime | None:
    """The newest sign-in before a moment; everyone signs in at least every third working day."""
    if box.never_used:
        return None
    if box.locked:
        return at(date(2020, 11, 30), 15)
    if box.away:
        return at(date(2021, 1, 4), 9, 10)
    day = after(moment.date(), -1)
    for _ in range(60):
        chance = Random(f"{seed}-{box.address}-{day}")  # noqa: S311
        if _signs_in(box, day, chance):
            return at(day, chance.randint(7, 16), chance.randrange(31, 60))
        day = after(day, -1)
    return None


def mailbox_rows(day: date, seed: int) -> list[Mapping[str, object]]:
    """The mail console's list on the morning of a day."""
    rows: list[Mapping[str, object]] = []
    for number, box in enumerate(mailboxes(seed), 1):
        used = last_used(box, at(day, 7), seed)
        # The console prints two forms of a moment, depending on the program that signed in.
        form = "%Y-%m-%d %H:%M:%S" if number % 17 == 0 else "%d/%m/%Y %H:%M"
        spelt = box.office.spellings[0] if number % 23 == 0 and box.office.spellings else ""
        rows.append(
            {
                "STT": number,
                "Địa chỉ thư": box.address,
                "Họ tên": box.owner,
                "Đơn vị": spelt or box.office.name,
                "Chức vụ": box.title,
                "Loại hộp thư": "Đơn vị" if box.shared else "Cá nhân",
                "Trạng thái": "Khóa" if box.locked else "Hoạt động",
                "Ngày tạo": f"{box.created:%d/%m/%Y}",
                "Lần đăng nhập cuối": f"{used:{form}}" if used else "",
                "Dung lượng (MB)": box.megabytes,
                "Lý do vắng": box.away or ("Nghỉ hưu" if box.locked else ""),
            }
        )
    return rows
