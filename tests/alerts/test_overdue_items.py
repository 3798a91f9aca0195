"""What is past its own day opens an alert whatever the rate says: which items, whose, how long?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from alerts.circumstances import Circumstances
from alerts.deciding import decide
from alerts.digest import compose_digest
from alerts.lifecycle import next_step
from alerts.remedy import by_note, owed, owed_by
from alerts.telling.inhibition import inhibited
from alerts.telling.lines import DigestLine, swallowed
from alerts.telling.notices import compose_group
from alerts.telling.reminders import Reminder, reminders
from db.indicators import Moment
from db.records import Goal, Item, JudgedReading, Key, Move, OpenAlert, Phase, Policy, Rung, State
from settings import SHIPPED, read_settings
from tests.alerts.lives import MONDAY, WEEKDAYS, Desk, an_alert, judged, on

LADDER = (Rung(to="leader", after_working_days=3),)
UNIT, OTHER, SCHOOL, DISTRICT = 1, 2, 3, 9


def item(key: str, note: str, days_late: int | None = 1, **given: Any) -> Item:
    return Item(key=key, label=key, note=note, days_late=days_late, **given)


def milestone(key: str, **given: Any) -> Item:
    return item(key, "milestone_overdue", **given)


# --- which items ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "note", "days_late", "owes"),
    [
        pytest.param(State.INFO, "milestone_overdue", 1, True, id="an overdue milestone"),
        pytest.param(State.INFO, "milestone_overdue", 0, True, id="one that fell due last night"),
        pytest.param(State.INFO, "milestone_due_soon", None, False, id="one that is only near"),
        pytest.param(State.INFO, "milestone_without_day", None, False, id="one that lacks its day"),
        pytest.param(State.INFO, "of_their_own", 2, True, id="a note that an office made up"),
        pytest.param(State.INFO, "conduct_not_covered", 2, False, id="what cannot be mended"),
        pytest.param(State.INFO, "remedy_open", 5, True, id="recommendations past their day"),
        pytest.param(State.INFO, "remedy_open", None, False, id="recommendations in time"),
        pytest.param(State.INFO, "harassment_open", 4, True, id="a case without a decision"),
        pytest.param(State.NONE, "harassment_open", 200, True, id="a case of last year's"),
        pytest.param(State.ON_TRACK, "inspection_overdue", 1, True,
                     id="an inspection past its time, though the rate is on its pace"),
        pytest.param(State.MET, "remedy_open", 1, True, id="... though the rate is met"),
        pytest.param(State.MET, "kind_missing", None, True, id="a form of inspection is missing"),
        pytest.param(State.MET, "overdue_no_letter", 3, False,
                     id="an overdue dossier is told by its letter"),
        pytest.param(State.ON_TRACK, "milestone_overdue", 1, False,
                     id="milestones of a yes/no line make it late by its state"),
        pytest.param(State.MET, "planned_surprise", None, False, id="a planned surprise never"),
    ],
)  # fmt: skip
def test_which_items_open_an_alert_by_themselves(
    state: State, note: str, days_late: int | None, owes: bool
) -> None:
    assert bool(owed(state, [item("A", note, days_late)])) is owes


# --- what becomes of the alert --------------------------------------------------------------------

TWO = Policy(pending_checks=2, keep_open_checks=3, recover_points=5, small_sample=50, ladder=LADDER)
HELD = an_alert("A", state=State.INFO, numerator=0, denominator=1)


@pytest.mark.parametrize(
    ("alert", "now", "keys", "move", "reason", "state"),
    [
        pytest.param(None, judged(State.INFO, 0, 1), "A", Move.OPENED, "items_overdue", State.INFO,
                     id="it opens at once, however many checks a rate needs"),
        pytest.param(None, judged(State.ON_TRACK, 2, 25), "A", Move.OPENED, "items_overdue",
                     State.ON_TRACK, id="on its pace: the state stays as it is"),
        pytest.param(an_alert(phase=Phase.PENDING), judged(State.ON_TRACK), "A", Move.OPENED,
                     "items_overdue", State.ON_TRACK, id="a doubt about the rate was open already"),
        pytest.param(HELD, judged(State.INFO, 0, 1), "A", Move.STILL_OPEN, "nothing_changed",
                     State.INFO, id="the next check says the same"),
        pytest.param(HELD, judged(State.INFO, 0, 3), "AB", Move.WORSE, "new_items", State.INFO,
                     id="one more is overdue"),
        pytest.param(HELD, judged(State.INFO, 0, 9), "A", Move.STILL_OPEN, "nothing_changed",
                     State.INFO, id="a lower share is no news: it is never red by its rate"),
        pytest.param(replace(HELD, item_keys=frozenset("AB")), judged(State.INFO, 1, 2), "A",
                     Move.BETTER, "items_done", State.INFO, id="one of two is done"),
        pytest.param(HELD, judged(State.INFO, 1, 1), "", Move.RESOLVED, "items_done", State.INFO,
                     id="done: it ends at once"),
        pytest.param(replace(HELD, state=State.ON_TRACK), judged(State.MET, 31, 100), "",
                     Move.RESOLVED, "items_done", State.MET,
                     id="done, and no points above the goal are waited for"),
        pytest.param(HELD, judged(State.NONE, 0, 0), "", Move.RESOLVED, "items_done", State.INFO,
                     id="nothing of it is left: not said to have lapsed"),
        pytest.param(replace(HELD, phase=Phase.CLAIMED), judged(State.INFO, 1, 1), "",
                     Move.RESOLVED, "claim_proved", State.INFO, id="the claim was true"),
        pytest.param(HELD, judged(State.NOT_APPLICABLE, 0, 0), "", Move.RESOLVED,
                     "no_longer_applies", State.NOT_APPLICABLE, id="the line is no longer asked"),
        pytest.param(HELD, judged(State.STALE, 0, 1), "AB", Move.FROZEN, "stale", State.STALE,
                     id="an old list moves nothing"),
        pytest.param(replace(HELD, state=State.STALE), judged(State.INFO, 1, 1), "",
                     Move.RESOLVED, "items_done", State.INFO, id="a new list after an old one"),
        pytest.param(an_alert("A", "N"), judged(State.ON_TRACK), "A", Move.BETTER, "items_done",
                     State.ON_TRACK, id="the rate is good again, and something is overdue"),
        pytest.param(HELD, judged(State.BEHIND, 2, 25), "A", Move.WORSE, "rate_fell",
                     State.BEHIND, id="now the rate is missed as well"),
        pytest.param(an_alert("A"), judged(State.INFO), "", Move.RESOLVED, "no_longer_applies",
                     State.NOT_APPLICABLE, id="a judged unit is only informed now"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_alert_that_items_keep_open(
    alert: OpenAlert | None,
    now: JudgedReading,
    keys: str,
    move: Move,
    reason: str,
    state: State,
) -> None:
    found = [item(key, "remedy_open") for key in keys]
    if alert is not None and now.verdict.state is State.BEHIND:
        alert = replace(alert, numerator=3, denominator=25)
    step = next_step(
        alert, now, found, TWO, MONDAY, WEEKDAYS, owed=found,
        goal=Goal(operator=">=", percent=30),
    )  # fmt: skip
    assert step is not None
    assert (step.move, step.reason, step.state) == (move, reason, state)
    if move is Move.OPENED:
        assert (step.phase, step.ladder, step.new_keys) == (Phase.OPEN, LADDER, frozenset(keys))


def test_a_rate_that_waits_to_be_sure_is_not_kept_open_by_items() -> None:
    desk = Desk(Policy(keep_open_checks=2))
    assert desk.check(State.MISSED, 1, 10, "A") == "opened: first_miss"
    assert desk.check(State.MET, 10, 10, now=on(1)) == "still_open: waits_to_be_sure"
    assert desk.alert is not None
    assert not desk.alert.by_items
    assert owed_by(desk.alert, [milestone("A")]) is None
    assert desk.check(State.MET, 10, 10, now=on(2)) == "resolved: goal_met"


# --- whose they are -------------------------------------------------------------------------------


def reading_of(unit_id: int, state: State = State.INFO) -> JudgedReading:
    j = judged(state, 0, 1)
    return replace(
        j, reading=replace(j.reading, unit_id=unit_id, target="organisation", field_id=None)
    )


def opened_by(items: dict[int, list[Item]], *readings: JudgedReading) -> dict[int, frozenset[str]]:
    """Unit -> the items by which an alert opens there."""
    people = SimpleNamespace(
        as_alerts_take_it=lambda official: official,
        policy=lambda _target, _unit_id: TWO,
        in_charge=lambda _unit_id: frozenset(),
        target=lambda _target, _unit_id: SimpleNamespace(own_goal=None, goal=None),
    )
    found: dict[Key, tuple[Item, ...]] = {
        (unit, "organisation", None): tuple(named) for unit, named in items.items()
    }
    steps = decide(readings, {}, found, cast(Circumstances, people), MONDAY, WEEKDAYS)
    return {step.unit_id: step.new_keys for step in steps}


def test_a_milestone_is_its_lead_units_and_not_the_districts_once_more() -> None:
    named = [milestone("A", unit_id=UNIT), milestone("B", unit_id=UNIT)]
    items = {UNIT: named, DISTRICT: named}
    assert opened_by(items, reading_of(UNIT), reading_of(DISTRICT)) == {UNIT: frozenset("AB")}


def test_what_no_reading_of_its_unit_speaks_for_is_the_districts() -> None:
    named = [
        milestone("A", unit_id=UNIT), milestone("S", unit_id=SCHOOL),
        milestone("D", unit_id=DISTRICT), milestone("N"),
    ]  # fmt: skip
    items = {UNIT: named[:1], DISTRICT: named}
    found = opened_by(items, reading_of(UNIT), reading_of(OTHER), reading_of(DISTRICT))
    assert found == {UNIT: frozenset("A"), DISTRICT: frozenset("SDN")}


def test_what_only_comes_due_is_no_part_of_an_alert() -> None:
    coming = item("C", "milestone_due_soon", None, unit_id=DISTRICT)
    items = {DISTRICT: [milestone("A", unit_id=UNIT), coming]}
    missed = reading_of(DISTRICT, State.BEHIND)
    assert opened_by(items, missed) == {DISTRICT: frozenset("A")}, "of a missed line"
    items = {UNIT: [milestone("A", unit_id=UNIT), coming]}
    assert opened_by(items, reading_of(UNIT)) == {UNIT: frozenset("A")}, "nor by itself"


# --- what is told ---------------------------------------------------------------------------------


def line(unit: str, target: str = "organisation", **given: Any) -> DigestLine:
    values: dict[str, Any] = {
        "unit": unit, "target": target, "item_no": "2", "field": None, "state": State.INFO,
        "reason": "for_information", "numerator": 0, "denominator": 1, "goal": None, **given,
    }  # fmt: skip
    return DigestLine(**values)


OVERDUE = (milestone("M2-02"), milestone("M2-04"), milestone("M2-05"))
OWED = line(
    "Phòng Tư pháp", owed=by_note(OVERDUE), items=OVERDUE, alert_id=7, is_new=True,
    move=Move.OPENED, phase=Phase.OPEN,
)  # fmt: skip


def test_three_overdue_milestones_are_one_line_of_one_digest() -> None:
    digest = compose_digest("Phòng Tư pháp", [OWED, line("Phòng Tư pháp", "workforce")],
                            date(2021, 4, 1), on(10))  # fmt: skip
    (told,) = digest.to_mend
    assert told.owed == (("milestone_overdue", 3),)
    assert [i.key for i in told.items] == ["M2-02", "M2-04", "M2-05"]
    assert digest.numbers == {}, "a single alert has the message to itself"
    assert digest.kept == (), "a line without a number says nothing where nothing is overdue"


def test_a_group_is_told_how_many_and_never_which() -> None:
    group = compose_group("Phòng Tư pháp", [OWED], date(2021, 4, 1), on(10))
    (told,) = group.to_mend
    assert (told.items, told.owed, told.items_more) == ((), (("milestone_overdue", 3),), 3)


def test_the_districts_own_overdue_items_stand_for_no_units_below() -> None:
    own = line("UBND huyện", owed=(("inspection_overdue", 1),), alert_id=8)
    assert swallowed([own, OWED], "UBND huyện") == [own, OWED]
    missed = replace(own, owed=(), state=State.BEHIND)
    assert [x.among for x in swallowed([missed, OWED], "UBND huyện")] == [("Phòng Tư pháp",)]


def test_what_is_overdue_on_the_same_day_in_many_units_has_no_common_cause() -> None:
    alerts = [
        an_alert("A", id=n, unit_id=n, target="inspections", field_id=None, state=State.INFO)
        for n in range(1, 6)
    ]
    own = an_alert(id=DISTRICT, unit_id=DISTRICT, target="inspections", field_id=None)
    rules: dict[str, Any] = {
        "district_id": DISTRICT, "now": MONDAY, "calendar": WEEKDAYS, "first": (),
        "percent": 80, "least": 5, "working_days": 2,
    }  # fmt: skip
    states = {alert.key: alert.state for alert in [*alerts, own]}
    assert inhibited([*alerts, own], states, **rules) == {}
    missed = [replace(alert, state=State.MISSED) for alert in alerts]
    assert len(inhibited([*missed, own], states, **rules)) == 5, "a missed rate may have one"


# --- what is near ---------------------------------------------------------------------------------

NEAR = Reminder(item=item("M", "milestone_due_soon", None, due=20210406235959),
                named_from=date(2021, 3, 22))  # fmt: skip


@pytest.mark.parametrize(
    ("told", "today", "news"),
    [
        pytest.param(date(2021, 3, 19), date(2021, 3, 22), True, id="the first day it is near"),
        pytest.param(None, date(2021, 3, 25), True, id="whoever was never told anything"),
        pytest.param(date(2021, 3, 19), date(2021, 3, 24), True, id="a digest later, the first"),
        pytest.param(date(2021, 3, 22), date(2021, 3, 23), False, id="the day after: no message"),
        pytest.param(date(2021, 3, 22), date(2021, 4, 1), False, id="three working days before"),
        pytest.param(date(2021, 3, 22), date(2021, 4, 2), True, id="two working days before"),
        pytest.param(date(2021, 4, 5), date(2021, 4, 6), True, id="on its day"),
    ],
)
def test_on_which_days_a_near_milestone_is_worth_a_digest(
    told: date | None, today: date, news: bool
) -> None:
    assert NEAR.is_news(told, today, 2, WEEKDAYS) is news


def test_a_milestone_is_near_to_its_lead_unit_alone_and_not_after_its_day() -> None:
    shipped = read_settings(SHIPPED / "settings.toml", {}).plan_targets()
    targets = [target for target in shipped if target.id in ("organisation", "on_time")]
    soon = item("M", "milestone_due_soon", None, due=20210406235959, unit_id=UNIT)
    over = item("O", "milestone_due_soon", None, due=20210310235959, unit_id=UNIT)
    late = milestone("L", unit_id=UNIT, due=20210310235959)
    named = (soon, over, late)
    items: dict[Key, tuple[Item, ...]] = {
        (UNIT, "organisation", None): named, (DISTRICT, "organisation", None): named,
        (UNIT, "on_time", None): (soon,),
    }  # fmt: skip
    moment = Moment(wall=datetime(2021, 3, 24, 7, 30, tzinfo=MONDAY.tzinfo), calendar=WEEKDAYS)
    (found,) = reminders(targets, items, moment, (UNIT,))
    assert (found.item, found.named_from) == (soon, date(2021, 3, 22))
    assert reminders(targets, items, moment, (DISTRICT,)) == ()
