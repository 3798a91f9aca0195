"""The sandbox itself: a Bot API server on loopback, its people, and what tests ask of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import TypeVar

from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.actions import Actions, PageAction
from bot.sandbox.api import Api
from bot.sandbox.bodies import Upload
from bot.sandbox.faults import Fault, FloodLimits, Rule
from bot.sandbox.page import api_routes, page_routes
from bot.sandbox.records import Chat, write_look
from bot.sandbox.refusals import JSON
from bot.sandbox.state import State
from bot.sandbox.transport import ServerThread, listen
from bot.sandbox.uploads import describe_file

__all__ = ["Fault", "FloodLimits", "PageAction", "Sandbox"]

Found = TypeVar("Found")
PATIENCE = 30.0  # seconds; who waits for what must come loses nothing by it


class Sandbox:
    """A Bot API server for one bot, with people who write to it.

    `with Sandbox(token, clock=clock) as sandbox:` serves on `sandbox.url` from a thread of its
    own; every method may be called from any thread. `clock` gives aware datetimes, the dates of
    messages. The chat page is at `sandbox.url`.
    """

    def __init__(
        self,
        token: str,
        *,
        clock: Callable[[], datetime],
        bot_username: str = "dunghen_demo_bot",
        bot_name: str = "Đúng Hẹn",
        page_actions: Sequence[PageAction] = (),
        status_line: Callable[[], str] = lambda: "",
    ) -> None:
        number = token.partition(":")[0]
        bot: JSON = {
            "id": int(number) if number.isdigit() else 1,
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.state = State(bot, clock)
        self.api = Api(token, self.state)
        self.actions = Actions(page_actions, self.state.changes.tell)
        self.status_line = status_line
        self.thread: ServerThread | None = None
        self.url = ""
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self.api.answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self.api.download, methods=["GET"]),
                *api_routes(self),
                *page_routes(self),
            ]
        )

    # Serving

    def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serves from now on; the root of the server, without /bot. Port 0: any free one."""
        listener = listen(host, port)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listener.getsockname()[1]}"
        self.thread = ServerThread(self.app, listener)
        self.thread.start(time.sleep)
        return self.url

    def stop(self) -> None:
        """Ends at once, even while the bot or a page waits for news; does nothing twice."""
        self.state.changes.close()
        if self.thread is not None:
            self.thread.stop()
            self.thread = None

    def __enter__(self) -> Sandbox:
        if self.thread is None:
            self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # People

    def add_person(
        self,
        id: int,
        first_name: str,
        username: str | None = None,
        language_code: str | None = None,
        note: str = "",
        started: bool = False,
        note_en: str = "",
    ) -> None:
        """A person; until they write (or with `started`) the bot may not write to them."""
        if id <= 0:
            raise ValueError(f"a person's id is positive, not {id}")
        self.state.add_chat(
            Chat(
                id=id,
                kind="private",
                name=first_name,
                username=username,
                language_code=language_code,
                note=note,
                note_en=note_en,
                started=started,
            )
        )

    def add_group(
        self,
        id: int,
        title: str,
        note: str = "",
        topics: Mapping[int, str] | None = None,
        note_en: str = "",
    ) -> None:
        """A group with the bot in it; ids below -10**12 are supergroups, as at Telegram.

        With `topics` (thread -> name) it is a forum.
        """
        if id >= 0:
            raise ValueError(f"a group's id is negative, not {id}")
        kind = "supergroup" if id <= -(10**12) else "group"
        named = {int(thread): name for thread, name in (topics or {}).items()}
        if named and kind != "supergroup":
            raise ValueError("only a supergroup (an id below -10**12) has topics")
        self.state.add_chat(
            Chat(
                id=id,
                kind=kind,
                name=title,
                note=note,
                note_en=note_en,
                started=True,
                topics=named,
            )
        )

    def say(
        self,
        person_id: int,
        text: str,
        chat_id: int | None = None,
        document: tuple[str, bytes] | None = None,
        thread_id: int | None = None,
    ) -> JSON:
        """A person writes, or sends a `document` (file name, bytes); the message of `messages`."""
        media: JSON = {}
        if document is not None:
            name, data = document
            upload = Upload(name=name, mime="application/octet-stream", data=data)
            media = describe_file(self.state.keep_file(upload), upload)
        elif not text.strip():
            raise ValueError("the message is empty")
        return write_look(self.state.say(person_id, text, chat_id, media, thread_id))

    def press(
        self, person_id: int, message_id: int, callback_data: str, chat_id: int | None = None
    ) -> str:
        """A person presses a button that the message really has; the id of the callback query."""
        return self.state.press(person_id, message_id, callback_data, chat_id)

    def block(self, person_id: int) -> None:
        self.state.block(person_id, blocked=True)

    def unblock(self, person_id: int) -> None:
        self.state.block(person_id, blocked=False)

    def migrate(self, group_id: int, to: int | None = None) -> int:
        """The group becomes a supergroup; its new id."""
        return self.state.migrate(group_id, to)

    # What goes wrong

    def fail_next(
        self,
        method: str | None = None,
        chat_id: int | None = None,
        *,
        fault: Fault,
        times: int = 1,
    ) -> None:
        """The next `times` requests (of this method, to this chat; None: any) meet this fault."""
        self.api.faults.add(Rule(fault=fault, method=method, chat_id=chat_id, times=times))

    def clear_faults(self) -> None:
        self.api.faults.clear()

    def limit_floods(self, limits: FloodLimits | None = FloodLimits()) -> None:  # noqa: B008
        """From now on messages that come too fast meet 429; None takes everything again."""
        self.api.floods.limits = limits
        self.api.floods.sent.clear()

    def expire_queries(self) -> None:
        """Every button pressed until now has been waiting for too long to be answered."""
        with self.state.lock:
            self.state.queries.clear()

    # What happened

    def messages(self, chat_id: int) -> list[JSON]:
        """The messages of a chat, oldest first; their keys are those of `records.write_look`."""
        with self.state.lock:
            return [write_look(post) for post in self.state.chat(chat_id).posts.values()]

    @property
    def answers(self) -> list[JSON]:
        """The bot's answers to buttons: callback_query_id, person_id, text, show_alert, data, …"""
        with self.state.lock:
            return list(self.state.answers)

    @property
    def requests(self) -> list[JSON]:
        """The bot's requests: method, params as they came, time, status (None: no answer)."""
        with self.state.lock:
            return [dict(entry) for entry in self.state.requests]

    def file(self, file_id: str) -> bytes:
        """The bytes of a document or a photo that somebody sent."""
        return self.state.files[file_id].data

    def wait_until(self, look: Callable[[], Found | None], seconds: float = PATIENCE) -> Found:
        """Looks after every change until something is found; TimeoutError if it is not in time."""
        return self.state.changes.wait_until(look, seconds)

    def wait_message(
        self, chat_id: int, containing: str = "", after: int = 0, seconds: float = PATIENCE
    ) -> JSON:
        """The first message of the bot's, newer than `after`, that contains these words."""

        def look() -> JSON | None:
            fitting = (
                message
                for message in self.messages(chat_id)
                if message["from_bot"]
                and message["message_id"] > after
                and containing in message["text"]
            )
            return next(fitting, None)

        return self.wait_until(look, seconds)
