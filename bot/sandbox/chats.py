"""Which chat does the bot mean, and may it write there?"""

from __future__ import annotations

from bot.sandbox.records import Chat, write_chat
from bot.sandbox.refusals import JSON, bad_request, forbidden, migrated
from bot.sandbox.state import State

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def find_chat(state: State, chat_id: int | str) -> Chat:
    """The chat that the bot may write to, or Telegram's refusal."""
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        chat_id = int(chat_id)
    if isinstance(chat_id, str):
        name = chat_id.removeprefix("@").lower()
        found = [c for c in state.chats.values() if c.kind != "private"]
        chat = next((c for c in found if (c.username or "").lower() == name), None)
    else:
        chat = state.chats.get(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    return chat


def find_open_chat(state: State, chat_id: int | str) -> Chat:
    chat = find_chat(state, chat_id)
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if chat.kind == "private" and not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def send_chat_action(state: State, parameters: JSON) -> bool:
    find_open_chat(state, parameters["chat_id"])
    if parameters["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_chat(state: State, parameters: JSON) -> JSON:
    chat = find_chat(state, parameters["chat_id"])
    return {
        **write_chat(chat),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
