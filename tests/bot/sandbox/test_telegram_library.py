"""Does python-telegram-bot take the sandbox for Telegram?"""

from __future__ import annotations

import asyncio
import struct
import zlib

import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    MenuButtonCommands,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.bot.sandbox.conftest import AN, GROUP, NOON, TOKEN

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Nhận việc", callback_data="take:1")]])


async def test_who_am_i(bot: telegram.Bot) -> None:
    assert (bot.id, bot.username, bot.first_name) == (42, "dunghen_demo_bot", "Đúng Hẹn")


async def test_a_message_there_and_back(sandbox: Sandbox, bot: telegram.Bot) -> None:
    sent = await bot.send_message(AN, "<b>Đúng hạn</b>: 92 %", parse_mode="HTML", reply_markup=KEYS)
    assert sent.text_html == "<b>Đúng hạn</b>: 92 %"
    assert sent.date == NOON
    assert sent.reply_markup == KEYS
    assert sandbox.messages(AN)[0]["html"] == "<b>Đúng hạn</b>: 92 %"
    edited = await sent.edit_text("Xong")
    assert isinstance(edited, telegram.Message)
    assert edited.edit_date == NOON
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("Xong")
    await sent.delete()
    assert sandbox.messages(AN) == []


async def test_a_button_there_and_back(sandbox: Sandbox, bot: telegram.Bot) -> None:
    sent = await bot.send_message(AN, "Việc mới", reply_markup=KEYS)
    sandbox.press(AN, sent.message_id, "take:1")
    (update,) = await bot.get_updates(timeout=5)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("take:1", AN)
    await query.edit_message_reply_markup(None)
    await query.answer("Đã nhận", show_alert=True)
    assert [answer["text"] for answer in sandbox.answers] == ["Đã nhận"]
    with pytest.raises(BadRequest, match="too old"):
        await query.answer("Lần nữa")
    assert sandbox.messages(AN)[0]["reply_markup"] is None


FAULTS = {
    "flood": (Fault.too_many(3), RetryAfter),
    "blocked": (Fault.blocked(), Forbidden),
    "migrated": (Fault.migrated(-1001), ChatMigrated),
    "gateway": (Fault.server_error(502), NetworkError),
    "dropped": (Fault.dropped(), NetworkError),
    "dropped after it was taken": (Fault.dropped(after_accept=True), NetworkError),
}


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS.keys())
async def test_faults_arrive_as_the_librarys_errors(
    sandbox: Sandbox, bot: telegram.Bot, fault: Fault, error: type[Exception]
) -> None:
    sandbox.fail_next("sendMessage", fault=fault)
    with pytest.raises(error) as caught:
        await bot.send_message(AN, "x")
    assert type(caught.value) is error


def tiny_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def test_files_there_and_back(sandbox: Sandbox, bot: telegram.Bot) -> None:
    # Every byte, line ends among them: the multipart reader must not touch them.
    data = bytes(range(256)) + b"\r\n--x\r\n\n\r"
    sent = await bot.send_document(
        AN, data, filename="Báo cáo tuần 12.docx", caption="<i>Tuần 12</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert sent.document.file_name == "Báo cáo tuần 12.docx"
    assert sent.caption_html == "<i>Tuần 12</i>"
    assert sandbox.file(sent.document.file_id) == data
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == data
    again = await bot.send_document(AN, sent.document.file_id)
    assert again.document == sent.document

    picture = await bot.send_photo(AN, InputFile(tiny_png(), filename="xu-huong.png"), caption="x")
    assert [(size.width, size.height) for size in picture.photo] == [(3, 2)]
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(AN, b"no picture")


async def test_a_person_sends_a_document(sandbox: Sandbox, bot: telegram.Bot) -> None:
    sandbox.say(AN, "tuần này", document=("ho_so.csv", b"a;b"))
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"a;b"
    assert update.message.caption == "tuần này"


async def test_a_person_blocks_and_a_group_moves(sandbox: Sandbox, bot: telegram.Bot) -> None:
    sandbox.block(AN)
    new = sandbox.migrate(GROUP)
    blocked, old, moved = await bot.get_updates(timeout=5)
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert old.message is not None
    assert old.message.migrate_to_chat_id == new
    assert moved.message is not None
    assert moved.message.migrate_from_chat_id == GROUP


async def test_a_link_to_a_person_needs_the_person(bot: telegram.Bot) -> None:
    text = f'<a href="tg://user?id={AN}">An</a> và <a href="tg://user?id=99">ai</a>'
    sent = await bot.send_message(AN, text, parse_mode="HTML")
    (mention,) = sent.entities
    assert mention.user is not None
    assert (mention.type, mention.user.first_name) == ("text_mention", "An")


async def test_settings_of_the_menu(bot: telegram.Bot) -> None:
    commands = [BotCommand("status", "Tình hình"), BotCommand("help", "Trợ giúp")]
    await bot.set_my_commands(commands, scope=BotCommandScopeChat(AN), language_code="vi")
    kept = await bot.get_my_commands(scope=BotCommandScopeChat(AN), language_code="vi")
    assert list(kept) == commands
    assert await bot.delete_my_commands(scope=BotCommandScopeChat(AN), language_code="vi")
    assert await bot.set_chat_menu_button(AN, MenuButtonCommands())


async def test_chats(bot: telegram.Bot) -> None:
    assert (await bot.get_chat(AN)).first_name == "An"
    assert (await bot.get_chat(GROUP)).title == "Tổ cải cách hành chính"
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(99)


async def test_a_whole_application(sandbox: Sandbox) -> None:
    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message is not None
        words = " ".join(context.args or [])
        await update.effective_message.reply_text(f"Chào, {words}", reply_markup=KEYS)

    async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Đã nhận")
        await update.callback_query.edit_message_text("Việc đã có người nhận")

    builder = Application.builder().token(TOKEN).base_url(f"{sandbox.url}/bot")
    application = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(take))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        sandbox.say(AN, "/start abc")
        hello = await asyncio.to_thread(sandbox.wait_message, AN, "Chào, abc")
        sandbox.press(AN, hello["message_id"], "take:1")
        done = await asyncio.to_thread(sandbox.wait_message, AN, "có người nhận")
        await application.updater.stop()
        await application.stop()
    assert done["message_id"] == hello["message_id"]
    assert done["edited"] is not None
    assert [answer["text"] for answer in sandbox.answers] == ["Đã nhận"]
    assert {"getMe", "getUpdates", "sendMessage", "editMessageText"} <= {
        request["method"] for request in sandbox.requests
    }
