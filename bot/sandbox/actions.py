"""What can the person at the page start besides chatting, and how far is it?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.refusals import JSON

Said = str | tuple[str, str]  # in one language for both, or in Vietnamese and in English
Progress = Callable[[Said], None]


@dataclass(frozen=True, kw_only=True)
class PageAction:
    """A button of the page; `run` works in a thread, may tell its progress, returns its result."""

    id: str
    label: str
    run: Callable[[Progress], Said]
    label_en: str = ""


class Actions:
    """The buttons and the one action that may be running."""

    def __init__(self, actions: Sequence[PageAction], tell: Callable[[], None]) -> None:
        self.actions = {action.id: action for action in actions}
        self.tell = tell
        self.lock = threading.Lock()
        self.running: str | None = None
        self.text: Said = ""
        self.failed = False
        self.turns = 0

    def start(self, action_id: str) -> None:
        """KeyError for an unknown action, RuntimeError while one is running."""
        if action_id not in self.actions:
            raise KeyError(f"no action {action_id!r}, only {sorted(self.actions)}")
        with self.lock:
            if self.running is not None:
                raise RuntimeError(f"{self.running} is still running")
            self.running, self.text, self.failed = action_id, "", False
        self.tell()
        action = self.actions[action_id]
        threading.Thread(target=self.work, args=(action,), name=action_id, daemon=True).start()

    def work(self, action: PageAction) -> None:
        try:
            self.finish(action.run(self.progress))
        except Exception as error:
            # Whatever a demo step does wrong is told on the page; the chat goes on.
            self.finish(f"{type(error).__name__}: {error}", failed=True)

    def progress(self, text: Said) -> None:
        self.text = text
        self.tell()

    def finish(self, text: Said, *, failed: bool = False) -> None:
        """The action's end; also what the page tells when it is opened before any has run."""
        with self.lock:
            self.running, self.text, self.failed = None, text, failed
            self.turns += 1
        self.tell()

    def look(self) -> JSON:
        with self.lock:
            text, text_en = (self.text,) * 2 if isinstance(self.text, str) else self.text
            return {
                "list": [
                    {"id": a.id, "label": a.label, "label_en": a.label_en or a.label}
                    for a in self.actions.values()
                ],
                "running": self.running,
                "text": text,
                "text_en": text_en,
                "failed": self.failed,
                "turns": self.turns,
            }
