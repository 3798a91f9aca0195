"""Is somebody disturbed within their budget by what happens between two checks, and told it all?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from alerts import actions
from alerts.attempt import _tell_admins
from alerts.daily import take_file
from alerts.telling.between_checks import tell_between_checks
from db import gathering, outbox
from db.engine import reading, writing
from db.pace import Pace
from db.records import NewMessage, Role, State
from db.tables import BindingRow
from settings import ZONE
from tests.alerts.office import Office, at, office, organised_file, organised_name, organised_url
from tests.alerts.town import DISTRICT, Town
from tests.db.intake.delivering import write_csv

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

HERE, THERE = "xa_binh_khanh", "xa_ly_nhon"
MONDAY, TUESDAY, SATURDAY = "2021-05-10", "2021-05-11", "2021-05-15"
NEXT_MONDAY = "2021-05-17"
PACE = Pace(per_second=1000, between=timedelta(0))
Sent = list[tuple[str, int]]  # from when on, and of how many things, in the order of the queue


@pytest.fixture
def town(office: Office) -> Town:
    """All is well, and every unit has somebody; files of no known source are the admin's."""
    office.join("A", Role.ADMIN)
    office.join("An", Role.HEAD, HERE)
    office.join("Bình", Role.HEAD, THERE)
    office.join("Chi", Role.LEADER, DISTRICT)
    states = {(slug, "apology_letters"): State.MET for slug in (HERE, THERE, DISTRICT)}
    return Town(office=office, states=states)


def refuse(town: Town, *moments: str) -> None:
    """An unreadable file at each moment; what is due by then has been sent."""
    for number, moment in enumerate(moments):
        name = f"{moment.replace(':', '')}-{number}.csv"
        path = write_csv(town.office.installation.folder / name, [["a"], ["b"]])
        send(town, moment)
        take_file(town.office.house, path, date.fromisoformat(moment[:10]), at(moment))


def send(town: Town, moment: str) -> None:
    """What is due goes out, so that nothing can be added to it."""
    now = at(moment)
    with writing(town.office.engine) as tx:
        for message in outbox.claim_due(
            tx, owner="o", now=now, today=now.date(), lease=timedelta(minutes=1), limit=50,
            pace=PACE,
        ):  # fmt: skip
            outbox.mark_sent(tx, message, now, message_id=message.id, pace=PACE)


def of(row: dict[str, Any]) -> int:
    payload = row["payload"] if isinstance(row["payload"], dict) else json.loads(row["payload"])
    return len(payload["entries"]) if row["template"] == "gathered" else 1


def queued(town: Town, name: str = "A") -> Sent:
    person = town.office.joined[name]
    found = [row for row in town.messages() if row["person_id"] == person]
    return [(wall(row["not_before"]), of(row)) for row in found]


def wall(moment: Any) -> str:
    found = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def hours(day: str, first: str, count: int) -> list[str]:
    begin = at(f"{day}T{first}")
    return [wall(begin + timedelta(minutes=n)) for n in range(count)]


@pytest.mark.parametrize(
    ("moments", "pushes"),
    [
        pytest.param(hours(MONDAY, "15:00", 1), [(f"{MONDAY}T15:00", 1)], id="one is told at once"),
        pytest.param(
            hours(MONDAY, "15:00", 3), [(t, 1) for t in hours(MONDAY, "15:00", 3)],
            id="three after the day's last check: the pushes of a day",
        ),
        pytest.param(
            hours(MONDAY, "15:00", 10),
            [*((t, 1) for t in hours(MONDAY, "15:00", 3)), (f"{TUESDAY}T15:00", 7)],
            id="ten in one afternoon: three, and one message of the others",
        ),
        pytest.param(
            hours(MONDAY, "09:00", 10),
            [*((t, 1) for t in hours(MONDAY, "09:00", 2)), (f"{TUESDAY}T15:00", 8)],
            id="in the morning one push is kept for the last check",
        ),
        pytest.param(
            hours(MONDAY, "20:00", 10), [(f"{TUESDAY}T07:00", 10)],
            id="what comes in quiet time waits anyway, and is one message",
        ),
        pytest.param(
            [*hours(SATURDAY, "09:00", 2), "2021-05-16T09:00"], [(f"{NEXT_MONDAY}T07:00", 3)],
            id="on days off, until Monday",
        ),
        pytest.param(
            [*hours(MONDAY, "09:00", 5), f"{MONDAY}T15:00"],
            [*((t, 1) for t in hours(MONDAY, "09:00", 2)), (f"{MONDAY}T15:00", 4)],
            id="after the last check its push is free: all goes with the next one",
        ),
        pytest.param(
            [*hours(MONDAY, "15:00", 5), *hours(TUESDAY, "09:00", 1)],
            [*((t, 1) for t in hours(MONDAY, "15:00", 3)), (f"{TUESDAY}T09:00", 3)],
            id="another day has pushes of its own, and no check has sent what waited",
        ),
    ],
)  # fmt: skip
def test_refused_files_stay_within_the_pushes_of_a_day(
    town: Town, moments: list[str], pushes: Sent
) -> None:
    refuse(town, *moments)
    assert queued(town) == pushes


def test_what_was_put_off_goes_out_with_a_check_that_has_room(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    refuse(town, *hours(MONDAY, "09:00", 6))
    assert queued(town)[-1] == (f"{TUESDAY}T15:00", 4)
    town.check(f"{MONDAY}T14:00")
    assert queued(town)[-1] == (f"{MONDAY}T14:00", 4), "its kept push was not needed"


def test_at_the_latest_with_the_next_mornings(town: Town) -> None:
    town.check(f"{MONDAY}T14:00")
    refuse(town, *hours(MONDAY, "15:00", 6))
    assert queued(town)[-1] == (f"{TUESDAY}T15:00", 3)
    town.check(f"{TUESDAY}T07:30")
    assert queued(town)[-1] == (f"{TUESDAY}T07:30", 3)


def test_it_waits_where_the_check_itself_needs_the_push(town: Town) -> None:
    # The admin is the head of a commune, too, whose letter is missing this afternoon.
    one, other = town.office.joined["A"], town.office.joined["An"]
    with writing(town.office.engine) as tx:
        tx.execute(
            update(BindingRow).where(BindingRow.person_id == other).values(person_id=one)
        )  # fmt: skip
    town.check(f"{MONDAY}T07:30")
    refuse(town, *hours(MONDAY, "09:00", 6))
    put_off = queued(town)[-1]
    assert put_off[0] == f"{TUESDAY}T15:00"
    town.late(HERE, "a")
    assert "urgent" in town.check(f"{MONDAY}T14:00")["A"]
    assert put_off in queued(town)
    sent = [moment for moment, _count in queued(town) if moment.startswith(MONDAY)]
    assert len(sent) == town.office.house.pushes_per_day


def test_with_two_pushes_a_day_no_digest_is_lost(town: Town) -> None:
    """The head of a commune is the admin, too, of whom much is asked between the checks."""
    town.with_house(pushes_per_day=2)
    one, other = town.office.joined["A"], town.office.joined["An"]
    with writing(town.office.engine) as tx:
        moved = update(BindingRow).where(BindingRow.person_id == other)
        tx.execute(moved.values(person_id=one))
    refuse(town, *hours(MONDAY, "05:00", 3))
    town.late(HERE, "a")
    assert town.check(f"{MONDAY}T07:30")["A"] == ["digest", "gathered"]
    assert queued(town) == [(f"{TUESDAY}T15:00", 3), (f"{MONDAY}T07:30", 1)]
    refuse(town, f"{MONDAY}T10:00")
    town.late(HERE, "a", "b")
    assert town.check(f"{MONDAY}T14:00")["A"] == ["urgent"]
    town.check(f"{TUESDAY}T07:30")
    assert queued(town)[0] == (f"{TUESDAY}T07:30", 4), "there is no digest today"


def test_disputes_and_failed_checks_share_the_message(town: Town) -> None:
    office = town.office
    town.check(f"{MONDAY}T07:30")
    town.late(HERE, "a")
    town.late(THERE, "b")
    town.check(f"{MONDAY}T14:00")
    refuse(town, *hours(MONDAY, "15:00", 3))
    send(town, f"{MONDAY}T15:30")
    for name, unit in (("An", HERE), ("Bình", THERE)):
        assert town.act(actions.dispute, f"{MONDAY}T16:00", name, unit, "wrong_sum") == "disputed"
    for _twice in range(2):
        house = replace(office.house, clock=lambda: at(f"{MONDAY}T16:30"))
        _tell_admins(house, at(f"{MONDAY}T14:00"), "died", {})
    refuse(town, f"{MONDAY}T17:00")
    assert queued(town)[-1] == (f"{TUESDAY}T15:00", 4)
    entries = town.newest("A", "gathered")["entries"]
    assert [entry["template"] for entry in entries] == [
        "dispute", "dispute", "check_failed", "refused_file",
    ]  # fmt: skip


def test_nothing_is_added_to_what_a_sender_has_touched(town: Town) -> None:
    with writing(town.office.engine) as tx:
        tell(tx, town, "a", f"{MONDAY}T15:00")
    with writing(town.office.engine) as tx:
        (claimed,) = outbox.claim_due(
            tx, owner="o", now=at(f"{MONDAY}T15:00"), today=date(2021, 5, 10),
            lease=timedelta(minutes=1), limit=5, pace=PACE,
        )  # fmt: skip
        outbox.put_back(tx, claimed, "o", at=at(f"{MONDAY}T15:05"), why="no network")
    with writing(town.office.engine) as tx:
        tell(tx, town, "b", f"{MONDAY}T15:01")
    assert queued(town) == [(f"{MONDAY}T15:05", 1), (f"{MONDAY}T15:01", 1)]


def test_what_waits_for_its_sender_takes_in_what_comes_next(town: Town) -> None:
    with writing(town.office.engine) as tx:
        for name in "abcab":
            tell(tx, town, name, f"{MONDAY}T15:00")
    assert queued(town) == [(f"{MONDAY}T15:00", 3)], "each once"
    with reading(town.office.engine) as tx:
        assert gathering.put_off(tx, at(f"{MONDAY}T15:00"), ("refused_file",)) == ()


def tell(tx: Any, town: Town, name: str, moment: str) -> None:
    message = NewMessage(
        person_id=town.office.joined["A"], template="refused_file", payload={"file": name},
        dedupe=name, not_before=at(moment),
    )  # fmt: skip
    tell_between_checks(tx, town.office.house, [message], at(moment))
