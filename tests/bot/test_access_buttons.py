"""Who may press what: every button for every role, in private, in a group and in a topic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.buttons.button import Button
from bot.buttons.callbacks import FORMS, encode
from bot.handlers.buttons import ALERTS
from tests.bot.access_office import (
    A_NAMED_ITEM,
    ACTORS,
    REFUSED,
    STRANGERS,
    Actor,
    Office,
    open_office,
    read_table,
    tries_of,
)
from tests.bot.access_presses import PRESSES, Press

# yes       opens it, or does it, whatever unit or person it is about
# own       only for the own unit (for an absence: of oneself); else no, a pop-up, or numbers
# numbers   the numbers without the items and their names
# no        a polite refusal in place of the screen, and nothing has changed
# pop-up    a refusal that is to be closed by hand, and nothing has changed
# stranger  a pop-up that sends to the office and tells nothing, and nothing has changed
# Every press is a forged one: its message was never sent by the bot. In a group (g.) and in a topic
# of a forum (t.) the same words hold, and nothing is said there: a screen comes in private.
TABLE = """
                           | head   deputy other  away   standin | leader vice   acting | official steward admin  | former   stranger | g.head g.official g.stranger t.head t.leader
ShowStatus                 | yes    yes    yes    yes    yes     | yes    yes    yes    | yes      yes     yes    | stranger stranger | yes    yes        stranger   yes    yes
ShowItems                  | own    own    own    own    own     | yes    yes    yes    | no       no      yes    | stranger stranger | own    no         stranger   own    yes
ShowDue                    | own    own    own    own    own     | yes    yes    yes    | no       no      yes    | stranger stranger | own    no         stranger   own    yes
ShowWhy                    | own    own    own    own    own     | yes    yes    yes    | numbers  numbers yes    | stranger stranger | own    numbers    stranger   own    yes
ShowAlerts                 | yes    yes    yes    yes    yes     | yes    yes    yes    | yes      yes     yes    | stranger stranger | yes    yes        stranger   yes    yes
ShowUnits                  | yes    yes    yes    yes    yes     | yes    yes    yes    | yes      yes     yes    | stranger stranger | yes    yes        stranger   yes    yes
ChooseLanguage             | yes    yes    yes    yes    yes     | yes    yes    yes    | yes      yes     yes    | stranger stranger | yes    yes        stranger   yes    yes
ShowAlert                  | own    own    own    own    own     | yes    yes    yes    | numbers  numbers yes    | stranger stranger | own    numbers    stranger   own    yes
BackToMessage              | own    own    own    own    own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
BackToMessage of another   | pop-up pop-up pop-up pop-up pop-up  | pop-up pop-up pop-up | pop-up   pop-up  pop-up | stranger stranger | pop-up pop-up     stranger   pop-up pop-up
TakeAlert                  | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  pop-up | stranger stranger | own    pop-up     stranger   own    yes
ClaimAlert                 | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  pop-up | stranger stranger | own    pop-up     stranger   own    yes
DisputeAlert               | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  pop-up | stranger stranger | own    pop-up     stranger   own    yes
DisputeAs                  | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  pop-up | stranger stranger | own    pop-up     stranger   own    yes
MuteAlert                  | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
MuteScope                  | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
MuteUntil without a reason | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
MuteUntil                  | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
MuteUntil of a target      | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
MuteUntil of a unit        | pop-up pop-up pop-up pop-up pop-up  | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | pop-up pop-up     stranger   pop-up yes
MuteUntil everywhere       | pop-up pop-up pop-up pop-up pop-up  | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | pop-up pop-up     stranger   pop-up yes
EndMute                    | own    own    own    pop-up own     | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | own    pop-up     stranger   own    yes
EndMute of a unit          | pop-up pop-up pop-up pop-up pop-up  | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | pop-up pop-up     stranger   pop-up yes
EndMute everywhere         | pop-up pop-up pop-up pop-up pop-up  | yes    yes    yes    | pop-up   pop-up  yes    | stranger stranger | pop-up pop-up     stranger   pop-up yes
ShowCalendar               | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ConfirmCalendar            | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
UndoCalendar               | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ShowThresholds             | no     no     no     no     no      | yes    no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     yes
ShowThresholds proposed    | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ConfirmThreshold           | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ConfirmThreshold below     | no     no     no     no     no      | yes    no     no     | no       no      no     | stranger stranger | no     no         stranger   no     yes
UndoThreshold              | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
UndoThreshold below        | no     no     no     no     no      | yes    no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     yes
ShowPeople                 | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ShowPerson                 | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
AskEndRole                 | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
EndRole                    | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
AskRevoke                  | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
Revoke                     | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
InviteTo                   | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
InviteAs                   | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
InviteSteward              | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
MakeInvitation             | no     no     no     no     no      | no     no     no     | no       no      yes    | stranger stranger | no     no         stranger   no     no
ShowAbsences               | own    own    own    own    own     | own    own    own    | no       no      yes    | stranger stranger | own    no         stranger   own    own
SetAbsence                 | own    own    own    own    no      | own    own    no     | no       no      yes    | stranger stranger | own    no         stranger   own    own
CancelAbsence              | own    own    own    own    own     | own    own    own    | no       no      yes    | stranger stranger | own    no         stranger   own    own
"""  # noqa: E501
EXPECTED = read_table(TABLE)
NOT_FOR_YOU = ("chưa được phân công", "Không tìm thấy cảnh báo này")  # what a pop-up says


@pytest.fixture(scope="module")
async def office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with open_office(sqlite_template, tmp_path_factory.mktemp("access")) as made:
        yield made


def test_every_button_has_a_row_and_every_row_is_tried() -> None:
    rows = EXPECTED["head"]
    assert {name.split()[0] for name in rows} == {form.__name__ for form in FORMS.values()}
    assert rows.keys() == PRESSES.keys()


@pytest.mark.parametrize(
    "column", [pytest.param(name, id=actor.who) for name, actor in ACTORS.items()]
)
async def test_what_each_may_press(office: Office, column: str) -> None:
    actor, wrong = ACTORS[column], []
    for row, word in EXPECTED[column].items():
        for mine, expected in tries_of(word, PRESSES[row].refusal):
            found = await pressed(office, actor, PRESSES[row], mine)
            if found != expected:
                about = "their own" if mine else "another's"
                wrong.append(f"{row} ({about}): {expected} was expected, not {found}")
    assert not wrong, "\n".join(wrong)


# --- one press ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of a press: the words of its answer, and the screen that it opened."""

    words: str
    loud: bool
    screen: str
    said_in_the_group: bool


async def pressed(office: Office, actor: Actor, press: Press, mine: bool) -> str:
    """What came of it, as a word of the table; or what should never be, in words."""
    button = press.arrange(office, actor, mine)
    before = await office.at_rest(actor)
    answered = await _press(office, actor, button)
    changed = office.changed(before)
    word = _word(answered, press)
    if word in ("yes", "numbers"):
        if press.changes and press.changes not in changed:
            return f"{word}, but {press.changes} did not change"
        if not press.changes and changed:
            return f"{word}, but {sorted(changed)} changed"
    elif changed - {press.uses_up}:
        return f"{word}, but {sorted(changed)} changed"
    return f"{word}, but said in the group" if answered.said_in_the_group else word


def _word(answered: Answered, press: Press) -> str:
    text = f"{answered.words}\n{answered.screen}"
    if answered.words == STRANGERS and answered.loud:
        return "stranger" if not answered.screen else f"a stranger is shown {answered.screen!r}"
    names = A_NAMED_ITEM in text
    if answered.loud:
        known = any(words in answered.words for words in NOT_FOR_YOU)
        return "pop-up" if known and not answered.screen else f"a pop-up: {text!r}"
    if any(words in text for words in REFUSED):
        return "no" if not names else f"a refusal that names items: {text!r}"
    if press.shows not in text:
        return f"something else: {text!r}"
    if press.names_items:
        return "yes" if names else "numbers"
    return "yes" if not names else f"items by their names: {text!r}"


async def _press(office: Office, actor: Actor, button: Button) -> Answered:
    """Presses a button that no message of the bot's ever had."""
    talk, state = office.talk, office.sandbox.state
    rows = [[{"text": "?", "callback_data": encode(button)}]]
    forged = state.add_post(
        state.chat(actor.writes_in), author=state.bot_user, text="?",
        markup={"inline_keyboard": rows}, thread_id=actor.topic,
    ).message_id  # fmt: skip
    private = talk.last(actor.user)
    data = encode(button)
    query = office.sandbox.press(actor.user, forged, data, chat_id=actor.writes_in)
    answer: dict[str, Any] = await talk.until(
        lambda: next((a for a in office.sandbox.answers if a["callback_query_id"] == query), None)
    )
    words, loud = answer.get("text") or "", bool(answer.get("show_alert"))

    def shown() -> str | None:
        """The screen, in place of the forged message; of a group, in the private chat."""
        if not actor.chat:
            message = talk.message(actor.user, forged)
            return message["text"] if message["edited"] else None
        fresh = [m for m in talk.from_bot(actor.user) if m["message_id"] > private]
        return fresh[-1]["text"] if fresh else None

    opens = not words or (type(button) in ALERTS and "tin nhắn riêng" in words)
    try:
        screen = await talk.until(shown) if opens else (shown() or "" if loud else "")
    except TimeoutError:
        screen = "nothing at all"
    there = [m for m in talk.from_bot(actor.writes_in) if m["message_id"] >= forged]
    spoke = bool(actor.chat) and (len(there) > 1 or there[0]["edited"] is not None)
    return Answered(words=words, loud=loud, screen=screen, said_in_the_group=spoke)
