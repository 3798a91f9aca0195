"""How roles end: one, or all of a lost telephone; never the last admin's; groups beside people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db import audit, outbox, people, queued
from db.bindings import predecessor_of
from db.engine import new_id, reading, writing
from db.people import Ended, Joined, LastAdmin, TurnedAway
from db.records import NewMessage, Role
from db.tables import UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AN, BINH, GROUP = 11, 12, -1001


def make_unit(engine: Engine, slug: str = "xa_binh_khanh") -> int:
    with writing(engine) as tx:
        done = tx.execute(
            insert(UnitRow).values(
                slug=slug, name=slug, kind="commune", valid_from=date(2020, 1, 1)
            )
        )
        return new_id(done)


def invite(engine: Engine, role: Role = Role.ADMIN, **changes: Any) -> str:
    given: dict[str, Any] = {
        "unit_id": None, "deputy": False, "source": None, "now": NOW, "expires_at": NOW + HOUR,
    }  # fmt: skip
    with writing(engine) as tx:
        return people.create_invitation(tx, role=role, **(given | changes))


def redeem(engine: Engine, token: str, user_id: int = AN, **changes: Any) -> Joined | TurnedAway:
    given: dict[str, Any] = {
        "chat_id": user_id, "name": f"Cán bộ {user_id}", "now": NOW, "today": TODAY,
        "guesses_per_hour": 3,
    }  # fmt: skip
    with writing(engine) as tx:
        return people.redeem(tx, token, user_id=user_id, **(given | changes))


def join(engine: Engine, user_id: int, role: Role = Role.ADMIN, **invited: Any) -> int:
    joined = redeem(engine, invite(engine, role, **invited), user_id)
    assert isinstance(joined, Joined)
    return joined.person.id


def revoke(engine: Engine, person_id: int, admins: tuple[int, ...] = ()) -> Any:
    with writing(engine) as tx:
        return people.revoke(tx, person_id, now=NOW, today=TODAY, by=None, admins=admins)


def ledger(engine: Engine) -> list[tuple[str, int | None, dict[str, Any]]]:
    with reading(engine) as tx:
        return [(e.kind, e.person_id, dict(e.detail)) for e in audit.entries(tx)]


def test_one_role_ends_now_and_the_others_stay(engine: Engine) -> None:
    unit_id = make_unit(engine)
    admin = join(engine, BINH)
    person = join(engine, AN, Role.HEAD, unit_id=unit_id)
    join(engine, AN, Role.OFFICIAL)
    with writing(engine) as tx:
        head = people.numbered_bindings(tx, person, TODAY)[0]
        done = people.end_role(tx, head.id, now=NOW, today=TODAY, by=admin)
        again = people.end_role(tx, head.id, now=NOW, today=TODAY, by=admin)
    assert isinstance(done, Ended)
    assert [b.role for b in done.held] == [Role.HEAD]
    assert again is None
    with reading(engine) as tx:
        assert [b.role for b in people.bindings_of(tx, person, TODAY)] == [Role.OFFICIAL]
        assert [b.role for b in people.all_bindings(tx, TODAY)] == [Role.ADMIN, Role.OFFICIAL]
    detail = {"of": person, "role": "head", "deputy": False, "source": None}
    assert ledger(engine)[-1] == ("role_ended", admin, detail)
    assert [kind for kind, _, _ in ledger(engine)] == ["person_joined"] * 3 + ["role_ended"]


def test_a_lost_telephone_is_revoked_and_invited_again(engine: Engine) -> None:
    unit_id = make_unit(engine)
    join(engine, BINH)
    person = join(engine, AN, Role.HEAD, unit_id=unit_id, deputy=True)
    join(engine, AN, Role.STEWARD, source="dossiers")
    done = revoke(engine, person)
    assert isinstance(done, Ended)
    assert [(b.role, b.unit_id, b.deputy, b.source) for b in done.held] == [
        (Role.HEAD, unit_id, True, None),
        (Role.STEWARD, None, False, "dossiers"),
    ]
    with reading(engine) as tx:
        assert people.caller(tx, AN, TODAY) is None
        known = people.known(tx, person, TODAY)
    assert known is not None
    assert known.bindings == ()
    assert revoke(engine, person) is None
    # The same account on a new telephone is the same person, with a role from today on.
    assert join(engine, AN, Role.HEAD, unit_id=unit_id, deputy=True) == person
    with reading(engine) as tx:
        assert [b.deputy for b in people.bindings_of(tx, person, TODAY)] == [True]


@pytest.mark.parametrize(
    ("by_settings", "refused", "named"),
    [
        pytest.param((), True, False, id="the last admin stays"),
        pytest.param((AN,), True, True, id="also where the settings name only them"),
        pytest.param((99,), False, False, id="an admin of the settings is another one"),
        pytest.param((AN, 99), False, True, id="who is named in the settings is told so"),
    ],
)
def test_the_last_admin_cannot_be_removed(
    engine: Engine, by_settings: tuple[int, ...], refused: bool, named: bool
) -> None:
    person = join(engine, AN)
    done = revoke(engine, person, by_settings)
    with reading(engine) as tx:
        held = people.bindings_of(tx, person, TODAY)
    if refused:
        assert done == LastAdmin(person_id=person)
        assert [b.role for b in held] == [Role.ADMIN]
    else:
        assert isinstance(done, Ended)
        assert done.admin_by_settings is named
        assert held == ()


def test_the_last_admin_may_lose_another_role(engine: Engine) -> None:
    person = join(engine, AN)
    join(engine, AN, Role.OFFICIAL)
    with writing(engine) as tx:
        official = people.numbered_bindings(tx, person, TODAY)[1]
        done = people.end_role(tx, official.id, now=NOW, today=TODAY, by=person)
    assert isinstance(done, Ended)


def test_of_two_admins_who_remove_each_other_at_once_one_stays(engine: Engine) -> None:
    both = [join(engine, AN), join(engine, BINH)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda person: revoke(engine, person), both))
    assert sorted(type(one).__name__ for one in done) == ["Ended", "LastAdmin"]
    with reading(engine) as tx:
        assert [b.role for b in people.all_bindings(tx, TODAY)] == [Role.ADMIN]


def test_a_group_joins_as_itself_whoever_types_the_word(engine: Engine) -> None:
    unit_id = make_unit(engine)
    token = invite(engine, Role.GROUP, unit_id=unit_id)
    joined = redeem(engine, token, AN, chat_id=GROUP, name="Tổ một cửa", thread_id=7)
    assert isinstance(joined, Joined)
    assert (joined.person.user_id, joined.person.chat_id) == (GROUP, GROUP)
    assert joined.person.thread_id == 7
    assert (joined.binding.role, joined.binding.unit_id) == (Role.GROUP, unit_id)
    again = redeem(engine, token, BINH, chat_id=GROUP, name="Tổ một cửa")
    assert isinstance(again, Joined)
    assert not again.new
    elsewhere = redeem(engine, token, BINH, chat_id=-2002, name="Nhóm khác")
    assert elsewhere == TurnedAway(reason="used")
    with reading(engine) as tx:
        assert people.person_by_user(tx, AN) is None
        assert people.callers(tx, TODAY) == ()
        assert [one.is_group for one in people.known_people(tx, TODAY)] == [True]


def test_a_token_is_worth_nothing_in_the_wrong_kind_of_chat(engine: Engine) -> None:
    unit_id = make_unit(engine)
    of_group = invite(engine, Role.GROUP, unit_id=unit_id)
    of_person = invite(engine, Role.HEAD, unit_id=unit_id)
    assert redeem(engine, of_group, AN) == TurnedAway(reason="for_a_group")
    wrong = redeem(engine, of_person, AN, chat_id=GROUP)
    assert wrong == TurnedAway(reason="for_a_person")
    # Neither was used up by it, and neither was a guess.
    assert isinstance(redeem(engine, of_group, AN, chat_id=GROUP), Joined)
    assert isinstance(redeem(engine, of_person, AN), Joined)


def test_guesses_in_a_group_count_for_who_types_them(engine: Engine) -> None:
    token = invite(engine, Role.GROUP, unit_id=make_unit(engine))
    reasons = [redeem(engine, f"guess {n}", AN, chat_id=GROUP - n) for n in range(4)]
    assert [r.reason for r in reasons if isinstance(r, TurnedAway)] == [
        "unknown", "unknown", "unknown", "too_many",
    ]  # fmt: skip
    assert redeem(engine, token, AN, chat_id=GROUP) == TurnedAway(reason="too_many")
    assert isinstance(redeem(engine, token, BINH, chat_id=GROUP), Joined)


def test_a_group_that_becomes_a_supergroup_is_the_same_group(engine: Engine) -> None:
    unit_id, new = make_unit(engine), -1_000_000_001_001
    token = invite(engine, Role.GROUP, unit_id=unit_id)
    joined = redeem(engine, token, AN, chat_id=GROUP)
    assert isinstance(joined, Joined)
    with writing(engine) as tx:
        people.mark_unreachable(tx, GROUP)  # "the group was upgraded" may be heard as leaving it
        people.move_chat(tx, GROUP, new)
        people.move_chat(tx, GROUP, new)
    with reading(engine) as tx:
        moved = people.known(tx, joined.person.id, TODAY)
        assert people.person_by_user(tx, GROUP) is None
    assert moved is not None
    assert (moved.person.user_id, moved.person.chat_id, moved.reachable) == (new, new, True)
    later = invite(engine, Role.GROUP, unit_id=make_unit(engine, "xa_ly_nhon"))
    second = redeem(engine, later, AN, chat_id=new)
    assert isinstance(second, Joined)
    assert second.person.id == joined.person.id


def test_a_group_that_was_invited_again_before_we_knew_of_its_move_is_one_group(
    engine: Engine,
) -> None:
    both, only_old, new = make_unit(engine), make_unit(engine, "xa_ly_nhon"), -1_000_000_001_001
    older, *_ = (
        redeem(engine, invite(engine, Role.GROUP, unit_id=unit_id), AN, chat_id=GROUP)
        for unit_id in (both, only_old)
    )
    later = {"now": NOW + HOUR, "today": TODAY + DAY}
    newer = redeem(
        engine, invite(engine, Role.GROUP, unit_id=both, expires_at=NOW + DAY), AN,
        chat_id=new, **later,
    )  # fmt: skip
    assert isinstance(older, Joined)
    assert isinstance(newer, Joined)
    assert newer.person.id != older.person.id
    with writing(engine) as tx:
        messages = [
            NewMessage(
                person_id=older.person.id, template="group", payload={"unit_id": unit_id},
                dedupe=f"group:{unit_id}", not_before=NOW,
            )
            for unit_id in (both, only_old)
        ]  # fmt: skip
        outbox.enqueue(tx, messages, NOW)
        people.move_chat(tx, GROUP, new)
        people.move_chat(tx, GROUP, new)
        waiting = queued.messages(tx, [1, 2])
    with reading(engine) as tx:
        held = people.own_bindings(tx, newer.person.id, TODAY + DAY)
        assert people.own_bindings(tx, older.person.id, TODAY + DAY) == ()
        assert people.callers(tx, TODAY + DAY) == ()
        to_newer = [m.payload["unit_id"] for m in waiting if m.chat_id == new]
        allowed = [
            m.payload["unit_id"]
            for m in waiting
            if queued.may_have(tx, m.person_id or 0, m.payload, TODAY + DAY)
        ]
    assert sorted((b.unit_id, b.valid_from) for b in held) == [(both, TODAY), (only_old, TODAY)]
    assert to_newer == allowed == [only_old], "of the other unit the newer one is told by itself"


def test_who_headed_a_unit_before_is_named_once_they_have_gone(engine: Engine) -> None:
    unit_id = make_unit(engine)
    first = join(engine, AN, Role.HEAD, unit_id=unit_id)
    join(engine, 13, Role.HEAD, unit_id=unit_id, deputy=True)
    second = join(engine, BINH, Role.HEAD, unit_id=unit_id)
    with reading(engine) as tx:
        assert predecessor_of(tx, unit_id, second, TODAY) == "", "they head it together"
    with writing(engine) as tx:
        people.revoke(tx, first, now=NOW, today=TODAY + DAY, by=None)
    with reading(engine) as tx:
        assert predecessor_of(tx, unit_id, second, TODAY) == "", "the last day still counts"
        assert predecessor_of(tx, unit_id, second, TODAY + DAY) == f"Cán bộ {AN}"
        assert predecessor_of(tx, unit_id, first, TODAY + DAY) == ""
