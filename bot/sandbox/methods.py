"""What does each method of the Bot API do to the sandbox?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox import commands
from bot.sandbox.chats import find_chat, find_open_chat, get_chat, send_chat_action
from bot.sandbox.entities import utf16_length
from bot.sandbox.keyboards import check_keyboard
from bot.sandbox.records import Chat, Post, write_message
from bot.sandbox.refusals import JSON, bad_request
from bot.sandbox.state import State
from bot.sandbox.texts import read_message_text, read_text
from bot.sandbox.uploads import describe_file, describe_photo

LONGEST_TEXT = 4096  # UTF-16 units, after entities
LONGEST_CAPTION = 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOCUMENT = 50 * 1024 * 1024
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"

Method = Callable[[State, JSON], Any]


def send_message(state: State, parameters: JSON) -> JSON:
    text, entities = read_message_text(state, parameters)
    check_keyboard(parameters.get("reply_markup"))
    chat = find_open_chat(state, parameters["chat_id"])
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return send(state, chat, parameters, text=text, entities=entities)


def send_document(state: State, parameters: JSON) -> JSON:
    return send_file(state, parameters, "document", LARGEST_DOCUMENT)


def send_photo(state: State, parameters: JSON) -> JSON:
    return send_file(state, parameters, "photo", LARGEST_PHOTO)


def send_file(state: State, parameters: JSON, kind: str, largest: int) -> JSON:
    text, entities = read_text(state, parameters, "caption", "caption_entities")
    check_keyboard(parameters.get("reply_markup"))
    chat = find_open_chat(state, parameters["chat_id"])
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    given = parameters[kind]
    file_id = given if isinstance(given, str) else state.keep_file(given)
    upload = state.files.get(file_id)
    if upload is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > largest:
        raise bad_request(f"file is too big for a {kind}")
    media = describe_photo(file_id, upload) if kind == "photo" else describe_file(file_id, upload)
    return send(state, chat, parameters, text=text, entities=entities, media=media)


def send(state: State, chat: Chat, parameters: JSON, **content: Any) -> JSON:
    reply = parameters.get("reply_parameters")
    reply_to = reply["message_id"] if reply else None
    if reply and reply_to not in chat.posts:
        if not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        reply_to = None
    thread = parameters.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    content |= {"markup": parameters.get("reply_markup"), "thread_id": thread}
    post = state.add_post(chat, author=state.bot_user, reply_to=reply_to, **content)
    return write_message(chat, post)


def find_own_post(state: State, parameters: JSON) -> tuple[Chat, Post]:
    """The bot's message that a request wants to edit."""
    if "chat_id" not in parameters:
        raise bad_request("chat_id is empty")
    if "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    chat = find_open_chat(state, parameters["chat_id"])
    post = chat.posts.get(parameters["message_id"])
    if post is None:
        raise bad_request("message to edit not found")
    if not post.from_bot or post.service:
        raise bad_request("message can't be edited")
    return chat, post


def edit_message_text(state: State, parameters: JSON) -> JSON:
    text, entities = read_message_text(state, parameters)
    check_keyboard(parameters.get("reply_markup"))
    chat, post = find_own_post(state, parameters)
    if post.media:
        raise bad_request("there is no text in the message to edit")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return edit(state, chat, post, text, entities, parameters.get("reply_markup"))


def edit_message_reply_markup(state: State, parameters: JSON) -> JSON:
    check_keyboard(parameters.get("reply_markup"))
    chat, post = find_own_post(state, parameters)
    return edit(state, chat, post, post.text, post.entities, parameters.get("reply_markup"))


def edit(
    state: State, chat: Chat, post: Post, text: str, entities: list[JSON], markup: JSON | None
) -> JSON:
    markup = markup if markup and any(markup.get("inline_keyboard", [])) else None
    if (text, entities, markup) == (post.text, post.entities, post.markup):
        raise bad_request(NOT_MODIFIED)
    if text != post.text or entities != post.entities:
        post.edited = state.clock()
    post.text, post.entities, post.markup = text, entities, markup
    state.changes.tell()
    return write_message(chat, post)


def delete_message(state: State, parameters: JSON) -> bool:
    chat = find_chat(state, parameters["chat_id"])
    if parameters["message_id"] not in chat.posts:
        raise bad_request("message to delete not found")
    del chat.posts[parameters["message_id"]]
    state.changes.tell()
    return True


def answer_callback_query(state: State, parameters: JSON) -> bool:
    query = state.queries.pop(parameters["callback_query_id"], None)
    if query is None:
        raise bad_request(OLD_QUERY)
    state.answers.append(
        {
            "callback_query_id": query["id"],
            "person_id": query["from"]["id"],
            "chat_id": query["message"]["chat"]["id"],
            "message_id": query["message"]["message_id"],
            "data": query["data"],
            "text": parameters.get("text", ""),
            "show_alert": parameters.get("show_alert", False),
            "url": parameters.get("url"),
        }
    )
    state.changes.tell()
    return True


def get_file(state: State, parameters: JSON) -> JSON:
    file_id = parameters["file_id"]
    upload = state.files.get(file_id)
    if upload is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(upload.data),
        "file_path": f"documents/{file_id}",
    }


def get_me(state: State, parameters: JSON) -> JSON:
    return state.bot


def delete_webhook(state: State, parameters: JSON) -> bool:
    if parameters.get("drop_pending_updates"):
        state.updates.clear()
    return True


def get_webhook_info(state: State, parameters: JSON) -> JSON:
    pending = len(state.updates)
    return {"url": "", "has_custom_certificate": False, "pending_update_count": pending}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "setMyCommands": commands.set_my_commands,
    "getMyCommands": commands.get_my_commands,
    "deleteMyCommands": commands.delete_my_commands,
    "setChatMenuButton": commands.set_chat_menu_button,
    "getChat": get_chat,
    "getFile": get_file,
}
