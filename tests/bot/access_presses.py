"""With what is each button pressed in the table of access, and what does it show or change?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert

from alerts.digest import compose_digest
from alerts.thresholds.rules import Wish
from bot.buttons import callbacks
from bot.buttons import people as people_buttons
from bot.buttons.button import Button
from bot.questions.thresholds import DRAFT, wish_kept
from db import calendar_days, drafts, mutes, thresholds
from db.bindings import numbered_bindings
from db.calendar_days import Change
from db.engine import new_id, writing
from db.tables import (
    AbsenceRow,
    BindingRow,
    CalendarChangeRow,
    CalendarDayRow,
    DraftRow,
    OutboxRow,
    PersonRow,
    ThresholdRow,
)
from tests.bot.access_office import BYSTANDER, LEAVING, Actor, Office
from tests.bot.alerting import UNIT, line
from tests.bot.conftest import CHECK, LEADER, START, TODAY

LATER = date(2021, 12, 1)  # of absences that put nobody out of their role today
MADE_OFF = Change(
    day=date(2021, 3, 18), old=None,
    new={"kind": "off", "note": "", "document": "12/TB"},
)  # fmt: skip
MARGIN = ("margin_points", "4", None)
GOAL = ("goal", "> 90 %", "12/QĐ-UBND")  # the plan says: above 95 percent

Arrange = Callable[[Office, Actor, bool], Button]


@dataclass(frozen=True, slots=True)
class Press:
    """`arrange` makes what the button is about, one's own or not, and gives the button."""

    arrange: Arrange
    shows: str
    changes: str = ""  # a table; nothing else than looking if there is none
    refusal: str = "no"  # what else than one's own gets where a cell says "own"
    names_items: bool = False
    uses_up: str = ""  # a draft that was asked to be confirmed is gone, also when it is refused


def _alert(form: Callable[..., Button], *more: Any) -> Arrange:
    return lambda office, actor, mine: form(office.alert(actor, mine), *more)


def _unit(form: Callable[..., Button], *more: Any) -> Arrange:
    return lambda office, actor, mine: form(office.unit(actor, mine), *more)


def _just(button: Button) -> Arrange:
    return lambda _office, _actor, _mine: button


def _meant(office: Office, actor: Actor, mine: bool) -> int:
    return office.presser(actor) if mine else office.person(BYSTANDER)


def _acts(form: Callable[..., Button], *more: Any, shows: str, changes: str = "alerts") -> Press:
    return Press(_alert(form, *more), shows, changes, refusal="pop-up")


# --- what a button is about -----------------------------------------------------------------------


def _language(office: Office, actor: Actor, _mine: bool) -> Button:
    with writing(office.house.engine) as tx:
        mine = PersonRow.user_id == actor.user
        tx.execute(PersonRow.__table__.update().where(mine).values(language="en"))  # type: ignore[attr-defined]
    return callbacks.ChooseLanguage("vi")


def _mute(office: Office, actor: Actor, mine: bool, *, scope: str) -> Button:
    """A silence that somebody else has made."""
    alert_id, unit = office.alert(actor, mine), office.unit(actor, mine)
    with writing(office.house.engine) as tx:
        named: dict[str, dict[str, Any]] = {
            "alert": {"alert_id": alert_id}, "unit": {"unit_id": unit},
            "everywhere": {"target": "on_time"},
        }  # fmt: skip
        ends_at = START + timedelta(days=3)
        by = office.person(BYSTANDER)
        mute = mutes.add(tx, reason="thử", by=by, starts_at=START, ends_at=ends_at, **named[scope])
    return callbacks.EndMute(mute)


def _message(office: Office, actor: Actor, mine: bool, *, of_another: bool) -> Button:
    """A message that was sent, to the presser or not, and tells of a unit."""
    alert_id = office.alert(actor, mine)
    record = compose_digest(UNIT, [line(alert_id)], TODAY, CHECK)
    payload = {"digest": record.to_payload(), "unit_id": office.unit(actor, mine)}
    person = office.person(LEADER if of_another else actor.user) or office.person(LEADER)
    if of_another and actor.user == LEADER:
        person = office.person(BYSTANDER)
    with writing(office.house.engine) as tx:
        row = insert(OutboxRow).values(
            dedupe=f"access:{alert_id}:{office.clock().timestamp()}", person_id=person,
            template="digest", payload=payload, created_at=START, not_before=START,
            settled_at=START, outcome="sent",
        )  # fmt: skip
        return callbacks.BackToMessage(new_id(tx.execute(row)))


def _calendar_draft(office: Office, actor: Actor, _mine: bool) -> Button:
    with writing(office.house.engine) as tx:
        _no_days(tx)
        draft = calendar_days.keep_draft(tx, office.presser(actor), MADE_OFF, START)
    return callbacks.ConfirmCalendar(draft, make=True)


def _calendar_change(office: Office, _actor: Actor, _mine: bool) -> Button:
    with writing(office.house.engine) as tx:
        _no_days(tx)
        made = calendar_days.store(tx, MADE_OFF, by="thử", person_id=None, now=START, moved=0)
    return callbacks.UndoCalendar(made)


def _no_days(tx: Any) -> None:
    tx.execute(delete(CalendarDayRow))
    tx.execute(delete(CalendarChangeRow))


def _threshold_draft(what: tuple[str, str, str | None]) -> Arrange:
    name, value, document = what

    def arrange(office: Office, actor: Actor, _mine: bool) -> Button:
        wish = Wish(
            name=name, target="on_time", unit_id=None, source=None, new=value, valid_from=TODAY,
            reason="thử", document=document,
        )  # fmt: skip
        with writing(office.house.engine) as tx:
            tx.execute(delete(ThresholdRow))
            draft = drafts.keep(tx, office.presser(actor), DRAFT, wish_kept(wish), START)
        return callbacks.ConfirmThreshold(draft, make=True)

    return arrange


def threshold_change(office: Office, what: tuple[str, str, str | None]) -> int:
    """A threshold that is set, and nothing else."""
    name, value, document = what
    with writing(office.house.engine) as tx:
        tx.execute(delete(ThresholdRow))
        return thresholds.add(
            tx, name=name, target="on_time", unit_id=None, source=None, old=None, new=value,
            valid_from=TODAY, reason="thử", document=document, by="thử", person_id=None, at=START,
        )  # fmt: skip


def _undo(what: tuple[str, str, str | None]) -> Arrange:
    return lambda office, _actor, _mine: callbacks.UndoThreshold(threshold_change(office, what))


def _proposal(office: Office, _actor: Actor, _mine: bool) -> Button:
    with writing(office.house.engine) as tx:
        tx.execute(delete(ThresholdRow))
        tx.execute(delete(DraftRow))
    return callbacks.ShowThresholds("on_time", "margin_points", "4")


def _leaving(form: Callable[[int], Button], *, role: bool) -> Arrange:
    """Somebody with one role, or that role."""

    def arrange(office: Office, _actor: Actor, _mine: bool) -> Button:
        person = office.person(LEAVING)
        with writing(office.house.engine) as tx:
            if not numbered_bindings(tx, person, TODAY):
                row = {"person_id": person, "role": "official", "valid_from": TODAY}
                tx.execute(insert(BindingRow).values(**row))
            (held,) = numbered_bindings(tx, person, TODAY)
        return form(held.id if role else person)

    return arrange


def no_later_absences(office: Office) -> None:
    with writing(office.house.engine) as tx:
        tx.execute(delete(AbsenceRow).where(AbsenceRow.first_day >= LATER))


def _absence(office: Office, actor: Actor, mine: bool) -> Button:
    no_later_absences(office)
    return people_buttons.SetAbsence(_meant(office, actor, mine), LATER, LATER, None)


def _cancelled(office: Office, actor: Actor, mine: bool) -> Button:
    no_later_absences(office)
    person = _meant(office, actor, mine)
    with writing(office.house.engine) as tx:
        row = insert(AbsenceRow).values(
            person_id=person, first_day=LATER, last_day=LATER, created_by=person, created_at=START
        )
        return people_buttons.CancelAbsence(new_id(tx.execute(row)))


# --- the rows of the table ------------------------------------------------------------------------

PRESSES: dict[str, Press] = {
    "ShowStatus": Press(_unit(callbacks.ShowStatus), "UBND XÃ"),
    "ShowItems": Press(
        _unit(callbacks.ShowItems, "on_time"), "Việc cần xử lý", names_items=True
    ),
    "ShowDue": Press(_unit(callbacks.ShowDue), "Đến hạn trong", names_items=True),
    "ShowWhy": Press(
        _unit(callbacks.ShowWhy, "on_time", 1), "Cách tính", refusal="numbers", names_items=True
    ),
    "ShowAlerts": Press(_unit(callbacks.ShowAlerts), "CẢNH BÁO ĐANG MỞ"),
    "ShowUnits": Press(_just(callbacks.ShowUnits()), "DANH SÁCH ĐƠN VỊ"),
    "ChooseLanguage": Press(_language, "tiếng Việt", "people"),
    "ShowAlert": Press(
        _alert(callbacks.ShowAlert), "CẢNH BÁO SỐ", refusal="numbers", names_items=True
    ),
    "BackToMessage": Press(
        lambda o, a, m: _message(o, a, m, of_another=False), "TÌNH HÌNH", refusal="pop-up"
    ),
    "BackToMessage of another": Press(
        lambda o, a, m: _message(o, a, m, of_another=True), "TÌNH HÌNH", refusal="pop-up"
    ),
    "TakeAlert": _acts(callbacks.TakeAlert, shows="Đã ghi nhận việc tiếp nhận"),
    "ClaimAlert": _acts(callbacks.ClaimAlert, shows="khi số liệu xác nhận"),
    "DisputeAlert": _acts(callbacks.DisputeAlert, shows="KIẾN NGHỊ VỀ SỐ LIỆU", changes=""),
    "DisputeAs": _acts(callbacks.DisputeAs, "wrong_unit", shows="Đã chuyển kiến nghị"),
    "MuteAlert": _acts(callbacks.MuteAlert, shows="chọn phạm vi", changes=""),
    "MuteScope": _acts(callbacks.MuteScope, "alert", shows="chọn thời hạn", changes=""),
    "MuteUntil without a reason": _acts(
        callbacks.MuteUntil, "alert", 3, shows="chọn lý do", changes=""
    ),
    "MuteUntil": _acts(
        callbacks.MuteUntil, "alert", 3, "in_hand", shows="Đã tạm ẩn", changes="mutes"
    ),
    "MuteUntil of a target": _acts(
        callbacks.MuteUntil, "target", 3, "in_hand", shows="Đã tạm ẩn", changes="mutes"
    ),
    "MuteUntil of a unit": _acts(
        callbacks.MuteUntil, "unit", 3, "in_hand", shows="Đã tạm ẩn", changes="mutes"
    ),
    "MuteUntil everywhere": _acts(
        callbacks.MuteUntil, "everywhere", 3, "in_hand", shows="Đã tạm ẩn", changes="mutes"
    ),
    "EndMute": Press(
        lambda o, a, m: _mute(o, a, m, scope="alert"), "Đã bỏ tạm ẩn", "mutes", "pop-up"
    ),
    "EndMute of a unit": Press(
        lambda o, a, m: _mute(o, a, m, scope="unit"), "Đã bỏ tạm ẩn", "mutes", "pop-up"
    ),
    "EndMute everywhere": Press(
        lambda o, a, m: _mute(o, a, m, scope="everywhere"), "Đã bỏ tạm ẩn", "mutes", "pop-up"
    ),
    "ShowCalendar": Press(_just(callbacks.ShowCalendar(2021)), "LỊCH LÀM VIỆC"),
    "ConfirmCalendar": Press(_calendar_draft, "Đã cập nhật lịch", "calendar_days"),
    "UndoCalendar": Press(_calendar_change, "Đã cập nhật lịch", "calendar_days"),
    "ShowThresholds": Press(_just(callbacks.ShowThresholds()), "NGƯỠNG CẢNH BÁO"),
    "ShowThresholds proposed": Press(_proposal, "XÁC NHẬN THAY ĐỔI", "drafts"),
    "ConfirmThreshold": Press(
        _threshold_draft(MARGIN), "Đã cập nhật", "thresholds", uses_up="drafts"
    ),
    "ConfirmThreshold below": Press(
        _threshold_draft(GOAL), "Đã cập nhật", "thresholds", uses_up="drafts"
    ),
    "UndoThreshold": Press(_undo(MARGIN), "Đã hoàn tác", "thresholds"),
    "UndoThreshold below": Press(_undo(GOAL), "Đã hoàn tác", "thresholds"),
    "ShowPeople": Press(_just(people_buttons.ShowPeople()), "NGƯỜI DÙNG"),
    "ShowPerson": Press(
        lambda o, _a, _m: people_buttons.ShowPerson(o.person(BYSTANDER)), "Tam Thôn Hiệp"
    ),
    "AskEndRole": Press(_leaving(people_buttons.AskEndRole, role=True), "XÁC NHẬN KẾT THÚC"),
    "EndRole": Press(_leaving(people_buttons.EndRole, role=True), "Đã kết thúc", "bindings"),
    "AskRevoke": Press(_leaving(people_buttons.AskRevoke, role=False), "XÁC NHẬN KẾT THÚC"),
    "Revoke": Press(_leaving(people_buttons.Revoke, role=False), "Đã kết thúc", "bindings"),
    "InviteTo": Press(_just(people_buttons.InviteTo()), "chọn đơn vị"),
    "InviteAs": Press(_unit(people_buttons.InviteAs), "chọn vai trò"),
    "InviteSteward": Press(_just(people_buttons.InviteSteward()), "chọn nguồn dữ liệu"),
    "MakeInvitation": Press(
        _unit(lambda unit: people_buttons.MakeInvitation("head", unit)), "LỜI MỜI", "invitations"
    ),
    "ShowAbsences": Press(
        lambda o, a, m: people_buttons.ShowAbsences(_meant(o, a, m)), "VẮNG MẶT"
    ),
    "SetAbsence": Press(_absence, "Đã ghi", "absences"),
    "CancelAbsence": Press(_cancelled, "VẮNG MẶT", "absences"),
}  # fmt: skip
