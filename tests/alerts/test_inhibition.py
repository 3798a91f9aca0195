"""Does something greater silence what it explains, and nothing else?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.calendar import vietnamese_calendar
from alerts.telling.inhibition import inhibited
from db.records import Key, OpenAlert, Phase, State

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = vietnamese_calendar(range(2021, 2022))
CHECK = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)  # a Tuesday
DAY = timedelta(days=1)
DISTRICT = 1
UNITS = range(2, 9)  # seven communes


def alert(unit_id: int, target: str = "mailboxes", field_id: int | None = None) -> OpenAlert:
    return OpenAlert(
        id=100 + unit_id, unit_id=unit_id, target=target, field_id=field_id, opened_at=CHECK,
        numerator=1, denominator=2,
    )  # fmt: skip


CAUSE = alert(DISTRICT)
SIX = [alert(unit_id) for unit_id in UNITS[:6]]


USUAL = {"percent": 80, "least": 5, "working_days": 2}
COUNTED: dict[Key, State] = {
    (unit_id, "mailboxes", None): State.MISSED for unit_id in (DISTRICT, *UNITS)
}


def wide(
    alerts: Sequence[OpenAlert],
    states: Mapping[Key, State] = COUNTED,
    *,
    now: datetime = CHECK,
    first: Collection[int] = (),
    **given: int,
) -> set[int]:
    """The units whose alerts a cause in the whole district silences."""
    found = inhibited(
        alerts, states, district_id=DISTRICT, now=now, calendar=CALENDAR, first=first,
        **{**USUAL, **given},
    )  # fmt: skip
    assert set(found.values()) <= {"district_wide"}
    return {each.unit_id for each in alerts if each.id in found}


@pytest.mark.parametrize(
    ("alerts", "units"),
    [
        pytest.param([CAUSE, *SIX], {2, 3, 4, 5, 6, 7}, id="six of seven at once have one cause"),
        pytest.param([CAUSE, *SIX[:5]], set(), id="five of seven are not four fifths"),
        pytest.param(SIX, set(), id="where the district's own does not fire, each head is told"),
        pytest.param(
            [CAUSE, *SIX[:5], replace(SIX[5], opened_at=CHECK - DAY)], set(),
            id="those of another check do not count",
        ),
        pytest.param(
            [CAUSE, *SIX, replace(alert(8), opened_at=CHECK - DAY)], {2, 3, 4, 5, 6, 7},
            id="nor are they silenced with the others",
        ),
        pytest.param(
            [CAUSE, *SIX[:5], replace(SIX[5], phase=Phase.PENDING)], set(),
            id="what is pending has not opened",
        ),
        pytest.param(
            [CAUSE, *SIX[:5], replace(SIX[5], critical=True)], {2, 3, 4, 5, 6},
            id="what cannot wait is told in any case",
        ),
        pytest.param(
            [alert(DISTRICT, field_id=1), *SIX], set(), id="another field's cause explains nothing"
        ),
        pytest.param(
            [alert(DISTRICT, "letters"), *SIX], set(), id="nor does another target's"
        ),
    ],
)  # fmt: skip
def test_a_cause_in_the_whole_district(alerts: list[OpenAlert], units: set[int]) -> None:
    assert wide(alerts) == units


@pytest.mark.parametrize(
    ("days", "later", "silent"),
    [
        pytest.param(2, 0 * DAY, True, id="on the day itself"),
        pytest.param(2, 2 * DAY, True, id="two working days later still"),
        pytest.param(2, 3 * DAY, False, id="on the third each head is told"),
        pytest.param(3, 3 * DAY, True, id="where the settings say three, not yet"),
        pytest.param(0, 0 * DAY, True, id="where they say none, on the day itself"),
        pytest.param(0, 1 * DAY, False, id="... and no longer"),
    ],
)
def test_a_cause_silences_for_some_working_days(days: int, later: timedelta, silent: bool) -> None:
    assert bool(wide([CAUSE, *SIX], now=CHECK + later, working_days=days)) is silent


def test_a_day_off_does_not_count() -> None:
    friday = [replace(each, opened_at=CHECK + 3 * DAY) for each in (CAUSE, *SIX)]
    assert wide(friday, now=CHECK + 7 * DAY), "Tuesday is the second working day after Friday"


@pytest.mark.parametrize(
    ("first", "units"),
    [
        pytest.param(
            [CAUSE, *SIX], set(), id="with the first data everything opens at once: no cause"
        ),
        pytest.param(
            SIX[:1], set(), id="those of the first data do not count with the others"
        ),
        pytest.param([CAUSE], {2, 3, 4, 5, 6, 7}, id="the district's own may be of the first data"),
    ],
)  # fmt: skip
def test_what_began_with_the_first_data(first: list[OpenAlert], units: set[int]) -> None:
    assert wide([CAUSE, *SIX], first=[alert.id for alert in first]) == units


def test_a_few_units_are_no_district() -> None:
    assert wide([CAUSE, *SIX], least=7) == set()
    assert wide([CAUSE, *SIX], least=6) == {2, 3, 4, 5, 6, 7}, "exactly so many are enough"


@pytest.mark.parametrize(
    ("counted_in", "units"),
    [
        pytest.param([2, 3, 4, 5, 6], {2, 3, 4, 5}, id="four of the five that have the field"),
        pytest.param([2, 3, 4, 5, 6, 7], set(), id="four of six are not four fifths"),
    ],
)
def test_the_share_is_of_the_units_that_have_the_field(
    counted_in: list[int], units: set[int]
) -> None:
    of_field: dict[Key, State] = {(unit_id, "mailboxes", 1): State.MISSED for unit_id in counted_in}
    parts = [alert(unit_id, field_id=1) for unit_id in counted_in[:4]]
    cause = alert(DISTRICT, field_id=1)
    assert wide([cause, *parts], {**COUNTED, **of_field}, least=4) == units


def test_an_old_source_silences_what_is_computed_from_it_even_with_the_first_data() -> None:
    told = {2: State.STALE, 3: State.MISSED, 4: State.REJECTED}
    states: dict[Key, State] = {(unit, "mailboxes", None): state for unit, state in told.items()}
    gone = replace(alert(5), state=State.NO_DATA)
    alerts = [alert(2), alert(3), alert(4), gone]
    found = inhibited(
        alerts, states, district_id=DISTRICT, now=CHECK, calendar=CALENDAR,
        first=[each.id for each in alerts], **USUAL,
    )  # fmt: skip
    assert found == {102: "source_stale", 104: "source_stale", 105: "source_stale"}


def test_a_cause_that_is_itself_frozen_silences_nothing() -> None:
    states: dict[Key, State] = {**COUNTED, (DISTRICT, "mailboxes", None): State.STALE}
    found = inhibited(
        [CAUSE, *SIX], states, district_id=DISTRICT, now=CHECK, calendar=CALENDAR, first=(),
        **USUAL,
    )  # fmt: skip
    assert found == {CAUSE.id: "source_stale"}
