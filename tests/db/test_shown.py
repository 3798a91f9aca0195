"""Drawing messages again: marked by a change, claimed by one, never for a former head."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, update

from db import outbox, shown
from db.engine import new_id, reading, writing
from db.pace import Pace, hold_chat
from db.records import NewMessage, Role, Telling
from db.shown import ATTEMPTS, NEWEST, Redraw, Shown
from db.tables import AlertRow, BindingRow, OutboxRow, PersonRow, ToldRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
LEASE = timedelta(seconds=40)
SECOND = timedelta(seconds=1)
FAST = Pace(per_second=30, between=timedelta(0))


@dataclass
class Wall:
    """Messages in chats, and what happens to the alerts that they show."""

    engine: Engine
    people: int = 0
    queued: int = 0

    def person(self, unit_id: int | None = 2, role: Role = Role.HEAD) -> int:
        self.people += 1
        chat = 100 + self.people
        with writing(self.engine) as tx:
            person = new_id(
                tx.execute(
                    insert(PersonRow).values(user_id=chat, chat_id=chat, name="An", joined_at=NOW)
                )
            )
            tx.execute(
                insert(BindingRow).values(
                    person_id=person, role=role.value, unit_id=unit_id,
                    valid_from=date(2021, 1, 1),
                )
            )  # fmt: skip
        return person

    def alert(self, unit_id: int = 2, ended: datetime | None = None) -> int:
        with writing(self.engine) as tx:
            return new_id(
                tx.execute(
                    insert(AlertRow).values(
                        unit_id=unit_id, target="on_time", opened_at=NOW, state="missed",
                        numerator=1, denominator=2, resolved_at=ended,
                    )
                )
            )  # fmt: skip

    def told(self, person_id: int, *alert_ids: int, unit_id: int = 2, message_id: int = 9) -> int:
        """A message of these alerts was sent to the person's chat."""
        self.queued += 1
        message = NewMessage(
            person_id=person_id, template="digest", payload={"unit_id": unit_id},
            dedupe=f"d{self.queued}", not_before=NOW,
        )  # fmt: skip
        with writing(self.engine) as tx:
            outbox.enqueue(tx, [message], NOW)
            outbox_id = tx.scalars(
                OutboxRow.__table__.select()
                .with_only_columns(OutboxRow.id)
                .where(OutboxRow.dedupe == message.dedupe)
            ).one()
            for alert_id in alert_ids:
                tx.execute(
                    insert(ToldRow).values(
                        alert_id=alert_id, person_id=person_id, outbox_id=outbox_id, step_id=1,
                        kind=Telling.DIGEST.value, at=NOW,
                    )
                )  # fmt: skip
            shown.remember(tx, self.chat(person_id), message_id, person_id, outbox_id=outbox_id)
        return outbox_id

    def chat(self, person_id: int) -> int:
        with reading(self.engine) as tx:
            return int(
                tx.scalars(
                    PersonRow.__table__.select()
                    .with_only_columns(PersonRow.chat_id)
                    .where(PersonRow.id == person_id)
                ).one()
            )

    def change(self, alert_id: int, now: datetime = NOW) -> int:
        with writing(self.engine) as tx:
            return shown.redraw(tx, alert_id, now)

    def claim(
        self, now: datetime = NOW, owner: str = "me", limit: int = 8, pace: Pace = FAST
    ) -> tuple[Redraw, ...]:
        with writing(self.engine) as tx:
            return shown.claim_redraws(tx, owner, now, LEASE, limit, today=TODAY, pace=pace)

    def drawn(self, claimed: Redraw, owner: str = "me") -> bool:
        with writing(self.engine) as tx:
            return shown.redrawn(tx, claimed, owner)


@pytest.fixture
def wall(engine: Engine) -> Wall:
    with writing(engine) as tx:
        for number, parent in ((1, None), (2, 1), (3, 1)):
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name=f"U{number}", kind="commune",
                    parent_id=parent, valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
    return Wall(engine)


def test_a_change_marks_the_message_of_everybody_who_was_told(wall: Wall) -> None:
    alert, other = wall.alert(), wall.alert()
    an, binh = wall.person(), wall.person(1, Role.LEADER)
    first, second = wall.told(an, alert, other), wall.told(binh, alert)
    wall.told(wall.person(), other)
    assert wall.claim() == ()
    assert wall.change(alert) == 2
    claimed = wall.claim()
    assert {(c.person_id, c.outbox_id, c.alert_id) for c in claimed} == {
        (an, first, None),
        (binh, second, None),
    }
    assert {(c.redraw_at, c.attempt, c.message_id) for c in claimed} == {(NOW, 1, 9)}


def test_what_is_left_as_it_is_is_drawn_for_later_changes_only(wall: Wall) -> None:
    def left(now: datetime) -> bool:
        with writing(wall.engine) as tx:
            return shown.leave_as_it_is(tx, wall.chat(an), 9, now)

    alert, an = wall.alert(), wall.person()
    wall.told(an, alert)
    wall.change(alert)
    assert left(NOW)
    assert wall.claim() == ()
    wall.change(alert, NOW + SECOND)
    assert left(NOW), "what comes after it is drawn"
    [claimed] = wall.claim(NOW + SECOND)
    assert not left(NOW + SECOND), "a sender is drawing it"
    assert wall.drawn(claimed)
    assert left(NOW + SECOND)


def test_a_card_is_marked_by_its_own_alert_only(wall: Wall) -> None:
    alert, other, an = wall.alert(), wall.alert(), wall.person()
    queued = wall.told(an, alert, other)
    with writing(wall.engine) as tx:
        shown.remember(tx, wall.chat(an), 9, an, alert_id=other)
        assert shown.what_shows(tx, wall.chat(an), 9) == Shown(
            person_id=an, outbox_id=queued, alert_id=other
        )
    assert wall.change(alert) == 0
    assert wall.change(other) == 1
    [claimed] = wall.claim()
    assert (claimed.alert_id, claimed.outbox_id) == (other, queued)


def test_of_a_long_life_only_the_newest_messages_of_a_chat_are_drawn(wall: Wall) -> None:
    alert, an, binh = wall.alert(), wall.person(), wall.person()
    for day in range(NEWEST + 3):
        wall.told(an, alert, message_id=100 + day)
    wall.told(binh, alert)
    assert wall.change(alert) == NEWEST + 1
    drawn, now = [], NOW
    for _ in range(NEWEST + 3):
        claimed = wall.claim(now)
        assert all(wall.drawn(each) for each in claimed)
        drawn += [each.message_id for each in claimed if each.person_id == an]
        now += SECOND
    assert drawn == [103, 104, 105, 106, 107]


def test_back_at_the_message_it_is_marked_by_all_that_it_tells(wall: Wall) -> None:
    alert, other, an = wall.alert(), wall.alert(), wall.person()
    queued = wall.told(an, alert, other)
    with writing(wall.engine) as tx:
        shown.remember(tx, wall.chat(an), 9, an, alert_id=other)
        shown.remember(tx, wall.chat(an), 9, an, outbox_id=queued)
    assert wall.change(alert) == 1


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(wall: Wall) -> None:
    alert = wall.alert()
    wall.told(wall.person(), alert)
    wall.change(alert)
    [mine] = wall.claim()
    assert wall.claim(NOW + LEASE - SECOND, "other") == ()
    [again] = wall.claim(NOW + LEASE, "other")
    assert (again.id, again.attempt) == (mine.id, 2)
    assert not wall.drawn(mine), "whose lease ended does not speak for who claimed it after"
    assert wall.drawn(again, "other")
    assert wall.claim(NOW + LEASE * 3) == ()


def test_of_many_who_claim_at_once_one_has_it(wall: Wall) -> None:
    alert = wall.alert()
    for _ in range(6):
        wall.told(wall.person(), alert)
    wall.change(alert)
    with ThreadPoolExecutor(4) as pool:
        lots = list(pool.map(lambda n: wall.claim(owner=f"o{n}"), range(4)))
    ids = [claimed.id for lot in lots for claimed in lot]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "later", [timedelta(0), SECOND], ids=["in the same instant", "a second later"]
)
def test_a_change_while_it_is_drawn_is_drawn_once_more(wall: Wall, later: timedelta) -> None:
    alert = wall.alert()
    wall.told(wall.person(), alert)
    wall.change(alert)
    [claimed] = wall.claim()
    wall.change(alert, NOW + later)
    assert wall.claim(NOW + later, "other") == (), "one chat is drawn by one"
    assert not wall.drawn(claimed)
    [again] = wall.claim(NOW + 2 * SECOND)
    assert again.redraw_at == NOW + later
    assert wall.drawn(again)
    assert wall.claim(NOW + 2 * LEASE) == ()


def test_what_cannot_be_drawn_is_tried_a_few_times(wall: Wall) -> None:
    alert, now = wall.alert(), NOW
    wall.told(wall.person(), alert)
    wall.change(alert)
    for number in range(1, ATTEMPTS + 1):
        [claimed] = wall.claim(now)
        assert claimed.attempt == number
        with writing(wall.engine) as tx:
            again = shown.try_again(tx, claimed, "me", now + SECOND)
        assert again is (number < ATTEMPTS)
        assert wall.claim(now) == ()
        now += SECOND
    assert wall.claim(now + LEASE) == ()
    wall.change(alert, now)
    assert len(wall.claim(now)) == 1, "the next change is tried anew"


def test_a_sender_that_dies_each_time_does_not_do_so_for_ever(wall: Wall) -> None:
    alert = wall.alert()
    wall.told(wall.person(), alert)
    wall.change(alert)
    tried = [len(wall.claim(NOW + LEASE * number)) for number in range(ATTEMPTS + 2)]
    assert tried == [1] * ATTEMPTS + [0, 0]


def test_a_former_heads_message_stays_as_it_is(wall: Wall) -> None:
    alert, an = wall.alert(), wall.person()
    wall.told(an, alert)
    with writing(wall.engine) as tx:
        tx.execute(update(BindingRow).values(valid_to=TODAY - timedelta(days=1)))
    wall.change(alert)
    assert wall.claim() == ()
    assert wall.change(alert) == 0, "it is forgotten"


def test_a_card_is_drawn_for_whoever_has_a_role_and_for_nobody_else(wall: Wall) -> None:
    alert, an, binh = wall.alert(unit_id=3), wall.person(2), wall.person(None, Role.OFFICIAL)
    with writing(wall.engine) as tx:
        for person in (an, binh):
            shown.remember(tx, wall.chat(person), 5, person, alert_id=alert)
        ended = update(BindingRow).where(BindingRow.person_id == an)
        tx.execute(ended.values(valid_to=TODAY - timedelta(days=1)))
    wall.change(alert)
    [claimed] = wall.claim()
    assert claimed.person_id == binh


def test_nor_is_a_card_in_the_message_of_a_former_head_drawn(wall: Wall) -> None:
    alert, an = wall.alert(), wall.person(2)
    wall.told(an, alert)
    with writing(wall.engine) as tx:
        shown.remember(tx, wall.chat(an), 9, an, alert_id=alert)
        tx.execute(update(BindingRow).values(unit_id=3))
    wall.change(alert)
    assert wall.claim() == ()


def test_what_stands_in_a_chat_that_was_left_is_not_drawn(wall: Wall) -> None:
    alert, an = wall.alert(), wall.person()
    wall.told(an, alert)
    with writing(wall.engine) as tx:
        tx.execute(update(PersonRow).values(chat_id=999))
    wall.change(alert)
    assert wall.claim() == ()


def test_drawing_keeps_the_pace_of_the_chat_and_of_all(wall: Wall) -> None:
    alert, an, binh = wall.alert(), wall.person(), wall.person()
    for person in (an, binh):
        wall.told(person, alert)
    wall.change(alert)
    with writing(wall.engine) as tx:
        hold_chat(tx, wall.chat(an), NOW + SECOND)
        assert shown.anything_to_redraw(tx, NOW)
    slow = Pace(per_second=1, between=SECOND)
    [first] = wall.claim(pace=slow)
    assert first.person_id == binh
    assert wall.claim(NOW + SECOND / 2, pace=slow) == ()
    [second] = wall.claim(NOW + SECOND, pace=slow)
    assert second.person_id == an


def test_what_is_gone_is_forgotten(wall: Wall) -> None:
    alert, an = wall.alert(), wall.person()
    wall.told(an, alert)
    with writing(wall.engine) as tx:
        shown.forget(tx, wall.chat(an), 9)
        assert shown.what_shows(tx, wall.chat(an), 9) is None
    assert wall.change(alert) == 0


OLD = NOW - timedelta(days=61)
RECENT = NOW - timedelta(days=59)


@pytest.mark.parametrize(
    ("queued", "told", "card", "marked", "stays"),
    [
        pytest.param(OLD, [OLD, OLD], [], False, False, id="all that it tells of has long ended"),
        pytest.param(OLD, [OLD, None], [], False, True, id="one of its alerts is open"),
        pytest.param(OLD, [OLD, RECENT], [], False, True, id="one of them ended lately"),
        pytest.param(RECENT, [OLD], [], False, True, id="the message is not old"),
        pytest.param(OLD, [OLD], [OLD], False, False, id="it shows a card that has ended, too"),
        pytest.param(OLD, [OLD], [None], False, True, id="it shows a card that is open"),
        pytest.param(OLD, [OLD], [], True, True, id="it is just about to be drawn"),
        pytest.param(None, [], [OLD], False, False, id="a card from a list, of an ended alert"),
        pytest.param(None, [], [RECENT], False, True, id="one of an alert that ended lately"),
        pytest.param(None, [], [None], False, True, id="one of an open alert"),
    ],
)
def test_a_message_is_forgotten_long_after_its_alerts_have_ended(
    wall: Wall,
    queued: datetime | None,
    told: list[datetime | None],
    card: list[datetime | None],
    marked: bool,
    stays: bool,
) -> None:
    person = wall.person()
    tells = [wall.alert(ended=at) for at in told]
    shows = [wall.alert(ended=at) for at in card]
    outbox_id = wall.told(person, *tells) if queued else None
    with writing(wall.engine) as tx:
        if queued:
            tx.execute(update(OutboxRow).values(created_at=queued))
        for alert_id in shows:
            shown.remember(tx, 101, 9, person, outbox_id=outbox_id, alert_id=alert_id)
        if marked:
            shown.redraw_message(tx, 101, 9, NOW)
    with writing(wall.engine) as tx:
        assert shown.forget_old(tx, NOW - timedelta(days=60)) == (not stays)
    with reading(wall.engine) as tx:
        assert (shown.what_shows(tx, 101, 9) is not None) is stays
