"""Is a reading explained by its own numbers, and the sum over fields never given a verdict?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alerts.explain import AS_COUNTED, explain
from db.records import (
    Goal,
    JudgedReading,
    LeftOut,
    NamedCount,
    Reading,
    State,
    Target,
    Unit,
    UnitKind,
    Verdict,
)

AT = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
UNIT = Unit(
    id=1, slug="xa_binh_khanh", name="UBND xã Bình Khánh", kind=UnitKind.COMMUNE,
    valid_from=date(2020, 1, 1),
)  # fmt: skip
TARGET = Target(
    id="on_time", item="5", goal=Goal(operator=">", percent=95), sources=("dossiers",),
    applies_to=frozenset({UnitKind.COMMUNE}), margin_points=1,
)  # fmt: skip
RIVAL = NamedCount(name="finished", numerator=2, denominator=2)
PAUSED = LeftOut(reason="paused", count=1)


def judged(field: str | None, numerator: int, denominator: int, state: State) -> JudgedReading:
    return JudgedReading(
        reading=Reading(
            target="on_time", unit_id=1, field_id=None, field=field, numerator=numerator,
            denominator=denominator,
        ),
        verdict=Verdict(state=state, reason=f"because_{state}", needed=5),
    )  # fmt: skip


MISSED = judged("Hộ tịch", 2, 3, State.MISSED)
MET = judged("Xây dựng", 1, 1, State.MET)
NEVER = judged(None, 0, 0, State.NO_DATA)
OWN = NamedCount(name=AS_COUNTED, numerator=2, denominator=3)


@pytest.mark.parametrize(
    ("readings", "rivals", "numbers", "state", "shown", "left"),
    [
        pytest.param([MISSED], [RIVAL], (2, 3), State.MISSED, (RIVAL,), (PAUSED,),
                     id="one reading keeps its verdict, beside the rival formulas"),
        pytest.param([MISSED], [], (2, 3), State.MISSED, (OWN,), (PAUSED,),
                     id="a target of one formula shows that one"),
        pytest.param([MISSED, MET], [RIVAL], (3, 4), None, (RIVAL,), (PAUSED,),
                     id="the sum over fields has no verdict"),
        pytest.param([NEVER], [RIVAL], (None, None), State.NO_DATA, (), (),
                     id="a source that never came has neither numbers nor rivals"),
    ],
)  # fmt: skip
def test_what_is_put_side_by_side(
    readings: list[JudgedReading],
    rivals: list[NamedCount],
    numbers: tuple[int | None, int | None],
    state: State | None,
    shown: tuple[NamedCount, ...],
    left: tuple[LeftOut, ...],
) -> None:
    why = explain(UNIT, TARGET, AT, readings, rivals, [PAUSED], [], field=None)
    assert (why.numerator, why.denominator) == numbers
    assert why.state == state
    assert why.reason == (f"because_{state}" if state else None)
    assert why.readings == shown
    assert why.left_out == left
    assert (why.threshold, why.set_by) == (1, "plan")
