"""When is a dossier on time, late, running or nowhere? Rows of facts in, the judgement out."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.calendar import vietnamese_calendar
from db.intake.settling import Settled, deadline_of, settle

CALENDAR = vietnamese_calendar()
DUE = 20210315170000  # a Monday
DAY_END = 20210323235959


def settled(**given: Any) -> Settled:
    facts = {"status": 4, "received": 20210310090000, "due_first": DUE, "pause_from": None,
             "pause_to": None, "finished": None, "day_end": DAY_END,
             "calendar": CALENDAR}  # fmt: skip
    return settle(**(facts | given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, (DUE, 2021, 0, 0, 1, None), id="an open one runs"),
        pytest.param({"status": 9, "finished": DUE}, (DUE, 2021, 1, 0, 0, None),
                     id="equal is on time"),
        pytest.param({"status": 9, "finished": DUE + 1}, (DUE, 2021, 0, 1, 0, None),
                     id="a second later is late"),
        pytest.param({"status": 9, "received": 20201230090000, "due_first": 20210104170000,
                      "finished": 20210105090000}, (20210104170000, 2021, 0, 1, 0, None),
                     id="a finished one belongs to the year of its finish"),
        pytest.param({"received": 20201230090000, "due_first": 20210104170000},
                     (20210104170000, 2020, 0, 0, 1, None),
                     id="an open one carries the year of its receipt"),
        pytest.param({"status": 5}, (DUE, 2021, 0, 0, 0, "paused"),
                     id="paused without a date is paused"),
        pytest.param({"status": 5, "pause_from": DUE}, (DUE, 2021, 0, 0, 0, "paused"),
                     id="paused at the very due moment is paused"),
        pytest.param({"status": 5, "pause_from": DUE + 1}, (DUE, 2021, 0, 0, 1, None),
                     id="paused after it is overdue"),
        pytest.param({"status": 4, "pause_from": 20210312090000, "pause_to": 20210316090000},
                     (20210317170000, 2021, 0, 0, 1, None),
                     id="a closed pause moves the deadline, the clock runs"),
        pytest.param({"status": 5, "pause_from": 20210312090000, "finished": 20210316090000},
                     (DUE, 2021, 0, 1, 0, None), id="a finish decides whatever the status says"),
        pytest.param({"status": 3}, (DUE, 2021, 0, 0, 0, "not_accepted"), id="not accepted"),
        pytest.param({"status": 1, "due_first": None}, (None, 2021, 0, 0, 0, "not_accepted"),
                     id="not accepted comes before no due date"),
        pytest.param({"due_first": None}, (None, 2021, 0, 0, 0, "no_due_date"), id="no due date"),
        pytest.param({"status": 10}, (DUE, 2021, 0, 0, 0, "finish_without_date"),
                     id="ended, but nobody knows when"),
        pytest.param({"finished": 20210309000000}, (DUE, 2021, 0, 0, 0, "impossible_order"),
                     id="finished before it was received"),
        pytest.param({"received": None, "finished": 20210309000000}, (DUE, 2021, 1, 0, 0, None),
                     id="without a receipt no order is impossible"),
        pytest.param({"received": 20210324000000, "due_first": 20210330170000},
                     (20210330170000, 2021, 0, 0, 0, "future_date"),
                     id="received after the day of delivery"),
        pytest.param({"finished": DAY_END, "due_first": 20210330170000},
                     (20210330170000, 2021, 1, 0, 0, None),
                     id="finished in the last second of the day of delivery"),
        pytest.param({"finished": DAY_END + 41, "due_first": 20210330170000},
                     (20210330170000, 2021, 0, 0, 0, "future_date"),
                     id="finished after the day of delivery"),
        pytest.param({"finished": 20220309000000}, (DUE, 2021, 0, 0, 0, "future_date"),
                     id="finished next year, says the file: looked into this year"),
        pytest.param({"received": 20220309000000, "due_first": 20220330170000},
                     (20220330170000, 2021, 0, 0, 0, "future_date"),
                     id="received next year, says the file: looked into this year"),
    ],
)  # fmt: skip
def test_a_dossier_is_settled(given: dict[str, Any], expected: Settled) -> None:
    assert settled(**given) == expected


@pytest.mark.parametrize(
    ("pause_from", "pause_to", "deadline"),
    [
        pytest.param(20210312090000, 20210312150000, DUE, id="within a day nothing is taken off"),
        pytest.param(20210312090000, 20210313090000, DUE, id="a Saturday is no working day"),
        pytest.param(20210312090000, 20210315090000, 20210316170000, id="over a weekend: one day"),
        pytest.param(20210311090000, 20210318090000, 20210322170000, id="five working days"),
        pytest.param(DUE, 20210317090000, 20210317170000, id="begun at the due moment it counts"),
        pytest.param(DUE + 1, 20210317090000, DUE, id="begun later it does not"),
        pytest.param(20210312090000, 20210310090000, DUE, id="ended before it began: nothing"),
    ],
)
def test_a_closed_pause_moves_the_deadline(pause_from: int, pause_to: int, deadline: int) -> None:
    assert deadline_of(DUE, [(pause_from, pause_to)], CALENDAR) == deadline


def test_the_days_off_of_tet_are_not_taken_off_twice() -> None:
    # Paused from the last working day before Tết 2021 to the first one after it.
    moved = deadline_of(20210209170000, [(20210209090000, 20210217090000)], CALENDAR)
    assert moved == 20210217170000
