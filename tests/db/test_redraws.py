"""Drawing messages again: marked by a change, claimed by one, never for a former head."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from db import redraws, shown
from db.engine import writing
from db.pace import Pace, hold_chat
from db.records import Role
from db.redraws import ATTEMPTS, NEWEST
from db.shown import Shown
from db.tables import BindingRow, PersonRow
from tests.db.walls import LEASE, NOW, TODAY, Wall, wall_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def wall(engine: Engine) -> Wall:
    return wall_of(engine)


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
            return redraws.leave_as_it_is(tx, wall.chat(an), 9, now)

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
            again = redraws.try_again(tx, claimed, "me", now + SECOND)
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
        assert redraws.anything_to_redraw(tx, NOW)
    slow = Pace(per_second=1, between=SECOND)
    [first] = wall.claim(pace=slow)
    assert first.person_id == binh
    assert wall.claim(NOW + SECOND / 2, pace=slow) == ()
    [second] = wall.claim(NOW + SECOND, pace=slow)
    assert second.person_id == an
