"""The day as a whole: checks that repeat, come late or only look; alerts; digests; refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.daily import CheckResult, DistrictMissing, run_check, take_file
from alerts.house import House
from db import people
from db.engine import Engine, open_engine, writing
from db.records import ImportReport, Role
from db.units import unit_by_slug
from settings import ZONE
from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier, write_csv, write_table
from tests.journeys.fixtures import organised_file, organised_name, organised_url
from tests.journeys.installation import Installation, contents, install

__all__ = ["organised_file", "organised_name", "organised_url"]

MONDAY, TUESDAY, WEDNESDAY = "2021-03-22", "2021-03-23", "2021-03-24"
FRIDAY, SATURDAY = "2021-03-26", "2021-03-27"
LY_NHON = "UBND xã Lý Nhơn"


@dataclass(kw_only=True)
class Office:
    """An installation whose daemon is the test: it delivers, checks, and looks."""

    installation: Installation
    house: House
    engine: Engine
    files: int = 0
    joined: dict[str, int] = field(default_factory=dict)

    def deliver(self, day: str, *rows: Mapping[str, str]) -> ImportReport:
        self.files += 1
        path = self.installation.folder / f"ho_so_{self.files}.csv"
        return self.take(day, write_table(path, rows, DOSSIER_HEADER))

    def take(self, day: str, path: Path) -> ImportReport:
        return take_file(self.house, path, date.fromisoformat(day), at(f"{day}T07:00"))

    def check(self, moment: str, **how: Any) -> CheckResult:
        return run_check(self.house, at(moment), at(moment), **how)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return contents(self.engine)[table]

    def alerts(self, unit: str) -> list[tuple[Any, ...]]:
        found = self.installation.answer("alerts", "--unit", unit, "--all")["alerts"]
        return sorted((a["target"], a["field"], a["state"]) for a in found)

    def steps(self, unit: str = "xa_binh_khanh") -> list[tuple[str, str]]:
        """The moves of the unit's alerts on time, with their reasons."""
        with writing(self.engine) as tx:
            of_unit = unit_by_slug(tx, unit, date(2021, 3, 22))
        assert of_unit is not None
        ours = {
            a["id"] for a in self.rows("alerts")
            if a["unit_id"] == of_unit.id and a["target"] == "on_time"
        }  # fmt: skip
        steps = sorted(self.rows("alert_steps"), key=lambda s: s["id"])
        return [(s["move"], s["reason"]) for s in steps if s["alert_id"] in ours]

    def queued(self, template: str) -> list[dict[str, Any]]:
        return [m for m in self.rows("outbox") if m["template"] == template]

    def told(self, template: str) -> Counter[str]:
        names = {number: name for name, number in self.joined.items()}
        return Counter(names[m["person_id"]] for m in self.queued(template))

    def join(self, name: str, role: Role, unit: str | None = None, **more: Any) -> None:
        now, day = datetime(2021, 3, 1, tzinfo=UTC), date(2021, 3, 1)
        number = len(self.joined) + 11
        with writing(self.engine) as tx:
            of = unit_by_slug(tx, unit, date(2021, 3, 22)) if unit else None
            token = people.create_invitation(
                tx, role=role, unit_id=of.id if of else None, deputy=False,
                source=more.get("source"), now=now, expires_at=now.replace(day=2),
            )  # fmt: skip
            done = people.redeem(
                tx, token, user_id=number, chat_id=number, name=name, now=now, today=day,
                guesses_per_hour=5,
            )  # fmt: skip
        assert isinstance(done, people.Joined)
        self.joined[name] = done.person.id


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.fixture
def office(tmp_path: Path, organised_url: str) -> Iterator[Office]:
    installation = install(tmp_path / "house", organised_url)
    engine = open_engine(organised_url)
    with installation.house() as house:
        yield Office(installation=installation, house=house, engine=engine)
    engine.dispose()


def done(code: str, day: str, **given: str) -> dict[str, str]:
    return dossier(code, finished=day, status="Đã xử lý xong", **given)


FIRST, SECOND, THIRD = codes(3)


def test_an_alert_opens_gets_worse_and_ends_with_reasons(office: Office) -> None:
    office.deliver(MONDAY, done(FIRST, "16/03/2021"), done(SECOND, "12/03/2021"))
    first = office.check(f"{MONDAY}T07:30")
    assert (first.opened, first.worsened, first.resolved) == (2, 0, 0), "the unit and the district"
    assert office.check(f"{MONDAY}T14:00").still_open == 2
    assert office.steps() == [("opened", "goal_missed")]

    office.deliver(TUESDAY, dossier(THIRD))
    second = office.check(f"{TUESDAY}T07:30")
    assert (second.opened, second.worsened) == (0, 2)
    assert office.steps()[1:] == [("worse", "new_items")]

    # One of the two is done after all in time, the other's due date was mistyped: nothing is late.
    good = [done(code, "12/03/2021") for code in codes(3)]
    office.deliver(WEDNESDAY, *good)
    third = office.check(f"{WEDNESDAY}T07:30")
    assert (third.opened, third.worsened, third.resolved) == (0, 0, 2)
    assert office.steps()[2:] == [("resolved", "goal_met")]
    assert office.alerts("xa_binh_khanh") == [("on_time", "Hộ tịch", "resolved")]

    office.deliver(FRIDAY, dossier(codes(1, first=9)[0]), *good)
    assert office.check(f"{FRIDAY}T07:30").opened == 2, "a new episode"
    assert [move for move, _ in office.steps()] == ["opened", "worse", "resolved", "opened"]


def test_a_check_repeated_for_the_same_moment_changes_nothing(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver(MONDAY, dossier())
    first = office.check(f"{MONDAY}T07:30")
    assert (first.opened, first.queued) == (2, 1)
    before = contents(office.engine)
    again = office.check(f"{MONDAY}T07:30")
    assert (again.readings, again.opened, again.still_open, again.queued) == (
        first.readings, 0, 0, 0,
    )  # fmt: skip
    assert contents(office.engine) == before


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
    assert (looked.opened, looked.queued) == (2, 1)


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
    assert office.check("2021-03-29T07:30").opened == 2


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
    office.deliver(MONDAY, dossier(), dossier(THIRD))
    assert office.check(f"{MONDAY}T14:00").queued == 0
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
    assert result.opened == (2 if state == "missed" else 0)


def test_an_open_alert_is_on_hold_while_the_data_cannot_be_trusted(office: Office) -> None:
    office.deliver(MONDAY, dossier())
    office.check(f"{MONDAY}T07:30")
    for moment in (f"{WEDNESDAY}T07:30", f"{WEDNESDAY}T14:00"):
        held = office.check(moment)
        assert (held.opened, held.worsened, held.resolved, held.still_open) == (0, 0, 0, 2)
    assert set(office.steps()[1:]) == {("frozen", "stale")}
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


def test_a_file_of_no_known_kind_is_told_to_the_admins(office: Office) -> None:
    office.join("A", Role.ADMIN)
    office.join("S", Role.STEWARD, source="dossiers")
    office.take(MONDAY, write_csv(office.installation.folder / "x.csv", [["a"], ["b"]]))
    assert set(office.told("refused_file")) == {"A"}


def test_a_district_that_is_not_there_is_told(office: Office) -> None:
    with pytest.raises(DistrictMissing, match=r"huyen_can_gio.*dunghen migrate"):
        office.check("2019-03-22T07:30")
