"""How old is what we know of a unit from a source? Reads the ledger of deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from db.indicators import date_of, day_of
from db.records import Freshness, Outcome
from db.tables import DeliveryRow, DeliveryUnitRow

EVERY_UNIT = 0
NEVER = (0, 0, 0)


class FreshnessBook:
    """The newest good day and the refusals since, for each source and unit, as of a day."""

    def __init__(self, tx: Connection, day: date, district_id: int) -> None:
        self._district = district_id
        # (source, unit or EVERY_UNIT) -> newest good day, place of the last good file in the order
        # of coming, place of the last refused one
        self._known: dict[tuple[str, int], tuple[int, int, int]] = {}
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
        for place, (delivery_id, source, fresh_day, outcome) in enumerate(rows, 1):
            # The district's figure is made of whatever came.
            for unit_id in {*units.get(delivery_id, [EVERY_UNIT]), district_id}:
                self._note((str(source), unit_id), place, fresh_day, Outcome(outcome))

    def _note(self, key: tuple[str, int], place: int, fresh_day: int, outcome: Outcome) -> None:
        newest, good, refused = self._known.get(key, NEVER)
        if outcome is Outcome.REFUSED:
            self._known[key] = (newest, good, place)
        else:
            self._known[key] = (max(newest, fresh_day), place, refused)

    def of(self, source: str, unit_id: int) -> Freshness:
        """How the unit stands with the source; what speaks of the district speaks of it too.

        A refused file counts until a good one comes that speaks of the unit. One that spoke of the
        whole district is no matter to a unit whose newest good file is its own.
        """
        own = self._known.get((source, unit_id), NEVER)
        shared = (
            NEVER if unit_id == self._district else self._known.get((source, EVERY_UNIT), NEVER)
        )
        newest, good = max(own[0], shared[0]), max(own[1], shared[1])
        relies_on_own = own[1] > shared[1]
        return Freshness(
            source=source,
            newest_day=date_of(newest) if newest else None,
            refused_since=own[2] > good or (shared[2] > good and not relies_on_own),
        )

    def has_own(self, source: str, unit_id: int) -> bool:
        """Whether a good file has ever spoken of this unit in particular."""
        return self._known.get((source, unit_id), NEVER)[1] > 0

    def of_all(self, sources: Iterable[str], unit_id: int) -> tuple[Freshness, ...]:
        return tuple(self.of(source, unit_id) for source in sources)
