"""An office for the bot's tests: Cần Giờ's units, readings, people, and a sandbox to talk in."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from alerts.house import House
from bot.commands.opening import open_house
from bot.running import run_bot
from bot.sandbox.server import Sandbox
from db import organisation, people, units
from db.engine import reading, writing
from db.records import Binding, Role
from db.tables import (
    AlertRow,
    BindingRow,
    DossierRow,
    FieldRow,
    PersonRow,
    ReadingRow,
    SnapshotRow,
)
from settings import SHIPPED, ZONE, Limits, Settings, Telegram, read_settings
from tests.bot.quick import BETWEEN_LOOKS, PATIENCE, quick_sender, quick_templates

__all__ = ["quick_sender", "quick_templates"]

# As the bot itself sets it: without this the library warns of each flood control.
os.environ.setdefault("PTB_TIMEDELTA", "1")

TOKEN = "4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHECK = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
START = datetime(2021, 3, 23, 8, 0, tzinfo=ZONE)
TODAY = date(2021, 3, 23)
HEAD, OFFICIAL, LEADER, ADMIN, STEWARD, STRANGER, NAMED_ADMIN = 11, 12, 13, 14, 15, 99, 77


@dataclass
class Clock:
    """A clock that shows 08:00 of 23/03/2021 when it is made, goes on, and can be moved."""

    ahead: timedelta = field(default_factory=lambda: START - datetime.now(UTC))  # noqa: TID251

    def __call__(self) -> datetime:
        return datetime.now(ZONE) + self.ahead  # noqa: TID251

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_file: str) -> Settings:
    shipped = read_settings(SHIPPED / "settings.toml", {"DUNGHEN_DATABASE__URL": database_file})
    telegram = Telegram(token=SecretStr(TOKEN), admins=(NAMED_ADMIN,))
    limits = Limits(seconds_between_messages=0)
    return shipped.model_copy(update={"telegram": telegram, "limits": limits})


@pytest.fixture(scope="session")
def furnished_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office's units and readings: copying them is faster than loading them for each test."""
    path = tmp_path_factory.mktemp("office") / "template.db"
    shutil.copy(sqlite_template, path)
    settings = read_settings(
        SHIPPED / "settings.toml", {"DUNGHEN_DATABASE__URL": f"sqlite:///{path}"}
    )
    made = open_house(settings, Clock())
    furnish(made, settings)
    with made.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    made.engine.dispose()
    return path


@pytest.fixture
def database_file(furnished_template: Path, tmp_path: Path) -> str:
    shutil.copy(furnished_template, tmp_path / "bot.db")
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def house(settings: Settings, clock: Clock) -> Iterator[House]:
    opened = open_house(settings, clock)
    with reading(opened.engine) as tx:
        is_furnished = units.unit_by_slug(tx, "xa_binh_khanh", TODAY) is not None
    if not is_furnished:
        furnish(opened, settings)
    yield opened
    opened.engine.dispose()


def furnish(house: House, settings: Settings) -> None:
    lines = organisation.read_organisation(settings.find(settings.district.organisation))
    with writing(house.engine) as tx:
        organisation.load_units(tx, lines, TODAY)
    fill(house)


def unit_id(house: House, slug: str) -> int:
    with reading(house.engine) as tx:
        found = units.unit_by_slug(tx, slug, TODAY)
    assert found is not None
    return found.id


def fill(house: House) -> None:
    """One check of Bình Khánh with a red field, an alert, and twelve overdue dossiers."""
    unit = unit_id(house, "xa_binh_khanh")
    with writing(house.engine) as tx:
        tx.execute(insert(FieldRow).values(id=1, key="ho tich", name="Hộ tịch"))
        tx.execute(insert(FieldRow).values(id=2, key="chung thuc", name="Chứng thực"))
        tx.execute(
            insert(SnapshotRow).values(
                id=1, as_of=CHECK, day=20210323, taken_at=CHECK, in_order=True
            )
        )
        for target, field_id, a, n, state, reason, needed in (
            ("on_time", 1, 45, 48, "missed", "below_the_goal", 13),
            ("on_time", 2, 19, 20, "missed", "exactly_on_a_strict_goal", 1),
            ("apology_letters", None, 2, 3, "missed", "below_the_goal", None),
            ("mailboxes", None, 0, 0, "none", "nothing_to_count", None),
            ("electronic_documents", None, 1842, 1842, "met", "meets_the_goal", 0),
        ):
            tx.execute(
                insert(ReadingRow).values(
                    snapshot_id=1,
                    target=target,
                    unit_id=unit,
                    field_id=field_id,
                    numerator=a,
                    denominator=n,
                    state=state,
                    reason=reason,
                    small_sample=n == 20,
                    needed=needed,
                )
            )
        tx.execute(
            insert(AlertRow).values(
                unit_id=unit,
                target="on_time",
                field_id=1,
                opened_at=CHECK,
                state="missed",
                numerator=45,
                denominator=48,
                item_keys=["a"],
            )
        )
        for number in range(12):
            tx.execute(insert(DossierRow).values(**dossier(unit, number)))


def dossier(unit: int, number: int) -> dict[str, Any]:
    """An open dossier that was due on 18/03/2021 at 17:00 (the last: on 24/03/2021)."""
    deadline = 20210324170000 if number == 11 else 20210318170000
    given = {
        "code": f"000.02.16.H29-210316-{number:04d}",
        "unit_id": unit,
        "owner_id": unit,
        "received_by": unit,
        "field_id": 1,
        "received": 20210316080000,
        "due_first": deadline,
        "due": deadline,
        "deadline": deadline,
        "status": 1,
        "year": 2021,
        "on_time": 0,
        "late": 0,
        "running": 1,
        "day": 20210323,
        "delivery_id": 1,
    }
    # Columns that the bot never reads may come and go.
    required = {
        column.key: 0
        for column in DossierRow.__table__.columns
        if not (column.nullable or column.default or column.primary_key or column.computed)
    }
    return {**required, **given}


def add_person(
    house: House,
    user_id: int,
    role: Role,
    slug: str | None = None,
    *,
    language: str = "vi",
    valid_to: date | None = None,
    source: str | None = None,
) -> int:
    with writing(house.engine) as tx:
        done = tx.execute(
            insert(PersonRow).values(
                user_id=user_id,
                chat_id=user_id,
                name=f"Cán bộ {user_id}",
                language=language,
                joined_at=START,
            )
        )
        person_id = int(done.inserted_primary_key[0])  # type: ignore[index]
        unit = units.unit_by_slug(tx, slug, TODAY) if slug else None
        tx.execute(
            insert(BindingRow).values(
                person_id=person_id,
                role=role.value,
                unit_id=unit.id if unit else None,
                valid_from=date(2021, 1, 1),
                valid_to=valid_to,
                source=source,
            )
        )
    return person_id


def invite(house: House, role: Role = Role.HEAD, slug: str | None = "xa_binh_khanh") -> str:
    with writing(house.engine) as tx:
        unit = units.unit_by_slug(tx, slug, TODAY) if slug else None
        return people.create_invitation(
            tx,
            role=role,
            unit_id=unit.id if unit else None,
            deputy=False,
            source=None,
            now=START,
            expires_at=START + timedelta(hours=72),
        )


@pytest.fixture
def staff(house: House) -> dict[str, int]:
    """One person of each role; their Telegram user ids are those above."""
    return {
        "head": add_person(house, HEAD, Role.HEAD, "xa_binh_khanh"),
        "official": add_person(house, OFFICIAL, Role.OFFICIAL),
        "leader": add_person(house, LEADER, Role.LEADER, "huyen_can_gio"),
        "admin": add_person(house, ADMIN, Role.ADMIN),
        "steward": add_person(house, STEWARD, Role.STEWARD, source="dossiers"),
    }


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(TOKEN, clock=clock) as made:
        for number in (HEAD, OFFICIAL, LEADER, ADMIN, STEWARD, STRANGER, NAMED_ADMIN):
            made.add_person(number, f"Người {number}", started=True)
        yield made


@dataclass
class Talk:
    """Speaks to the running bot as a person does."""

    sandbox: Sandbox
    house: House
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, person: int, text: str, expect: str = "") -> dict[str, Any]:
        """Writes, and gives the bot's next message (that contains the expected words)."""
        before = self.last(person)
        self.sandbox.say(person, text)
        return await self.heard(person, expect, before)

    async def heard(self, person: int, expect: str = "", after: int = 0) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            fitting = (m for m in self.from_bot(person) if m["message_id"] > after)
            return next((m for m in fitting if expect in m["text"]), None)

        found: dict[str, Any] = await self.until(look)
        return found

    async def press(self, person: int, message: dict[str, Any], label: str) -> dict[str, Any]:
        """Presses the button of that label; gives the bot's answer to the press."""
        data = next(
            button["callback_data"]
            for row in message["reply_markup"]["inline_keyboard"]
            for button in row
            if label in button["text"]
        )
        return await self.press_raw(person, message, data)

    async def press_raw(self, person: int, message: dict[str, Any], data: str) -> dict[str, Any]:
        query = self.sandbox.press(person, message["message_id"], data)

        def answered() -> dict[str, Any] | None:
            return next((a for a in self.sandbox.answers if a["callback_query_id"] == query), None)

        answer: dict[str, Any] = await self.until(answered)
        return answer

    async def until(self, look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What is found; looked for after each change in the sandbox, and now and then: what is
        written into the records changes no chat.
        """
        changes, end = self.sandbox.state.changes, time.monotonic() + seconds
        while True:
            seen = changes.number
            if found := look():
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"it did not come within {seconds} s")
            await changes.wait(seen, BETWEEN_LOOKS)

    def message(self, person: int, message_id: int) -> dict[str, Any]:
        return next(m for m in self.sandbox.messages(person) if m["message_id"] == message_id)

    def from_bot(self, person: int) -> list[dict[str, Any]]:
        return [m for m in self.sandbox.messages(person) if m["from_bot"]]

    def last(self, person: int) -> int:
        return max((m["message_id"] for m in self.sandbox.messages(person)), default=0)


async def soon(look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What is found, looked for again and again."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"it did not come within {seconds} s")
        await asyncio.sleep(BETWEEN_LOOKS)
    return found


@asynccontextmanager
async def running(
    house: House, sandbox: Sandbox, telegram: Telegram, limits: Limits
) -> AsyncIterator[Talk]:
    """The real bot over real HTTP, until the end of the block."""
    talk = Talk(sandbox, house)
    here = telegram.model_copy(update={"base_url": sandbox.url})
    task = asyncio.create_task(run_bot(house, here, limits, talk.stop))
    try:
        yield talk
    finally:
        talk.stop.set()
        async with asyncio.timeout(PATIENCE):
            await task


@pytest.fixture
async def talk(house: House, sandbox: Sandbox, settings: Settings) -> AsyncIterator[Talk]:
    async with running(house, sandbox, settings.telegram, settings.limits) as made:
        yield made


def bindings_of(house: House, user_id: int) -> tuple[Binding, ...]:
    with reading(house.engine) as tx:
        person = people.person_by_user(tx, user_id)
        return people.bindings_of(tx, person.id, TODAY) if person else ()
