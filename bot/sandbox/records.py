"""What does the sandbox keep: chats, messages, and how does the Bot API write them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.entities import write_html
from bot.sandbox.refusals import JSON


@dataclass(kw_only=True)
class Post:
    """One message of a chat, of the bot's or of a person's."""

    message_id: int
    chat_id: int
    author: JSON
    date: datetime
    text: str = ""
    entities: list[JSON] = field(default_factory=list)
    markup: JSON | None = None
    media: JSON = field(default_factory=dict)
    service: JSON = field(default_factory=dict)
    reply_to: int | None = None
    thread_id: int | None = None  # of a topic of a forum
    edited: datetime | None = None

    @property
    def from_bot(self) -> bool:
        return bool(self.author["is_bot"])


@dataclass(kw_only=True)
class Chat:
    """A person's private chat with the bot, or a group; `note` is what the page says about it."""

    id: int
    kind: str
    name: str
    username: str | None = None
    language_code: str | None = None
    note: str = ""
    note_en: str = ""  # for the page in English, where it differs
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    topics: dict[int, str] = field(default_factory=dict)  # of a forum, by their thread
    menu_button: JSON = field(default_factory=lambda: {"type": "default"})
    posts: dict[int, Post] = field(default_factory=dict)


def write_user(person: Chat) -> JSON:
    user: JSON = {"id": person.id, "is_bot": False, "first_name": person.name}
    if person.username:
        user["username"] = person.username
    if person.language_code:
        user["language_code"] = person.language_code
    return user


def write_chat(chat: Chat) -> JSON:
    result: JSON = {"id": chat.id, "type": chat.kind}
    result["first_name" if chat.kind == "private" else "title"] = chat.name
    if chat.username:
        result["username"] = chat.username
    if chat.topics:
        result["is_forum"] = True
    return result


def write_message(chat: Chat, post: Post, *, with_reply: bool = True) -> JSON:
    """The Bot API's Message."""
    message: JSON = {
        "message_id": post.message_id,
        "from": post.author,
        "chat": write_chat(chat),
        "date": int(post.date.timestamp()),
        **post.media,
        **post.service,
    }
    if post.thread_id is not None:
        message |= {"message_thread_id": post.thread_id, "is_topic_message": True}
    if post.text:
        message["caption" if post.media else "text"] = post.text
    if post.entities:
        message["caption_entities" if post.media else "entities"] = post.entities
    if post.edited:
        message["edit_date"] = int(post.edited.timestamp())
    # Telegram shows only inline keyboards in messages.
    if post.markup and "inline_keyboard" in post.markup:
        message["reply_markup"] = post.markup
    original = chat.posts.get(post.reply_to) if post.reply_to and with_reply else None
    if original:
        message["reply_to_message"] = write_message(chat, original, with_reply=False)
    return message


def write_look(post: Post) -> JSON:
    """The message as tests and the page read it."""
    return {
        "message_id": post.message_id,
        "chat_id": post.chat_id,
        "text": post.text,
        "html": write_html(post.text, post.entities),
        "entities": post.entities,
        "reply_markup": post.markup,
        "from_bot": post.from_bot,
        "from_id": post.author["id"],
        "from_name": post.author["first_name"],
        "date": post.date.isoformat(),
        "edited": post.edited.isoformat() if post.edited else None,
        "document": post.media.get("document"),
        "photo": post.media["photo"][-1] if "photo" in post.media else None,
        "service": post.service or None,
        "reply_to": post.reply_to,
        "thread_id": post.thread_id,
    }
