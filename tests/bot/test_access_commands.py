"""Who may say what: every command for every role, in private, in a group and in a topic."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from telegram.ext import CommandHandler

from bot.application import handlers
from bot.menu import NAMES
from db.engine import writing
from db.tables import CalendarDraftRow, DraftRow, PersonRow
from tests.bot.access_office import (
    A_NAMED_ITEM,
    ACTORS,
    BYSTANDER,
    REFUSED,
    STRANGERS,
    Actor,
    Office,
    open_office,
    read_table,
    tries_of,
)
from tests.bot.access_presses import GOAL, MARGIN, no_later_absences, threshold_change
from tests.bot.conftest import HEAD

# yes       is answered or done, whatever unit or person it is about
# own       only for the own unit (for an absence: of oneself); else no, or numbers
# numbers   the numbers without the items and their names
# no        a polite refusal, and nothing has changed
# stranger  one sentence that sends to the office and tells nothing
# private   in a group: a known person is asked to come into the private chat
# silence   in a group: nothing at all, neither there nor in private
TABLE = """
                  | head  deputy other away  standin | leader vice acting | official steward admin | former   stranger | g.head  g.official g.stranger t.head  t.leader
start             | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
help              | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
language          | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
language chosen   | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
status            | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | yes     yes        silence    yes     yes
units             | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | yes     yes        silence    yes     yes
alerts            | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | yes     yes        silence    yes     yes
alerts exempted   | no    no     no    no    no      | yes    no   no     | no       no      no    | stranger stranger | private private    silence    private private
why               | own   own    own   own   own     | yes    yes  yes    | numbers  numbers yes   | stranger stranger | private private    silence    private private
items             | own   own    own   own   own     | yes    yes  yes    | no       no      yes   | stranger stranger | private private    silence    private private
due               | own   own    own   own   own     | yes    yes  yes    | no       no      yes   | stranger stranger | private private    silence    private private
absence           | yes   yes    yes   yes   yes     | yes    yes  yes    | no       no      yes   | stranger stranger | private private    silence    private private
absence set       | own   own    own   own   no      | own    own  no     | no       no      yes   | stranger stranger | private private    silence    private private
calendar          | no    no     no    no    no      | no     no   no     | no       no      yes   | stranger stranger | private private    silence    private private
calendar changed  | no    no     no    no    no      | no     no   no     | no       no      yes   | stranger stranger | private private    silence    private private
thresholds        | no    no     no    no    no      | yes    no   no     | no       no      yes   | stranger stranger | private private    silence    private private
thresholds tried  | no    no     no    no    no      | no     no   no     | no       no      yes   | stranger stranger | private private    silence    private private
thresholds below  | no    no     no    no    no      | yes    no   no     | no       no      no    | stranger stranger | private private    silence    private private
thresholds undone | no    no     no    no    no      | no     no   no     | no       no      yes   | stranger stranger | private private    silence    private private
people            | no    no     no    no    no      | no     no   no     | no       no      yes   | stranger stranger | private private    silence    private private
/status_          | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
/nothing          | yes   yes    yes   yes   yes     | yes    yes  yes    | yes      yes     yes   | stranger stranger | private private    silence    private private
"""  # noqa: E501
EXPECTED = read_table(TABLE)
ASKED_NEXT, ANSWERED_NEXT = "/status phòng nội vụ", "PHÒNG NỘI VỤ"
PRIVATE = "Nội dung này chỉ trả lời trong trao đổi riêng với hệ thống."
GROUP_BUTTONS = {"s1", "u1", "a1"}  # a status, the units, the alerts


@dataclass(frozen=True, slots=True)
class Line:
    """What is written after the command; `about`, `alert`, `who`, `change` are filled in."""

    words: str
    shows: str
    changes: str = ""  # a table; nothing else than looking if there is none
    refusal: str = "no"
    names_items: bool = False
    command: bool = True  # False: the words are all that is written


LINES = {
    "start": Line("", "đã được đăng ký"),
    "help": Line("", "HƯỚNG DẪN"),
    "language": Line("", "chọn ngôn ngữ"),
    "language chosen": Line("vi", "tiếng Việt", "people"),
    "status": Line("{about}", "UBND XÃ"),
    "units": Line("", "DANH SÁCH ĐƠN VỊ"),
    "alerts": Line("{about}", "CẢNH BÁO ĐANG MỞ"),
    "alerts exempted": Line(
        "mien {alert} 30/04/2021 45/UBND chờ bàn giao", "Đã ghi nhận việc miễn", "mutes"
    ),
    "why": Line("{about} 5", "Cách tính", refusal="numbers", names_items=True),
    "items": Line("{about} 5", "Việc cần xử lý", names_items=True),
    "due": Line("{about}", "Đến hạn trong", names_items=True),
    "absence": Line("", "VẮNG MẶT"),
    "absence set": Line("{who} 01/12/2021", "Đã ghi", "absences"),
    "calendar": Line("", "LỊCH LÀM VIỆC"),
    "calendar changed": Line("nghi 18/03/2021 12/TB", "XÁC NHẬN", "calendar_drafts"),
    "thresholds": Line("", "NGƯỠNG CẢNH BÁO"),
    "thresholds tried": Line("on_time margin_points 5 lý do thử", "XÁC NHẬN", "drafts"),
    "thresholds below": Line(
        "on_time goal 85 văn bản 12/UBND lý do thử", "XÁC NHẬN", "drafts"
    ),
    "thresholds undone": Line("undo {change}", "Đã hoàn tác", "thresholds"),
    "people": Line("", "NGƯỜI DÙNG"),
    "/status_": Line("/status_{about}", "UBND XÃ", command=False),
    "/nothing": Line("/nothing", "/trogiup", command=False),
}  # fmt: skip


@pytest.fixture(scope="module")
async def office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with open_office(sqlite_template, tmp_path_factory.mktemp("access")) as made:
        yield made


def commands_of(row: str) -> tuple[str, ...]:
    """The command's names, in English and in Vietnamese; of what is no command, nothing."""
    name = row.split()[0]
    return (name, NAMES[name]) if name in NAMES else (name,)


def test_every_command_has_a_row_and_every_row_is_tried() -> None:
    known = {frozenset(h.commands) for h in handlers() if isinstance(h, CommandHandler)}
    rows = EXPECTED["head"]
    assert {frozenset(commands_of(row)) for row in rows if row[0] != "/"} == known
    assert rows.keys() == LINES.keys()


@pytest.mark.parametrize(
    "column", [pytest.param(name, id=actor.who) for name, actor in ACTORS.items()]
)
async def test_what_each_may_say(office: Office, column: str) -> None:
    actor, wrong = ACTORS[column], []
    for row, word in EXPECTED[column].items():
        for command in commands_of(row):
            for mine, expected in tries_of(word, LINES[row].refusal):
                text, found = await said(office, actor, LINES[row], command, mine)
                if found != expected:
                    wrong.append(f"{text}: {expected} was expected, not {found}")
    assert not wrong, "\n".join(wrong)


KNOWN = [name for name in ACTORS if "." not in name and name not in ("former", "stranger")]


@pytest.mark.parametrize("column", [pytest.param(name, id=ACTORS[name].who) for name in KNOWN])
async def test_the_menu_and_the_help_offer_just_what_each_may_say(
    office: Office, column: str
) -> None:
    actor = ACTORS[column]
    allowed = {name for name in NAMES if EXPECTED[column][name] != "no"}
    seen = len(office.sandbox.requests)
    await _answer(office, actor, "/language vi")

    def menu() -> set[str] | None:
        for r in office.sandbox.requests[seen:]:
            scope = r["params"].get("scope", "")
            if r["method"] == "setMyCommands" and f'"chat_id": {actor.user}' in scope:
                return {command["command"] for command in json.loads(r["params"]["commands"])}
        return None

    assert await office.talk.until(menu) == {NAMES[name] for name in allowed}
    told = await _answer(office, actor, "/help")
    assert told is not None
    for name, alias in NAMES.items():
        if name != "help":
            assert (f"/{alias}" in told["text"]) is (name in allowed), alias


# --- one message ----------------------------------------------------------------------------------


async def said(
    office: Office, actor: Actor, line: Line, command: str, mine: bool
) -> tuple[str, str]:
    """What was written, and what came of it as a word of the table; or what should never be."""
    facts = _prepared(office, actor, line, mine)
    written = line.words if not line.command else f"/{command} {line.words}"
    text = written.format(**facts).strip()
    before = await office.at_rest(actor)
    answer = await _answer(office, actor, text)
    changed = office.changed(before)
    word = _word(answer, line)
    if answer and actor.chat and word == "yes":
        word = _openly(answer, actor)
    if word in ("yes", "numbers") and line.changes:
        return text, word if line.changes in changed else f"{word}, but nothing changed"
    return text, f"{word}, but {sorted(changed)} changed" if changed else word


def _prepared(office: Office, actor: Actor, line: Line, mine: bool) -> dict[str, Any]:
    """Makes what the line is about, and takes back what an earlier one did."""
    who = office.presser(actor) if mine else office.person(BYSTANDER)
    facts = {"about": office.slug(actor, mine), "who": who, "alert": 0, "change": 0}
    if "{alert}" in line.words:
        facts["alert"] = office.alert(actor, mine)
    if line.changes in ("drafts", "thresholds"):
        facts["change"] = threshold_change(office, GOAL if "goal" in line.words else MARGIN)
    if line.changes == "absences":
        no_later_absences(office)
    with writing(office.house.engine) as tx:
        tx.execute(delete(DraftRow))
        tx.execute(delete(CalendarDraftRow))
        if line.changes == "people" and not actor.chat:
            me = PersonRow.user_id == actor.user
            tx.execute(update(PersonRow).where(me).values(language="en"))
    return facts


async def _answer(office: Office, actor: Actor, text: str) -> dict[str, Any] | None:
    """The bot's next message there. In a group a head asks next, and is answered: what has not been
    answered before, never is.
    """
    talk, chat, topic = office.talk, actor.writes_in, actor.topic
    private = len(talk.from_bot(actor.user))
    number = office.sandbox.say(actor.user, text, chat_id=chat, thread_id=topic)["message_id"]
    if not actor.chat:
        return await talk.heard(chat, after=number)
    office.sandbox.say(HEAD, ASKED_NEXT, chat_id=chat, thread_id=topic)
    await talk.heard(chat, ANSWERED_NEXT, number)
    assert len(talk.from_bot(actor.user)) == private, f"{text} is answered in private"
    first, *more = [m for m in talk.from_bot(chat) if m["message_id"] > number]
    assert len(more) <= 1, f"{text} is answered twice"
    return first if more else None


def _word(answer: dict[str, Any] | None, line: Line) -> str:
    if answer is None:
        return "silence"
    text, keys = answer["text"], answer.get("reply_markup")
    if text == STRANGERS:
        return "stranger" if not keys else "a stranger is shown buttons"
    if text == PRIVATE:
        return "private" if not keys else "buttons in a group"
    names = A_NAMED_ITEM in text
    if any(words in text for words in REFUSED):
        return "no" if not names else f"a refusal that names items: {text!r}"
    if line.shows not in text:
        return f"something else: {text!r}"
    if line.names_items:
        return "yes" if names else "numbers"
    return "yes" if not names else f"items by their names: {text!r}"


def _openly(answer: dict[str, Any], actor: Actor) -> str:
    """Said in the group, in the topic, without a way to items."""
    rows = (answer.get("reply_markup") or {}).get("inline_keyboard", [])
    leads_to = {key["callback_data"].partition(":")[0] for row in rows for key in row}
    if answer["thread_id"] != actor.topic:
        return "said in another topic"
    return "yes" if leads_to <= GROUP_BUTTONS else f"buttons {leads_to} in a group"
