"""What is seen at once of a check's steps, in the messages that are there and in the ledger?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.states import LAPSED_STATES
from db import alert_store, audit, redraws
from db.engine import Connection
from db.records import Move, Step

SHOWN_AT_ONCE = frozenset(
    {Move.RESOLVED, Move.REOPENED, Move.VERIFIED, Move.HANDED_OVER, Move.WORSE, Move.BETTER}
)
# The reason of a step by which a claim was found true, or not -> the kind of its row in the ledger.
LEDGER_OF_CLAIMS = {
    **dict.fromkeys(alert_store.CLAIM_PROVED, "proved"),
    alert_store.CLAIM_NOT_PROVED: "reopened",
}


def make_known(tx: Connection, steps: Sequence[Step], ids: Sequence[int], now: datetime) -> None:
    """What moved is shown in the messages that name it; a claim's outcome is in the ledger, and so
    is the end of what was not mended: nothing is left to count.
    """
    for step, alert_id in zip(steps, ids, strict=True):
        if step.move in SHOWN_AT_ONCE:
            redraws.redraw(tx, alert_id, now)
        lapsed = step.move is Move.RESOLVED and step.state in LAPSED_STATES
        kind = "lapsed" if lapsed else LEDGER_OF_CLAIMS.get(step.reason)
        if kind is not None:
            audit.append(
                tx, kind, now, unit_id=step.unit_id, alert_id=alert_id,
                detail={"target": step.target, "reason": step.reason},
            )  # fmt: skip
