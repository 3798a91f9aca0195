"""What can the person at the page start besides chatting, and how far is it?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.refusals import JSON


@dataclass(frozen=True, kw_only=True)
class PageAction:
    """A button of the page; `run` works in a thread, may tell its progress, returns its result."""

    id: str
    label: str
    run: Callable[[Callable[[str], None]], str]
    label_en: str = ""


class Actions:
    """The buttons and the one action that may be running."""

    def __init__(self, actions: Sequence[PageAction], tell: Callable[[], None]) -> None:
        self.actions = {action.id: action for action in actions}
        self.tell = tell
        self.lock = threading.Lock()
        self.running: str | None = None
        self.text = ""
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
            text, failed = action.run(self.progress), False
        except Exception as error:
            # Whatever a demo step does wrong is told on the page; the chat goes on.
            text, failed = f"{type(error).__name__}: {error}", True
        with self.lock:
            self.running, self.text, self.failed = None, text, failed
            self.turns += 1
        self.tell()

    def progress(self, text: str) -> None:
        self.text = text
        self.tell()

    def look(self) -> JSON:
        with self.lock:
            return {
                "list": [
                    {"id": a.id, "label": a.label, "label_en": a.label_en or a.label}
                    for a in self.actions.values()
                ],
                "running": self.running,
                "text": self.text,
                "failed": self.failed,
                "turns": self.turns,
            }
