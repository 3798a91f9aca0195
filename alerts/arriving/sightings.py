"""Which files in a folder are complete? Those that looked the same for long enough."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from alerts.arriving.filing import NOTE_SUFFIX

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".opdownload")
NOT_EXPORTS = ("thumbs.db", "desktop.ini")

Look = tuple[int, int, int, int]  # size, mtime, ctime (ns), inode


@dataclass(slots=True)
class Sightings:
    """What was seen of a folder's files, by a monotonic clock: mtimes alone may lie."""

    settle_seconds: float
    _seen: dict[str, tuple[Look, float]] = field(default_factory=dict)
    _rests_until: dict[str, float] = field(default_factory=dict)

    def look(self, folder: Path, now: float) -> tuple[list[str], int]:
        """The names of the complete files, oldest first, and how many are not complete yet."""
        seen: dict[str, tuple[Look, float]] = {}
        ready: list[tuple[int, str, str]] = []
        waiting = 0
        for name in os.listdir(folder):  # noqa: PTH208  names as they are, odd bytes too
            look = None if is_ignored(name) else look_at(folder / name)
            if look is None:
                continue
            before = self._seen.get(name)
            since = before[1] if before and before[0] == look else now
            seen[name] = (look, since)
            if self._rests_until.get(name, now) > now:
                continue
            if now - since < self.settle_seconds:
                waiting += 1
            else:
                ready.append((look[1], unicodedata.normalize("NFC", name), name))
        self._seen = seen
        self._rests_until = {
            name: until for name, until in self._rests_until.items() if name in seen and until > now
        }
        return [name for _mtime, _nfc, name in sorted(ready)], waiting

    def of(self, name: str) -> Look:
        """How a file looked when it was seen last."""
        return self._seen[name][0]

    def rest(self, name: str, until: float) -> None:
        """The file is left alone until that moment."""
        self._rests_until[name] = until

    @property
    def any_rests(self) -> bool:
        return bool(self._rests_until)


def is_ignored(name: str) -> bool:
    """Hidden, half-written and system files, locks of spreadsheet programs, and our own notes."""
    lower = name.lower()
    return (
        name.startswith((".", "~$"))
        or lower.endswith((*UNFINISHED, NOTE_SUFFIX))
        or lower in NOT_EXPORTS
    )


def look_at(path: Path) -> Look | None:
    """What a regular file looks like; None for anything else (links too), or nothing."""
    try:
        found = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def is_same(now: Look | None, before: Look) -> bool:
    """Whether nothing was written; a rename changes the ctime, so that says nothing here."""
    return now is not None and (now[0], now[1], now[3]) == (before[0], before[1], before[3])
