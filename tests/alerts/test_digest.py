"""Does the morning message say the worst and newest first, briefly, and only when it is due?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import vietnamese_calendar
from alerts.digest import (
    Changes,
    Digest,
    DigestDecision,
    DigestLine,
    compose_digest,
    digest_due,
)
from alerts.telling.lines import A_HEAD, ITEMS_OF_LEADERS, LINES, ROWS, rows_of
from db.records import Goal, Item, Move, Phase, State

TODAY = date(2021, 3, 23)
AS_OF = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
UNIT = "UBND xã Bình Khánh"
ABOVE_95 = Goal(operator=">", percent=95)
ALL = Goal(operator="=", percent=100)

MISSED = DigestLine(
    unit=UNIT,
    target="on_time",
    item_no="5",
    field="Hộ tịch",
    state=State.MISSED,
    reason="below_the_goal",
    numerator=45,
    denominator=48,
    goal=ABOVE_95,
    move=Move.STILL_OPEN,
    needed=13,
    alert_id=1,
)
MET = replace(
    MISSED, state=State.MET, reason="meets_the_goal", numerator=48, move=None, needed=0,
    alert_id=None,
)  # fmt: skip
NEW = replace(MISSED, move=Move.OPENED, is_new=True)
RESOLVED = replace(MET, move=Move.RESOLVED, is_new=True)
STALE = replace(MISSED, state=State.STALE, reason="older_than_allowed", move=Move.FROZEN)
NOTHING = replace(MET, state=State.NONE, numerator=0, denominator=0, needed=None)
LAPSED = replace(NOTHING, move=Move.RESOLVED, is_new=True, lapsed=True)


def item(key: str, days_late: int | None = None, due: int | None = None) -> Item:
    return Item(key=key, label="Đăng ký lại khai sinh", days_late=days_late, due=due)


def compose(*lines: DigestLine, due_soon: tuple[Item, ...] = ()) -> Digest:
    return compose_digest(UNIT, lines, TODAY, AS_OF, due_soon)


def named(line: DigestLine, field: str, **changes: Any) -> DigestLine:
    return replace(line, field=field, **changes)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            named(MISSED, "critical", critical=True),
            named(NEW, "new"),
            id="what cannot wait comes first",
        ),
        pytest.param(
            named(NEW, "new"),
            named(MISSED, "old", items=(item("A", 30),), numerator=1),
            id="what moved comes before what is worse",
        ),
        pytest.param(
            named(MISSED, "late", items=(item("A", 2), item("B", 5))),
            named(MISSED, "less late", items=(item("C", 4),), numerator=1),
            id="then the oldest lateness",
        ),
        pytest.param(
            named(MISSED, "late", items=(item("A", 1),)),
            named(MISSED, "no item late", items=(item("B"),), numerator=1),
            id="a late item comes before a low rate",
        ),
        pytest.param(
            named(MISSED, "2 of 3", numerator=2, denominator=3, goal=ALL),
            named(MISSED, "45 of 48"),
            id="then the larger shortfall",
        ),
        pytest.param(
            named(MISSED, "7", item_no="7"),
            named(MISSED, "10", item_no="10"),
            id="then the plan's order, by number",
        ),
        pytest.param(named(MISSED, "Chứng thực"), named(MISSED, "Hộ tịch"), id="then the field"),
    ],
)
def test_worst_and_new_first(first: DigestLine, second: DigestLine) -> None:
    assert [line.field for line in compose(second, first).to_mend] == [first.field, second.field]
    assert compose(first, second) == compose(second, first)


def test_each_line_has_its_place() -> None:
    small = replace(MISSED, alert_id=None, small_sample=True)
    digest = compose(MET, STALE, RESOLVED, NOTHING, NEW, MISSED, small)
    assert digest.to_mend == (NEW, MISSED)
    assert digest.to_watch == (small,)
    assert digest.resolved == (RESOLVED,)
    assert digest.unknown == 1, "why it is not known is the steward's business"
    assert digest.kept == (), "green lines are for a day on which nothing is red"
    assert (digest.more, digest.kept_more, digest.quiet) == (0, 0, False)
    assert compose(MET, NOTHING).kept == (MET, NOTHING)


@pytest.mark.parametrize(
    ("changes", "acts"),
    [
        pytest.param({}, True, id="it has an alert"),
        pytest.param({"alert_id": None}, False, id="it waits to be confirmed, or is small"),
        pytest.param(
            {"alert_id": None, "items": (Item(key="A", label="", note="ratings_neutral"),)}, False,
            id="what its items say can no longer be mended",
        ),
        pytest.param(
            {"alert_id": None, "items": (Item(key="A", label="", note="overdue_with_letter"),)},
            True, id="an item of it can be mended on the first morning",
        ),
    ],
)  # fmt: skip
def test_only_what_can_be_acted_on_is_asked_for(changes: dict[str, Any], acts: bool) -> None:
    digest = compose(replace(MISSED, **changes))
    assert (len(digest.to_mend), len(digest.to_watch)) == ((1, 0) if acts else (0, 1))
    assert all(not line.items for line in digest.to_watch)


def test_what_is_below_the_own_goal_alone_is_to_be_mended_though_the_plan_is_kept() -> None:
    own = Goal(operator=">", percent=98)
    below = replace(MET, own_goal=own, alert_state=State.MISSED, alert_id=7)
    digest = compose(below, named(MET, "Chứng thực"))
    assert (digest.to_mend, digest.numbered_ids, digest.kept) == ((below,), (7,), ())
    # And what is above a lower one is missed all the same, with nothing to be done.
    above = replace(MISSED, own_goal=own, alert_state=State.MET, alert_id=None)
    assert compose(above).to_watch == (above,)


def test_a_reminder_says_only_what_is_open() -> None:
    lines = (MISSED, replace(MISSED, alert_id=None), MET, STALE)
    digest = compose_digest(UNIT, lines, TODAY, AS_OF, reminder=True)
    assert (digest.to_mend, digest.to_watch, digest.kept) == ((MISSED,), (), ())
    assert (digest.unknown, digest.kept_more, digest.changes) == (0, 0, Changes())


def test_at_first_nothing_has_changed() -> None:
    assert compose_digest(UNIT, [NEW], TODAY, AS_OF, first=True).changes == Changes()
    assert compose(NEW).changes == Changes(opened=1)


def test_a_dossier_is_named_in_full_once() -> None:
    twice = item("000.02.16.H29-1", 2)
    letters = named(NEW, "letters", items=(twice,), critical=True)
    digest = compose(letters, named(NEW, "on time", items=(twice, item("x.y@z", 1))))
    first, second = digest.to_mend
    assert first.items == (twice,)
    assert second.items == (replace(twice, label=""), item("x.y@z", 1))


def test_among_what_is_kept_the_nearest_to_its_goal_comes_first() -> None:
    at_risk = replace(MET, state=State.AT_RISK, numerator=22, denominator=23)
    assert compose(NOTHING, MET, at_risk).kept == (at_risk, MET, NOTHING)


def test_what_was_resolved_before_the_last_digest_is_simply_kept() -> None:
    told = replace(RESOLVED, is_new=False)
    digest = compose(told)
    assert (digest.resolved, digest.kept) == ((), (told,))


def test_a_line_without_a_number_is_left_out() -> None:
    digest = compose(replace(MET, state=State.INFO), replace(MET, state=State.NOT_APPLICABLE))
    assert (digest.kept, digest.kept_more) == ((), 0)


def many(line: DigestLine, number: int) -> list[DigestLine]:
    return [named(line, f"{index:02}") for index in range(number)]


@pytest.mark.parametrize(
    ("missed", "resolved", "stale", "met", "shown", "more", "kept_more"),
    [
        pytest.param(4, 1, 1, 2, (4, 1, 0), 0, 1, id="green lines wait for a day without red"),
        pytest.param(8, 3, 2, 5, (8, 1, 0), 2, 1, id="a good end is never left out"),
        pytest.param(14, 0, 0, 1, (10, 0, 0), 4, 1, id="a bad day fills it"),
        pytest.param(0, 0, 0, 12, (0, 0, 10), 0, 0, id="a good day fills it too"),
        pytest.param(0, 1, 0, 12, (0, 1, 6), 0, 0, id="beside what has ended"),
    ],
)
def test_ten_lines_at_most(
    missed: int,
    resolved: int,
    stale: int,
    met: int,
    shown: tuple[int, int, int],
    more: int,
    kept_more: int,
) -> None:
    digest = compose(
        *(many(MISSED, missed) + many(RESOLVED, resolved) + many(MET, met)),
        *(named(line, "x", target="old data") for line in many(STALE, stale)),
        *(named(MET, "x", target="another") for _ in range(1 if missed else 0)),
    )
    lists = (digest.to_mend, digest.resolved, digest.kept)
    assert tuple(map(len, lists)) == shown
    assert digest.unknown == bool(stale), "a target of many fields is one"
    assert (digest.more, digest.kept_more) == (more, kept_more)


def test_a_line_names_its_first_three_items_in_the_order_given_and_counts_the_rest() -> None:
    items = (item("A"), item("B", 2), item("C", 9), item("D", 4), item("E", 3))
    (line,) = compose(replace(MISSED, items=items, items_more=10)).to_mend
    assert [each.key for each in line.items] == ["A", "B", "C"]
    assert line.items_more == 12


def test_lines_come_before_items_and_the_worst_line_has_its_items() -> None:
    lines = [
        named(MISSED, str(late), items=tuple(item(f"{late}{key}", late) for key in "ABCD"))
        for late in (1, 2, 3, 4, 5)
    ]
    digest = compose(*lines, due_soon=(item("X"), item("Y")))
    assert [(line.field, len(line.items), line.items_more) for line in digest.to_mend] == [
        ("5", 2, 2),
        ("4", 0, 4),
        ("3", 0, 4),
        ("2", 0, 4),
        ("1", 0, 4),
    ]


def test_late_items_of_a_goal_that_is_met_are_still_named() -> None:
    digest = compose(replace(MET, items=(item("A", 3),)))
    assert [each.key for each in digest.kept[0].items] == ["A"]
    assert not digest.quiet


def test_what_falls_due_first_is_named_and_the_rest_counted() -> None:
    soon = (
        item("whole day", due=20210324),
        item("evening", due=20210324170000),
        item("no time"),
        item("tomorrow", due=20210325080000),
        item("morning", due=20210324080000),
    )
    digest = compose(due_soon=soon)
    assert [each.key for each in digest.due_soon] == ["morning", "evening", "whole day"]
    assert digest.due_soon_more == 2


@pytest.mark.parametrize(
    ("lines", "due_soon", "quiet"),
    [
        pytest.param([], (), True, id="nothing at all"),
        pytest.param([MET, NOTHING], (), True, id="all is kept"),
        pytest.param([MISSED], (), False, id="an old alert"),
        pytest.param([replace(MISSED, alert_id=None)], (), False, id="what is only watched"),
        pytest.param([RESOLVED], (), False, id="what has ended"),
        pytest.param([STALE], (), False, id="what we do not know is not quiet"),
        pytest.param([MET], (item("A"),), False, id="something falls due"),
    ],
)
def test_when_all_is_quiet(
    lines: list[DigestLine], due_soon: tuple[Item, ...], quiet: bool
) -> None:
    assert compose(*lines, due_soon=due_soon).quiet is quiet


CALENDAR = vietnamese_calendar(range(2021, 2022))


@pytest.mark.parametrize(
    ("today", "last", "news", "expected"),
    [
        pytest.param(
            date(2021, 3, 23), date(2021, 3, 22), True, DigestDecision(send=True, reason="news"),
            id="a working day with news",
        ),
        pytest.param(
            date(2021, 3, 23), None, True, DigestDecision(send=True, reason="news"),
            id="the first digest of a person",
        ),
        pytest.param(
            date(2021, 3, 23), None, False, DigestDecision(send=False, reason="no_news"),
            id="nothing new on a Tuesday",
        ),
        pytest.param(
            date(2021, 3, 23), date(2021, 3, 23), True,
            DigestDecision(send=False, reason="already_sent_today"),
            id="one a day is enough",
        ),
        pytest.param(
            date(2021, 3, 23), date(2021, 3, 24), True,
            DigestDecision(send=False, reason="already_sent_today"),
            id="nor one for a day already passed",
        ),
        pytest.param(
            date(2021, 3, 20), date(2021, 3, 19), True,
            DigestDecision(send=False, reason="not_a_working_day"),
            id="not on a Saturday",
        ),
        pytest.param(
            date(2021, 2, 15), date(2021, 2, 9), True,
            DigestDecision(send=False, reason="not_a_working_day"),
            id="not at Tết",
        ),
        pytest.param(
            date(2021, 3, 22), date(2021, 3, 19), False,
            DigestDecision(send=True, reason="weekly_all_clear"),
            id="Monday says that all is well",
        ),
        pytest.param(
            date(2021, 3, 22), date(2021, 3, 19), True, DigestDecision(send=True, reason="news"),
            id="Monday has news to tell instead",
        ),
        pytest.param(
            date(2021, 2, 17), date(2021, 2, 8), False,
            DigestDecision(send=True, reason="weekly_all_clear"),
            id="the Wednesday after Tết is the first working day of its week",
        ),
        pytest.param(
            date(2021, 2, 18), date(2021, 2, 17), False,
            DigestDecision(send=False, reason="no_news"),
            id="the Thursday after it is not",
        ),
    ],
)  # fmt: skip
def test_when_a_digest_is_due(
    today: date, last: date | None, news: bool, expected: DigestDecision
) -> None:
    assert digest_due(today, last, news, CALENDAR) == expected


DISTRICT = "UBND huyện Cần Giờ"


def of(unit: str, line: DigestLine = MISSED, **changes: Any) -> DigestLine:
    return replace(line, unit=unit, **changes)


def leaders(*lines: DigestLine) -> Digest:
    return compose_digest(DISTRICT, lines, TODAY, AS_OF)


def test_the_districts_line_stands_for_those_of_its_communes() -> None:
    digest = leaders(
        of(DISTRICT, alert_id=1),
        of("Xã A", alert_id=2),
        of("Xã B", NEW, alert_id=3),
        *(of(f"Xã {name}", alert_id=id_) for id_, name in enumerate("CDE", start=4)),
        of("Xã A", field="Chứng thực", alert_id=9),
    )
    first, second = digest.to_mend
    assert (first.unit, first.among, first.among_new, first.among_more) == (
        DISTRICT, ("Xã B", "Xã A", "Xã C"), 1, 2,
    )  # fmt: skip
    assert first.is_new, "news of a commune is news of its line"
    assert (second.unit, second.among) == ("Xã A", ()), "of another field, it speaks for itself"
    assert digest.alert_ids == (1, 2, 3, 4, 5, 6, 9), "all of them are told"
    assert digest.numbered_ids == (1, 9)
    assert first.among_alerts == (3, 2, 4), "so that each name says who has taken it"


def test_a_line_without_an_alert_stands_for_none_that_has_one() -> None:
    digest = leaders(of(DISTRICT, alert_id=None), of("Xã A", alert_id=2))
    assert [line.unit for line in digest.to_mend] == ["Xã A"]
    assert [line.unit for line in digest.to_watch] == [DISTRICT]


def test_whoever_hears_of_several_units_reads_of_few_items_and_of_none_that_falls_due() -> None:
    items = tuple(item(name, 2) for name in "ABCD")
    lines = [of(f"Xã {n}", alert_id=n, items=items) for n in range(1, 4)]
    digest = compose_digest(DISTRICT, lines, TODAY, AS_OF, items)
    assert [len(line.items) for line in digest.to_mend] == [ITEMS_OF_LEADERS, 0, 0]
    assert (digest.due_soon, digest.due_soon_more) == ((), 4)


def test_a_critical_commune_makes_the_districts_line_critical() -> None:
    digest = leaders(of(DISTRICT, alert_id=1), of("Xã A", alert_id=2, critical=True))
    assert [line.critical for line in digest.to_mend] == [True]


def test_a_commune_speaks_for_itself_where_the_district_keeps_its_promise() -> None:
    digest = leaders(of(DISTRICT, MET), of("Xã A", alert_id=2), of("Xã B", MET))
    assert [line.unit for line in digest.to_mend] == ["Xã A"]
    assert digest.kept == ()


def test_what_ends_because_nothing_is_left_to_count_is_not_met_again() -> None:
    digest = compose(MISSED, named(RESOLVED, "a", alert_id=2), named(LAPSED, "b", alert_id=3))
    assert [line.field for line in digest.resolved] == ["a"]
    assert [line.field for line in digest.lapsed] == ["b"]
    assert digest.ended_ids == (2, 3)
    assert not compose(LAPSED).quiet


def test_the_districts_recovery_does_not_swallow_what_lapsed_in_a_commune() -> None:
    digest = leaders(of(DISTRICT, RESOLVED, alert_id=1), of("Xã A", LAPSED, alert_id=2))
    assert [line.unit for line in digest.resolved] == [DISTRICT]
    assert digest.resolved[0].among == ()
    assert [line.unit for line in digest.lapsed] == ["Xã A"]
    assert digest.changes == Changes(resolved=1, lapsed=1)


def test_a_long_day_has_room_for_both_kinds_of_ends() -> None:
    red = [named(MISSED, f"{n:02}", alert_id=n) for n in range(12)]
    ends = [named(kind, f"{n}{kind.lapsed}", alert_id=20) for kind in (RESOLVED, LAPSED)
            for n in range(3)]  # fmt: skip
    digest = compose(*red, *ends)
    assert (bool(digest.resolved), bool(digest.lapsed)) == (True, True)
    lines = (*digest.to_mend, *digest.resolved, *digest.lapsed)
    assert rows_of(lines) + 2 * A_HEAD <= ROWS
    assert len(lines) + digest.more == len(red) + len(ends)


def test_a_heads_digest_swallows_nothing() -> None:
    digest = compose(MISSED, named(MISSED, "Chứng thực"), of("Xã khác", field="Đất đai"))
    assert len(digest.to_mend) == 3
    assert [line.among for line in digest.to_mend] == [(), (), ()]


def test_ends_in_communes_are_told_within_the_districts_end() -> None:
    digest = leaders(of(DISTRICT, RESOLVED, alert_id=1), of("Xã A", RESOLVED, alert_id=2))
    assert [line.unit for line in digest.resolved] == [DISTRICT]
    assert digest.ended_ids == (1, 2)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([MISSED, MET, STALE], Changes(), id="nothing has moved"),
        pytest.param(
            [
                NEW, named(NEW, "b"), named(NEW, "c", move=Move.WORSE),
                named(NEW, "d", move=Move.REOPENED), named(MISSED, "e", move=Move.BETTER),
                named(MISSED, "f", move=Move.VERIFIED), named(RESOLVED, "g"),
            ],
            Changes(opened=2, worse=1, reopened=1, better=2, resolved=1), id="each kind is counted",
        ),
        pytest.param(
            [named(RESOLVED, "a"), named(LAPSED, "b"), named(LAPSED, "c")],
            Changes(resolved=1, lapsed=2), id="what is counted no more is not met again",
        ),
        pytest.param(
            [named(MISSED, "a", move=Move.WORSE), replace(RESOLVED, is_new=False)], Changes(),
            id="what moved before the last digest is no change",
        ),
    ],
)  # fmt: skip
def test_what_has_changed_since_the_last_digest(lines: list[DigestLine], expected: Changes) -> None:
    assert compose(*lines).changes == expected


def test_a_change_in_the_district_and_its_communes_is_one_change() -> None:
    lines = (of(DISTRICT, NEW), of("Xã A", NEW), of("Xã B", NEW, move=Move.WORSE))
    assert leaders(*lines).changes == Changes(opened=1, worse=1)


def test_what_is_critical_or_new_and_finds_no_room_is_summed_by_target() -> None:
    critical = [
        named(MISSED, f"{n:02}", critical=True, target=f"t{n % 2}", alert_id=n) for n in range(12)
    ]
    new = [named(NEW, f"n{n}", target="t2", alert_id=20 + n) for n in range(2)]
    digest = compose(*critical, *new, named(MISSED, "old", alert_id=30))
    assert len(digest.to_mend) == LINES
    assert all(line.critical for line in digest.to_mend)
    assert digest.more_critical == (("t0", 1), ("t1", 1), ("t2", 2))
    assert digest.counted_ids == (10, 11, 20, 21, 30)
    assert digest.more == 5


def test_buttons_have_the_numbers_of_their_lines() -> None:
    digest = compose(
        named(NEW, "a", alert_id=7),
        named(MISSED, "b", alert_id=5),
        named(MISSED, "no alert", alert_id=None),
    )
    assert digest.numbered_ids == (7, 5)
    assert digest.numbers == {7: 1, 5: 2}
    assert compose(replace(NEW, alert_id=7)).numbers == {}, "a single one needs no number"


def test_a_digest_queued_by_the_first_release_is_still_read() -> None:
    lines = (replace(NEW, alert_id=None), replace(RESOLVED, alert_id=None), MET)
    digest = compose(*lines, due_soon=(item("X"),))
    payload = json.loads(json.dumps(digest.to_payload()))
    for added in ("changes", "more_critical", "counted_ids"):
        del payload[added]
    before = {
        "unit", "target", "item_no", "field", "state", "reason", "numerator", "denominator", "goal",
        "goal_words", "answer", "move", "needed", "small_sample", "is_new", "items", "items_more",
    }  # fmt: skip
    for kind in ("to_mend", "resolved", "kept"):
        payload[kind] = [{k: v for k, v in line.items() if k in before} for line in payload[kind]]
    found = Digest.from_payload(payload)
    assert (found.to_mend, found.resolved, found.kept) == (
        digest.to_mend, digest.resolved, digest.kept,
    )  # fmt: skip
    assert found.changes == Changes()


WORDS = st.text(max_size=8)
MAYBE_NUMBER = st.none() | st.integers(0, 40)
SOME_ITEMS = st.builds(
    Item,
    key=WORDS,
    label=WORDS,
    field=st.none() | WORDS,
    due=st.none() | st.integers(20210101, 20211231),
    days_late=MAYBE_NUMBER,
    note=st.none() | WORDS,
    unit_id=MAYBE_NUMBER,
    detail=st.none() | WORDS,
)
SOME_LINES = st.builds(
    DigestLine,
    unit=WORDS,
    target=WORDS,
    item_no=st.sampled_from(["5", "8.1", "10", "5, exception"]),
    field=st.none() | WORDS,
    state=st.sampled_from(State),
    reason=WORDS,
    numerator=st.integers(0, 50),
    denominator=st.integers(0, 50),
    goal=st.builds(Goal, operator=st.sampled_from([">", ">=", "="]), percent=st.integers(0, 100)),
    move=st.none() | st.sampled_from(Move),
    needed=MAYBE_NUMBER,
    small_sample=st.booleans(),
    is_new=st.booleans(),
    items=st.lists(SOME_ITEMS, max_size=5).map(tuple),
    alert_id=MAYBE_NUMBER,
    critical=st.booleans(),
    phase=st.none() | st.sampled_from(Phase),
    disputed=st.booleans(),
    alert_state=st.none() | st.sampled_from(State),
    lapsed=st.booleans(),
)


@given(st.lists(SOME_LINES, max_size=16), st.lists(SOME_ITEMS, max_size=5).map(tuple))
def test_a_digest_survives_the_outbox_and_stays_short(
    lines: list[DigestLine], due_soon: tuple[Item, ...]
) -> None:
    digest = compose(*lines, due_soon=due_soon)
    assert Digest.from_payload(json.loads(json.dumps(digest.to_payload()))) == digest

    red = [*digest.to_mend, *digest.resolved, *digest.lapsed, *digest.to_watch]
    told = [line for line in lines if line.calls or (line.move is Move.RESOLVED and line.is_new)]
    assert len(red) + digest.more == len(told), "what is not good is told or counted"
    assert len(red) + len(digest.kept) <= LINES
    kinds = (digest.resolved, digest.lapsed, digest.to_watch, digest.due_soon)
    heads = A_HEAD * sum(map(bool, kinds))
    rows = rows_of((*red, *digest.kept)) + heads + len(digest.due_soon)
    assert rows <= ROWS + A_HEAD, "it is read without turning a page; one heading is for free"
    assert len(digest.due_soon) + digest.due_soon_more == len(due_soon)


@given(st.lists(SOME_LINES, max_size=30))
def test_nothing_critical_or_new_is_ever_hidden(lines: list[DigestLine]) -> None:
    to_mend = [line for line in lines if line.calls]
    pressing = [line for line in to_mend if line.critical or line.is_new]
    pressing = [line for line in pressing if not (line.move is Move.RESOLVED and line.is_new)]
    digest = compose(*lines)
    shown = sum(line.critical or line.is_new for line in digest.to_mend)
    assert shown + sum(count for _target, count in digest.more_critical) == len(pressing)
