"""What becomes of a chat that got a new id: a group that became a supergroup?"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from db.contacts import person_by_user
from db.records import Person
from db.tables import BindingRow, OutboxRow, PersonRow, ToldRow


def move_chat(tx: Connection, old: int, new: int) -> None:
    """The chat of the old id is the same chat for us, whoever tells of the move first.

    Telegram says so in the answer to a message, and to the group; whichever we hear first. A group
    that was invited again meanwhile is known by its new id already: it is one group, so that the
    older person's roles become the newer one's.
    """
    older = person_by_user(tx, old) if old < 0 else None
    newer = person_by_user(tx, new)
    if older is not None and newer is not None:
        _join(tx, older, newer)
        return
    tx.execute(
        update(PersonRow).where(PersonRow.chat_id == old).values(chat_id=new, reachable=True)
    )
    if older is not None:
        tx.execute(update(PersonRow).where(PersonRow.id == older.id).values(user_id=new))


def _join(tx: Connection, older: Person, newer: Person) -> None:
    """The newer person holds the roles of both, and knows what either was told; each role once."""
    bindings = select(BindingRow).where(BindingRow.valid_to.is_(None))
    theirs = {
        (row.role, row.unit_id): row
        for row in tx.execute(bindings.where(BindingRow.person_id == newer.id))
    }
    for row in tx.execute(bindings.where(BindingRow.person_id == older.id)).all():
        twin = theirs.get((row.role, row.unit_id))
        if twin is None:
            continue
        since = min(row.valid_from, twin.valid_from)
        tx.execute(update(BindingRow).where(BindingRow.id == twin.id).values(valid_from=since))
        tx.execute(delete(BindingRow).where(BindingRow.id == row.id))
    waiting = select(OutboxRow.id, OutboxRow.payload).where(
        OutboxRow.person_id == older.id, OutboxRow.settled_at.is_(None)
    )
    told_anyway = {unit_id for _role, unit_id in theirs}
    # What is queued of a unit that both were bound to is queued for the newer one, too.
    left = [row.id for row in tx.execute(waiting) if row.payload.get("unit_id") in told_anyway]
    for table, also in (
        (BindingRow, ()),
        (ToldRow, ()),
        (OutboxRow, (OutboxRow.settled_at.is_(None), OutboxRow.id.not_in(left))),
    ):
        moved = update(table).where(table.person_id == older.id, *also)
        tx.execute(moved.values(person_id=newer.id))
    tx.execute(update(PersonRow).where(PersonRow.id == older.id).values(reachable=False))
