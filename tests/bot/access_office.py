"""Who is there to be let in or turned away? An office with somebody of each role, and a group."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update

from alerts.house import House
from bot.commands.opening import open_house
from bot.sandbox.server import Sandbox
from db import organisation
from db.engine import reading, writing
from db.records import Role
from db.tables import (
    AbsenceRow,
    BindingRow,
    DossierRow,
    MuteRow,
    OutboxRow,
    ReadingRow,
)
from db.tables.declarative import Base
from settings import SHIPPED, Limits, Settings, Telegram, read_settings
from tests.bot.alerting import add_group, another_alert, change, first_alert
from tests.bot.conftest import (
    ADMIN,
    HEAD,
    LEADER,
    NAMED_ADMIN,
    OFFICIAL,
    START,
    STEWARD,
    STRANGER,
    TODAY,
    TOKEN,
    Clock,
    Talk,
    add_person,
    dossier,
    fill,
    running,
    unit_id,
)

OWN, OTHER, THIRD, DISTRICT = "xa_binh_khanh", "xa_ly_nhon", "xa_an_thoi_dong", "huyen_can_gio"
DEPUTY, OTHER_HEAD, VICE, FORMER, AWAY, STAND_IN = 21, 22, 23, 24, 25, 26
AWAY_LEADER, ACTING, BYSTANDER, LEAVING = 27, 28, 29, 30
GROUP, FORUM, TOPIC = -5, -1_000_000_000_055, 3
A_NAMED_ITEM = "000.02.16"  # how the code of every dossier begins
STRANGERS = (
    "Tài khoản chưa được đăng ký sử dụng. Đề nghị liên hệ Phòng Nội vụ để được cấp mã kích hoạt."
)
REFUSED = (  # any of these words is a polite refusal
    "chưa được cấp quyền",
    "dành cho quản trị hệ thống",
    "Chỉ quản trị hệ thống",
    "dành cho người đứng đầu",
    "Chỉ ghi vắng mặt cho",
    "chưa được phân công",
    "không thể hạ thấp",
)
ANSWERED_AGAIN = 20.0  # seconds after which a stranger is answered once more

# Not what somebody does, but how the bot keeps its messages: may change at any moment.
BY_THE_WAY = frozenset({"chat_pace", "shown_messages"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Somebody in a chat; `unit` is what "own" means for them."""

    who: str
    user: int
    unit: str = OWN
    chat: int = 0  # 0: the private chat
    topic: int | None = None

    @property
    def writes_in(self) -> int:
        return self.chat or self.user


# The columns of the tables.
ACTORS = {
    "head": Actor(who="the head of the unit", user=HEAD),
    "deputy": Actor(who="a deputy of the unit", user=DEPUTY),
    "other": Actor(who="the head of another unit", user=OTHER_HEAD, unit=OTHER),
    "away": Actor(who="a head who is away", user=AWAY, unit=THIRD),
    "standin": Actor(who="an official who stands in for a head", user=STAND_IN, unit=THIRD),
    "leader": Actor(who="the leader of the district", user=LEADER),
    "vice": Actor(who="a deputy leader of the district", user=VICE),
    "acting": Actor(who="an official who stands in for a leader", user=ACTING),
    "official": Actor(who="an official", user=OFFICIAL),
    "steward": Actor(who="a steward of the dossiers", user=STEWARD),
    "admin": Actor(who="an admin", user=ADMIN),
    "former": Actor(who="a former head", user=FORMER),
    "stranger": Actor(who="a stranger", user=STRANGER),
    "g.head": Actor(who="a head in the unit's group", user=HEAD, chat=GROUP),
    "g.official": Actor(who="an official in the unit's group", user=OFFICIAL, chat=GROUP),
    "g.stranger": Actor(who="a stranger in the unit's group", user=STRANGER, chat=GROUP),
    "t.head": Actor(who="a head in a topic of a forum", user=HEAD, chat=FORUM, topic=TOPIC),
    "t.leader": Actor(who="a leader in a topic of a forum", user=LEADER, chat=FORUM, topic=TOPIC),
}

# (user, role, unit, deputy, the last day)
GIVEN: tuple[tuple[int, Role, str | None, bool, date | None], ...] = (
    (HEAD, Role.HEAD, OWN, False, None),
    (DEPUTY, Role.HEAD, OWN, True, None),
    (OTHER_HEAD, Role.HEAD, OTHER, False, None),
    (AWAY, Role.HEAD, THIRD, False, None),
    (STAND_IN, Role.OFFICIAL, None, False, None),
    (LEADER, Role.LEADER, DISTRICT, False, None),
    (VICE, Role.LEADER, DISTRICT, True, None),
    (AWAY_LEADER, Role.LEADER, DISTRICT, False, None),
    (ACTING, Role.OFFICIAL, None, False, None),
    (OFFICIAL, Role.OFFICIAL, None, False, None),
    (STEWARD, Role.STEWARD, None, False, None),
    (ADMIN, Role.ADMIN, None, False, None),
    (FORMER, Role.HEAD, OWN, False, TODAY - timedelta(days=1)),
    (BYSTANDER, Role.HEAD, "xa_tam_thon_hiep", False, None),
    (LEAVING, Role.OFFICIAL, None, False, None),
)
STANDS_IN_FOR = {STAND_IN: AWAY, ACTING: AWAY_LEADER}


def read_table(text: str) -> dict[str, dict[str, str]]:
    """column -> row -> word; the first line has the columns, a row's name may have spaces."""
    header, *lines = [line for line in text.splitlines() if line.strip()]
    columns = header.replace("|", " ").split()
    assert set(columns) == set(ACTORS), "a column for each actor, an actor for each column"
    table: dict[str, dict[str, str]] = {column: {} for column in columns}
    for line in lines:
        name, _, cells = line.partition("|")
        words = cells.replace("|", " ").split()
        for column, word in zip(columns, words, strict=True):
            assert name.strip() not in table[column], f"{name.strip()} stands there twice"
            table[column][name.strip()] = word
    return table


def tries_of(word: str, refusal: str) -> tuple[tuple[bool, str], ...]:
    """What a cell's word promises: (about what is one's own, outcome). A refusal is tried with
    what is nearest to be allowed, a "yes" with what is farthest.
    """
    if word == "own":
        return (True, "yes"), (False, refusal)
    return ((word not in ("yes", "numbers"), word),)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The running bot with somebody of each role."""

    house: House
    clock: Clock
    talk: Talk
    alerts: Mapping[str, int]  # of each unit
    people: Mapping[int, int]  # user -> person

    @property
    def sandbox(self) -> Sandbox:
        return self.talk.sandbox

    def person(self, user: int) -> int:
        """The person's number; 0 for a stranger."""
        return self.people.get(user, 0)

    def presser(self, actor: Actor) -> int:
        """Who is meant by "own": the actor, or an admin where nobody knows them."""
        return self.person(actor.user) or self.person(ADMIN)

    def unit(self, actor: Actor, mine: bool) -> int:
        return unit_id(self.house, self.slug(actor, mine))

    def slug(self, actor: Actor, mine: bool) -> str:
        return actor.unit if mine else (OWN if actor.unit == OTHER else OTHER)

    def alert(self, actor: Actor, mine: bool) -> int:
        """An alert that nobody has answered yet."""
        alert_id = self.alerts[self.slug(actor, mine)]
        change(
            self.house, alert_id, phase="open", state="missed", resolved_at=None, taken_by=None,
            taken_at=None, claimed_by=None, claimed_at=None, disputed_at=None,
        )  # fmt: skip
        with writing(self.house.engine) as tx:
            tx.execute(delete(MuteRow))
        return alert_id

    def records(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is kept, by table."""
        with reading(self.house.engine) as tx:
            return {
                name: [tuple(row) for row in tx.exec_driver_sql(f'SELECT * FROM "{name}"')]
                for name in Base.metadata.tables
                if name not in BY_THE_WAY
            }

    async def at_rest(self, actor: Actor) -> dict[str, list[tuple[Any, ...]]]:
        """What is kept once all that is due has been sent and told to the ledger."""
        if actor.user in (STRANGER, FORMER):
            self.clock.move(seconds=ANSWERED_AGAIN)
        async with asyncio.timeout(8):
            # What is settled in the records changes no chat that could wake us.
            while self._is_sending():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return self.records()

    def changed(self, before: Mapping[str, list[tuple[Any, ...]]]) -> set[str]:
        """The tables that are not as they were."""
        return {name for name, rows in self.records().items() if rows != before[name]}

    def _is_sending(self) -> bool:
        with reading(self.house.engine) as tx:
            unsettled = (OutboxRow.settled_at.is_(None), OutboxRow.not_before <= self.clock())
            return tx.execute(select(OutboxRow.id).where(*unsettled)).first() is not None


@asynccontextmanager
async def open_office(template: Path, place: Path) -> AsyncIterator[Office]:
    """The office on a copy of the empty database, its bot running, until the end of the block."""
    shutil.copy(template, place / "access.db")
    settings, clock = _settings(f"sqlite:///{place / 'access.db'}"), Clock()
    with _house(settings, clock) as house, Sandbox(TOKEN, clock=clock) as sandbox:
        for user in {user for user, *_ in GIVEN} | {STRANGER}:
            sandbox.add_person(user, f"Người {user}", started=True)
        sandbox.add_group(GROUP, "Tổ một cửa")
        sandbox.add_group(FORUM, "Cải cách hành chính", topics={TOPIC: "Bình Khánh"})
        ids, alerts = _staff(house)
        async with running(house, sandbox, settings.telegram, settings.limits) as talk:
            yield Office(house=house, clock=clock, talk=talk, alerts=alerts, people=ids)


def _settings(url: str) -> Settings:
    shipped = read_settings(SHIPPED / "settings.toml", {"DUNGHEN_DATABASE__URL": url})
    telegram = Telegram(token=TOKEN, admins=(NAMED_ADMIN,))
    limits = Limits(seconds_between_messages=0)
    return shipped.model_copy(update={"telegram": telegram, "limits": limits})


@contextmanager
def _house(settings: Settings, clock: Clock) -> Iterator[House]:
    house = open_house(settings, clock)
    lines = organisation.read_organisation(settings.find(settings.district.organisation))
    with writing(house.engine) as tx:
        organisation.load_units(tx, lines, TODAY)
    fill(house)
    yield house
    house.engine.dispose()


def _staff(house: House) -> tuple[dict[int, int], dict[str, int]]:
    """People, a group and a forum, and an alert with a named item in three units."""
    ids = {}
    for user, role, slug, deputy, last_day in GIVEN:
        source = "dossiers" if role is Role.STEWARD else None
        ids[user] = add_person(house, user, role, slug, valid_to=last_day, source=source)
        if deputy:
            with writing(house.engine) as tx:
                mine = BindingRow.person_id == ids[user]
                tx.execute(update(BindingRow).where(mine).values(deputy=True))
    with writing(house.engine) as tx:
        for stands_in, away in STANDS_IN_FOR.items():
            tx.execute(
                insert(AbsenceRow).values(
                    person_id=ids[away], stand_in=ids[stands_in], first_day=TODAY,
                    last_day=TODAY, created_by=ids[ADMIN], created_at=START,
                )
            )  # fmt: skip
    add_group(house, GROUP)
    add_group(house, FORUM, TOPIC)
    alerts = {OWN: first_alert(house)}
    for number, slug in enumerate((OTHER, THIRD), start=100):
        unit = unit_id(house, slug)
        with writing(house.engine) as tx:
            overdue, soon = dossier(unit, number), dossier(unit, number + 100)
            tx.execute(insert(DossierRow).values(**overdue))
            tx.execute(insert(DossierRow).values(**{**soon, "deadline": 20210324170000}))
            tx.execute(
                insert(ReadingRow).values(
                    snapshot_id=1, target="on_time", unit_id=unit, field_id=1, numerator=1,
                    denominator=2, state="missed", reason="below_the_goal", small_sample=False,
                )
            )  # fmt: skip
        alerts[slug] = another_alert(house, unit_id=unit, target="on_time", field_id=1)
    return ids, alerts
