"""Is it known what each person was told, and how often they were disturbed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert, update

from db import tellings
from db.engine import new_id, writing
from db.records import Telling, Told
from db.tables import AlertRow, OutboxRow, PersonRow

NOW = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Desk:
    tx: Connection
    made: int = 0

    def person(self) -> int:
        self.made += 1
        values = {"user_id": self.made, "chat_id": self.made, "name": "An", "joined_at": NOW}
        return new_id(self.tx.execute(insert(PersonRow).values(**values)))

    def alert(self) -> int:
        values = {
            "unit_id": 1, "target": "on_time", "opened_at": NOW, "state": "missed",
            "numerator": 45, "denominator": 48,
        }  # fmt: skip
        return new_id(self.tx.execute(insert(AlertRow).values(**values)))

    def end(self, alert_id: int) -> None:
        self.tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(resolved_at=NOW))

    def message(self, person_id: int, at: datetime = NOW, template: str = "digest") -> int:
        self.made += 1
        values = {
            "dedupe": str(self.made), "person_id": person_id, "template": template, "payload": {},
            "created_at": NOW, "not_before": at,
        }  # fmt: skip
        return new_id(self.tx.execute(insert(OutboxRow).values(**values)))

    def settle(self, outbox_id: int, outcome: str) -> None:
        row = update(OutboxRow).where(OutboxRow.id == outbox_id)
        self.tx.execute(row.values(outcome=outcome, settled_at=NOW))

    def tell(self, person_id: int, steps: dict[int, int], *ended: int, at: datetime = NOW) -> int:
        outbox_id = self.message(person_id, at)
        tellings.record(
            self.tx, outbox_id=outbox_id, person_id=person_id, steps=steps,
            kind=Telling.DIGEST, ended=ended, at=at,
        )  # fmt: skip
        return outbox_id

    def steps(self) -> dict[tuple[int, int], int]:
        return {key: told.step_id for key, told in tellings.known(self.tx).items()}


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    with writing(engine) as tx:
        yield Desk(tx)


def test_the_newest_telling_of_each_person_is_what_they_know(desk: Desk) -> None:
    an, binh, alert = desk.person(), desk.person(), desk.alert()
    desk.tell(an, {alert: 3}, at=NOW - DAY)
    desk.tell(binh, {alert: 4})
    desk.tell(an, {alert: 7})
    assert tellings.known(desk.tx) == {
        (an, alert): Told(
            person_id=an, alert_id=alert, step_id=7, at=NOW, kind=Telling.DIGEST, ended=False
        ),
        (binh, alert): Told(
            person_id=binh, alert_id=alert, step_id=4, at=NOW, kind=Telling.DIGEST, ended=False
        ),
    }


@pytest.mark.parametrize("outcome", ["refused", "given_up"])
def test_what_never_arrived_told_nobody(desk: Desk, outcome: str) -> None:
    an, alert = desk.person(), desk.alert()
    desk.tell(an, {alert: 3})
    desk.settle(desk.tell(an, {alert: 7}), outcome)
    assert desk.steps() == {(an, alert): 3}


def test_who_was_told_of_an_ended_alert_but_not_of_its_end_is_still_known(desk: Desk) -> None:
    an, binh, alert = desk.person(), desk.person(), desk.alert()
    desk.tell(an, {alert: 3})
    desk.tell(binh, {alert: 3})
    desk.end(alert)
    desk.tell(an, {alert: 9}, alert)
    assert desk.steps() == {(binh, alert): 3}


def test_a_message_of_no_alert_tells_of_none(desk: Desk) -> None:
    desk.tell(desk.person(), {})
    assert desk.steps() == {}


def test_pushes_are_counted_on_the_day_on_which_they_go_out(desk: Desk) -> None:
    an, binh, chi = desk.person(), desk.person(), desk.person()
    desk.settle(desk.message(an, NOW), "sent")
    desk.message(an, NOW + DAY - timedelta(seconds=1))
    desk.message(an, NOW - timedelta(seconds=1))
    desk.message(an, NOW + DAY)  # held until tomorrow
    desk.settle(desk.message(an, NOW), "refused")
    desk.message(binh, NOW, "escalation")
    desk.message(chi, NOW - DAY)
    assert tellings.pushes_of_day(desk.tx, NOW, NOW + DAY) == {an: 2, binh: 1}


def test_an_escalation_can_recite_who_was_told_when(desk: Desk) -> None:
    an, binh, alert, other = desk.person(), desk.person(), desk.alert(), desk.alert()
    desk.tell(an, {alert: 1, other: 2}, at=NOW)
    desk.tell(binh, {alert: 1}, at=NOW + DAY)
    desk.settle(desk.tell(an, {alert: 3}, at=NOW + DAY), "refused")
    found = tellings.tellings_of(desk.tx, [alert, other])
    assert found.keys() == {alert, other}
    assert found[alert] == ((an, Telling.DIGEST, NOW), (binh, Telling.DIGEST, NOW + DAY))
    assert tellings.tellings_of(desk.tx, [desk.alert()]) == {}


def test_a_unit_is_asked_to_act_from_the_first_try_to_tell_it(desk: Desk) -> None:
    an, binh, alert, other = desk.person(), desk.person(), desk.alert(), desk.alert()
    reported = desk.message(binh)
    tellings.record(
        desk.tx, outbox_id=reported, person_id=binh, steps={alert: 1, other: 1},
        kind=Telling.ESCALATION, at=NOW - 2 * DAY,
    )  # fmt: skip
    desk.settle(desk.tell(an, {alert: 1}, at=NOW - DAY), "refused")
    desk.tell(an, {alert: 2}, at=NOW)
    assert tellings.first_tellings(desk.tx, [alert, other]) == {alert: NOW - DAY}


def test_which_silent_sources_somebody_was_told_of(desk: Desk) -> None:
    an, binh = desk.person(), desk.person()
    both = {"marks": ["stale:letters:1:20210319", "missing:mailboxes:1:never"]}
    rows = [
        (an, "stale_sources:1:202103230730", both),
        # Of before: it named one source and had no marks.
        (an, f"stale:dossiers:1:20210319:{an}", {"source": "dossiers"}),
        (binh, f"missing:schools:1:never:{binh}", {"source": "schools"}),
    ]
    for person_id, dedupe, payload in rows:
        row = update(OutboxRow).where(OutboxRow.id == desk.message(person_id, NOW, "stale_source"))
        desk.tx.execute(row.values(dedupe=dedupe, payload=payload))
    assert tellings.silences_told(desk.tx) == {
        an: {*both["marks"], "stale:dossiers:1:20210319"},
        binh: {"missing:schools:1:never"},
    }
