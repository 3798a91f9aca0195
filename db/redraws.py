"""Which of the messages in the chats are to be drawn again, and who is drawing them just now?

A change of an alert marks the messages that show it; a sender claims them by conditional update,
draws them again, and says so for the change that it claimed: a change that comes meanwhile is drawn
once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select, update

from db.pace import Pace, advance, room_now
from db.queued import may_have
from db.shown import forget
from db.tables import ChatPaceRow, OutboxRow, PersonRow, ShownMessageRow, ToldRow

ATTEMPTS = 5  # for one change; the next change is tried again
NEWEST = 5  # messages of a chat that follow an alert: a chat takes only one edit a second


@dataclass(frozen=True, kw_only=True, slots=True)
class Redraw:
    """A message that is ours to draw again; with an `alert_id` as that alert's card."""

    id: int
    chat_id: int
    message_id: int
    person_id: int
    outbox_id: int | None
    alert_id: int | None
    redraw_at: datetime
    attempt: int


def redraw(tx: Connection, alert_id: int, now: datetime) -> int:
    """The alert has changed: its cards and the queued messages that told of it are to be drawn
    again, of each chat the newest few (an older one when somebody presses in it). Answers how many.
    """
    told = select(ToldRow.outbox_id).where(ToldRow.alert_id == alert_id)
    place = func.row_number().over(
        partition_by=ShownMessageRow.chat_id, order_by=ShownMessageRow.id.desc()
    )
    showing = (
        select(ShownMessageRow.id, place.label("place"))
        .where(
            or_(
                ShownMessageRow.alert_id == alert_id,
                and_(ShownMessageRow.alert_id.is_(None), ShownMessageRow.outbox_id.in_(told)),
            )
        )
        .subquery()
    )
    newest = select(showing.c.id).where(showing.c.place <= NEWEST)
    marked = tx.execute(
        update(ShownMessageRow)
        .where(ShownMessageRow.id.in_(newest))
        .values(redraw_at=now, attempts=0)
    )
    return marked.rowcount


def redraw_message(tx: Connection, chat_id: int, message_id: int, now: datetime) -> None:
    """Only this message is to be drawn again."""
    tx.execute(
        update(ShownMessageRow)
        .where(ShownMessageRow.chat_id == chat_id, ShownMessageRow.message_id == message_id)
        .values(redraw_at=now, attempts=0)
    )


def leave_as_it_is(tx: Connection, chat_id: int, message_id: int, now: datetime) -> bool:
    """What was to be drawn until now is not drawn any more. False while a sender is just drawing
    it: its edit would come after whatever is put there now.
    """
    place = and_(ShownMessageRow.chat_id == chat_id, ShownMessageRow.message_id == message_id)
    free = or_(ShownMessageRow.claimed_until.is_(None), ShownMessageRow.claimed_until <= now)
    tx.execute(
        update(ShownMessageRow)
        .where(place, free, ShownMessageRow.redraw_at <= now)
        .values(redraw_at=None, attempts=0)
    )
    return tx.execute(select(ShownMessageRow.id).where(place, not_(free))).first() is None


def anything_to_redraw(tx: Connection, now: datetime) -> bool:
    """Cheap, and without the write lock: this is asked all the time."""
    return tx.execute(_ready(now).limit(1)).first() is not None


def claim_redraws(
    tx: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    *,
    today: date,
    pace: Pace,
) -> tuple[Redraw, ...]:
    """Claims at most `limit` messages to draw again, at most one of each chat.

    What its person may no longer have, or what stands in a chat that is no longer theirs, is
    forgotten here: it stays as it is, and nothing new is written into it.
    """
    room = min(limit, room_now(tx, now, pace))
    if room <= 0:
        return ()
    ids = tx.scalars(_first_of_each_chat(now).limit(room)).all()
    claimed = tx.execute(
        update(ShownMessageRow)
        .where(ShownMessageRow.id.in_(ids), _due(now))
        .values(
            claimed_by=owner,
            claimed_until=now + lease,
            attempts=ShownMessageRow.attempts + 1,
        )
        .returning(ShownMessageRow.id)
    ).scalars()
    allowed = []
    for redraw_, payload, chat_id in _redraws(tx, list(claimed)):
        if chat_id == redraw_.chat_id and may_have(tx, redraw_.person_id, payload, today):
            allowed.append(redraw_)
        else:
            forget(tx, redraw_.chat_id, redraw_.message_id)
    advance(tx, now, pace, len(allowed))
    return tuple(allowed)


def redrawn(tx: Connection, claimed: Redraw, owner: str) -> bool:
    """The message shows what was claimed. False where it changed meanwhile: it stays marked."""
    done = tx.execute(
        update(ShownMessageRow)
        .where(_still_claimed(claimed, owner))
        .values(redraw_at=None, attempts=0, claimed_by=None, claimed_until=None)
    )
    if done.rowcount:
        return True
    _release(tx, claimed, owner)
    return False


def try_again(tx: Connection, claimed: Redraw, owner: str, at: datetime) -> bool:
    """It could not be drawn: once more from that moment on, but not for ever.

    False where no more attempt is left; the alert's next change is drawn again.
    """
    again = claimed.attempt < ATTEMPTS
    tx.execute(
        update(ShownMessageRow)
        .where(_still_claimed(claimed, owner))
        .values(redraw_at=at if again else None)
    )
    _release(tx, claimed, owner)
    return again


# --- how it is kept -------------------------------------------------------------------------------


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        ShownMessageRow.redraw_at <= now,
        ShownMessageRow.attempts < ATTEMPTS,
        or_(ShownMessageRow.claimed_until.is_(None), ShownMessageRow.claimed_until <= now),
    )


def _ready(now: datetime) -> Any:
    return (
        select(
            ShownMessageRow.id,
            func.row_number()
            .over(
                partition_by=ShownMessageRow.chat_id,
                order_by=(ShownMessageRow.redraw_at, ShownMessageRow.id),
            )
            .label("place"),
        )
        .outerjoin(ChatPaceRow, ChatPaceRow.chat_id == ShownMessageRow.chat_id)
        .where(_due(now), or_(ChatPaceRow.next_at.is_(None), ChatPaceRow.next_at <= now))
    )


def _first_of_each_chat(now: datetime) -> Any:
    ready = _ready(now).subquery()
    return (
        select(ShownMessageRow.id)
        .where(ShownMessageRow.id.in_(select(ready.c.id).where(ready.c.place == 1)))
        .order_by(ShownMessageRow.redraw_at, ShownMessageRow.id)
        .with_for_update(skip_locked=True)  # compiled away on SQLite
    )


def _redraws(tx: Connection, ids: list[int]) -> list[tuple[Redraw, Mapping[str, Any], int]]:
    """What was claimed, with what says whose unit it is, and the chat of its person now.

    A card shows what everybody with a role may ask for, and of the items only what they may see.
    """
    rows = tx.execute(
        select(
            ShownMessageRow.id, ShownMessageRow.chat_id, ShownMessageRow.message_id,
            ShownMessageRow.person_id, ShownMessageRow.outbox_id, ShownMessageRow.alert_id,
            ShownMessageRow.redraw_at, ShownMessageRow.attempts.label("attempt"),
            PersonRow.chat_id.label("now_in"), OutboxRow.payload,
        )
        .join(PersonRow, PersonRow.id == ShownMessageRow.person_id)
        .outerjoin(OutboxRow, OutboxRow.id == ShownMessageRow.outbox_id)
        .where(ShownMessageRow.id.in_(ids))
        .order_by(ShownMessageRow.redraw_at, ShownMessageRow.id)
    )  # fmt: skip
    found = []
    for row in rows:
        values = dict(row._mapping)
        chat_id, payload = values.pop("now_in"), values.pop("payload")
        found.append((Redraw(**values), payload or {}, chat_id))
    return found


def _still_claimed(claimed: Redraw, owner: str) -> ColumnElement[bool]:
    # Both: a change in the very instant of the claimed one begins the attempts anew.
    return and_(
        ShownMessageRow.id == claimed.id,
        ShownMessageRow.claimed_by == owner,
        ShownMessageRow.redraw_at == claimed.redraw_at,
        ShownMessageRow.attempts == claimed.attempt,
    )


def _release(tx: Connection, claimed: Redraw, owner: str) -> None:
    tx.execute(
        update(ShownMessageRow)
        .where(ShownMessageRow.id == claimed.id, ShownMessageRow.claimed_by == owner)
        .values(claimed_by=None, claimed_until=None)
    )
