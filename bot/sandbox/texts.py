"""Which plain text and entities does the bot's text parameter stand for?"""

from __future__ import annotations

from bot.sandbox.entities import find_entities, utf16_length
from bot.sandbox.markup import parse_html
from bot.sandbox.records import write_user
from bot.sandbox.refusals import JSON, bad_request
from bot.sandbox.state import State


def read_text(state: State, parameters: JSON, name: str, entities: str) -> tuple[str, list[JSON]]:
    """The plain text and its entities, trimmed as Telegram does."""
    text, mode = parameters.get(name, ""), parameters.get("parse_mode", "").lower()
    if mode == "html":
        text, found = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        found = [dict(entity) for entity in parameters.get(entities, [])]
    return trim(text, [e for e in found if complete_mention(state, e)])


def complete_mention(state: State, entity: JSON) -> bool:
    """A link to a person becomes a mention only when the bot has met that person."""
    if entity["type"] != "text_mention":
        return True
    person = state.chats.get(entity.get("user", {}).get("id", 0))
    if person is None or person.kind != "private":
        return False
    entity["user"] = write_user(person)
    return True


def trim(text: str, entities: list[JSON]) -> tuple[str, list[JSON]]:
    text = text.replace("\r", " ")
    before = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        first = max(0, entity["offset"] - before)
        last = min(end, entity["offset"] + entity["length"] - before)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return text, find_entities(text, kept)


def read_message_text(state: State, parameters: JSON) -> tuple[str, list[JSON]]:
    text, entities = read_text(state, parameters, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    return text, entities
