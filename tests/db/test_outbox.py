"""Queueing once, claiming by one, the pace, leases, and who may no longer have a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from db import due, outbox
from db.engine import reading, writing
from db.pace import THE_WHOLE_BOT, Pace, hold_chat
from db.records import NewMessage, OutboxMessage, Role
from db.tables import BindingRow, OutboxRow, PersonRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
LEASE = timedelta(seconds=40)
SECOND = timedelta(seconds=1)
FAST = Pace(per_second=30, between=timedelta(0))


@dataclass
class Queue:
    """A queue with people to write to; `claim` claims as one sender."""

    engine: Engine
    people: int = 0

    def person(self, unit_id: int | None = None, role: Role = Role.ADMIN, **binding: Any) -> int:
        self.people += 1
        chat = 100 + self.people
        with writing(self.engine) as tx:
            done = tx.execute(
                insert(PersonRow).values(user_id=chat, chat_id=chat, name="An", joined_at=NOW)
            )
            person_id = int(done.inserted_primary_key[0])  # type: ignore[index]
            given = {"valid_from": date(2021, 1, 1), **binding}
            tx.execute(
                insert(BindingRow).values(
                    person_id=person_id, role=role.value, unit_id=unit_id, **given
                )
            )
        return person_id

    def put(self, person_id: int, *dedupes: str, **payload: Any) -> int:
        messages = [
            NewMessage(
                person_id=person_id, template="digest", payload=payload, dedupe=d, not_before=NOW
            )
            for d in dedupes
        ]
        with writing(self.engine) as tx:
            return outbox.enqueue(tx, messages, NOW)

    def claim(
        self, now: datetime = NOW, owner: str = "me", limit: int = 8, pace: Pace = FAST
    ) -> tuple[OutboxMessage, ...]:
        with writing(self.engine) as tx:
            return outbox.claim_due(
                tx, owner=owner, now=now, today=TODAY, lease=LEASE, limit=limit, pace=pace
            )

    def sent(
        self, messages: Sequence[OutboxMessage], now: datetime = NOW, pace: Pace = FAST
    ) -> None:
        with writing(self.engine) as tx:
            for message in messages:
                assert outbox.mark_sent(tx, message, now, message_id=1, pace=pace)

    def outcomes(self) -> dict[str, str | None]:
        with reading(self.engine) as tx:
            return {row.dedupe: row.outcome for row in tx.execute(
                select(OutboxRow.dedupe, OutboxRow.outcome))}  # fmt: skip


@pytest.fixture
def queue(engine: Engine) -> Queue:
    with writing(engine) as tx:
        for number, parent in ((1, None), (2, 1), (3, 1)):
            tx.execute(
                insert(UnitRow).values(
                    id=number,
                    slug=f"u{number}",
                    name=f"U{number}",
                    kind="commune",
                    parent_id=parent,
                    valid_from=date(2020, 1, 1),
                )
            )
    return Queue(engine)


def test_a_message_is_queued_once(queue: Queue) -> None:
    an = queue.person()
    assert queue.put(an, "digest:1:20210323") == 1
    assert queue.put(an, "digest:1:20210323", "digest:1:20210324") == 1


def test_what_would_be_queued_is_known_before(queue: Queue) -> None:
    an = queue.person()
    queue.put(an, "old")
    messages = [
        NewMessage(person_id=an, template=t, payload={}, dedupe=d, not_before=NOW)
        for t, d in (("a", "new"), ("b", "old"), ("c", "new"), ("d", "newer"))
    ]
    with writing(queue.engine) as tx:
        fresh = outbox.not_queued(tx, messages)
        assert [message.template for message in fresh] == ["a", "d"]
        assert outbox.enqueue(tx, messages, NOW) == len(fresh)
        assert outbox.not_queued(tx, messages) == ()
    many = [replace(messages[0], dedupe=f"many {n}") for n in range(outbox.AT_ONCE + 1)]
    queue.put(an, many[-1].dedupe)
    with reading(queue.engine) as tx:
        assert len(outbox.not_queued(tx, many)) == outbox.AT_ONCE, "however many they are"


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(queue: Queue) -> None:
    queue.put(queue.person(), "a", unit_id=2)
    [mine] = queue.claim()
    assert (mine.attempt, mine.payload, mine.language) == (1, {"unit_id": 2}, "vi")
    assert queue.claim(NOW + LEASE - SECOND, "other") == ()
    [again] = queue.claim(NOW + LEASE, "other")
    assert (again.id, again.attempt) == (mine.id, 2)


def test_a_chat_has_one_message_in_flight_in_the_order_of_the_queue(queue: Queue) -> None:
    queue.put(queue.person(), "a", "b")
    [first] = queue.claim()
    assert queue.claim(NOW + SECOND) == ()
    queue.sent([first], NOW + SECOND)
    [second] = queue.claim(NOW + SECOND)
    assert second.id > first.id


def test_a_chat_rests_between_two_messages(queue: Queue) -> None:
    pace = Pace(per_second=30, between=timedelta(seconds=1))
    queue.put(queue.person(), "a", "b")
    queue.sent(queue.claim(pace=pace), NOW, pace)
    assert queue.claim(NOW + SECOND * 0.9, pace=pace) == ()
    assert len(queue.claim(NOW + SECOND, pace=pace)) == 1


def test_all_senders_together_keep_the_pace_over_all_chats(queue: Queue) -> None:
    for number in range(60):
        queue.put(queue.person(), f"m{number}")
    pace = Pace(per_second=20, between=timedelta(0))
    moments: list[int] = []
    for tick in range(0, 2000, 50):
        for owner in ("one", "two"):
            got = queue.claim(NOW + timedelta(milliseconds=tick), owner, pace=pace)
            moments += [tick] * len(got)
            queue.sent(got, NOW + timedelta(milliseconds=tick))
    busiest = max(sum(start <= m < start + 1000 for m in moments) for start in moments)
    assert busiest <= 24
    assert 36 <= len(moments) <= 44


def test_an_overall_pace_from_another_clock_does_not_stop_the_bot(queue: Queue) -> None:
    queue.put(queue.person(), "a")
    with writing(queue.engine) as tx:
        hold_chat(tx, THE_WHOLE_BOT, NOW + timedelta(days=900))
    assert len(queue.claim()) == 1


def test_many_senders_claim_each_message_once(queue: Queue) -> None:
    for number in range(24):
        queue.put(queue.person(), f"m{number}")

    def work(owner: str) -> list[int]:
        mine: list[int] = []
        for turn in range(20):
            got = queue.claim(NOW + SECOND * turn, owner, limit=3)
            queue.sent(got, NOW + SECOND * turn)
            mine += [message.id for message in got]
        return mine

    with ThreadPoolExecutor(4) as pool:
        counted = Counter(i for mine in pool.map(work, "abcd") for i in mine)
    assert len(counted) == 24
    assert set(counted.values()) == {1}


def test_a_settlement_of_a_lost_lease_changes_nothing_but_arrival_counts(queue: Queue) -> None:
    queue.put(queue.person(), "a")
    [mine] = queue.claim()
    [theirs] = queue.claim(NOW + LEASE, "other")
    with writing(queue.engine) as tx:
        assert not outbox.put_back(tx, mine, "me", at=NOW + LEASE, why="late")
        assert not outbox.mark_failed(tx, mine, "me", NOW, outcome="refused", why="late")
    queue.sent([mine], NOW + LEASE)
    with writing(queue.engine) as tx:
        assert not outbox.mark_sent(tx, theirs, NOW + LEASE, message_id=2, pace=FAST)
    assert queue.outcomes() == {"a": "sent"}


def test_a_message_put_back_waits_and_its_chat_with_it(queue: Queue) -> None:
    queue.put(queue.person(), "a", "b")
    [first] = queue.claim()
    with writing(queue.engine) as tx:
        assert outbox.put_back(tx, first, "me", at=NOW + 5 * SECOND, why="flood control")
        assert not outbox.anything_due(tx, NOW + 4 * SECOND)
        assert due.waiting(tx) == 2
    assert queue.claim(NOW + 4 * SECOND) == ()
    assert len(queue.claim(NOW + 5 * SECOND)) == 1


def test_somebody_who_blocked_the_bot_gets_nothing(queue: Queue) -> None:
    gone, other = queue.person(), queue.person()
    queue.put(gone, "a")
    queue.put(other, "b")
    with writing(queue.engine) as tx:
        tx.execute(update(PersonRow).where(PersonRow.id == gone).values(reachable=False))
    [message] = queue.claim()
    assert message.person_id == other
    assert queue.outcomes() == {"a": "refused", "b": None}


@pytest.mark.parametrize(
    ("role", "unit_id", "valid_to", "about", "arrives"),
    [
        pytest.param(Role.HEAD, 2, None, 2, True, id="a head hears of the unit"),
        pytest.param(Role.HEAD, 2, date(2021, 3, 22), 2, False, id="a former head does not"),
        pytest.param(Role.HEAD, 2, TODAY, 2, True, id="on the last day a head still does"),
        pytest.param(Role.HEAD, 3, None, 2, False, id="the head of another unit does not"),
        pytest.param(Role.LEADER, 1, None, 2, True, id="a leader hears of a unit below"),
        pytest.param(Role.STEWARD, None, None, 2, False, id="a steward hears of no unit"),
        pytest.param(Role.OFFICIAL, 2, None, 2, False, id="nor does an official of it"),
        pytest.param(Role.ADMIN, None, None, 2, True, id="an admin hears of every unit"),
        pytest.param(Role.OFFICIAL, None, None, None, True, id="what is of no unit arrives"),
    ],
)
def test_a_message_is_only_for_who_may_still_have_it(
    queue: Queue, role: Role, unit_id: int | None, valid_to: date | None, about: int | None,
    arrives: bool,
) -> None:  # fmt: skip
    person = queue.person(unit_id, role, valid_to=valid_to)
    payload = {} if about is None else {"unit_id": about}
    queue.put(person, "a", **payload)
    assert len(queue.claim()) == arrives
    assert queue.outcomes() == {"a": None if arrives else "refused"}
