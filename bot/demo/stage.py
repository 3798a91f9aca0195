"""What is the demo played on? Its own folder, settings and sandbox, nothing outside them."""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from alerts.daily import run_check, take_file
from alerts.house import House
from bot.commands.records import migrate
from bot.demo.cast import CAST, Invited, Player
from bot.demo.days import at
from bot.demo.exports import write_exports
from bot.demo.mornings import Ended
from bot.sandbox.server import Sandbox
from db import people, units
from db.engine import writing
from settings import Clock, Database, District, Intake, Schedule, Settings, Telegram

TOKEN = "1215:demo"  # noqa: S105 - the sandbox's own; no real bot has it
PORTS_TRIED = 20
JOINED_WITHIN = 30.0  # seconds
# The mornings before the first one: enough for a past, few enough to be ready soon.
HISTORY = (date(2021, 2, 23), date(2021, 3, 2), date(2021, 3, 9), date(2021, 3, 16))


class StageTaken(Exception):
    """The folder or the port cannot be had; the message says what would be right."""


@contextmanager
def folder_of_its_own(base: Path, given: Path | None) -> Iterator[Path]:
    """A fresh folder below `base` that goes at the end; or `given`, which is empty and stays."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        if any(given.iterdir()):
            raise StageTaken(f"--folder {given}: the folder is not empty (name a new one)")
        yield given.resolve()
        return
    base.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="run-", dir=base)).resolve()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        with suppress(OSError):
            base.rmdir()  # only when no other demo runs


def settings_of(settings: Settings, folder: Path, base_url: str) -> Settings:
    """The plan, sources and limits as given; everything that reaches outside is the demo's own."""
    database = folder / "dunghen.db"
    changed = {
        "district": District(),
        "database": Database(url=f"sqlite:///{database.as_posix()}"),
        "archive": settings.archive.model_copy(update={"folder": str(folder / "archive")}),
        "intake": Intake(folder=str(folder / "inbox"), settle_seconds=1),
        "telegram": Telegram(token=TOKEN, base_url=base_url, username="dunghen_demo_bot"),
        "schedule": Schedule(),
        "clock": Clock(),
    }
    return settings.model_copy(update=changed)


def listen(sandbox: Sandbox, port: int) -> str:
    """Serves on the port or one of the next ones. Raises StageTaken where all are in use."""
    for tried in range(port, port + PORTS_TRIED) if port else (0,):
        try:
            return sandbox.start(port=tried)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        except OverflowError:
            raise StageTaken(f"--port {port}: no such port (write one from 0 to 65535)") from None
    raise StageTaken(
        f"--port {port}: in use, and so are the next ones (write --port 0 for any free one)"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """How the house gets its past: a new database, then one delivery and check a week."""

    house: House
    organisation: Path
    exports: Path
    ending: threading.Event

    def begin(self) -> None:
        for _line in migrate(self.house, self.organisation):
            pass
        self.house.inbox.mkdir(parents=True, exist_ok=True)

    def live(self, day: date) -> None:
        """One past morning: files are taken and targets checked, as an installation does."""
        now: datetime = at(day, 7, 30).replace(tzinfo=self.house.zone)
        for file in write_exports(self.exports, day):
            if self.ending.is_set():
                raise Ended
            take_file(self.house, file, day, now)
        run_check(self.house, now, now)


def invite(house: House, settings: Settings, invited: Invited) -> str:
    """A one-time token, made as `dunghen invite` makes it."""
    now = house.clock()
    with writing(house.engine) as tx:
        unit = units.unit_by_slug(tx, invited.unit, house.wall_day(now)) if invited.unit else None
        return people.create_invitation(
            tx,
            role=invited.role,
            unit_id=unit.id if unit else None,
            deputy=invited.deputy,
            source=invited.source,
            now=now,
            expires_at=now + timedelta(hours=settings.limits.invitation_hours),
        )


def enter(sandbox: Sandbox, house: House, settings: Settings, ending: threading.Event) -> None:
    """Everybody who is invited says so to the bot; returns when the bot has answered all of them.

    Raises TimeoutError where it does not, Ended where the demo ends meanwhile.
    """
    for player in CAST:
        if player.brought_by is None:
            sandbox.add_person(
                player.id,
                player.name,
                language_code="vi",
                note=player.note,
                note_en=player.note_en,
            )
        else:
            sandbox.add_group(player.id, player.name, note=player.note, note_en=player.note_en)
    for player in CAST:
        for invited in player.invitations:
            heard = len(_from_bot(sandbox, player))
            token = invite(house, settings, invited)
            if player.brought_by is None:
                sandbox.say(player.id, f"/start {token}")
            else:  # as Telegram types it for whoever adds a bot to a group
                start = f"/start@{settings.telegram.username} {token}"
                sandbox.say(player.brought_by, start, chat_id=player.id)
            until = time.monotonic() + JOINED_WITHIN
            while len(_from_bot(sandbox, player)) <= heard:
                if ending.wait(0.02):
                    raise Ended
                if time.monotonic() > until:
                    raise TimeoutError(f"the bot did not answer {player.name}'s invitation")


def count_messages(sandbox: Sandbox) -> int:
    """How many messages the bot has sent to the cast."""
    return sum(len(_from_bot(sandbox, player)) for player in CAST)


def _from_bot(sandbox: Sandbox, player: Player) -> list[object]:
    return [message for message in sandbox.messages(player.id) if message["from_bot"]]
