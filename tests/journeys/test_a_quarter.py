"""A quarter in the life of a commune, day by day: who hears what, and what becomes of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from alerts import actions, silencing
from alerts.audience import owners_of
from alerts.calendar import vietnamese_calendar
from db import absences, alert_store, audit, people, units
from db.engine import reading, writing
from db.records import Absence, Person, Phase, Role
from db.units import unit_by_slug
from tests.alerts.office import (
    Office,
    at,
    done,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.db.intake.delivering import codes, dossier, write_table

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

UNIT = "xa_binh_khanh"
CALENDAR = vietnamese_calendar()
GOOD = [done(code, "12/03/2021") for code in codes(40, first=100)]
LETTER_HEADER = (
    "Số hồ sơ", "Số thư xin lỗi", "Ngày thư", "Hình thức gửi", "Lý do trễ hẹn",
    "Ngày hẹn trả lần sau", "Người ký", "Chức vụ", "Ngày gửi",
)  # fmt: skip
D1, D2, D3, D4, D5, D6 = codes(6)


def letter(code: str, day: str) -> dict[str, str]:
    cells = (code, f"{code[-2:]}/TXL", day, "Văn bản", "Thiếu nhân sự", day, "A", "Chủ tịch", day)
    return dict(zip(LETTER_HEADER, cells, strict=True))


@dataclass
class Story:
    """The days of the quarter; `told` says what each person got at the check that just was."""

    office: Office
    dossiers: dict[str, dict[str, str]] = field(default_factory=dict)
    letters: list[dict[str, str]] = field(default_factory=list)
    days: int = 0  # a list that is sent again unchanged is no news of its day
    seen: set[int] = field(default_factory=set)
    pushes: defaultdict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))

    def deliver(self, day: date) -> None:
        self.days += 1
        fresh = [done(code, "12/03/2021") for code in codes(self.days, first=200)]
        self.office.deliver(day.isoformat(), *GOOD, *fresh, *self.dossiers.values())
        path = self.office.installation.folder / f"thu_{day:%m%d}_{len(self.letters)}.csv"
        others = [letter("000.03.16.H29-210301-0001", "05/03/2021")]
        self.office.take(
            day.isoformat(), write_table(path, [*others, *self.letters], LETTER_HEADER)
        )

    def check(self, day: date, clock: str = "07:30") -> dict[str, list[str]]:
        self.office.check(f"{day.isoformat()}T{clock}")
        self.everybody_open_has_an_owner(day)
        return self.told(day)

    def told(self, day: date) -> dict[str, list[str]]:
        names = {number: name for name, number in self.office.joined.items()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.office.rows("outbox"):
            if row["id"] in self.seen:
                continue
            self.seen.add(row["id"])
            name = names[row["person_id"]]
            found[name].append(row["template"])
            self.pushes[name, day] += 1
        return {name: sorted(templates) for name, templates in found.items()}

    def everybody_open_has_an_owner(self, day: date) -> None:
        with reading(self.office.engine) as tx:
            bindings, away = people.all_bindings(tx, day), absences.on_day(tx, day)
            for alert in alert_store.open_alerts(tx).values():
                chain = units.chain(tx, alert.unit_id)
                assert owners_of(chain, bindings, day, away), (alert, day)

    def alert(self, target: str = "apology_letters") -> Any:
        """The newest alert of the commune on a target."""
        with reading(self.office.engine) as tx:
            unit = unit_by_slug(tx, UNIT, date(2021, 4, 1))
            assert unit is not None
            ids = [
                row["id"] for row in self.office.rows("alerts")
                if (row["unit_id"], row["target"]) == (unit.id, target)
            ]  # fmt: skip
            return alert_store.alert_by_id(tx, max(ids)) if ids else None

    def person(self, name: str) -> Person:
        with reading(self.office.engine) as tx:
            found = people.person_by_id(tx, self.office.joined[name])
        assert found is not None
        return found

    def act(self, action: Callable[..., Any], moment: str, name: str, *more: Any) -> str:
        alert = self.alert()
        with writing(self.office.engine) as tx:
            answer = action(
                tx, self.office.house, alert.id, self.person(name), True, at(moment), *more
            )
        return str(answer.reason)

    def overdue(self, code: str, due: str, **more: str) -> None:
        self.dossiers[code] = dossier(code, received="15/03/2021 09:00", due=due, **more)

    def newest_of(self, name: str, template: str) -> dict[str, Any]:
        """What somebody's newest message of a kind says."""
        theirs = [
            row for row in self.office.rows("outbox")
            if row["person_id"] == self.office.joined[name] and row["template"] == template
        ]  # fmt: skip
        payload = max(theirs, key=lambda row: int(row["id"]))["payload"]
        said = (payload if isinstance(payload, dict) else json.loads(payload))[template]
        assert isinstance(said, dict)
        return said

    def to_mend_of(self, name: str) -> set[str]:
        """The targets to be mended in somebody's newest digest."""
        return {line["target"] for line in self.newest_of(name, "digest")["to_mend"]}

    def number_told(self, name: str) -> int:
        return sum(r["person_id"] == self.office.joined[name] for r in self.office.rows("outbox"))

    def quiet_days(self, first: date, before: date) -> dict[date, dict[str, list[str]]]:
        """Lets days pass with the same data; answers those on which somebody was told."""
        heard = {}
        day = first
        while day < before:
            if CALENDAR.is_working(day):
                self.deliver(day)
            if told := self.check(day):
                heard[day] = told
            day += timedelta(days=1)
        return heard


def april(day: int) -> date:
    return date(2021, 4, day)


def may(day: int) -> date:
    return date(2021, 5, day)


def june(day: int) -> date:
    return date(2021, 6, day)


def test_a_quarter_in_the_life_of_a_commune(office: Office) -> None:
    story = Story(office)
    office.join("An", Role.HEAD, UNIT)
    office.join("Dũng", Role.HEAD, UNIT, deputy=True)
    office.join("Bình", Role.LEADER, "huyen_can_gio")
    office.join("Sử", Role.STEWARD, source="dossiers")
    office.join("Quản", Role.ADMIN)

    # 1 April: a dossier is a day late and has no letter. The head hears of it in the morning, the
    # chairman of the district's figure; in the afternoon nothing is new and nobody is disturbed.
    story.overdue(D1, "31/03/2021 17:00")
    story.deliver(april(1))
    assert story.check(april(1)) == {"An": ["digest"], "Bình": ["digest"]}
    assert story.check(april(1), "14:00") == {}
    assert story.alert().critical

    # She takes it, and on the next day says that it is done; nobody hears a word on either day.
    assert story.act(actions.take, "2021-04-01T15:00", "An") == "taken"
    story.deliver(april(2))
    assert story.check(april(2)) == {}
    assert story.act(actions.claim, "2021-04-02T10:00", "An") == "claimed_done"

    # 5 April, a Monday: the new book of letters has none for it. It opens again by itself, she is
    # told so, and the chairman hears of it at once.
    story.deliver(april(5))
    assert story.check(april(5)) == {"An": ["digest"], "Bình": ["digest", "escalation"]}
    assert (story.alert().phase, story.alert().taken_by) == (Phase.OPEN, None)

    # 6 April: the letter's number is there. It ends, and whoever was told of it is told of that.
    story.letters.append(letter(D1, "05/04/2021"))
    story.overdue(D1, "31/03/2021 17:00", finished="05/04/2021 10:00", status="Đã xử lý xong")
    story.deliver(april(6))
    assert story.check(april(6)) == {"An": ["digest"], "Bình": ["digest"]}
    assert story.alert().phase is Phase.RESOLVED

    # Two weeks without news: one all-clear each Monday, and not a word else.
    both = {"An": ["digest"], "Bình": ["digest"]}
    assert story.quiet_days(april(7), april(20)) == {april(12): both, april(19): both}

    # 20 April: something falls due at eleven. She is warned in the morning; at two it is late
    # and has no letter, which cannot wait. It is a new episode. The chairman is left in peace.
    story.overdue(D2, "20/04/2021 11:00")
    story.deliver(april(20))
    assert story.check(april(20)) == {"An": ["digest"]}
    first = story.alert().id
    assert story.check(april(20), "14:00") == {"An": ["urgent"]}
    assert story.alert().id > first

    # 21 April is the Hùng Kings' day: nothing moves.
    assert story.check(april(21)) == {}

    # She silences it until Monday evening, for she waits for a document. A second dossier makes it
    # worse meanwhile: she is told nothing of that; the chairman, whose figure is not silent, is.
    ends = at("2021-04-26T17:00")
    waits = (silencing.mute, "2021-04-22T07:00", "An", "alert", ends, "waits_for_document")
    assert story.act(*waits) == "muted"
    story.deliver(april(22))
    assert story.check(april(22)) == {"Bình": ["digest"]}
    story.overdue(D3, "22/04/2021 17:00")
    story.deliver(april(23))
    story.check(april(23))
    assert "apology_letters" not in story.to_mend_of("An")
    assert "apology_letters" in story.to_mend_of("Bình")

    # Monday: she is reminded that her silence ends today. It keeps nothing critical from those
    # above her: nobody has taken it for three working days, so the chairman hears of it, and of her
    # reason.
    story.deliver(april(26))
    heard = story.check(april(26))
    assert "mute_ending" in heard["An"]
    assert "escalation" in heard["Bình"]
    (line,) = story.newest_of("Bình", "escalation")["lines"]
    assert (line["response"], line["response_by"]) == ("muted", "An")
    assert line["response_reason"] == "waits_for_document"

    # Tuesday: one summary of what her silence kept from her; the chairman was told already.
    story.deliver(april(27))
    heard = story.check(april(27))
    assert "summary" in heard["An"]
    assert "escalation" not in heard.get("Bình", [])

    # 28 April: both letters are there. Then come two holidays, and an all-clear on the first
    # working day of their week.
    story.letters += [letter(D2, "27/04/2021"), letter(D3, "27/04/2021")]
    story.deliver(april(28))
    assert story.check(april(28)) == both
    assert story.alert().phase is Phase.RESOLVED
    assert story.quiet_days(april(29), may(7)) == {may(4): both}

    # 7 May: another late one. Then the office's export fails for days: the alert is on hold, the
    # source's steward is told and no head is.
    story.overdue(D4, "06/05/2021 17:00")
    story.deliver(may(7))
    assert story.check(may(7)) == both
    assert story.check(may(10)) == both, "the week's digest; the data are a working day old"
    assert story.check(may(11)) == {"Sử": ["stale_source"]}
    assert story.check(may(12)) == {}
    assert story.alert().phase is Phase.OPEN

    # The export is back and nothing has changed: a reminder after three working days, and the
    # chairman hears that nobody has taken it.
    story.deliver(may(13))
    assert story.check(may(13)) == {"An": ["digest"], "Bình": ["digest", "escalation"]}
    assert story.quiet_days(may(14), may(17)) == {}

    # She takes it on her last day in office. From the next on it has another owner, her deputy;
    # the admin hears that the unit has no head, and she never hears of it again.
    story.deliver(may(17))
    assert story.act(actions.take, "2021-05-17T07:00", "An") == "taken"
    story.check(may(17))
    with writing(office.engine) as tx:
        people.end_bindings(tx, office.joined["An"], may(17))
    story.deliver(may(18))
    assert story.check(may(18))["Dũng"] == ["digest"]
    assert (story.alert().phase, story.alert().taken_by) == (Phase.OPEN, None)
    last_of_hers = story.number_told("An")

    # 19 May: the new head is bound, and hears of what is open on her first morning.
    office.join("Chi", Role.HEAD, UNIT, since=may(19))
    story.deliver(may(19))
    assert story.check(may(19))["Chi"] == ["digest"]
    assert story.act(actions.take, "2021-05-19T08:00", "Chi") == "taken"
    story.letters.append(letter(D4, "20/05/2021"))
    story.overdue(D4, "06/05/2021 17:00", finished="20/05/2021 10:00", status="Đã xử lý xong")
    story.deliver(may(20))
    assert story.check(may(20))["Chi"] == ["digest"]
    assert story.alert().phase is Phase.RESOLVED
    story.quiet_days(may(21), june(1))

    # In June she is away for a week and her deputy stands in: he hears what she would have heard.
    with writing(office.engine) as tx:
        away = absences.set_absence(
            tx, person_id=office.joined["Chi"], first_day=june(1), last_day=june(4),
            stand_in=office.joined["Dũng"], created_by=office.joined["Chi"],
            now=at("2021-05-31T16:00"), today=may(31),
        )  # fmt: skip
    assert isinstance(away, Absence)
    story.overdue(D5, "01/06/2021 17:00")
    story.deliver(june(2))
    heard = story.check(june(2))
    assert (heard.get("Dũng"), heard.get("Chi")) == (["digest"], None)
    assert story.act(actions.take, "2021-06-02T09:00", "Dũng") == "taken"

    # She is back, and the letter is written: both who were told of the problem are told of its end.
    story.letters.append(letter(D5, "04/06/2021"))
    story.overdue(D5, "01/06/2021 17:00", finished="04/06/2021 10:00", status="Đã xử lý xong")
    story.deliver(june(7))
    assert story.check(june(7))["Dũng"] == ["digest"]
    story.quiet_days(june(8), date(2021, 7, 1))

    # What the quarter leaves behind: one claim of one judged was false, nobody was disturbed more
    # than three times a day, a former head heard nothing, and the ledger is whole.
    with reading(office.engine) as tx:
        unit = unit_by_slug(tx, UNIT, june(30))
        assert unit is not None
        claims = alert_store.false_claims(tx, at("2021-04-01T00:00"), at("2021-06-30T23:00"))
        assert claims == {unit.id: (1, 1)}
        assert audit.verify(tx).intact
    assert max(story.pushes.values()) <= 3
    assert story.number_told("An") == last_of_hers
