"""Who is told of an alert that nobody answers, counted in working days?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.calendar import vietnamese_calendar
from alerts.escalation import due_rungs, parse_ladder, people_of
from db.records import Absence, Binding, OpenAlert, Phase, Role, Rung

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = vietnamese_calendar(range(2021, 2022))
LADDER = parse_ladder(["deputy 1", "head 2", "leader 3", "chairman 7"])
DEPUTY, HEAD, LEADER, CHAIRMAN = LADDER


def at(day: int, month: int = 3, hour: int = 8) -> datetime:
    return datetime(2021, month, day, hour, tzinfo=ZONE)


def alert(
    opened: datetime,
    *,
    phase: Phase = Phase.OPEN,
    told: int = 0,
    waits_since: datetime | None = None,
    claimed: datetime | None = None,
) -> OpenAlert:
    return OpenAlert(
        id=1, unit_id=3, target="on_time", field_id=None, opened_at=opened, numerator=1,
        denominator=2, phase=phase, ladder=LADDER, rungs_told=told, waits_since=waits_since,
        claimed_at=claimed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "now", "expected"),
    [
        pytest.param(alert(at(22)), at(22, hour=17), (), id="nothing on the day it opens"),
        pytest.param(alert(at(22)), at(23), (DEPUTY,), id="a working day later: the deputy"),
        pytest.param(alert(at(22), told=1), at(23, hour=17), (), id="and not twice"),
        pytest.param(alert(at(22), told=1), at(24), (HEAD,), id="then the head"),
        pytest.param(alert(at(22), told=2), at(25), (LEADER,), id="then the leader"),
        pytest.param(alert(at(22), told=3), at(30), (), id="not before the seventh working day"),
        pytest.param(alert(at(22), told=3), at(31), (CHAIRMAN,), id="on the seventh: the chairman"),
        pytest.param(alert(at(22), told=4), at(31), (), id="the ladder ends"),
        pytest.param(alert(at(19)), at(20), (), id="a Saturday is no working day"),
        pytest.param(alert(at(19)), at(21), (), id="nor is a Sunday"),
        pytest.param(alert(at(19)), at(22), (DEPUTY,), id="Friday to Monday is one working day"),
        pytest.param(
            alert(at(29, 4)), at(3, 5), (), id="30/04, 01/05, and Monday 03/05 in its place are off"
        ),
        pytest.param(alert(at(29, 4)), at(4, 5), (DEPUTY,), id="after the holidays: one day"),
        pytest.param(
            alert(at(22)), at(25), (DEPUTY, HEAD, LEADER), id="after a gap all that are due"
        ),
        pytest.param(
            alert(at(22), phase=Phase.TAKEN, told=1), at(31), (), id="nothing while it is taken"
        ),
        pytest.param(
            alert(at(8), phase=Phase.CLAIMED, claimed=at(22)),
            at(23),
            (),
            id="nor while a claim waits for proof no longer than for the first rung",
        ),
        pytest.param(
            alert(at(8), phase=Phase.CLAIMED, claimed=at(22)),
            at(24),
            (DEPUTY, HEAD),
            id="a claim that waits longer owes what an untaken one owes",
        ),
        pytest.param(
            alert(at(8), phase=Phase.CLAIMED, claimed=at(22), told=2),
            at(24),
            (),
            id="each rung of it once",
        ),
        pytest.param(
            alert(at(8), phase=Phase.CLAIMED, claimed=at(22), told=2),
            at(25),
            (LEADER,),
            id="and goes up, counted from the claim",
        ),
        pytest.param(
            alert(at(8), phase=Phase.CLAIMED, claimed=at(19)),
            at(22),
            (),
            id="a weekend is no waiting for a claim either",
        ),
        pytest.param(alert(at(22), phase=Phase.PENDING), at(31), (), id="nor while it is pending"),
        pytest.param(
            alert(at(8), told=1, waits_since=at(22)), at(23), (), id="counted from when it waits"
        ),
        pytest.param(
            alert(at(8), told=1, waits_since=at(22)), at(24), (HEAD,), id="then the next rung"
        ),
        pytest.param(
            alert(datetime(2021, 3, 21, 23, tzinfo=UTC)), at(22), (), id="days are the district's"
        ),
    ],
)
def test_which_rungs_are_due(
    standing: OpenAlert, now: datetime, expected: tuple[Rung, ...]
) -> None:
    assert due_rungs(standing, now, CALENDAR) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param(alert(at(22)), (DEPUTY,), id="the first rung, on the same day"),
        pytest.param(alert(at(22), told=2), (LEADER,), id="the next one after those told"),
        pytest.param(alert(at(22), told=4), (), id="none beyond the top"),
        pytest.param(alert(at(18), told=0), (DEPUTY, HEAD), id="those due by their days, no more"),
        pytest.param(alert(at(22), phase=Phase.TAKEN), (), id="none once it is taken again"),
        pytest.param(
            alert(at(22), phase=Phase.CLAIMED, claimed=at(22)),
            (),
            id="nor once it is claimed again",
        ),
    ],
)
def test_a_false_claim_owes_the_next_rung_at_once(
    standing: OpenAlert, expected: tuple[Rung, ...]
) -> None:
    assert due_rungs(standing, at(22, hour=14), CALENDAR, reopened=True) == expected


def test_a_ladder_is_the_one_of_the_day_it_opened() -> None:
    own = OpenAlert(
        id=1, unit_id=3, target="on_time", field_id=None, opened_at=at(22), numerator=1,
        denominator=2, ladder=(),
    )  # fmt: skip
    assert due_rungs(own, at(31), CALENDAR) == ()


COMMUNE, DEPARTMENT, DISTRICT = 3, 2, 1
CHAIN = [COMMUNE, DEPARTMENT, DISTRICT]
TODAY = date(2021, 3, 23)


def bound(person_id: int, role: Role, unit_id: int = COMMUNE, *, deputy: bool = False) -> Binding:
    since = date(2021, 1, 1)
    return Binding(person_id=person_id, role=role, unit_id=unit_id, deputy=deputy, valid_from=since)


def away(person_id: int, stand_in: int | None = None) -> Absence:
    return Absence(
        id=person_id, person_id=person_id, first_day=TODAY, last_day=TODAY, stand_in=stand_in
    )


THE_HEAD = bound(11, Role.HEAD)
THE_DEPUTY = bound(12, Role.HEAD, deputy=True)
ABOVE = bound(14, Role.LEADER, DEPARTMENT)
THE_CHAIRMAN = bound(15, Role.LEADER, DISTRICT)
VICE = bound(16, Role.LEADER, DISTRICT, deputy=True)
CLERK = bound(22, Role.OFFICIAL)
GROUP = bound(25, Role.GROUP)
ALL = [THE_HEAD, THE_DEPUTY, ABOVE, THE_CHAIRMAN, VICE, CLERK, GROUP]


@pytest.mark.parametrize(
    ("rung", "bindings", "absences", "expected"),
    [
        pytest.param(DEPUTY, ALL, [], (12,), id="the deputy"),
        pytest.param(HEAD, ALL, [], (11,), id="the head"),
        pytest.param(LEADER, ALL, [], (14,), id="the nearest leader above"),
        pytest.param(CHAIRMAN, ALL, [], (15,), id="the chairman, not the vice chairman"),
        pytest.param(DEPUTY, [THE_HEAD], [], (11,), id="no deputy: the head"),
        pytest.param(DEPUTY, [THE_CHAIRMAN], [], (15,), id="nobody in the unit: the leader above"),
        pytest.param(HEAD, [THE_DEPUTY, ABOVE], [], (14,), id="no head: the leader, not below"),
        pytest.param(LEADER, [THE_CHAIRMAN], [], (15,), id="no leader between: the chairman"),
        pytest.param(LEADER, [VICE], [], (16,), id="else the vice chairman"),
        pytest.param(CHAIRMAN, [VICE, ABOVE], [], (), id="no chairman: nobody beyond the top"),
        pytest.param(DEPUTY, [CLERK, GROUP], [], (), id="nobody at all"),
        pytest.param(HEAD, ALL, [away(11, 22)], (22,), id="who stands in for the head"),
        pytest.param(HEAD, ALL, [away(11)], (14,), id="the head away without one: the leader"),
        pytest.param(DEPUTY, ALL, [away(12)], (11,), id="the deputy away: the head"),
        pytest.param(LEADER, ALL, [away(14)], (15,), id="the leader away: the next above"),
        pytest.param(CHAIRMAN, ALL, [away(15, 16)], (16,), id="who stands in for the chairman"),
    ],
)
def test_whom_a_rung_means(
    rung: Rung, bindings: list[Binding], absences: list[Absence], expected: tuple[int, ...]
) -> None:
    assert people_of(rung, CHAIN, bindings, absences, TODAY) == expected


def test_a_ladder_is_read_as_it_is_written() -> None:
    assert (
        Rung(to="deputy", after_working_days=1),
        Rung(to="head", after_working_days=2),
        Rung(to="leader", after_working_days=3),
        Rung(to="chairman", after_working_days=7),
    ) == LADDER
    assert parse_ladder([]) == ()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param(["mayor 3"], "write one of deputy, head, leader, chairman", id="no such rung"),
        pytest.param(["leader"], 'e.g. "leader 3"', id="no days"),
        pytest.param(["leader three"], '"leader three" is no rung', id="days in words"),
        pytest.param(["leader -1"], "is no rung", id="days before"),
        pytest.param(["head 3", "leader 2"], 'after "head 3" but comes sooner', id="falling days"),
    ],
)
def test_a_wrong_ladder_is_said(lines: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_ladder(lines)
