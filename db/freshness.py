"""How old is what we know of a unit from a source? Reads the ledger of deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from db.indicators import date_of, day_of
from db.records import Freshness, Outcome
from db.tables import DeliveryRow, DeliveryUnitRow

EVERY_UNIT = 0


class FreshnessBook:
    """The newest good day and the refusals since, for each source and unit, as of a day."""

    def __init__(self, tx: Connection, day: date, district_id: int) -> None:
        self._district = district_id
        # (source, unit or EVERY_UNIT) -> (newest good day, a file was refused after it)
        self._known: dict[tuple[str, int], tuple[int | None, bool]] = {}
        units: dict[int, list[int]] = {}
        for delivery_id, unit_id in tx.execute(
            select(DeliveryUnitRow.delivery_id, DeliveryUnitRow.unit_id)
        ):
            units.setdefault(delivery_id, []).append(unit_id)
        rows = tx.execute(
            select(DeliveryRow.id, DeliveryRow.source, DeliveryRow.fresh_day, DeliveryRow.outcome)
            .where(DeliveryRow.day <= day_of(day), DeliveryRow.source.is_not(None))
            .order_by(DeliveryRow.day, DeliveryRow.id)
        )
        for delivery_id, source, fresh_day, outcome in rows:
            for unit_id in units.get(delivery_id, [EVERY_UNIT]):
                self._note(str(source), unit_id, fresh_day, Outcome(outcome))
            # The district's figure is made of whatever came.
            self._note(str(source), district_id, fresh_day, Outcome(outcome))

    def _note(self, source: str, unit_id: int, fresh_day: int, outcome: Outcome) -> None:
        newest, _ = self._known.get((source, unit_id), (None, False))
        if outcome is Outcome.REFUSED:
            self._known[source, unit_id] = (newest, True)
        else:
            self._known[source, unit_id] = (max(newest or 0, fresh_day), False)

    def of(self, source: str, unit_id: int) -> Freshness:
        """How the unit stands with the source; what speaks of the district speaks of it too."""
        own = self._known.get((source, unit_id), (None, False))
        if unit_id == self._district:
            newest, refused = own
        else:
            shared = self._known.get((source, EVERY_UNIT), (None, False))
            days = [day for day, _ in (own, shared) if day is not None]
            newest, refused = max(days, default=None), own[1] or (shared[1] and own[0] is None)
        return Freshness(
            source=source,
            newest_day=None if newest is None else date_of(newest),
            refused_since=refused,
        )

    def of_all(self, sources: Iterable[str], unit_id: int) -> tuple[Freshness, ...]:
        return tuple(self.of(source, unit_id) for source in sources)
