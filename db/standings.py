"""Where does an alert stand just now: who has it, is it claimed, disputed, silenced?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from db import mutes
from db.records import Mute, Phase, Standing, State
from db.tables import AlertRow, PersonRow


def standings(tx: Connection, alert_ids: Collection[int], now: datetime) -> dict[int, Standing]:
    """How each of the alerts stands at a moment; one that does not exist is left out.

    `muted_until` and `exempt_until` are the latest ends of the silences that are in force.
    """
    if not alert_ids:
        return {}
    taker, claimer = aliased(PersonRow), aliased(PersonRow)
    rows = tx.execute(
        select(
            AlertRow.id.label("alert_id"), AlertRow.phase, AlertRow.state, AlertRow.unit_id,
            AlertRow.target, AlertRow.field_id, AlertRow.opened_at, AlertRow.resolved_at,
            taker.name.label("taken_by"), AlertRow.taken_at, claimer.name.label("claimed_by"),
            AlertRow.claimed_at, AlertRow.disputed_at,
        )
        .outerjoin_from(AlertRow, taker, taker.id == AlertRow.taken_by)
        .outerjoin(claimer, claimer.id == AlertRow.claimed_by)
        .where(AlertRow.id.in_(list(alert_ids)))
        .order_by(AlertRow.id)
    )  # fmt: skip
    in_force = mutes.active(tx, now)
    found = {}
    for row in rows:
        values = {**row._mapping, "phase": Phase(row.phase), "state": State(row.state)}
        covering = [
            mute for mute in in_force if mutes.covers(mute, row.unit_id, row.target, row.alert_id)
        ]
        found[row.alert_id] = Standing(
            **values,
            muted_until=_latest(mute for mute in covering if mute.document is None),
            exempt_until=_latest(mute for mute in covering if mute.document is not None),
        )
    return found


def _latest(silences: Iterable[Mute]) -> datetime | None:
    return max((mute.ends_at for mute in silences), default=None)
