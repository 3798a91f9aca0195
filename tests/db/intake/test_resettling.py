"""After a change of the working time: is exactly what it touches judged again?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from alerts.calendar import vietnamese_calendar
from db import calendar_days
from db.calendar_days import Change, DayKind, StopBook
from db.engine import writing
from db.intake import resettling
from db.intake.resettling import Effect, Touched, resettle
from tests.db.intake.delivering import CALENDAR, Desk, codes, dossier
from tests.db.intake.test_complaints import HEADER, case

HOLIDAY = date(2021, 3, 11)  # a Thursday that becomes a day off
WITHOUT_IT = vietnamese_calendar(days_off=[HOLIDAY])
NO_STOPS = StopBook(of_units={})
OF_A_DAY = Touched(first=HOLIDAY, last=HOLIDAY, units=frozenset(), paused=True)
NOW = datetime(2021, 3, 23, 1, tzinfo=UTC)
PAUSED = {"paused": "10/03/2021 10:00", "resumed": "12/03/2021 10:00"}


def resettled(desk: Desk, calendar: Any, touched: Touched, **how: Any) -> Effect:
    with writing(desk.engine) as tx:
        return resettle(tx, touched, calendar, NO_STOPS, **({"write": True} | how))


def test_every_page_is_judged_and_counting_alone_writes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resettling, "PAGE", 3)
    rows = [dossier(code, **PAUSED) for code in codes(7)]
    desk.dossiers(*rows, dossier(codes(8)[7]))
    assert set(desk.known("deadline")) == {20210317170000, 20210315170000}
    assert resettled(desk, WITHOUT_IT, OF_A_DAY, write=False) == Effect(moved=7)
    assert desk.known("deadline").count(20210317170000) == 7
    assert resettled(desk, WITHOUT_IT, OF_A_DAY) == Effect(moved=7)
    assert desk.known("deadline") == [20210316170000] * 7 + [20210315170000]
    assert set(desk.known("due_first")) == {20210315170000}
    assert resettled(desk, WITHOUT_IT, OF_A_DAY) == Effect()


def test_a_finish_becomes_late_and_the_delivered_facts_stay(desk: Desk) -> None:
    ended = {"finished": "17/03/2021 09:00", "status": "Đã xử lý xong"}
    desk.dossiers(dossier(**PAUSED, **ended))
    kept = "received, due_first, due, finished, pause_from, pause_to, status, year, first_day, day"
    before = desk.known(kept)
    assert desk.known("on_time, late") == [(1, 0)]
    assert resettled(desk, WITHOUT_IT, OF_A_DAY) == Effect(moved=1, now_late=1)
    assert desk.known("on_time, late") == [(0, 1)]
    assert desk.known(kept) == before


def test_a_day_that_lies_outside_of_their_time_touches_nobody(desk: Desk) -> None:
    desk.dossiers(dossier(**PAUSED))
    later = Touched(first=date(2021, 3, 18), last=date(2021, 3, 18), units=frozenset(), paused=True)
    # The whole calendar differs, but only the days asked about are looked at.
    assert resettled(desk, WITHOUT_IT, later) == Effect()


@pytest.mark.parametrize(
    ("given", "moved", "due", "deadline"),
    [
        pytest.param({"due": ""}, 1, 20210316235959, 20210316235959, id="ten working days"),
        pytest.param({"due": "15/03/2021"}, 0, 20210315235959, 20210315235959,
                     id="a due day of the register stays"),
        pytest.param({"due": "", "extended": "10/03/2021", "extended_due": "30/04/2021"}, 0,
                     20210316235959, 20210430235959, id="a lawful extension stays"),
    ],
)  # fmt: skip
def test_a_petition_whose_due_day_was_reckoned(
    desk: Desk, given: dict[str, str], moved: int, due: int, deadline: int
) -> None:
    desk.table(HEADER, case(number="05/ĐN", kind="Đơn kiến nghị", **given))
    assert resettled(desk, WITHOUT_IT, OF_A_DAY) == Effect(moved=moved)
    assert desk.known("due, deadline", "complaints", "number") == [(due, deadline)]


def test_a_change_is_kept_with_who_when_old_and_new_and_turned_round(desk: Desk) -> None:
    new = {"kind": "off", "note": "", "document": "12/TB"}
    change = Change(day=HOLIDAY, old=None, new=new)
    with writing(desk.engine) as tx:
        calendar_days.hold_still(tx, changing=True)
        first = calendar_days.store(tx, change, by="An", person_id=None, now=NOW, moved=3)
        assert calendar_days.present(tx, change) == new
        back = Change(day=HOLIDAY, old=new, new=None)
        second = calendar_days.store(tx, back, by="Bình", person_id=None, now=NOW, moved=3)
        assert calendar_days.named_days(tx) == ()
        past = [calendar_days.past_change(tx, made) for made in (first, second)]
        assert [(p.by, p.at, p.change, p.moved) for p in past if p] == [
            ("An", NOW, change, 3), ("Bình", NOW, back, 3),
        ]  # fmt: skip
        assert calendar_days.past_change(tx, second + 1) is None


def test_a_named_day_is_read_back(desk: Desk) -> None:
    new = {"kind": "working", "note": "làm bù", "document": "12/TB"}
    with writing(desk.engine) as tx:
        change = Change(day=date(2026, 1, 10), old=None, new=new)
        calendar_days.store(tx, change, by="An", person_id=None, now=NOW, moved=0)
        day = calendar_days.named_days(tx, 2026)[0]
        assert (day.day, day.kind, day.note, day.changed_at) == (
            date(2026, 1, 10), DayKind.WORKING, "làm bù", NOW,
        )  # fmt: skip
        assert calendar_days.named_days(tx, 2025) == ()


def test_the_same_calendar_changes_nothing(desk: Desk) -> None:
    desk.dossiers(dossier(**PAUSED))
    assert resettled(desk, CALENDAR, OF_A_DAY) == Effect()
