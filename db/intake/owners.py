"""Whose dossier is it: in whose rate does it count, and who must act on it?"""

from __future__ import annotations

from sqlalchemy import select

from db.indicators import date_of
from db.intake.refusals import UnreadableFile
from db.intake.taking import Taking
from db.records import Unit, UnitKind
from db.tables import DossierRow, UnitSuccessionRow
from db.units import unit_by_slug


class Owners:
    """Whose rate a dossier counts in and who must act on it, by who received and who holds it.

    Domain reference 1.6: what a commune or department received is its own; what the district
    received counts for the department that holds or finished it; what is held outside the district
    is answered for by the office of the People's Committee.
    """

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._units = taking.units.units
        by_slug = taking.units.by_slug
        district = by_slug.get(taking.rules.district) or unit_by_slug(
            taking.tx, taking.rules.district, date_of(taking.day)
        )
        if district is None:
            raise UnreadableFile(
                "no_district",
                f"there is no unit '{taking.rules.district}' on that day (see district.unit)",
            )
        self._district = district.id
        office: Unit | None = by_slug.get(taking.rules.office)
        self._office = office.id if office else self._district
        self.known: dict[tuple[int, str], tuple[int, int, str | None, bool]] = {}

    def of_finished(
        self, code: str, unit: str, unit_id: int, finished: int
    ) -> tuple[int | None, str | None]:
        """Whose a dossier is that was finished on a day: (the unit, or None for the one that the
        row names; why it counts nowhere, if so). What was finished before a unit began is
        its predecessor's: the one so called then, else the one that had the dossier.
        """
        taking = self._taking
        if (then := taking.who_did(unit, unit_id, finished)) is not None:
            return (None if then == unit_id else then), None
        had = select(DossierRow.unit_id).where(
            DossierRow.code == code, DossierRow.unit_id != unit_id
        )
        known = taking.tx.scalars(had).first()
        return known, None if known is not None else "before_the_unit"

    def paper_unit(self, code: str, unit_id: int, received: int | None) -> int:
        """In whose book an odd number stands: a predecessor's, where it has that very dossier."""
        predecessors = select(UnitSuccessionRow.from_id).where(UnitSuccessionRow.to_id == unit_id)
        books = self._taking.tx.scalars(
            select(DossierRow.paper_unit_id).where(
                DossierRow.code == code,
                DossierRow.paper_unit_id.in_(predecessors),
                DossierRow.received == received,
            )
        ).all()
        return books[0] if len(books) == 1 else unit_id

    def decide(self, unit_id: int, text: str) -> tuple[int, int, str | None, bool]:
        """(whose rate, who acts, the holder's name where outside or unknown, unknown)."""
        found = self.known[unit_id, text] = self._decide(unit_id, text)
        return found

    def _decide(self, unit_id: int, text: str) -> tuple[int, int, str | None, bool]:
        holder_id = self._taking.units.find_id(text) if text else None
        holder = self._units[holder_id] if holder_id is not None else None
        unknown = bool(text) and holder is None
        outside = holder is not None and holder.kind is UnitKind.EXTERNAL
        name = text[:80] if unknown else holder.name if holder and outside else None
        receiver = self._units[unit_id]
        if receiver.kind not in (UnitKind.DISTRICT, UnitKind.ONE_STOP):
            return unit_id, unit_id, name, unknown
        if holder is not None and holder.kind in (UnitKind.DEPARTMENT, UnitKind.AGENCY):
            return holder.id, holder.id, None, False
        return self._district, self._office, name, unknown
