"""The day as a whole: checks that repeat, come late or only look; alerts; digests; refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from alerts.daily import DistrictMissing, run_check, take_file
from alerts.digest import Digest
from alerts.known import make_known
from db import audit, redraws, shown
from db.engine import new_id, reading, writing
from db.records import Move, Role, State, Step
from db.tables import AlertRow, OutboxRow, UnitRow
from tests.alerts.office import (
    Office,
    at,
    done,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.db.intake.delivering import codes, dossier, write_csv
from tests.journeys.installation import contents

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

MONDAY, TUESDAY, WEDNESDAY = "2021-03-22", "2021-03-23", "2021-03-24"
FRIDAY, SATURDAY = "2021-03-26", "2021-03-27"
LY_NHON = "UBND xã Lý Nhơn"


FIRST, SECOND, THIRD = codes(3)


def test_in_a_new_year_an_alert_of_a_field_that_has_nothing_yet_ends(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    a_month = {"received": "01/12/2021 09:00", "due": "06/12/2021 17:00"}
    old = [done(code, "09/12/2021 10:00", **a_month) for code in codes(3)]
    old += [done(code, "03/12/2021 10:00", **a_month) for code in codes(30, first=100)]
    for number, day in enumerate(("2021-12-10", "2021-12-13"), start=4):
        office.deliver(day, *old, dossier(codes(number)[-1], **a_month))
        office.check(f"{day}T07:30")
    assert office.steps() == [("pending", "not_confirmed"), ("opened", "confirmed_by_checks")]

    # The source is silent over the holiday: nothing is known of the new year, and nothing moves.
    office.check("2022-01-04T07:30")
    assert office.steps()[2:] == [("frozen", "stale")]

    over = [done(code, "13/12/2021 15:00", **a_month) for code in codes(5)[3:]]
    office.deliver("2022-01-05", *old, *over)
    assert office.check("2022-01-05T07:30").resolved == 2, "the unit's, and the district's"
    assert office.steps()[3:] == [("resolved", "nothing_left_to_count")]
    told = office.queued("digest")[-1]
    assert (told["person_id"], str(told["not_before"])[:10]) == (office.joined["An"], "2022-01-05")
    with reading(office.engine) as tx:
        payload = tx.scalar(select(OutboxRow.payload).where(OutboxRow.id == told["id"]))
        reasons = [row.detail["reason"] for row in audit.entries(tx) if row.kind == "lapsed"]
    assert reasons == ["nothing_left_to_count"] * 2, "the unit's, and the district's"
    digest = Digest.from_payload(payload["digest"] if payload else {})
    assert (digest.resolved, len(digest.lapsed)) == ((), 1), "nothing was mended"
    assert (digest.changes.resolved, digest.changes.lapsed) == (0, 1)


def test_an_alert_opens_gets_worse_and_ends_with_reasons(office: Office) -> None:
    office.deliver(MONDAY, dossier(FIRST), done(SECOND, "12/03/2021"))
    first = office.check(f"{MONDAY}T07:30")
    assert (first.opened, first.worsened, first.resolved) == (0, 0, 0), "a rate is confirmed first"
    assert office.check(f"{MONDAY}T14:00").opened == 2, "the unit and the district"
    assert office.steps() == [("pending", "not_confirmed"), ("opened", "confirmed_by_checks")]

    office.deliver(TUESDAY, dossier(THIRD))
    second = office.check(f"{TUESDAY}T07:30")
    assert (second.opened, second.worsened) == (0, 2)
    assert office.steps()[2:] == [("worse", "new_items")]

    # One of the two is done after all in time, the other's due date was mistyped: nothing is late.
    good = [done(code, "12/03/2021") for code in codes(3)]
    office.deliver(WEDNESDAY, *good)
    third = office.check(f"{WEDNESDAY}T07:30")
    assert (third.opened, third.worsened, third.resolved) == (0, 0, 2)
    assert office.steps()[3:] == [("resolved", "goal_met")]
    assert office.alerts("xa_binh_khanh") == [("on_time", "Hộ tịch", "resolved")]

    office.deliver(FRIDAY, dossier(codes(1, first=9)[0]), *good)
    assert office.check(f"{FRIDAY}T07:30").opened == 0
    assert office.check(f"{FRIDAY}T14:00").opened == 2, "a new episode"
    assert [move for move, _ in office.steps()][4:] == ["pending", "opened"]


def test_a_check_repeated_for_the_same_moment_changes_nothing(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    first = office.check(f"{MONDAY}T07:30")
    assert (first.opened, first.queued) == (0, 1)
    before = contents(office.engine)
    again = office.check(f"{MONDAY}T07:30")
    assert (again.readings, again.opened, again.still_open, again.queued) == (
        first.readings, 0, 0, 0,
    )  # fmt: skip
    assert contents(office.engine) == before


def test_a_failed_check_leaves_the_states_untouched(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    office.check(f"{MONDAY}T07:30")
    before = contents(office.engine)

    def broken(_tx: object) -> None:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        office.check(f"{MONDAY}T14:00", within=broken)
    assert contents(office.engine) == before
    assert office.check(f"{MONDAY}T14:00").opened == 2, "the next one goes on from there"


def test_a_check_earlier_than_the_newest_takes_its_snapshot_and_moves_no_alert(
    office: Office,
) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, done(FIRST, "12/03/2021"), dossier(SECOND, due="22/03/2021 10:00"))
    office.check(f"{TUESDAY}T07:30")
    before = contents(office.engine)
    early = office.check(f"{MONDAY}T07:30")
    assert (early.opened, early.resolved, early.still_open, early.queued) == (0, 0, 0, 0)
    assert early.readings > 0
    after = contents(office.engine)
    for table in ("alerts", "alert_steps", "outbox"):
        assert after[table] == before[table]
    assert len(after["snapshots"]) == 2
    status = office.installation.answer("status", "xa_binh_khanh", "--day", MONDAY)
    on_time = [r for r in status["readings"] if r["target"] == "on_time"]
    assert [(r["value"], r["state"]) for r in on_time] == [("100.00", "met")], "not yet overdue"
    newest = office.installation.answer("status", "xa_binh_khanh")
    assert newest["as_of"] == "2021-03-23T07:30:00+07:00"


def test_a_dry_run_tells_all_and_leaves_nothing(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    before = contents(office.engine)
    looked = office.check(f"{MONDAY}T07:30", dry_run=True)
    assert contents(office.engine) == before
    assert looked == office.check(f"{MONDAY}T07:30"), "the real one does what was told"
    assert (looked.opened, looked.queued) == (0, 1)


def test_what_is_said_already_is_in_no_list_of_messages(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    for moment in (f"{MONDAY}T07:30", f"{MONDAY}T14:00", f"{TUESDAY}T07:30", f"{TUESDAY}T14:00"):
        looked = office.check(moment, dry_run=True)
        assert len(looked.messages) == looked.queued == office.check(moment).queued


def test_what_waits_to_be_confirmed_is_not_open_yet(office: Office) -> None:
    office.deliver(MONDAY, dossier())
    assert office.check(f"{MONDAY}T07:30").still_open == 0
    frozen = office.check(f"{FRIDAY}T07:30")
    assert office.steps() == [("pending", "not_confirmed"), ("frozen", "stale")]
    assert frozen.still_open == 0, "on hold, and nobody has heard of it"


def test_an_alert_ends_with_a_line_that_the_settings_have_no_more(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    office.check(f"{MONDAY}T07:30")
    assert office.check(f"{MONDAY}T14:00").opened == 2
    targets = tuple(t for t in office.house.targets if t.id != "on_time")
    house = replace(office.house, targets=targets)
    moment = at(f"{TUESDAY}T07:30")
    assert run_check(house, moment, moment).resolved == 2
    assert office.steps()[-1] == ("resolved", "target_ended")
    digest = office.queued("digest")[-1]
    assert "on_time" in str(digest["payload"]), "whoever was told of it is told of its end"
    later = at(f"{WEDNESDAY}T07:30")
    assert run_check(house, later, later).resolved == 0, "and once"


def test_on_days_off_nothing_moves_and_nobody_is_written_to(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(FRIDAY, dossier(due="26/03/2021 17:00", received="10/03/2021"))
    assert office.check(f"{FRIDAY}T07:30").opened == 0
    told = len(office.rows("outbox"))
    off = office.check(f"{SATURDAY}T07:30")
    assert (off.opened, off.queued) == (0, 0)
    assert off.readings > 0
    assert len(office.rows("outbox")) == told
    office.deliver("2021-03-29", dossier(due="26/03/2021 17:00"))
    assert office.steps() == []
    office.check("2021-03-29T07:30")
    assert office.steps() == [("pending", "not_confirmed")]


def test_each_person_gets_one_digest_a_day(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.join("Bình", Role.LEADER, "huyen_can_gio")
    office.join("Chi", Role.HEAD, "xa_ly_nhon")
    office.join("Dung", Role.OFFICIAL)
    office.deliver(MONDAY, dossier(), done(SECOND, "12/03/2021", unit=LY_NHON))
    assert office.check(f"{MONDAY}T06:30").queued == 0, "before digest_from nobody is woken"
    first = office.check(f"{MONDAY}T07:30")
    assert office.told("digest")["An"] == 1
    assert office.told("digest")["Bình"] == 1
    assert office.told("digest")["Dung"] == 0, "an official may ask, and is told nothing"
    assert first.queued == sum(office.told("digest").values())
    assert office.check(f"{MONDAY}T14:00").queued == 0, "nothing new"
    office.deliver(MONDAY, dossier(), dossier(THIRD))
    office.check(f"{MONDAY}T15:00")
    assert office.told("urgent")["An"] == 1, "overdue today without a letter: it cannot wait"
    office.deliver(TUESDAY, dossier(), dossier(THIRD), dossier(codes(1, first=9)[0]))
    office.check(f"{TUESDAY}T07:30")
    assert office.told("digest")["An"] == 2


def test_a_digest_is_of_its_own_unit_only(office: Office) -> None:
    office.join("Chi", Role.HEAD, "xa_ly_nhon")
    office.deliver(MONDAY, dossier(FIRST), dossier("000.07.16.H29-210310-0009", unit=LY_NHON))
    office.check(f"{MONDAY}T07:30")
    (message,) = office.queued("digest")
    assert "000.07.16.H29-210310-0009" in str(message["payload"])
    assert FIRST not in str(message["payload"])


@pytest.mark.parametrize(
    ("deliver", "day", "state"),
    [
        pytest.param(None, MONDAY, "no_data", id="never delivered"),
        pytest.param("good", MONDAY, "missed", id="delivered today"),
        pytest.param("good", TUESDAY, "missed", id="a working day old"),
        pytest.param("good", WEDNESDAY, "stale", id="two working days old"),
        pytest.param("refused", MONDAY, "rejected", id="the last file was refused"),
    ],
)
def test_data_that_cannot_be_trusted_have_a_state(
    office: Office, deliver: str | None, day: str, state: str
) -> None:
    if deliver:
        office.deliver(MONDAY, dossier(), done(SECOND, "12/03/2021", unit=LY_NHON))
    if deliver == "refused":
        office.deliver(MONDAY, *(dossier(code, unit="Sở Lạ") for code in codes(5)))
    result = office.check(f"{day}T07:30")
    status = office.installation.answer("status", "xa_binh_khanh")["readings"]
    assert [r["state"] for r in status if r["target"] == "on_time"] == [state]
    other = office.installation.answer("status", "xa_long_hoa")["readings"]
    nothing = "none" if state == "missed" else state
    assert [r["state"] for r in other if r["target"] == "on_time"] == [nothing]
    assert result.opened == 0
    begun = [("pending", "not_confirmed")] if state == "missed" else []
    assert office.steps() == begun


def test_an_open_alert_is_on_hold_while_the_data_cannot_be_trusted(office: Office) -> None:
    office.deliver(MONDAY, dossier())
    office.check(f"{MONDAY}T07:30")
    office.check(f"{MONDAY}T14:00")
    for moment in (f"{WEDNESDAY}T07:30", f"{WEDNESDAY}T14:00"):
        held = office.check(moment)
        assert (held.opened, held.worsened, held.resolved, held.still_open) == (0, 0, 0, 2)
    assert set(office.steps()[2:]) == {("frozen", "stale")}
    office.deliver(FRIDAY, dossier())
    assert office.check(f"{FRIDAY}T07:30").still_open == 2
    assert office.alerts("xa_binh_khanh") == [("on_time", "Hộ tịch", "open")]


@pytest.mark.parametrize(
    ("people_there", "told"),
    [
        pytest.param({"S": "dossiers", "T": "letters", "A": None}, {"S"},
                     id="its source's steward"),
        pytest.param({"T": "letters", "A": None, "B": None}, {"A", "B"},
                     id="where there is none, each admin"),
        pytest.param({}, set(), id="where there is nobody, nobody"),
    ],
)  # fmt: skip
def test_a_refused_file_is_told(
    office: Office, people_there: dict[str, str | None], told: set[str]
) -> None:
    office.join("Head", Role.HEAD, "xa_binh_khanh")
    for name, source in people_there.items():
        office.join(name, Role.STEWARD if source else Role.ADMIN, source=source)
    report = office.deliver(MONDAY, *(dossier(code, unit="Sở Lạ") for code in codes(5)))
    assert report.outcome == "refused"
    assert set(office.told("refused_file")) == told
    office.deliver(MONDAY, dossier())
    assert set(office.told("refused_file")) == told, "an accepted file is no news"


def test_a_file_refused_in_the_night_is_told_in_the_morning(office: Office) -> None:
    office.join("A", Role.ADMIN)
    path = write_csv(office.installation.folder / "x.csv", [["a"], ["b"]])
    take_file(office.house, path, date.fromisoformat(SATURDAY), at(f"{SATURDAY}T03:00"))
    (message,) = office.queued("refused_file")
    with reading(office.engine) as tx:
        held = tx.scalar(select(OutboxRow.not_before).where(OutboxRow.id == message["id"]))
    assert held == at("2021-03-29T07:00"), "on Monday"


def test_a_file_of_no_known_kind_is_told_to_the_admins(office: Office) -> None:
    office.join("A", Role.ADMIN)
    office.join("S", Role.STEWARD, source="dossiers")
    office.take(MONDAY, write_csv(office.installation.folder / "x.csv", [["a"], ["b"]]))
    assert set(office.told("refused_file")) == {"A"}


def test_a_district_that_is_not_there_is_told(office: Office) -> None:
    with pytest.raises(DistrictMissing, match=r"huyen_can_gio.*dunghen migrate") as found:
        office.check("2019-03-22T07:30")
    assert (found.value.why, found.value.facts) == ("district_unknown", {"slug": "huyen_can_gio"})


def test_a_district_that_has_ended_is_told(office: Office) -> None:
    with writing(office.engine) as tx:
        ends = update(UnitRow).where(UnitRow.slug == "huyen_can_gio")
        tx.execute(ends.values(valid_to=date(2025, 6, 30)))
    with pytest.raises(DistrictMissing, match=r"ended on 30/06/2025") as found:
        office.check("2025-07-01T07:30")
    assert found.value.why == "district_ended"
    assert found.value.facts["last_day"] == "2025-06-30"


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        pytest.param("claim_proved", "proved", id="the goal is met"),
        pytest.param("claimed_items_proved", "proved", id="what was claimed is there"),
        pytest.param("new_items_after_proof", "proved", id="it is there, and something new came"),
        pytest.param("rate_fell_after_proof", "proved", id="it is there, and the rate fell"),
        pytest.param("claim_not_proved", "reopened", id="it is not there"),
        pytest.param("goal_met", None, id="nobody had claimed anything"),
        pytest.param("unit_ended", None, id="nobody will ever know"),
    ],
)
def test_what_became_of_a_claim_is_in_the_ledger(
    office: Office, reason: str, kind: str | None
) -> None:
    step = Step(
        move=Move.WORSE, reason=reason, unit_id=1, target="on_time", field_id=None, alert_id=7,
        numerator=1, denominator=2, state=State.MISSED,
    )  # fmt: skip
    with writing(office.engine) as tx:
        make_known(tx, [step], [7], at(f"{MONDAY}T07:30"))
        rows = [(row.kind, row.alert_id) for row in audit.entries(tx)]
    assert rows == ([(kind, 7)] if kind else [])


def test_whatever_moves_is_drawn_again_where_it_is_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(redraws, "redraw", lambda _tx, alert_id, _now: drawn.append(alert_id))
    moves = dict(enumerate(Move, start=1))
    steps = [
        Step(
            move=move, reason="x", unit_id=1, target="on_time", field_id=None, alert_id=number,
            numerator=1, denominator=2, state=State.MISSED,
        )
        for number, move in moves.items()
    ]  # fmt: skip
    with writing(office.engine) as tx:
        make_known(tx, steps, [*moves], at(f"{MONDAY}T07:30"))
    assert {moves[number] for number in drawn} == {
        Move.WORSE, Move.BETTER, Move.VERIFIED, Move.REOPENED, Move.HANDED_OVER, Move.RESOLVED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "stays"),
    [
        pytest.param(61, False, id="longer ago than messages are drawn again for"),
        pytest.param(59, True, id="not so long ago"),
    ],
)
def test_a_check_forgets_the_messages_of_alerts_that_ended_long_ago(
    office: Office, days: int, stays: bool
) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, done(FIRST, "12/03/2021"))
    ended = at(f"{MONDAY}T07:30") - timedelta(days=days)
    with writing(office.engine) as tx:
        alert = insert(AlertRow).values(
            unit_id=1, target="on_time", opened_at=ended, resolved_at=ended, state="met",
            phase="resolved", numerator=1, denominator=1,
        )  # fmt: skip
        alert_id = new_id(tx.execute(alert))
        shown.remember(tx, 11, 9, office.joined["An"], alert_id=alert_id)
    office.check(f"{MONDAY}T07:30")
    with reading(office.engine) as tx:
        assert (shown.what_shows(tx, 11, 9) is not None) is stays
