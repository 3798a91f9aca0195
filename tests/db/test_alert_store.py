"""Does an alert come back from the database as it was left, and is its history true?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from alerts.lifecycle import next_step
from db import alert_store
from db.engine import new_id, open_engine, reading, writing
from db.records import (
    Item,
    JudgedReading,
    Move,
    OpenAlert,
    Phase,
    Policy,
    Reading,
    Rung,
    State,
    Step,
    Verdict,
)
from db.tables import AlertRow, AlertStepRow, PersonRow, SnapshotRow
from tests.alerts.lives import ABOVE_95, WEEKDAYS, Desk, items, judged, on

NOW = datetime(2021, 3, 22, 0, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LADDER = (Rung(to="deputy", after_working_days=1), Rung(to="chairman", after_working_days=7))
KEY = (1, "on_time", 2)
OPENED = Step(
    move=Move.OPENED, reason="first_miss", unit_id=1, target="on_time", field_id=2, alert_id=None,
    numerator=45, denominator=48, state=State.MISSED,
    items=(Item(key="A", label="A"), Item(key="B", label="B")), new_keys=frozenset("AB"),
    critical=True, ladder=LADDER,
)  # fmt: skip


def move(alert_id: int, move_: Move, phase: Phase, reason: str = "said", **given: Any) -> Step:
    return replace(
        OPENED, alert_id=alert_id, move=move_, phase=phase, reason=reason, items=(),
        new_keys=frozenset(), ladder=(), **given,
    )  # fmt: skip


@pytest.fixture
def office(engine: Engine) -> Engine:
    """Persons 1 and 2, and the snapshot 1."""
    with writing(engine) as tx:
        for number, name in ((1, "An"), (2, "Bình")):
            tx.execute(
                insert(PersonRow).values(
                    id=number, user_id=number, chat_id=number, name=name, joined_at=NOW
                )
            )
        tx.execute(insert(SnapshotRow).values(id=1, as_of=NOW, day=20210322, taken_at=NOW))
    return engine


def record(
    engine: Engine, *steps: Step, at: datetime = NOW, person_id: int | None = None
) -> tuple[int, ...]:
    with writing(engine) as tx:
        snapshot = None if person_id else 1
        return alert_store.record_steps(tx, snapshot, steps, at, person_id)


def look(engine: Engine, alert_id: int) -> OpenAlert:
    with reading(engine) as tx:
        found = alert_store.alert_by_id(tx, alert_id)
    assert found is not None
    return found


def steps_of(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as tx:
        rows = tx.execute(select(AlertStepRow.move, AlertStepRow.reason).order_by(AlertStepRow.id))
        return [(row.move, row.reason) for row in rows]


def test_a_new_alert_comes_back_as_it_was_decided(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    expected = OpenAlert(
        id=alert_id, unit_id=1, target="on_time", field_id=2, opened_at=NOW, numerator=45,
        denominator=48, item_keys=frozenset("AB"), critical=True, ladder=LADDER,
    )  # fmt: skip
    assert look(office, alert_id) == expected
    with reading(office) as tx:
        assert alert_store.open_alerts(tx) == {KEY: expected}
        assert alert_store.alert_by_id(tx, 99) is None


def test_an_alert_that_ended_is_known_by_its_number_alone(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    record(office, move(alert_id, Move.RESOLVED, Phase.RESOLVED), at=NOW + DAY)
    assert look(office, alert_id).phase is Phase.RESOLVED
    with reading(office) as tx:
        assert alert_store.open_alerts(tx) == {}


def test_one_that_ended_before_there_were_phases_has_ended(office: Engine) -> None:
    with writing(office) as tx:
        done = tx.execute(
            insert(AlertRow).values(
                unit_id=1, target="on_time", opened_at=NOW, resolved_at=NOW + DAY, state="met",
                numerator=1, denominator=1,
            )
        )  # fmt: skip
        alert_id = new_id(done)
    assert look(office, alert_id).phase is Phase.RESOLVED


def test_a_pending_one_that_opens_counts_from_its_opening_with_the_ladder_of_then(
    office: Engine,
) -> None:
    pending = replace(
        OPENED, move=Move.PENDING, reason="not_confirmed", phase=Phase.PENDING, ladder=()
    )
    (alert_id,) = record(office, pending)
    assert look(office, alert_id).opened_at == NOW, "of a pending one: its first bad check"
    record(office, replace(OPENED, alert_id=alert_id, bad_checks=2), at=NOW + DAY)
    alert = look(office, alert_id)
    assert (alert.phase, alert.opened_at, alert.ladder) == (Phase.OPEN, NOW + DAY, LADDER)
    assert alert.bad_checks == 2


def test_who_takes_and_who_claims_are_kept_with_their_moments(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    record(office, move(alert_id, Move.TAKEN, Phase.TAKEN), at=NOW + HOUR, person_id=1)
    alert = look(office, alert_id)
    assert (alert.phase, alert.taken_by, alert.taken_at) == (Phase.TAKEN, 1, NOW + HOUR)
    record(office, move(alert_id, Move.CLAIMED, Phase.CLAIMED), at=NOW + DAY, person_id=2)
    alert = look(office, alert_id)
    assert (alert.claimed_by, alert.claimed_at) == (2, NOW + DAY)
    assert alert.claimed_keys == frozenset("AB"), "what was said to be done"
    assert (alert.taken_by, alert.taken_at) == (2, NOW + DAY), "who says so has acted on it"
    record(office, move(alert_id, Move.DISPUTED, Phase.CLAIMED), at=NOW + DAY, person_id=1)
    assert look(office, alert_id).disputed_at == NOW + DAY
    with reading(office) as tx:
        rows = tx.execute(select(AlertStepRow.person_id, AlertStepRow.snapshot_id)).all()
    assert [tuple(row) for row in rows] == [(None, 1), (1, None), (2, None), (1, None)]


@pytest.mark.parametrize(
    ("step", "phase", "expected"),
    [
        pytest.param(
            Move.REOPENED, Phase.OPEN,
            {"taken_by": None, "claimed_by": None, "waits_since": NOW + DAY, "rungs_told": 1},
            id="a false claim opens it again and goes on up the ladder",
        ),
        pytest.param(
            Move.HANDED_OVER, Phase.OPEN,
            {"taken_by": None, "claimed_by": None, "waits_since": NOW + DAY, "rungs_told": 0},
            id="whoever is new begins at the foot of the ladder",
        ),
        pytest.param(
            Move.VERIFIED, Phase.TAKEN,
            {"taken_by": 1, "claimed_by": None, "waits_since": None, "rungs_told": 1},
            id="a proved claim leaves it with who took it",
        ),
        pytest.param(
            Move.WORSE, Phase.CLAIMED,
            {"taken_by": 1, "claimed_by": 1, "waits_since": None, "rungs_told": 1},
            id="worse while claimed changes no owner",
        ),
        pytest.param(
            Move.RESOLVED, Phase.RESOLVED,
            {"taken_by": 1, "claimed_by": 1, "waits_since": None, "rungs_told": 1},
            id="who had it at its end stays known",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_the_owner_of_a_claimed_alert(
    office: Engine, step: Move, phase: Phase, expected: dict[str, Any]
) -> None:
    (alert_id,) = record(office, OPENED)
    record(office, move(alert_id, Move.CLAIMED, Phase.CLAIMED), at=NOW + HOUR, person_id=1)
    with writing(office) as tx:
        alert_store.rungs_were_told(tx, {alert_id: 1})
    record(office, move(alert_id, step, phase), at=NOW + DAY)
    alert = look(office, alert_id)
    assert {name: getattr(alert, name) for name in expected} == expected
    assert bool(alert.claimed_keys) == (alert.claimed_by is not None)


def test_items_come_and_go_by_what_each_step_says(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    worse = move(alert_id, Move.WORSE, Phase.OPEN, numerator=44)
    worse = replace(worse, new_keys=frozenset("C"), gone_keys=frozenset("A"))
    record(office, worse)
    alert = look(office, alert_id)
    assert (alert.item_keys, alert.numerator) == (frozenset("BC"), 44)
    record(office, move(alert_id, Move.FROZEN, Phase.OPEN, "stale", numerator=44))
    assert look(office, alert_id).item_keys == frozenset("BC"), "on hold: nothing comes or goes"


def test_a_step_that_says_the_same_again_is_not_written_again(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    for _ in range(3):
        record(office, move(alert_id, Move.FROZEN, Phase.OPEN, "stale"))
    record(office, move(alert_id, Move.STILL_OPEN, Phase.OPEN, "nothing_changed"))
    for _ in range(2):
        record(office, move(alert_id, Move.WORSE, Phase.OPEN, "new_items"))
    for _ in range(2):
        record(office, move(alert_id, Move.STILL_OPEN, Phase.OPEN, "waits_to_be_sure"))
    assert steps_of(office) == [
        ("opened", "first_miss"), ("frozen", "stale"), ("worse", "new_items"),
        ("worse", "new_items"), ("still_open", "waits_to_be_sure"),
    ]  # fmt: skip


class CheckFailed(Exception):
    """The check cannot go on."""


def check_that_fails(engine: Engine, alert_id: int) -> None:
    with writing(engine) as tx:
        worse = move(alert_id, Move.WORSE, Phase.OPEN, numerator=1)
        alert_store.record_steps(tx, 1, [worse, replace(OPENED, unit_id=2)], NOW + DAY)
        assert len(alert_store.open_alerts(tx)) == 2
        raise CheckFailed


def test_a_failed_check_leaves_the_states_untouched(office: Engine) -> None:
    (alert_id,) = record(office, OPENED)
    before = look(office, alert_id)
    with pytest.raises(CheckFailed):
        check_that_fails(office, alert_id)
    assert look(office, alert_id) == before
    assert steps_of(office) == [("opened", "first_miss")]
    with reading(office) as tx:
        assert list(alert_store.open_alerts(tx)) == [KEY]


# --- its history ----------------------------------------------------------------------------------


def test_the_newest_telling_step_is_neither_a_quiet_one_nor_a_press(office: Engine) -> None:
    first, second = record(office, OPENED, replace(OPENED, unit_id=2))
    record(office, move(first, Move.WORSE, Phase.OPEN, "new_items"))
    record(office, move(first, Move.FROZEN, Phase.OPEN, "stale"))
    record(office, move(first, Move.TAKEN, Phase.TAKEN), person_id=1)
    pending = replace(OPENED, unit_id=3, move=Move.PENDING, phase=Phase.PENDING)
    record(office, pending)
    with reading(office) as tx:
        everything = alert_store.newest_steps(tx)
        one = alert_store.newest_steps(tx, [second])
        opened = alert_store.newest_steps(tx, [first], moves=[Move.OPENED])
        nothing = alert_store.newest_steps(tx, [])
    assert everything == {first: (3, Move.WORSE), second: (2, Move.OPENED)}
    assert (one, nothing) == ({second: (2, Move.OPENED)}, {})
    assert opened == {first: (1, Move.OPENED)}


@pytest.mark.parametrize(
    ("moves", "since", "weightiest"),
    [
        pytest.param([Move.WORSE, Move.BETTER], 1, Move.WORSE, id="worse, then a little better"),
        pytest.param([Move.WORSE, Move.BETTER], 2, Move.BETTER, id="they heard that it was worse"),
        pytest.param([Move.WORSE], 0, Move.OPENED, id="they never heard of it"),
        pytest.param([Move.WORSE, Move.RESOLVED], 1, Move.RESOLVED, id="it has ended"),
        pytest.param([Move.REOPENED, Move.WORSE], 1, Move.REOPENED, id="a claim was not true"),
        pytest.param([Move.FROZEN, Move.TAKEN], 1, None, id="nothing that is told"),
        pytest.param([], 1, None, id="nothing at all"),
    ],
)
def test_the_weightiest_move_since_a_telling(
    office: Engine, moves: list[Move], since: int, weightiest: Move | None
) -> None:
    (alert_id,) = record(office, OPENED)
    for each in moves:
        phase = Phase.RESOLVED if each is Move.RESOLVED else Phase.OPEN
        record(office, move(alert_id, each, phase))
    with reading(office) as tx:
        found = alert_store.moves_after_step(tx, {alert_id: since})
        assert alert_store.moves_after_step(tx, {}) == {}
    assert found == ({alert_id: weightiest} if weightiest else {})


def test_the_share_of_false_claims_is_kept_for_each_unit(office: Engine) -> None:
    ours, theirs = record(office, OPENED, replace(OPENED, unit_id=2))
    for alert_id, move_, reason, at in (
        (ours, Move.REOPENED, "claim_not_proved", NOW),
        (ours, Move.VERIFIED, "claimed_items_proved", NOW + HOUR),
        (ours, Move.WORSE, "new_items_after_proof", NOW + DAY),
        (ours, Move.RESOLVED, "claim_proved", NOW + 9 * DAY),
        (theirs, Move.WORSE, "new_items", NOW),
        (theirs, Move.RESOLVED, "claim_proved", NOW + DAY),
    ):
        record(office, move(alert_id, move_, Phase.OPEN, reason), at=at)
    with reading(office) as tx:
        assert alert_store.false_claims(tx, NOW, NOW + DAY) == {1: (1, 3), 2: (0, 1)}
        assert alert_store.false_claims(tx, NOW + 2 * DAY, NOW + 9 * DAY) == {1: (0, 1)}


# --- the life that it keeps -----------------------------------------------------------------------


def test_a_lifecycle_survives_restarts_and_gaps_in_the_checks(database_url: str) -> None:
    """Every check is made by a new process, with days between them on which nothing ran; it tells
    the same as one that never stopped.
    """
    policy = Policy(pending_checks=2, keep_open_checks=2, recover_points=1, ladder=LADDER)
    desk = Desk(policy)
    days: list[tuple[int, JudgedReading, list[Item]]] = [
        (0, judged(State.MISSED, 45, 48), items("A")),
        (3, judged(State.STALE, 45, 48), items("A")),
        (4, judged(State.MISSED, 45, 48), items("A", "B")),
        (15, judged(State.MISSED, 50, 55), items("A", "B", "C")),
        (16, judged(State.MET, 99, 100), []),
        (44, judged(State.MISSED, 50, 55), items("A")),
        (45, judged(State.MET, 99, 100), []),
        (59, judged(State.REJECTED, 1, 2), []),
        (60, judged(State.AT_RISK, 96, 100), []),
        (80, judged(State.MET, 99, 100), []),
    ]
    told = []
    for day, reading_, found in days:
        now = on(day)
        engine = open_engine(database_url)
        with writing(engine) as tx:
            snapshot_id = new_id(
                tx.execute(insert(SnapshotRow).values(as_of=now, day=day, taken_at=now))
            )
            alert = alert_store.open_alerts(tx).get(KEY)
            step = next_step(alert, reading_, found, policy, now, WEEKDAYS, goal=ABOVE_95)
            assert step is not None
            assert desk.step(reading_, found, now, goal=ABOVE_95) == step
            alert_store.record_steps(tx, snapshot_id, [step], now)
            told.append(f"{step.move}: {step.reason}")
        engine.dispose()
    assert told == [
        "pending: not_confirmed", "frozen: stale", "opened: confirmed_by_checks",
        "worse: new_items", "still_open: waits_to_be_sure", "better: items_done",
        "still_open: waits_to_be_sure", "frozen: rejected", "still_open: waits_to_be_sure",
        "resolved: goal_met",
    ]  # fmt: skip


def test_a_yes_no_line_without_a_field_is_one_alert(office: Engine) -> None:
    line = Reading(
        target="epayment_district", unit_id=1, field_id=None, field=None, numerator=0,
        denominator=0, answer="no",
    )  # fmt: skip
    no = JudgedReading(
        reading=line, verdict=Verdict(state=State.MISSED, reason="not_in_place"),
        data_day=date(2021, 3, 22),
    )  # fmt: skip
    for _ in range(2):
        with writing(office) as tx:
            alert = alert_store.open_alerts(tx).get((1, "epayment_district", None))
            step = next_step(alert, no, [], Policy(), NOW, WEEKDAYS)
            assert step is not None
            alert_store.record_steps(tx, 1, [step], NOW)
    with reading(office) as tx:
        assert list(alert_store.open_alerts(tx)) == [(1, "epayment_district", None)]
    assert steps_of(office) == [("opened", "first_miss")]
