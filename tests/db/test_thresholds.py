"""Thresholds and drafts are kept, undone and told to the ledger; past readings are found again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db import audit, drafts, past_checks, thresholds
from db.engine import reading, writing
from db.records import ThresholdChange
from db.tables import FieldRow, PersonRow, ReadingRow, SnapshotRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
CHANGE: dict[str, Any] = {
    "name": "margin_points", "target": "on_time", "unit_id": 1, "source": None, "old": "1",
    "new": "2", "valid_from": TODAY, "reason": "rà soát", "document": None, "by": "An",
    "person_id": 1, "at": NOW,
}  # fmt: skip


@pytest.fixture
def office(engine: Engine) -> Engine:
    with writing(engine) as tx:
        for number in (1, 2):
            tx.execute(
                insert(PersonRow).values(
                    id=number, user_id=number, chat_id=number, name="An", joined_at=NOW
                )
            )
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name="U", kind="commune",
                    valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
    return engine


def told(engine: Engine) -> list[tuple[str, int | None, int | None, dict[str, Any]]]:
    with reading(engine) as tx:
        rows = list(audit.entries(tx))
    return [(row.kind, row.person_id, row.unit_id, dict(row.detail)) for row in rows]


def test_what_is_set_is_kept_and_told_to_the_ledger(office: Engine) -> None:
    with writing(office) as tx:
        number = thresholds.add(tx, **CHANGE)
    with reading(office) as tx:
        (change,) = thresholds.changes(tx)
    kept = {name: value for name, value in CHANGE.items() if name != "person_id"}
    assert change == ThresholdChange(id=number, **kept)
    ((kind, person, unit, detail),) = told(office)
    assert (kind, person, unit) == ("threshold_set", 1, 1)
    assert detail == {
        "change": number, "name": "margin_points", "target": "on_time", "source": None,
        "old": "1", "new": "2", "reason": "rà soát", "document": None, "by": "An",
        "valid_from": "2021-03-23",
    }  # fmt: skip


def test_an_undo_is_remembered_once_and_told_to_the_ledger(office: Engine) -> None:
    with writing(office) as tx:
        number = thresholds.add(tx, **CHANGE)
        later = NOW + timedelta(hours=1)
        undone = thresholds.undo(tx, number, by="Bình", person_id=2, at=later)
        assert undone is not None
        assert undone.undone_at == later
        assert thresholds.undo(tx, number, by="Bình", person_id=2, at=later) is None
        assert thresholds.undo(tx, 99, by="Bình", person_id=2, at=later) is None
    kind, person, unit, detail = told(office)[-1]
    assert (kind, person, unit) == ("threshold_undone", 2, 1)
    assert (detail["old"], detail["new"], detail["by"]) == ("2", "1", "Bình")
    assert len(told(office)) == 2
    with reading(office) as tx:
        assert audit.verify(tx).intact


def test_a_draft_is_taken_once_by_its_owner_and_replaced_by_the_next(office: Engine) -> None:
    with writing(office) as tx:
        first = drafts.keep(tx, 1, "threshold", {"name": "goal"}, NOW)
        other = drafts.keep(tx, 1, "absence", {"day": "2021-03-23"}, NOW)
        second = drafts.keep(tx, 1, "threshold", {"name": "margin_points"}, NOW)
        assert drafts.take(tx, first, 1, "threshold") is None, "asked anew since"
        assert drafts.take(tx, second, 2, "threshold") is None, "somebody else's"
        assert drafts.take(tx, second, 1, "absence") is None, "of another kind"
        assert drafts.take(tx, second, 1, "threshold") == {"name": "margin_points"}
        assert drafts.take(tx, second, 1, "threshold") is None, "taken already"
        assert drafts.take(tx, other, 1, "absence") == {"day": "2021-03-23"}


# --- past readings --------------------------------------------------------------------------------


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


@pytest.fixture
def checks(office: Engine) -> Engine:
    """Five mornings; on_time of unit 1 is missed once, in one field; the mailboxes of unit 2 are
    always met, its documents behind on the last morning. A sixth was counted and moved nothing.
    """
    with writing(office) as tx:
        tx.execute(insert(FieldRow).values(id=1, key="ho tich", name="Hộ tịch"))
        for number in range(6):
            tx.execute(
                insert(SnapshotRow).values(
                    id=number + 1, as_of=day(number), day=20210323 + number, taken_at=NOW,
                    in_order=number != 5,
                )
            )  # fmt: skip
            rows = [
                (1, "on_time", None, "met"),
                (1, "on_time", 1, "missed" if number == 2 else "met"),
                (2, "mailboxes", None, "met"),
                (2, "documents", None, "behind" if number == 4 else "none"),
            ]
            tx.execute(
                insert(ReadingRow),
                [
                    {
                        "snapshot_id": number + 1, "unit_id": unit, "target": target,
                        "field_id": field, "numerator": number, "denominator": 9, "state": state,
                        "reason": "r",
                    }
                    for unit, target, field, state in rows
                ],
            )  # fmt: skip
    return office


def keys(found: tuple[past_checks.PastCheck, ...]) -> set[tuple[int, str, int | None]]:
    return {
        (j.reading.unit_id, j.reading.target, j.reading.field_id)
        for check in found
        for j in check.judged
    }


MISSED = {(1, "on_time", 1), (2, "documents", None)}


@pytest.mark.parametrize(
    ("first", "targets", "units", "moments", "expected"),
    [
        pytest.param(
            0, (), None, 5, MISSED, id="all days of whatever was missed on one of them"
        ),
        pytest.param(
            0, ("on_time",), None, 5, MISSED | {(1, "on_time", None)},
            id="and of a target that is asked for, missed or not",
        ),
        pytest.param(
            3, (), None, 2, {(2, "documents", None)}, id="what was missed earlier does not count"
        ),
        pytest.param(0, ("mailboxes",), (1,), 5, {(1, "on_time", 1)}, id="of some units only"),
        pytest.param(9, ("on_time",), None, 0, set(), id="nothing was checked since"),
    ],
)  # fmt: skip
def test_a_look_back_loads_what_could_have_been_an_alert(
    checks: Engine,
    first: int,
    targets: tuple[str, ...],
    units: tuple[int, ...] | None,
    moments: int,
    expected: set[tuple[int, str, int | None]],
) -> None:
    with reading(checks) as tx:
        found = past_checks.past_checks(tx, day(first), targets=targets, unit_ids=units)
    assert keys(found) == expected
    assert [check.as_of for check in found] == [day(n) for n in range(first, 5)][:moments]
    assert all(len(check.judged) == len(expected) for check in found)
    assert all(
        j.reading.numerator == (check.as_of - NOW).days for check in found for j in check.judged
    )


def test_a_long_look_back_is_cut_short_at_its_old_end(checks: Engine) -> None:
    with reading(checks) as tx:
        found = past_checks.past_checks(tx, day(0), targets=("on_time",), at_most=7)
    assert [check.as_of for check in found] == [day(3), day(4)]
