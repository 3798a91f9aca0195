"""Whose are the files in the inbox, and what becomes of them?

A process owns a complete file by renaming it into a folder of its own below `.taking/`; after the
import it goes to accepted/ or refused/. A process that dies leaves its file there: whoever sees
that folder rest for LEASE_SECONDS puts the file back. So each file is always in exactly one place.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from alerts.arriving.filing import FlagWords, explain, explain_failure, file_away
from alerts.arriving.sightings import Sightings, is_same, look_at
from db.engine import DatabaseUnavailable
from db.private import private_folder
from db.records import ImportReport, Outcome

ACCEPTED, REFUSED, TAKING = "accepted", "refused", ".taking"
TRIES = 3  # a file at which the import fails (or dies) so often is refused
LEASE_SECONDS = 60.0  # a claim at which nothing moved for so long belongs to the dead
BEAT_SECONDS = 10.0
REST_SECONDS = 5.0  # after a failure, times the number of failures
TROUBLE_SECONDS = 30.0  # after a failure that is not the file's fault

# Faults of the machine: no file is refused for them.
MACHINE = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENFILE", "EIO", "ENOMEM")
    if hasattr(errno, name)
}

Take = Callable[[Path], ImportReport]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A file that left the inbox; `report` None: the import failed at it TRIES times."""

    place: Path
    report: ImportReport | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    taken: tuple[Taken, ...] = ()
    waiting: int = 0  # files that are still growing or settling
    troubles: tuple[str, ...] = ()  # one sentence each, told once until it is over


class Inbox:
    """The inbox as one process knows it; used by one thread at a time."""

    def __init__(
        self,
        folder: Path,
        owner: str,
        settle_seconds: float,
        lease_seconds: float = LEASE_SECONDS,
        refusal_words: Callable[[ImportReport], str | None] = lambda _report: None,
        flag_words: FlagWords = lambda _language, kind: kind,
    ) -> None:
        """`owner` is unique among processes and restarts; `refusal_words` say in Vietnamese why a
        file was refused, `flag_words` in either language what a flag means.
        """
        self.folder = folder
        self._owner = re.sub(r"[^A-Za-z0-9_-]+", "-", owner)[:100]
        self._lease_seconds = lease_seconds
        self._refusal_words, self._flag_words = refusal_words, flag_words
        self._sightings = Sightings(settle_seconds)
        self._claims: dict[str, tuple[int, float]] = {}  # others' folders: mtime, since when
        self._failures: dict[tuple[str, int, int], int] = {}  # by name, size and mtime
        self._troubles: dict[str, str] = {}
        self._told: set[str] = set()
        self._serial = 0

    def sweep(
        self,
        take: Take,
        day: date,
        now_monotonic: float,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Swept:
        """Takes every complete file, oldest first; never raises for what lies in the folder.

        `day` is the day of delivery; between files `stopping` may end the sweep.
        """
        self._troubles = {}
        taken: list[Taken] = []
        waiting = 0
        try:
            self._prepare()
            self._put_back_what_the_dead_left(now_monotonic)
            ready, waiting = self._sightings.look(self.folder, now_monotonic)
            for name in ready:
                if stopping():
                    break
                taken += self._take(name, take, day, now_monotonic)
        except OSError as error:
            self._trouble(f"the inbox {self.folder} cannot be used", error)
        fresh = tuple(line for key, line in self._troubles.items() if key not in self._told)
        # Forgotten when nothing is amiss and nothing rests, or each retry would tell it anew.
        if not self._troubles and not self._sightings.any_rests:
            self._told.clear()
        self._told.update(self._troubles)
        return Swept(taken=tuple(taken), waiting=waiting, troubles=fresh)

    def _prepare(self) -> None:
        private_folder(self.folder)
        for name in (ACCEPTED, REFUSED, TAKING):
            # Whoever may drop files here must not decide where we write.
            if (self.folder / name).is_symlink():
                raise NotADirectoryError(errno.ENOTDIR, f"{name} must be a folder and not a link")

    def _take(self, name: str, take: Take, day: date, now: float) -> list[Taken]:
        """Claims, imports and files one file; an empty list where it is to be tried again."""
        look = self._sightings.of(name)
        failures = self._failures.get((name, look[0], look[1]), 0)
        claimed = self._claim(name, failures + 1, now)
        if claimed is None:
            return []
        with self._alive(claimed.parent):
            if failures >= TRIES:
                return self._refuse(claimed, day, failures, "the import died at it", now)
            if not is_same(look_at(claimed), look):
                self._put_back(claimed, now)
                return []
            try:
                report = take(claimed)
            except Exception as error:  # whatever it is, the other files must go on
                if _is_machines_fault(error, claimed):
                    self._trouble("files have to wait in the inbox", error)
                    self._put_back(claimed, now + TROUBLE_SECONDS, failures)
                elif failures + 1 >= TRIES:
                    return self._refuse(claimed, day, failures + 1, _words(error), now)
                else:
                    self._put_back(claimed, now + REST_SECONDS * (failures + 1), failures + 1)
                return []
            if not is_same(look_at(claimed), look):
                self._put_back(claimed, now)  # it grew after all: what was read is not all of it
                return []
            where = REFUSED if report.outcome is Outcome.REFUSED else ACCEPTED
            return self._file(claimed, where, day, now, self._note(report), report)

    def _note(self, report: ImportReport) -> str | None:
        return explain(report, self._refusal_words(report), self._flag_words)

    def _claim(self, name: str, attempt: int, now: float) -> Path | None:
        """Renames the file into a folder of ours: of many processes one succeeds."""
        self._serial += 1
        home = self.folder / TAKING / f"{self._owner}.{attempt}.{self._serial}"
        try:
            home.mkdir(parents=True)
            (self.folder / name).rename(home / name)
        except FileNotFoundError:
            _remove(home)
            return None
        except OSError as error:
            _remove(home)
            self._sightings.rest(name, now + TROUBLE_SECONDS)
            self._trouble(f"a file cannot be moved within the inbox {self.folder}", error)
            return None
        return home / name

    def _refuse(self, claimed: Path, day: date, tries: int, fault: str, now: float) -> list[Taken]:
        note = explain_failure(claimed.name, day, tries, fault)
        return self._file(claimed, REFUSED, day, now, note, None)

    def _file(
        self,
        claimed: Path,
        where: str,
        day: date,
        now: float,
        note: str | None,
        report: ImportReport | None,
    ) -> list[Taken]:
        look = look_at(claimed)
        try:
            place = file_away(claimed, self.folder / where / day.isoformat(), claimed.name, note)
        except FileNotFoundError:
            return []  # we were thought dead, and the file was put back: it comes again
        except OSError as error:
            self._trouble(f"a file cannot be moved to {self.folder / where}", error)
            self._put_back(claimed, now + TROUBLE_SECONDS)
            return []
        if look:  # delivered again, it has all its tries again
            self._failures.pop((claimed.name, look[0], look[1]), None)
        _remove(claimed.parent)
        return [Taken(place=place, report=report)]

    def _put_back(self, claimed: Path, rests_until: float, failures: int = 0) -> None:
        """Back into the inbox; where that fails it stays, and its lease will end."""
        look = look_at(claimed)
        if look is None:
            return
        with suppress(OSError):
            place = file_away(claimed, self.folder, claimed.name)
            self._sightings.rest(place.name, rests_until)
            if failures:
                self._failures[(place.name, look[0], look[1])] = failures
            _remove(claimed.parent)

    def _put_back_what_the_dead_left(self, now: float) -> None:
        claims: dict[str, tuple[int, float]] = {}
        homes = self.folder / TAKING
        for home in sorted(homes.iterdir()) if homes.is_dir() else ():
            with suppress(OSError):  # mostly: its owner was done with it in this moment
                found = home.stat(follow_symlinks=False)
                touched, since = self._claims.get(home.name, (0, now))
                if touched != found.st_mtime_ns:
                    since = now
                claims[home.name] = (found.st_mtime_ns, since)
                if now - since < self._lease_seconds or not stat.S_ISDIR(found.st_mode):
                    continue
                attempt = home.name.split(".")[-2:][0]
                for file in sorted(home.iterdir()):
                    self._put_back(file, now, int(attempt) if attempt.isdecimal() else 1)
                _remove(home)
        self._claims = claims

    @contextmanager
    def _alive(self, home: Path) -> Iterator[None]:
        """Touches the claim's folder while the import works, so that nobody thinks us dead."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(min(BEAT_SECONDS, self._lease_seconds / 6)):
                with suppress(OSError):
                    os.utime(home)

        threading.Thread(target=beat, name="inbox-beat", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _trouble(self, what: str, error: Exception) -> None:
        """Remembers it by its kind: a hundred files on a full disk are one trouble."""
        code = error.errno if isinstance(error, OSError) else type(error).__name__
        self._troubles.setdefault(f"{what}: {code}", f"{what}: {_words(error, self.folder)}")


def _is_machines_fault(error: Exception, file: Path) -> bool:
    if isinstance(error, OSError):
        name = error.filename
        elsewhere = isinstance(name, (str, bytes)) and Path(os.fsdecode(name)) != file
        return error.errno in MACHINE or elsewhere
    return isinstance(error, DatabaseUnavailable)


def _words(error: Exception, inbox: Path | None = None) -> str:
    """The error as words; a name within `inbox` is left out, for it may name a person."""
    if isinstance(error, OSError) and error.strerror:
        name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
        hidden = not name or (inbox is not None and Path(name).is_relative_to(inbox))
        return error.strerror if hidden else f"{error.strerror} ({name})"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _remove(home: Path) -> None:
    with suppress(OSError):
        home.rmdir()
