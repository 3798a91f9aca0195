"""Which commands does the bot's menu show, to whom and in which language?"""

from __future__ import annotations

import json
import re

from bot.sandbox.records import Chat
from bot.sandbox.refusals import JSON, bad_request
from bot.sandbox.state import State

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"([a-z]{2})?")
DEFAULT: JSON = {"type": "default"}


def set_my_commands(state: State, parameters: JSON) -> bool:
    commands = [{**c, "command": c["command"].removeprefix("/")} for c in parameters["commands"]]
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
    state.commands[read_key(state, parameters)] = commands
    state.changes.tell()
    return True


def get_my_commands(state: State, parameters: JSON) -> list[JSON]:
    return state.commands.get(read_key(state, parameters), [])


def delete_my_commands(state: State, parameters: JSON) -> bool:
    state.commands.pop(read_key(state, parameters), None)
    state.changes.tell()
    return True


def set_chat_menu_button(state: State, parameters: JSON) -> bool:
    button = parameters.get("menu_button", DEFAULT)
    if "chat_id" not in parameters:
        state.menu_button = button
    else:
        chat = state.chats.get(parameters["chat_id"])
        if chat is None or chat.kind != "private":
            raise bad_request("chat not found")
        chat.menu_button = button
    state.changes.tell()
    return True


def read_key(state: State, parameters: JSON) -> tuple[str, str]:
    scope = parameters.get("scope", DEFAULT)
    language = parameters.get("language_code", "")
    if not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    if "chat_id" in scope:
        known = state.chats.get(int(scope["chat_id"])) if is_number(scope["chat_id"]) else None
        if known is None:
            raise bad_request("chat not found")
        scope = {**scope, "chat_id": known.id}
    return json.dumps(scope, sort_keys=True), language


def is_number(value: int | str) -> bool:
    return isinstance(value, int) or value.lstrip("-").isdigit()


def menu_of(state: State, chat: Chat, person: Chat) -> list[JSON]:
    """The commands this person sees in this chat: the narrowest scope first, then the language.

    The order is the one of "Determining list of commands" in the official description, without
    the scopes of chat administrators: the sandbox has none.
    """
    here: JSON = {"type": "chat", "chat_id": chat.id}
    member: JSON = {"type": "chat_member", "chat_id": chat.id, "user_id": person.id}
    scopes = (
        [here, {"type": "all_private_chats"}, DEFAULT]
        if chat.kind == "private"
        else [member, here, {"type": "all_group_chats"}, DEFAULT]
    )
    for scope in scopes:
        for language in (person.language_code or "", ""):
            found = state.commands.get((json.dumps(scope, sort_keys=True), language))
            if found:
                return found
    return []
