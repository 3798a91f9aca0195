"""Does a press do what it may, everywhere at once, and nothing where it may not?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select

from alerts import actions
from alerts.actions import Done, Refused
from alerts.house import House
from alerts.lifecycle import unchanged
from alerts.silencing import given_from_above
from db import alert_store, audit, mutes, people
from db.engine import Connection, reading, writing
from db.records import (
    Goal,
    Move,
    Mute,
    OpenAlert,
    Person,
    Phase,
    Role,
    Target,
    TargetKind,
    UnitKind,
)
from db.tables import (
    AlertRow,
    BindingRow,
    MailboxRow,
    OutboxRow,
    PersonRow,
    ReadingRow,
    ShownMessageRow,
    SnapshotRow,
    UnitRow,
)
from tests.alerts.lives import WEEKDAYS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2021, 3, 23, 9, 0, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DISTRICT, COMMUNE, OTHER = 1, 2, 3
HEAD, DEPUTY, LEADER, DEPUTY_LEADER, ADMIN, STEWARD, STRANGER = range(1, 8)
PEOPLE = {
    HEAD: ("An", Role.HEAD, COMMUNE, False),
    DEPUTY: ("Bình", Role.HEAD, COMMUNE, True),
    LEADER: ("Chi", Role.LEADER, DISTRICT, False),
    DEPUTY_LEADER: ("Dung", Role.LEADER, DISTRICT, True),
    ADMIN: ("Em", Role.ADMIN, None, False),
    STEWARD: ("Giang", Role.STEWARD, None, False),
    STRANGER: ("Hà", Role.HEAD, OTHER, False),
}
MAILBOXES = Target(
    id="mailboxes", item="8.2", goal=Goal(operator="=", percent=100), sources=("mailboxes",),
    applies_to=frozenset({UnitKind.COMMUNE}), stock=True,
    options={"idle_working_days": 5, "young_working_days": 5, "official_domain": ""},
)  # fmt: skip
EPAYMENT = Target(
    id="epayment_district", item="8.3", kind=TargetKind.YES_NO, goal=None,
    sources=("procedures", "milestones"), applies_to=frozenset({UnitKind.DISTRICT}),
)  # fmt: skip


@dataclass
class Office:
    """A district with a commune whose mailbox alert (1) is open, and who may press what."""

    engine: Engine
    house: House

    def act(
        self,
        action: Callable[..., Done | Refused],
        who: int,
        *arguments: Any,
        alert_id: int = 1,
        may_act: bool = True,
        now: datetime = NOW,
    ) -> str:
        name = PEOPLE[who][0]
        person = Person(id=who, user_id=who, chat_id=who, name=name)
        with writing(self.engine) as tx:
            done = action(tx, self.house, alert_id, person, may_act, now, *arguments)
        return f"refused: {done.reason}" if isinstance(done, Refused) else done.reason

    def ask(self, question: Callable[[Connection], Any]) -> Any:
        with reading(self.engine) as tx:
            return question(tx)

    def alert(self, alert_id: int = 1) -> OpenAlert:
        return cast(OpenAlert, self.ask(lambda tx: alert_store.alert_by_id(tx, alert_id)))

    def silences(self, now: datetime = NOW) -> tuple[Mute, ...]:
        return cast(tuple[Mute, ...], self.ask(lambda tx: mutes.active(tx, now)))

    def ledger(self) -> list[tuple[str, int | None]]:
        return [(e.kind, e.person_id) for e in self.ask(lambda tx: list(audit.entries(tx)))]

    def redrawn(self) -> list[int]:
        marked = select(ShownMessageRow.alert_id).where(ShownMessageRow.redraw_at.is_not(None))
        return sorted(self.ask(lambda tx: tx.scalars(marked).all()))

    def add(self, table: Any, **values: Any) -> None:
        with writing(self.engine) as tx:
            tx.execute(insert(table).values(**values))


def alert(number: int, target: str, unit_id: int, *keys: str, **given: Any) -> dict[str, Any]:
    return {
        "id": number, "unit_id": unit_id, "target": target, "opened_at": NOW - DAY,
        "state": "missed", "numerator": 1, "denominator": 2, "item_keys": list(keys), **given,
    }  # fmt: skip


@pytest.fixture
def office(engine: Engine) -> Office:
    house = House(
        engine=engine, zone=ZONE, district="huyen", targets=(MAILBOXES, EPAYMENT), ages={},
        calendar=WEEKDAYS, intake=cast(Any, None), archive=Path(), inbox=Path(),
        settle_seconds=0, checks=(time(7, 30),), digest_from=time(7),
        early_warning_working_days=2, sql_folders=(), clock=lambda: NOW,
    )  # fmt: skip
    with writing(engine) as tx:
        for number, slug, kind, parent in (
            (DISTRICT, "huyen", "district", None),
            (COMMUNE, "xa_binh_khanh", "commune", DISTRICT),
            (OTHER, "xa_ly_nhon", "commune", DISTRICT),
        ):
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=slug, name=slug, kind=kind, parent_id=parent,
                    valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
        for number, (name, role, unit_id, deputy) in PEOPLE.items():
            tx.execute(
                insert(PersonRow).values(
                    id=number, user_id=number, chat_id=number, name=name, joined_at=NOW
                )
            )
            tx.execute(
                insert(BindingRow).values(
                    person_id=number, role=role.value, unit_id=unit_id, deputy=deputy,
                    valid_from=date(2021, 1, 1),
                )
            )  # fmt: skip
        tx.execute(insert(AlertRow), [alert(1, "mailboxes", COMMUNE, "vpub@x")])
        tx.execute(insert(AlertRow), [alert(2, "epayment_district", DISTRICT)])
        tx.execute(insert(AlertRow), [alert(3, "mailboxes", OTHER, phase="pending")])
        tx.execute(
            insert(AlertRow), [alert(4, "mailboxes", OTHER, phase="resolved", resolved_at=NOW)]
        )
        tx.execute(insert(AlertRow), [alert(5, "on_time", COMMUNE)])
        for number in range(1, 6):
            tx.execute(
                insert(ShownMessageRow).values(
                    chat_id=number, message_id=1, person_id=HEAD, alert_id=number
                )
            )
        checked = NOW.replace(hour=7, minute=30)
        tx.execute(
            insert(SnapshotRow).values(
                id=1, as_of=checked, day=20210323, taken_at=checked, in_order=True
            )
        )
        tx.execute(
            insert(ReadingRow).values(
                snapshot_id=1, target="mailboxes", unit_id=COMMUNE, numerator=1, denominator=2,
                state="missed", reason="below_the_goal",
            )
        )  # fmt: skip
        idle_since = 20210301_080000
        tx.execute(
            insert(MailboxRow).values(
                address="vpub@x", local_part="vpub", unit_id=COMMUNE, active=1, day=20210323,
                last_used=idle_since, delivery_id=1,
            )
        )  # fmt: skip
    return Office(engine, house)


# --- taking and claiming --------------------------------------------------------------------------


def test_taking_is_kept_shown_and_in_the_ledger_at_once(office: Office) -> None:
    assert office.act(actions.take, HEAD) == "taken"
    taken = office.alert()
    assert (taken.phase, taken.taken_by, taken.taken_at) == (Phase.TAKEN, HEAD, NOW)
    assert office.redrawn() == [1], "every message that shows it, and no other"
    assert office.ledger() == [("taken", HEAD)]
    assert office.act(actions.take, DEPUTY, now=NOW + HOUR) == "taken_over"
    assert office.alert().taken_by == DEPUTY


@pytest.mark.parametrize(
    ("alert_id", "may_act", "answer"),
    [
        pytest.param(1, False, "refused: not_yours", id="not theirs"),
        pytest.param(3, True, "refused: still_pending", id="nobody knows of it yet"),
        pytest.param(4, True, "refused: already_ended", id="a press on an old message"),
        pytest.param(99, True, "refused: no_such_alert", id="a number that was never given out"),
    ],
)
@pytest.mark.parametrize("action", ["take", "claim", "dispute", "mute", "exempt"])
def test_what_may_not_be_changes_nothing(
    office: Office, action: str, alert_id: int, may_act: bool, answer: str
) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "dispute": ("wrong_count",),
        "mute": ("alert", NOW + DAY, "waits_for_parts"),
        "exempt": ("12/QĐ-UBND", NOW + DAY, "closed"),
    }
    # Whoever may act on it is a leader here; whoever may not is another unit's head.
    who = LEADER if may_act else STRANGER
    before = office.ask(lambda tx: alert_store.alerts_by_id(tx, [1, 2, 3, 4, 5]))
    done = office.act(
        getattr(actions, action), who, *arguments.get(action, ()), alert_id=alert_id,
        may_act=may_act,
    )  # fmt: skip
    assert done == answer
    assert office.ask(lambda tx: alert_store.alerts_by_id(tx, [1, 2, 3, 4, 5])) == before
    assert (office.ledger(), office.redrawn(), office.silences()) == ([], [], ())


def test_a_claim_names_what_was_said_to_be_done(office: Office) -> None:
    assert office.act(actions.claim, HEAD) == "claimed_done"
    claimed = office.alert()
    assert (claimed.phase, claimed.claimed_by) == (Phase.CLAIMED, HEAD)
    assert claimed.claimed_keys == frozenset({"vpub@x"})
    assert office.ledger() == [("claimed", HEAD)]
    assert office.redrawn() == [1]
    assert office.act(actions.take, DEPUTY) == "refused: already_claimed"


def test_a_rate_with_nothing_to_act_on_cannot_be_claimed_but_a_yes_no_line_can(
    office: Office,
) -> None:
    office.add(AlertRow, **alert(6, "mailboxes", OTHER))
    assert office.act(actions.claim, STRANGER, alert_id=6) == "refused: nothing_to_claim"
    assert office.act(actions.claim, LEADER, alert_id=2) == "claimed_done"


def test_the_districts_own_alert_has_the_items_of_all_its_units(office: Office) -> None:
    office.add(AlertRow, **alert(6, "mailboxes", DISTRICT))
    assert office.act(actions.claim, LEADER, alert_id=6) == "claimed_done"


def test_an_alert_of_a_line_that_the_plan_has_no_more_goes_by_its_own_items(
    office: Office,
) -> None:
    assert office.act(actions.claim, HEAD, alert_id=5) == "refused: nothing_to_claim"
    office.add(AlertRow, **alert(6, "old_line", COMMUNE, "A"))
    assert office.act(actions.claim, HEAD, alert_id=6) == "claimed_done"


def test_an_action_is_one_transaction(office: Office) -> None:
    person = Person(id=HEAD, user_id=HEAD, chat_id=HEAD, name="An")
    with pytest.raises(ZeroDivisionError):
        _take_and_fail(office, person)
    assert office.alert().phase is Phase.OPEN
    assert (office.ledger(), office.redrawn()) == ([], [])


def _take_and_fail(office: Office, person: Person) -> None:
    with writing(office.engine) as tx:
        assert isinstance(actions.take(tx, office.house, 1, person, True, NOW), Done)
        raise ZeroDivisionError


def test_a_press_during_a_check_waits_for_it_and_loses_nothing(office: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        with writing(office.engine) as tx:
            standing = alert_store.open_alerts(tx, for_change=True)[COMMUNE, "mailboxes", None]
            press = pool.submit(office.act, actions.take, HEAD)
            with pytest.raises(TimeoutError):
                press.result(timeout=0.3)
            worse = unchanged(standing, Move.WORSE, "new_items", new_keys=frozenset({"b@x"}))
            alert_store.record_steps(tx, 1, [worse], NOW)
        assert press.result(timeout=20) == "taken"
    taken = office.alert()
    assert (taken.phase, taken.taken_by) == (Phase.TAKEN, HEAD)
    assert taken.item_keys == frozenset({"vpub@x", "b@x"}), "what the check found is there too"


# --- disputes -------------------------------------------------------------------------------------


def test_a_dispute_goes_to_whoever_looks_after_the_source_and_the_alert_stays(
    office: Office,
) -> None:
    assert office.act(actions.dispute, HEAD, "wrong_count") == "disputed"
    disputed = office.alert()
    assert (disputed.phase, disputed.disputed_at) == (Phase.OPEN, NOW)
    (message,) = office.ask(
        lambda tx: tx.execute(
            select(OutboxRow.person_id, OutboxRow.template, OutboxRow.payload)
        ).all()
    )
    assert (message.person_id, message.template) == (STEWARD, "dispute")
    told = message.payload["dispute"]
    assert (told["unit"], told["by"], told["dispute"]) == ("xa_binh_khanh", "An", "wrong_count")
    assert (told["numerator"], told["denominator"], told["source"]) == (1, 2, "mailboxes")
    assert "vpub" not in str(message.payload), "a steward is told figures, not items"
    assert office.ledger() == [("disputed", HEAD), ("queued", STEWARD)]
    assert office.act(actions.dispute, HEAD, "late") == "refused: already_disputed"
    assert office.act(actions.dispute, HEAD, "late", now=NOW + DAY) == "disputed"


@pytest.mark.parametrize(
    ("pressed", "told"),
    [
        pytest.param(NOW, NOW, id="in office hours at once"),
        pytest.param(
            NOW.replace(hour=22), NOW.replace(hour=7, day=24), id="late in the evening: tomorrow"
        ),
        pytest.param(
            NOW.replace(hour=10, day=27), NOW.replace(hour=7, day=29), id="on a Saturday: on Monday"
        ),
    ],
)
def test_whoever_looks_after_the_source_is_not_disturbed_in_quiet_time(
    office: Office, pressed: datetime, told: datetime
) -> None:
    assert office.act(actions.dispute, HEAD, "wrong_count", now=pressed) == "disputed"
    assert office.ask(lambda tx: tx.scalar(select(OutboxRow.not_before))) == told


@pytest.mark.parametrize(
    ("reason", "answer"),
    [(" ", "refused: no_reason"), ("x" * 201, "refused: text_too_long")],
)
def test_a_dispute_says_why(office: Office, reason: str, answer: str) -> None:
    assert office.act(actions.dispute, HEAD, reason) == answer


# --- silences -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "scope", "may_act", "answer"),
    [
        pytest.param(HEAD, "alert", True, "muted", id="a head silences an alert"),
        pytest.param(HEAD, "target", True, "muted", id="a head silences a target of the unit"),
        pytest.param(HEAD, "unit", True, "refused: not_yours", id="but not the whole unit"),
        pytest.param(LEADER, "unit", True, "muted", id="a leader silences a whole unit"),
        pytest.param(DEPUTY_LEADER, "unit", True, "muted", id="and so does a leader's deputy"),
        pytest.param(HEAD, "everywhere", True, "refused: not_yours", id="nor a target everywhere"),
        pytest.param(LEADER, "everywhere", True, "muted", id="the district's leader does, in all"),
        pytest.param(DEPUTY_LEADER, "everywhere", True, "muted", id="and the leader's deputy"),
        pytest.param(ADMIN, "everywhere", False, "muted", id="and an admin"),
        pytest.param(
            STEWARD, "everywhere", False, "refused: not_yours", id="a steward does not, anywhere"
        ),
        pytest.param(ADMIN, "alert", False, "muted", id="an admin silences, and answers for none"),
        pytest.param(ADMIN, "unit", False, "muted", id="an admin silences a whole unit"),
        pytest.param(STEWARD, "alert", False, "refused: not_yours", id="a steward silences none"),
        pytest.param(STRANGER, "alert", False, "refused: not_yours", id="nor another unit's head"),
        pytest.param(LEADER, "world", True, "refused: no_such_scope", id="not the whole world"),
    ],
)
def test_who_may_silence_what(
    office: Office, who: int, scope: str, may_act: bool, answer: str
) -> None:
    assert (
        office.act(actions.mute, who, scope, NOW + DAY, "waits_for_parts", may_act=may_act)
        == answer
    )
    assert len(office.silences()) == (answer == "muted")


@pytest.mark.parametrize(
    ("scope", "named", "redrawn"),
    [
        pytest.param("alert", (1, None, None), [1], id="one alert"),
        pytest.param("target", (None, COMMUNE, "mailboxes"), [1], id="its target in its unit"),
        pytest.param("unit", (None, COMMUNE, None), [1, 5], id="its whole unit"),
        pytest.param("everywhere", (None, None, "mailboxes"), [1, 3], id="its target in all units"),
    ],
)
def test_a_silence_names_what_it_is_of_and_is_shown_there(
    office: Office, scope: str, named: tuple[Any, ...], redrawn: list[int]
) -> None:
    assert office.act(actions.mute, LEADER, scope, NOW + DAY, "waits_for_parts") == "muted"
    (silence,) = office.silences()
    assert (silence.alert_id, silence.unit_id, silence.target) == named
    assert (silence.by, silence.starts_at, silence.ends_at) == (LEADER, NOW, NOW + DAY)
    assert office.redrawn() == redrawn
    assert office.ledger() == [("muted", LEADER)]


@pytest.mark.parametrize(
    ("ends_at", "reason", "answer"),
    [
        pytest.param(NOW, "x", "refused: end_is_past", id="it would be over at once"),
        pytest.param(NOW + 90 * DAY, "x", "muted", id="ninety days are the most"),
        pytest.param(
            NOW + 90 * DAY + HOUR, "x", "refused: end_too_far", id="and an hour more too many"
        ),
        pytest.param(NOW + DAY, "  ", "refused: no_reason", id="no reason was given"),
        pytest.param(NOW + DAY, "\u200b\u3164", "refused: no_reason", id="none that is seen"),
        pytest.param(NOW + DAY, "x" * 201, "refused: text_too_long", id="a novel"),
    ],
)
def test_a_silence_has_an_end_and_a_reason(
    office: Office, ends_at: datetime, reason: str, answer: str
) -> None:
    assert office.act(actions.mute, HEAD, "alert", ends_at, reason) == answer


def test_silencing_again_moves_the_end_and_keeps_the_start_and_the_author(office: Office) -> None:
    office.act(actions.mute, HEAD, "alert", NOW + DAY, "waits_for_parts")
    later = NOW + HOUR
    moved = office.act(actions.mute, HEAD, "alert", NOW + 9 * DAY, " still ", now=later)
    assert moved == "mute_moved"
    (silence,) = office.silences(later)
    assert (silence.starts_at, silence.ends_at) == (NOW, NOW + 9 * DAY)
    assert (silence.by, silence.reason) == (HEAD, "still"), "why it goes on is what was said last"
    after = NOW + 10 * DAY
    again = office.act(actions.mute, HEAD, "alert", after + DAY, "once_more", now=after)
    assert again == "muted", "the old one is over: this is a new one"
    (silence,) = office.silences(after)
    assert (silence.starts_at, silence.by) == (after, HEAD)


def test_what_another_has_silenced_stays_theirs(office: Office) -> None:
    office.act(actions.mute, LEADER, "alert", NOW + DAY, "waits_for_parts")
    assert office.act(actions.mute, HEAD, "alert", NOW + 9 * DAY, "on_leave") == "muted"
    first, second = office.silences()
    assert (first.by, first.reason, first.ends_at) == (LEADER, "waits_for_parts", NOW + DAY)
    assert (second.by, second.reason, second.ends_at) == (HEAD, "on_leave", NOW + 9 * DAY)
    assert office.silences(NOW + 2 * DAY) == (second,), "each ends by itself"


@pytest.mark.parametrize(
    ("who", "unit_id", "above"),
    [
        pytest.param(HEAD, COMMUNE, False, id="its head"),
        pytest.param(DEPUTY, COMMUNE, False, id="its deputy"),
        pytest.param(LEADER, COMMUNE, True, id="a leader above"),
        pytest.param(DEPUTY_LEADER, COMMUNE, True, id="the deputy of one"),
        pytest.param(ADMIN, COMMUNE, True, id="an admin"),
        pytest.param(STRANGER, COMMUNE, False, id="the head of another unit"),
        pytest.param(
            LEADER, DISTRICT, True, id="of the district's own: nobody is above its leader"
        ),
        pytest.param(ADMIN, DISTRICT, True, id="of the district's own: an admin"),
    ],
)
def test_who_silences_from_above(office: Office, who: int, unit_id: int, above: bool) -> None:
    def ask(tx: Connection) -> bool:
        mute_id = mutes.add(
            tx, unit_id=unit_id, reason="x", by=who, starts_at=NOW, ends_at=NOW + DAY
        )
        silence = mutes.mute_by_id(tx, mute_id)
        assert silence is not None
        return given_from_above(tx, office.house, silence, unit_id)

    with writing(office.engine) as tx:
        assert ask(tx) is above


def test_who_silenced_from_above_did_so_though_they_have_left_since(office: Office) -> None:
    with writing(office.engine) as tx:
        mutes.add(tx, unit_id=COMMUNE, reason="x", by=LEADER, starts_at=NOW, ends_at=NOW + 9 * DAY)
        people.revoke(tx, LEADER, now=NOW + 3 * DAY, today=(NOW + 3 * DAY).date(), by=None)
    (silence,) = office.silences(NOW + 4 * DAY)
    assert office.ask(lambda tx: given_from_above(tx, office.house, silence, COMMUNE))


@pytest.mark.parametrize(
    ("given_by", "scope", "who", "may_act", "answer"),
    [
        pytest.param(LEADER, "alert", HEAD, True, "mute_ended", id="who is in charge ends it"),
        pytest.param(HEAD, "alert", ADMIN, False, "mute_ended", id="an admin ends it"),
        pytest.param(LEADER, "unit", HEAD, True, "refused: not_yours", id="a unit's, not a head"),
        pytest.param(LEADER, "unit", ADMIN, False, "mute_ended", id="a unit's, an admin"),
        pytest.param(
            ADMIN, "everywhere", HEAD, True, "refused: not_yours", id="of all units, not a head"
        ),
        pytest.param(ADMIN, "everywhere", LEADER, True, "mute_ended", id="but the leader"),
        pytest.param(LEADER, "everywhere", DEPUTY_LEADER, True, "mute_ended", id="or the deputy"),
        pytest.param(LEADER, "everywhere", ADMIN, False, "mute_ended", id="or an admin"),
        pytest.param(HEAD, "alert", STRANGER, False, "refused: not_yours", id="a stranger"),
        pytest.param(HEAD, "alert", HEAD, False, "mute_ended", id="its author, whatever else"),
    ],
)
def test_who_may_end_a_silence(
    office: Office, given_by: int, scope: str, who: int, may_act: bool, answer: str
) -> None:
    office.act(actions.mute, given_by, scope, NOW + DAY, "waits_for_parts")
    (silence,) = office.silences()
    ended = office.act(actions.end_mute, who, alert_id=silence.id, may_act=may_act, now=NOW + HOUR)
    assert ended == answer
    assert len(office.silences(NOW + HOUR)) == (answer != "mute_ended")


def test_a_silence_ends_once(office: Office) -> None:
    office.act(actions.mute, HEAD, "alert", NOW + DAY, "waits_for_parts")
    (silence,) = office.silences()
    ended = office.act(actions.end_mute, HEAD, alert_id=silence.id, now=NOW + 2 * DAY)
    assert ended == "refused: mute_over"
    assert office.act(actions.end_mute, HEAD, alert_id=99) == "refused: no_such_mute"
    assert office.ledger() == [("muted", HEAD)]


# --- exemptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "document", "answer"),
    [
        pytest.param(LEADER, "12/QĐ-UBND", "exempted", id="a leader, by a document"),
        pytest.param(LEADER, " ", "refused: no_document", id="a leader, by word of mouth"),
        pytest.param(LEADER, "\u200b", "refused: no_document", id="or by one that nobody sees"),
        pytest.param(DEPUTY_LEADER, "12/QĐ-UBND", "refused: not_yours", id="a leader's deputy"),
        pytest.param(HEAD, "12/QĐ-UBND", "refused: not_yours", id="a head exempts not themselves"),
        pytest.param(ADMIN, "12/QĐ-UBND", "refused: not_yours", id="an admin has no say in it"),
    ],
)
def test_an_exemption_needs_a_leader_a_document_and_an_end(
    office: Office, who: int, document: str, answer: str
) -> None:
    assert office.act(actions.exempt, who, document, NOW + DAY, "closed") == answer
    assert [s.document for s in office.silences()] == ([document] if answer == "exempted" else [])
    assert office.act(actions.exempt, LEADER, "1/QĐ", NOW, "closed") == "refused: end_is_past"


def test_what_is_typed_is_kept_as_one_line_that_is_seen(office: Office) -> None:
    typed = ("12/QĐ\u200b-UBND", NOW + DAY, "moves\n into \u202eanother house")
    assert office.act(actions.exempt, LEADER, *typed) == "exempted"
    (silence,) = office.silences()
    assert (silence.document, silence.reason) == ("12/QĐ-UBND", "moves into another house")


def test_an_exemption_is_the_leaders_to_end_and_no_mute_touches_it(office: Office) -> None:
    office.act(actions.exempt, LEADER, "12/QĐ-UBND", NOW + 30 * DAY, "closed")
    assert office.act(actions.mute, HEAD, "alert", NOW + DAY, "too") == "muted"
    (exemption,) = [s for s in office.silences() if s.document]
    assert exemption.ends_at == NOW + 30 * DAY
    for who, may_act in ((HEAD, True), (ADMIN, False), (DEPUTY_LEADER, True)):
        ended = office.act(actions.end_mute, who, alert_id=exemption.id, may_act=may_act)
        assert ended == "refused: not_yours"
    again = office.act(actions.exempt, LEADER, "12/QĐ-UBND", NOW + 60 * DAY, "closed")
    assert again == "exemption_moved"
    assert office.act(actions.end_mute, LEADER, alert_id=exemption.id) == "mute_ended"
    kinds = [kind for kind, _ in office.ledger()]
    assert kinds == ["exempted", "muted", "exempted", "mute_ended"]


def test_a_press_in_the_evening_counts_for_the_districts_day(office: Office) -> None:
    # 18:30 in UTC is half past one of the next day in the district: a new day to dispute.
    office.act(actions.dispute, HEAD, "late")
    at_night = datetime(2021, 3, 23, 18, 30, tzinfo=UTC)
    assert office.act(actions.dispute, HEAD, "late", now=at_night) == "disputed"
