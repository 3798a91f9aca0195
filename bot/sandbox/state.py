"""Who is there in the sandbox, what was said, and what does the bot still have to hear?"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.bodies import Upload
from bot.sandbox.changes import Changes
from bot.sandbox.entities import find_entities
from bot.sandbox.records import Chat, Post, write_chat, write_message, write_user
from bot.sandbox.refusals import JSON

MOST_MESSAGES = 1_000  # of one chat
MOST_REQUESTS = 10_000
MOST_ANSWERS = 1_000
MOST_QUERIES = 1_000
MOST_UPDATES = 10_000
MOST_FILES = 200
MOST_FILE_BYTES = 200 * 1024 * 1024
# Sent only to those who ask for them by name.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class State:
    """All that the sandbox knows; every method may be called from any thread."""

    def __init__(self, bot: JSON, clock: Callable[[], datetime]) -> None:
        self.bot = bot
        self.clock = clock
        self.lock = threading.RLock()
        self.changes = Changes()
        self.chats: dict[int, Chat] = {}
        self.updates: deque[JSON] = deque(maxlen=MOST_UPDATES)
        self.allowed_updates: list[str] = []
        self.queries: dict[str, JSON] = {}
        self.answers: deque[JSON] = deque(maxlen=MOST_ANSWERS)
        self.requests: deque[JSON] = deque(maxlen=MOST_REQUESTS)
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.menu_button: JSON = {"type": "default"}
        self.files: dict[str, Upload] = {}
        self.last_message = 0
        self.last_update = 100_000
        self.last_query = 500_000
        self.last_file = 0

    # Who is there

    def add_chat(self, chat: Chat) -> None:
        """Adds a person or a group; one that is there keeps its messages."""
        with self.lock:
            known = self.chats.get(chat.id)
            if known:
                chat.posts, chat.started = known.posts, known.started or chat.started
            self.chats[chat.id] = chat
        self.changes.tell()

    def chat(self, chat_id: int) -> Chat:
        """KeyError with a sentence when nobody of this id was added."""
        try:
            return self.chats[chat_id]
        except KeyError:
            raise KeyError(f"no person and no group {chat_id}: add it first") from None

    def person(self, person_id: int) -> Chat:
        person = self.chat(person_id)
        if person.kind != "private":
            raise KeyError(f"{person_id} is a group, not a person")
        return person

    # What people do

    def say(
        self,
        person_id: int,
        text: str,
        chat_id: int | None = None,
        media: JSON | None = None,
        thread_id: int | None = None,
    ) -> Post:
        """A person writes to the bot, in private, in a group or in a topic of a forum."""
        with self.lock:
            person = self.person(person_id)
            chat = self.chat(person_id if chat_id is None else chat_id)
            if thread_id is not None and thread_id not in chat.topics:
                raise KeyError(f"no topic {thread_id} in chat {chat.id}, only {list(chat.topics)}")
            if chat is person:
                if person.blocked:
                    self.block(person_id, blocked=False)
                person.started = True
            post = self.add_post(
                chat,
                author=write_user(person),
                text=text,
                entities=find_entities(text, []),
                media=media or {},
                thread_id=thread_id,
            )
            if self.hears(chat, text):
                self.push("message", write_message(chat, post))
        return post

    def hears(self, chat: Chat, text: str) -> bool:
        """In groups a bot hears commands and its own name only: Telegram's privacy mode."""
        name = f"@{self.bot['username']}".lower()
        return chat.kind == "private" or text.startswith("/") or name in text.lower()

    def press(
        self, person_id: int, message_id: int, callback_data: str, chat_id: int | None = None
    ) -> str:
        """A person presses a button; the query's id. KeyError where there is no such button."""
        with self.lock:
            person = self.person(person_id)
            chat = self.chat(person_id if chat_id is None else chat_id)
            post = chat.posts.get(message_id)
            if post is None:
                raise KeyError(f"no message {message_id} in chat {chat.id}")
            rows = (post.markup or {}).get("inline_keyboard", [])
            data = [button.get("callback_data") for row in rows for button in row]
            if callback_data not in data:
                raise KeyError(f"message {message_id} has no button {callback_data!r}, only {data}")
            self.last_query += 1
            query: JSON = {
                "id": str(self.last_query),
                "from": write_user(person),
                "message": write_message(chat, post),
                "chat_instance": str(chat.id),
                "data": callback_data,
            }
            self.queries[query["id"]] = query
            if len(self.queries) > MOST_QUERIES:
                self.queries.pop(next(iter(self.queries)))
            self.push("callback_query", query)
        return str(query["id"])

    def block(self, person_id: int, *, blocked: bool) -> None:
        """A person blocks the bot, or lets it in again; the bot hears of it."""
        with self.lock:
            person = self.person(person_id)
            if person.blocked == blocked:
                return
            person.blocked = blocked
            member: JSON = {"status": "member", "user": self.bot_user}
            banned: JSON = {"status": "kicked", "user": self.bot_user, "until_date": 0}
            change = {
                "chat": write_chat(person),
                "from": write_user(person),
                "date": int(self.clock().timestamp()),
                "old_chat_member": member if blocked else banned,
                "new_chat_member": banned if blocked else member,
            }
            self.push("my_chat_member", change)

    def migrate(self, group_id: int, to: int | None = None) -> int:
        """A group becomes a supergroup of another id; the bot hears it from both."""
        with self.lock:
            old = self.chat(group_id)
            new_id = to or -1_000_000_000_000 + group_id
            if new_id not in self.chats:
                self.chats[new_id] = Chat(
                    id=new_id,
                    kind="supergroup",
                    name=old.name,
                    note=old.note,
                    note_en=old.note_en,
                    started=True,
                )
            old.migrated_to = new_id
            for chat, service in (
                (old, {"migrate_to_chat_id": new_id}),
                (self.chats[new_id], {"migrate_from_chat_id": group_id}),
            ):
                post = self.add_post(chat, author=self.bot_user, service=service)
                self.push("message", write_message(chat, post))
        return new_id

    # What is kept

    @property
    def bot_user(self) -> JSON:
        return {name: self.bot[name] for name in ("id", "is_bot", "first_name", "username")}

    def add_post(self, chat: Chat, **given: Any) -> Post:
        with self.lock:
            self.last_message += 1
            post = Post(message_id=self.last_message, chat_id=chat.id, date=self.clock(), **given)
            chat.posts[post.message_id] = post
            while len(chat.posts) > MOST_MESSAGES:
                chat.posts.pop(next(iter(chat.posts)))
        self.changes.tell()
        return post

    def keep_file(self, upload: Upload) -> str:
        with self.lock:
            self.last_file += 1
            file_id = f"file{self.last_file}"
            self.files[file_id] = upload
            while len(self.files) > MOST_FILES or (
                len(self.files) > 1
                and sum(len(file.data) for file in self.files.values()) > MOST_FILE_BYTES
            ):
                self.files.pop(next(iter(self.files)))
        return file_id

    def push(self, kind: str, payload: JSON) -> None:
        """Queues an update, unless the bot said that it does not want this kind."""
        with self.lock:
            wanted = (
                kind in self.allowed_updates if self.allowed_updates else kind not in NOT_BY_DEFAULT
            )
            if wanted:
                self.last_update += 1
                self.updates.append({"update_id": self.last_update, kind: payload})
        self.changes.tell()
