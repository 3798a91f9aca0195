"""Messages that tell of alerts, for the tests of their buttons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from alerts.digest import DigestLine, compose_digest
from alerts.house import House
from alerts.telling.notices import compose_group
from db import audit, outbox
from db.engine import new_id, reading, writing
from db.records import Goal, Move, NewMessage, Role, State
from db.tables import AlertRow, BindingRow, OutboxRow, PersonRow, ShownMessageRow
from tests.bot.conftest import CHECK, START, TODAY, unit_id

UNIT = "UBND xã Bình Khánh"


def first_alert(house: House) -> int:
    """The alert that the office has from the start: on_time, Hộ tịch."""
    with reading(house.engine) as tx:
        return int(tx.scalars(select(AlertRow.id).order_by(AlertRow.id)).first() or 0)


def another_alert(house: House, **given: Any) -> int:
    values = {
        "unit_id": unit_id(house, "xa_binh_khanh"), "target": "apology_letters",
        "opened_at": CHECK, "state": "missed", "numerator": 2, "denominator": 3, **given,
    }  # fmt: skip
    with writing(house.engine) as tx:
        return new_id(tx.execute(insert(AlertRow).values(**values)))


def change(house: House, alert_id: int, **values: Any) -> None:
    with writing(house.engine) as tx:
        tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(**values))


def line(alert_id: int, target: str = "on_time", field: str | None = "Hộ tịch") -> DigestLine:
    return DigestLine(
        unit=UNIT, target=target, item_no="5" if target == "on_time" else "7", field=field,
        state=State.MISSED,
        reason="below_the_goal", numerator=45, denominator=48, move=Move.OPENED, is_new=True,
        goal=Goal(operator=">", percent=95), alert_id=alert_id,
    )  # fmt: skip


def tell_of(house: House, person_id: int, *alert_ids: int, template: str = "digest") -> None:
    """Queues a message that tells the person of the alerts."""
    lines = [line(alert_ids[0])]
    lines += [line(alert_id, "apology_letters", None) for alert_id in alert_ids[1:]]
    record = (
        compose_group(UNIT, lines, TODAY, CHECK)
        if template == "group"
        else compose_digest(UNIT, lines, TODAY, CHECK)
    )
    message = NewMessage(
        person_id=person_id, template=template, dedupe=f"{template}:{person_id}",
        not_before=house.clock(), alert_ids=alert_ids,
        payload={
            template: record.to_payload(), "unit_id": unit_id(house, "xa_binh_khanh"),
            "slug": "xa_binh_khanh",
        },
    )  # fmt: skip
    with writing(house.engine) as tx:
        outbox.enqueue(tx, [message], house.clock())


def add_group(house: House, chat_id: int, thread_id: int | None = None) -> int:
    """A group chat that is told of Bình Khánh."""
    with writing(house.engine) as tx:
        person_id = new_id(
            tx.execute(
                insert(PersonRow).values(
                    user_id=chat_id, chat_id=chat_id, name="Tổ cải cách", joined_at=START,
                    thread_id=thread_id,
                )
            )
        )  # fmt: skip
        tx.execute(
            insert(BindingRow).values(
                person_id=person_id, role=Role.GROUP.value, valid_from=date(2021, 1, 1),
                unit_id=unit_id(house, "xa_binh_khanh"),
            )
        )  # fmt: skip
    return person_id


def labels(message: dict[str, Any]) -> list[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def ledger(house: House, *kinds: str) -> list[tuple[str, int | None]]:
    """(kind, person) of the ledger's rows of these kinds, in their order."""
    with reading(house.engine) as tx:
        return [(e.kind, e.person_id) for e in audit.entries(tx) if e.kind in kinds]


def phase_of(house: House, alert_id: int) -> str:
    with reading(house.engine) as tx:
        return str(tx.scalar(select(AlertRow.phase).where(AlertRow.id == alert_id)))


def to_redraw(house: House, after: datetime | None = None) -> list[int]:
    """The chats with a message that is to be drawn again, now or only `after` a moment."""
    waiting = ShownMessageRow.redraw_at.is_not(None)
    with reading(house.engine) as tx:
        query = select(ShownMessageRow.chat_id).where(waiting)
        return list(tx.scalars(query.where(ShownMessageRow.redraw_at > after) if after else query))


def sent_count(house: House) -> int:
    with reading(house.engine) as tx:
        return len(tx.execute(select(OutboxRow.id).where(OutboxRow.outcome == "sent")).all())
