"""What was somebody asked to confirm? Kept until they press, and taken only once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from db.tables import DraftRow

DRAFT_BITS = 31  # of the number: a button of an older draft must not fit a newer one


def keep(
    tx: Connection, person_id: int, kind: str, content: Mapping[str, Any], at: datetime
) -> int:
    """Keeps what a person is asked to confirm, instead of what they were asked before."""
    tx.execute(delete(DraftRow).where(DraftRow.person_id == person_id, DraftRow.kind == kind))
    number = secrets.randbits(DRAFT_BITS)
    tx.execute(
        insert(DraftRow).values(
            id=number, person_id=person_id, kind=kind, content=dict(content), at=at
        )
    )
    return number


def take(tx: Connection, draft_id: int, person_id: int, kind: str) -> dict[str, Any] | None:
    """The draft, which is gone then; None where it is another's, or was taken already."""
    found = tx.execute(
        delete(DraftRow)
        .where(DraftRow.id == draft_id, DraftRow.person_id == person_id, DraftRow.kind == kind)
        .returning(DraftRow.content)
    ).one_or_none()
    return None if found is None else dict(found.content)
