"""When do the last days say something that the year's rate does not?"""

from __future__ import annotations

from dataclasses import fields

import pytest

from alerts.lately import Lately, has_lately, lately, worth_a_clause
from db.records import Goal, Reading, RollingCounts, State
from settings import SHIPPED, read_settings

OVER_95, FROM_90 = Goal(operator=">", percent=95), Goal(operator=">=", percent=90)
SMALL = 21
MET, AT_RISK, MISSED = State.MET, State.AT_RISK, State.MISSED


def year(numerator: int, denominator: int) -> Reading:
    return Reading(
        target="on_time", unit_id=1, field_id=1, field="Hộ tịch",
        numerator=numerator, denominator=denominator,
    )  # fmt: skip


def window(numerator: int, denominator: int, *, into_last_year: bool = False) -> RollingCounts:
    return RollingCounts(
        numerator=numerator, denominator=denominator, days=30, into_last_year=into_last_year
    )


@pytest.mark.parametrize(
    ("state", "so_far", "recent", "turned"),
    [
        pytest.param(MISSED, (450, 480), (40, 40), "better", id="missed, and met of late"),
        pytest.param(AT_RISK, (345, 359), (12, 15), "worse", id="at risk, and missed of late"),
        pytest.param(MISSED, (450, 480), (12, 15), "", id="missed, and plainly worse of late"),
        pytest.param(MISSED, (300, 480), (34, 40), "", id="missed, and plainly better, not enough"),
        pytest.param(MISSED, (90, 100), (17, 20), "", id="five points apart are plain"),
        pytest.param(MISSED, (95, 100), (20, 20), "better", id="on a strict goal, and over it"),
        pytest.param(
            State.BEHIND, (300, 480), (34, 40), "", id="behind its pace, and faster of late"
        ),
        pytest.param(
            MET, (345, 359), (17, 21), "worse", id="met, but not by as many as are no small sample"
        ),
    ],
)
def test_it_is_said(
    state: State, so_far: tuple[int, int], recent: tuple[int, int], turned: str
) -> None:
    said = worth_a_clause(OVER_95, SMALL, state, year(*so_far), window(*recent))
    assert said is not None
    assert ((said.numerator, said.denominator), said.turned) == (recent, turned)


@pytest.mark.parametrize(
    ("state", "so_far", "recent"),
    [
        pytest.param(MISSED, (450, 480), None, id="what history does not know"),
        pytest.param(MISSED, (12, 15), (12, 15), id="what is the year itself"),
        pytest.param(MISSED, (450, 480), (0, 0), id="that nothing came"),
        pytest.param(MISSED, (450, 480), (36, 39), id="much the same rate"),
        pytest.param(MISSED, (9000, 10000), (1701, 2000), id="less than five points, exactly"),
        pytest.param(MISSED, (450, 480), (4, 4), id="four items, which are no trend"),
        pytest.param(AT_RISK, (345, 359), (30, 31), id="at risk, and met of late, too"),
        pytest.param(MET, (345, 359), (16, 20), id="met, and missed by a small sample"),
        pytest.param(MET, (345, 359), (30, 30), id="met, and better of late"),
        pytest.param(State.ON_TRACK, (10, 40), (0, 20), id="on its pace: it is not due"),
        pytest.param(State.STALE, (450, 480), (12, 15), id="of old data nothing is new"),
        pytest.param(State.NONE, (0, 0), (12, 15), id="a year with nothing to count has no rate"),
    ],
)
def test_it_is_noise(
    state: State, so_far: tuple[int, int], recent: tuple[int, int] | None
) -> None:  # fmt: skip
    known = window(*recent) if recent else None
    assert worth_a_clause(OVER_95, SMALL, state, year(*so_far), known) is None


@pytest.mark.parametrize(
    ("state", "recent", "said"),
    [
        pytest.param(MISSED, (43, 46), True, id="missed: whether it is a trend"),
        pytest.param(AT_RISK, (44, 46), True, id="at risk, too"),
        pytest.param(MISSED, (3, 4), False, id="where nothing came in the old year it is the year"),
        pytest.param(MET, (46, 46), False, id="met, and met before"),
    ],
)
def test_in_a_young_year_the_head_sees_the_old_ones_end(
    state: State, recent: tuple[int, int], said: bool
) -> None:
    known = window(*recent, into_last_year=True)
    found = worth_a_clause(OVER_95, SMALL, state, year(3, 4), known)
    assert (found is not None) is said
    assert found is None or found.into_last_year


@pytest.mark.parametrize(
    ("goal", "recent", "turned"),
    [
        pytest.param(OVER_95, (19, 20), "worse", id="exactly 95 % is not above it"),
        pytest.param(OVER_95, (39, 41), "", id="39 of 41 is"),
        pytest.param(FROM_90, (9, 10), "", id="exactly 90 % is at least that"),
    ],
)
def test_the_goal_is_compared_exactly(goal: Goal, recent: tuple[int, int], turned: str) -> None:
    found = lately(goal, year(345, 359), window(*recent))
    assert found is not None
    assert found.turned == turned


def test_an_explanation_shows_whatever_differs() -> None:
    found = lately(OVER_95, year(450, 480), window(36, 39))
    assert found == Lately(numerator=36, denominator=39, days=30)
    assert {f.name for f in fields(RollingCounts)} <= {f.name for f in fields(Lately)}


def test_only_the_yearly_ratios_that_one_failure_does_not_decide_have_it() -> None:
    targets = read_settings(SHIPPED / "settings.toml", {}).plan_targets()
    assert {target.id for target in targets if has_lately(target)} == {
        "satisfaction_services", "satisfaction_education", "on_time", "on_time_complaints",
        "online_dossiers",
    }  # fmt: skip
