"""Joining by invitation, roles with dates, and how people are found again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db import people
from db.engine import reading, writing
from db.people import InvitationWrong, Joined, TurnedAway
from db.records import Role
from db.tables import GuessRow, InvitationRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
HOUR = timedelta(hours=1)
AN, BINH = 11, 12


def invite(engine: Engine, **changes: Any) -> str:
    given: dict[str, Any] = {
        "role": Role.ADMIN, "unit_id": None, "deputy": False, "source": None, "now": NOW,
        "expires_at": NOW + 72 * HOUR,
    }  # fmt: skip
    with writing(engine) as tx:
        return people.create_invitation(tx, **(given | changes))


def redeem(engine: Engine, token: str, user_id: int = AN, now: datetime = NOW) -> Any:
    with writing(engine) as tx:
        return people.redeem(
            tx, token, user_id=user_id, chat_id=user_id, name="An", now=now, today=TODAY,
            guesses_per_hour=3,
        )  # fmt: skip


def test_an_invitation_makes_a_person_with_the_role_and_keeps_only_a_hash(engine: Engine) -> None:
    token = invite(engine, role=Role.STEWARD, source="dossiers")
    joined = redeem(engine, token)
    assert isinstance(joined, Joined)
    assert joined.new
    with reading(engine) as tx:
        held = people.bindings_of(tx, joined.person.id, TODAY)
        kept = tx.execute(select(InvitationRow.token_hash)).scalar_one()
    assert [(b.role, b.source) for b in held] == [(Role.STEWARD, "dossiers")]
    assert len(token) >= 22
    assert token not in kept


@pytest.mark.parametrize(
    ("arrange", "reason"),
    [
        pytest.param("nothing", "unknown", id="a code that was never given is unknown"),
        pytest.param("used", "used", id="a code that somebody else used is used"),
        pytest.param("expired", "expired", id="a code after its time is expired"),
        pytest.param("at_the_end", "expired", id="at its very end a code is expired"),
    ],
)
def test_who_is_turned_away_hears_why(engine: Engine, arrange: str, reason: str) -> None:
    token = "wrong" if arrange == "nothing" else invite(engine)
    if arrange == "used":
        assert isinstance(redeem(engine, token, BINH), Joined)
    later = {"expired": NOW + 73 * HOUR, "at_the_end": NOW + 72 * HOUR}.get(arrange, NOW)
    assert redeem(engine, token, AN, later) == TurnedAway(reason=reason)
    with reading(engine) as tx:
        assert people.person_by_user(tx, AN) is None


def test_the_same_person_may_tap_their_link_twice(engine: Engine) -> None:
    token = invite(engine)
    first, second = redeem(engine, token), redeem(engine, token)
    assert isinstance(second, Joined)
    assert not second.new
    assert second.person == first.person
    with reading(engine) as tx:
        assert len(people.all_bindings(tx, TODAY)) == 1


def test_of_many_who_redeem_one_code_at_once_one_joins(engine: Engine) -> None:
    token = invite(engine)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda user: redeem(engine, token, user), range(1, 7)))
    assert sum(isinstance(answer, Joined) for answer in answers) == 1
    assert {a.reason for a in answers if isinstance(a, TurnedAway)} == {"used"}


def test_after_too_many_guesses_even_a_right_code_waits_an_hour(engine: Engine) -> None:
    token = invite(engine)
    guesses = [redeem(engine, f"guess {n}") for n in range(4)]
    assert [g.reason for g in guesses] == ["unknown", "unknown", "unknown", "too_many"]
    assert redeem(engine, token) == TurnedAway(reason="too_many")
    assert isinstance(redeem(engine, token, BINH), Joined)
    other = invite(engine)
    assert isinstance(redeem(engine, other, AN, NOW + HOUR), Joined)
    with reading(engine) as tx:
        assert tx.execute(select(GuessRow.id)).all() == []


@pytest.mark.parametrize(
    ("name", "called"),
    [("Lê\n\u202eAn", "Lê An"), ("\u200b", f"ID {AN}"), ("\u3164", f"ID {AN}"), ("", f"ID {AN}")],
    ids=["what is seen of it", "without width", "blank letters", "none"],
)
def test_a_person_is_called_by_what_is_seen(engine: Engine, name: str, called: str) -> None:
    with writing(engine) as tx:
        person = people.ensure_admin(tx, user_id=AN, chat_id=AN, name=name, now=NOW, today=TODAY)
    assert person.name == called


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"role": Role.HEAD}, "needs a unit", id="a head without a unit is wrong"),
        pytest.param({"role": Role.LEADER}, "needs a unit", id="a leader without a unit is wrong"),
        pytest.param({"deputy": True}, "only a head", id="only a head has a deputy"),
        pytest.param({"role": Role.STEWARD}, "--source", id="a steward without a source is wrong"),
        pytest.param({"source": "letters"}, "only a steward", id="only a steward owns a source"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    engine: Engine, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvitationWrong, match=words):
        invite(engine, **changes)


def test_an_admin_of_the_settings_is_made_once(engine: Engine) -> None:
    for _ in range(2):
        with writing(engine) as tx:
            person = people.ensure_admin(
                tx, user_id=AN, chat_id=AN, name="An", now=NOW, today=TODAY
            )
    with reading(engine) as tx:
        assert [b.role for b in people.bindings_of(tx, person.id, TODAY)] == [Role.ADMIN]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        pytest.param(date(2021, 3, 22), False, id="not before the first day"),
        pytest.param(TODAY, True, id="on the first day"),
        pytest.param(date(2021, 4, 30), True, id="on the last day"),
        pytest.param(date(2021, 5, 1), False, id="not after the last day"),
    ],
)
def test_a_role_holds_from_its_first_to_its_last_day(
    engine: Engine, day: date, holds: bool
) -> None:
    joined = redeem(engine, invite(engine))
    with writing(engine) as tx:
        assert people.end_bindings(tx, joined.person.id, date(2021, 4, 30)) == 1
    with reading(engine) as tx:
        assert bool(people.bindings_of(tx, joined.person.id, day)) is holds
        assert (people.caller(tx, AN, day) is not None) is holds


def test_language_chat_and_reachability_are_remembered(engine: Engine) -> None:
    person = redeem(engine, invite(engine)).person
    with writing(engine) as tx:
        people.set_language(tx, person.id, "en")
        people.move_chat(tx, AN, -1001)
    with reading(engine) as tx:
        assert people.person_by_user(tx, AN) == replace(person, language="en", chat_id=-1001)
        assert [c.person.id for c in people.callers(tx, TODAY)] == [person.id]
    with writing(engine) as tx:
        people.mark_unreachable(tx, -1001)
    with reading(engine) as tx:
        assert people.callers(tx, TODAY) == ()
