"""Of which units, and of which period, does a file speak?"""

from __future__ import annotations

from db.indicators import day_of
from db.intake.comparing import OF_THE_DISTRICT, Scope
from db.intake.kinds import Kind
from db.intake.taking import Taking
from db.records import UnitKind

DISTRICT_ITSELF = frozenset({UnitKind.DISTRICT, UnitKind.ONE_STOP})


def scope_of(taking: Taking, kind: Kind, *, refused: bool = False) -> Scope:
    """Of what a file speaks, as far as it was read: of '*', the district, or the one unit it names.

    A file with rows of several units (or of the district itself) comes from the district's system
    and speaks of every unit; one with rows of a single unit is that unit's own. A refused one
    spoils what is known of the units that were read in it; of all, where it has rows of the
    district itself, or nothing of it could be read.
    """
    period = taking.header.period
    since = period[0] if period else day_of(taking.reporting_year.first_day(taking.year))
    since = since if taking.period is None else taking.period
    seen, units = frozenset(taking.units_seen), taking.units.units
    own = {u for u in seen if u in units and units[u].kind in DISTRICT_ITSELF}
    of_district = len(seen) != 1 or bool(own)
    # What a book of the whole district is compared by it says itself, or it stays unsaid.
    named = frozenset(taking.named)
    if not kind.whole and not named:
        named = frozenset({*map(str, seen - own), *([OF_THE_DISTRICT] if own else ())})
    of = "*" if kind.whole or of_district else str(next(iter(seen)))
    if refused:
        told = bool(named) and (kind.lists or not own)
    else:
        told = not kind.whole and (kind.lists or not of_district)
    spoken_of = seen if told else frozenset()
    return Scope(
        of=of, units=spoken_of, period_from=since, named=named, of_offices=not kind.of_pieces
    )
