"""How old what we know of a unit is: by its own deliveries, by the district's, after refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db.engine import new_id, reading, writing
from db.freshness import FreshnessBook
from db.tables import DeliveryRow, DeliveryUnitRow, UnitRow

DISTRICT, COMMUNE, OTHER = 1, 2, 3
TODAY = date(2021, 3, 23)
GOOD, BAD, SAME = "accepted", "refused", "unchanged"
Delivery = tuple[int, str, tuple[int, ...]]  # day of March, outcome, units (none: every unit)


def record(engine: Engine, deliveries: list[Delivery], source: str = "dossiers") -> None:
    with writing(engine) as tx:
        for slug in ("huyen", "xa", "xa_2"):
            values = {"slug": slug, "name": slug, "kind": "commune", "valid_from": TODAY}
            tx.execute(insert(UnitRow).values(sample=False, **values))
        for day, outcome, units in deliveries:
            number = 20210300 + day
            made_of: dict[str, Any] = {"source": source, "file": "f", "sha256": "0", "day": number,
                      "fresh_day": number, "taken_at": datetime(2021, 3, day, tzinfo=UTC),
                      "outcome": outcome, "scope": "", "dropped": {},
                      "flag_counts": {}}  # fmt: skip
            made = new_id(tx.execute(insert(DeliveryRow).values(**made_of)))
            for unit_id in units:
                tx.execute(insert(DeliveryUnitRow).values(delivery_id=made, unit_id=unit_id))


def known(engine: Engine, unit_id: int, day: date = TODAY) -> tuple[int | None, bool]:
    with reading(engine) as tx:
        found = FreshnessBook(tx, day, DISTRICT).of("dossiers", unit_id)
    return (found.newest_day.day if found.newest_day else None, found.refused_since)


@pytest.mark.parametrize(
    ("deliveries", "commune", "other", "district"),
    [
        pytest.param([], (None, False), (None, False), (None, False), id="nothing ever came"),
        pytest.param([(20, GOOD, ())], (20, False), (20, False), (20, False),
                     id="the district's file speaks of every unit"),
        pytest.param([(20, GOOD, (COMMUNE,))], (20, False), (None, False), (20, False),
                     id="a commune's file speaks of it, and the district has something"),
        pytest.param([(20, GOOD, ()), (22, GOOD, (COMMUNE,))], (22, False), (20, False),
                     (22, False), id="the newer of both counts"),
        pytest.param([(20, GOOD, ()), (22, BAD, ())], (20, True), (20, True), (20, True),
                     id="a refused file after it"),
        pytest.param([(20, BAD, ()), (22, GOOD, ())], (22, False), (22, False), (22, False),
                     id="a refused file before it"),
        pytest.param([(22, BAD, ())], (None, True), (None, True), (None, True),
                     id="the first file was refused"),
        pytest.param([(20, GOOD, ()), (22, BAD, (COMMUNE,))], (20, True), (20, False), (20, True),
                     id="a commune's refused file is no other's fault"),
        pytest.param([(20, GOOD, (COMMUNE,)), (21, BAD, (COMMUNE,)), (22, GOOD, ())],
                     (22, False), (22, False), (22, False),
                     id="the district's good file mends a commune's refused one"),
        pytest.param([(18, GOOD, (COMMUNE,)), (20, GOOD, ()), (22, BAD, ())],
                     (20, True), (20, True), (20, True),
                     id="who came to rely on the district's file suffers its refusal"),
        pytest.param([(18, GOOD, ()), (20, GOOD, (COMMUNE,)), (22, BAD, ())],
                     (20, False), (18, True), (20, True),
                     id="who delivers itself does not"),
        pytest.param([(20, GOOD, ()), (22, SAME, ())], (22, False), (22, False), (22, False),
                     id="a confirmed book is as new as its confirmation"),
        pytest.param([(24, GOOD, ())], (None, False), (None, False), (None, False),
                     id="what comes tomorrow is not known today"),
        pytest.param([(22, GOOD, ()), (20, GOOD, ())], (22, False), (22, False), (22, False),
                     id="an older file that comes late makes nothing older"),
    ],
)  # fmt: skip
def test_how_a_unit_stands(
    engine: Engine,
    deliveries: list[Delivery],
    commune: tuple[int | None, bool],
    other: tuple[int | None, bool],
    district: tuple[int | None, bool],
) -> None:
    record(engine, deliveries)
    found = [known(engine, unit) for unit in (COMMUNE, OTHER, DISTRICT)]
    assert found == [commune, other, district]


def test_sources_do_not_speak_for_each_other(engine: Engine) -> None:
    record(engine, [(20, GOOD, ())], "letters")
    assert known(engine, COMMUNE) == (None, False)


def test_a_unit_of_which_only_a_refused_file_spoke_has_nothing_of_its_own(engine: Engine) -> None:
    record(engine, [(20, GOOD, ()), (21, GOOD, (COMMUNE,)), (22, BAD, (OTHER,))])
    with reading(engine) as tx:
        book = FreshnessBook(tx, TODAY, DISTRICT)
        assert [book.has_own("dossiers", unit) for unit in (COMMUNE, OTHER)] == [True, False]
