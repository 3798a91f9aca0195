"""Does a request keep to the facts of the official Bot API description (bot_api.json)?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bot.sandbox.bodies import Upload
from bot.sandbox.entities import utf16_length
from bot.sandbox.refusals import JSON, RefusedError, bad_request

FACTS = Path(__file__).with_name("bot_api.json")

# How Telegram words the absence of a parameter; where its words are not known, ours name it.
MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "commands": "can't parse commands: Array of BotCommand expected",
}
# How Telegram words a value that is too short or too long.
OUT_OF_LIMITS = {
    "callback_data": "BUTTON_DATA_INVALID",
    "command": "BOT_COMMAND_INVALID",
    "description": "BOT_COMMAND_DESCRIPTION_INVALID",
    "commands": "BOT_COMMANDS_TOO_MUCH",
    "text": "MESSAGE_TOO_LONG",
}
WHERE = {
    "InlineKeyboardButton": "can't parse inline keyboard button: ",
    "KeyboardButton": "can't parse keyboard button: ",
    "InlineKeyboardMarkup": "can't parse inline keyboard markup: ",
    "BotCommand": "can't parse BotCommand: ",
    "MessageEntity": "can't parse MessageEntity: ",
    "BotCommandScope": "can't parse BotCommandScope: ",
    "MenuButton": "can't parse MenuButton: ",
}
LENGTHS: dict[str, Callable[[Any], int]] = {
    "bytes": lambda value: len(value.encode()),
    "characters": utf16_length,
    "items": len,
}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}


@cache
def read_facts() -> JSON:
    facts: JSON = json.loads(FACTS.read_text(encoding="utf-8"))
    return facts


@cache
def known_methods() -> dict[str, str]:
    """Lower-case name -> name: Telegram looks methods up without regard to case."""
    return {name.lower(): name for name in read_facts()["methods"]}


def find_method(name: str) -> str:
    try:
        return known_methods()[name.lower()]
    except KeyError:
        raise RefusedError(404, "Not Found: method not found") from None


def check_parameters(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters as Python values, or RefusedError in Telegram's words.

    Unlike Telegram, an unknown parameter is an error: a misspelt name must fail a test.
    """
    fields = {field["name"]: field for field in read_facts()["methods"][method]["fields"]}
    for name in given:
        if name not in fields:
            raise bad_request(f'{method} has no parameter "{name}" (refused by the sandbox only)')
    # Telegram looks at the text before it looks for the chat.
    for name in sorted(fields, key=lambda name: name == "chat_id"):
        if fields[name]["required"] and given.get(name) in (None, ""):
            raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    return {name: read_value(fields[name], value) for name, value in given.items()}


def read_value(field: JSON, value: Any) -> Any:
    """One top-level parameter; objects and arrays may come as JSON in a string."""
    name, types = field["name"], field["types"]
    composed = [kind for kind in types if is_composed(kind)]
    if isinstance(value, str) and composed and "String" not in types:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error
    if name == "reply_markup":
        if not isinstance(value, dict):
            raise bad_request("object expected as reply markup")
        types = [pick_markup(types, value)]
    result = read_one_of(types, value, f'parameter "{name}"')
    check_limit(field, result)
    return result


def pick_markup(types: list[str], value: JSON) -> str:
    """The kind of reply markup is told by its required field; so the error names a real one."""
    for kind in types:
        fields = read_facts()["types"][kind]["fields"]
        if any(field["required"] and field["name"] in value for field in fields):
            return kind
    return types[0]


def is_composed(kind: str) -> bool:
    return kind.startswith("Array of ") or kind in read_facts()["types"]


def read_one_of(types: list[str], value: Any, where: str) -> Any:
    first: RefusedError | None = None
    for kind in types:
        try:
            return read_typed(kind, value, where)
        except RefusedError as refused:
            first = first or refused
    raise first or bad_request(f"{where} has no type")


def read_typed(kind: str, value: Any, where: str) -> Any:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise bad_request(f"{where} must be of type Array")
        return [read_typed(kind.removeprefix("Array of "), item, where) for item in value]
    if kind in read_facts()["types"]:
        return read_object(kind, value)
    return read_simple(kind, value, where)


def read_simple(kind: str, value: Any, where: str) -> Any:
    match kind, value:
        case ("Integer", bool()):
            pass
        case ("Integer", int()):
            return value
        case ("Integer", str()) if re.fullmatch(r"[+-]?\d{1,18}", value.strip()):
            return int(value)
        case ("Float", int() | float()) if not isinstance(value, bool):
            return float(value)
        case ("Boolean" | "True", bool()):
            return value
        case ("Boolean", str()) if value.lower() in BOOLEANS:
            return BOOLEANS[value.lower()]
        case ("String", str()):
            return value
        case ("String", int() | float()) if not isinstance(value, bool):
            return str(value)
        case ("InputFile", Upload()):
            return value
    raise bad_request(f"{where} must be of type {kind}")


def read_object(kind: str, value: Any) -> JSON:
    facts = read_facts()["types"][kind]
    before = WHERE.get(kind, f"can't parse {kind}: ")
    if not isinstance(value, dict):
        raise bad_request(f"{before}Object expected")
    if facts["subtypes"]:
        return read_object(pick_subtype(kind, facts["subtypes"], value), value)
    fields = {field["name"]: field for field in facts["fields"]}
    for name in value:
        if name not in fields:
            raise bad_request(f'{before}{kind} has no field "{name}" (refused by the sandbox only)')
    for name, field in fields.items():
        if field["required"] and value.get(name) is None:
            raise bad_request(f'{before}Can\'t find field "{name}"')
    result = {}
    for name, item in value.items():
        if item is not None:
            result[name] = read_one_of(fields[name]["types"], item, f'{before}Field "{name}"')
            check_limit(fields[name], result[name])
    return result


def pick_subtype(kind: str, subtypes: list[str], value: JSON) -> str:
    """`type` is the subtype's own name in snake case: BotCommandScopeChatMember -> chat_member."""
    names = {
        re.sub(r"(?<!^)([A-Z])", r"_\1", subtype.removeprefix(kind)).lower(): subtype
        for subtype in subtypes
    }
    found = names.get(str(value.get("type")))
    if found is None:
        raise bad_request(f"{WHERE.get(kind, '')}unsupported type specified")
    return found


def check_limit(field: JSON, value: Any) -> None:
    """Lengths that hold as given; those counted after entities are the methods' business."""
    limit = field.get("limit")
    if limit is None or limit.get("after_entities") or not isinstance(value, str | list):
        return
    measure = LENGTHS.get(limit["unit"], len)
    if not limit["min"] <= measure(value) <= limit["max"]:
        name = field["name"]
        raise bad_request(
            OUT_OF_LIMITS.get(
                name, f"{name} must hold {limit['min']}-{limit['max']} {limit['unit']}"
            )
        )
