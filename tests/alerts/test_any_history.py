"""What holds after any history of days, presses, silences, absences and outages?"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Part
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from alerts import actions, daily
from alerts.audience import may_act, owners_of
from alerts.calendar import vietnamese_calendar
from alerts.house import House
from bot.commands.opening import open_house
from db import absences, alert_store, audit, due, mutes, people, snapshots, tellings, units
from db.engine import Connection, reading, writing
from db.indicators import Moment
from db.records import (
    Item,
    JudgedReading,
    Key,
    Move,
    Phase,
    Reading,
    Role,
    State,
    Verdict,
)
from db.tables import AlertStepRow, OutboxRow
from db.units import unit_by_slug
from settings import SHIPPED, ZONE, read_settings
from tests.journeys.fixtures import organised_file

__all__ = ["organised_file"]

CALENDAR = vietnamese_calendar()
FIRST = date(2021, 4, 5)
COMMUNES = ("xa_binh_khanh", "xa_ly_nhon")
# One opens at once, one is confirmed first, and one has no number: its overdue items decide.
TARGETS = ("apology_letters", "on_time", "organisation")
BY_ITEMS = "organisation"
MORNING, AFTERNOON = time(7, 30), time(14)
LIMITS = (2, 3, 4)  # pushes a day that an installation may allow
NEWS = (Move.OPENED, Move.WORSE, Move.REOPENED, Move.HANDED_OVER)
ENDS = (Move.RESOLVED, Move.DROPPED)
KEYS = ("a", "b", "c")
NOTES = {"organisation": "milestone_overdue"} | dict.fromkeys(TARGETS[:2], "letter_missing")
LONG = bool(os.environ.get("DUNGHEN_TEST_LONG"))
EXAMPLES, STEPS = (300, 50) if LONG else (20, 25)
# A failing history is made shorter only in the long form: that takes minutes.
PARTS = tuple(part for part in Part if LONG or part is not Part.shrink)

a_commune = st.sampled_from(COMMUNES)
a_target = st.sampled_from(TARGETS)
a_number = st.integers(0, 7)
some_missing = st.sets(st.tuples(a_commune, a_target, st.sampled_from(KEYS)), max_size=9)
somebody_above = st.integers(0, 2)  # the admin, the chairman, the first head


class AnyHistory(RuleBasedStateMachine):
    """Real checks and actions on a real database; only what is counted is made up."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "dunghen.db")
        shutil.copy(SHIPPED / "settings.toml", self.folder / "settings.toml")
        with patch.dict(os.environ, {"DUNGHEN_DATABASE__URL": "sqlite:///dunghen.db"}):
            loaded = read_settings(self.folder / "settings.toml")
        self.house: House = open_house(loaded, clock=lambda: self.now)
        self.day, self.now = FIRST, datetime.combine(FIRST, time(7), tzinfo=ZONE)
        self.missing: dict[tuple[str, str], set[str]] = {}
        self.outages: set[str] = set()
        self.lines = set(TARGETS)  # that settings.toml names
        self.left: dict[int, datetime] = {}  # former heads, and when they left
        self.joined = 0
        self.heads: dict[str, list[int]] = {slug: [] for slug in COMMUNES}
        with reading(self.house.engine) as tx:
            found = {slug: unit_by_slug(tx, slug, FIRST) for slug in (*COMMUNES, "huyen_can_gio")}
        self.units = {slug: unit.id for slug, unit in found.items() if unit}

    def teardown(self) -> None:
        self.house.engine.dispose()
        shutil.rmtree(self.folder)

    # --- people -----------------------------------------------------------------------------------

    @initialize(limit=st.sampled_from(LIMITS), missing=some_missing)
    def the_office_opens(self, limit: int, missing: set[tuple[str, str, str]]) -> None:
        self.house = replace(self.house, pushes_per_day=limit)
        self.plan = self.house.targets
        self.join(Role.ADMIN, None)
        self.join(Role.LEADER, "huyen_can_gio")
        self.heads["xa_binh_khanh"].append(self.join(Role.HEAD, "xa_binh_khanh"))
        for slug, of, key in missing:
            self.something_changes(slug, of, key, True)
        self.days_go_by(2)

    def join(self, role: Role, slug: str | None, *, deputy: bool = False) -> int:
        self.joined += 1
        number = 100 + self.joined
        with writing(self.house.engine) as tx:
            token = people.create_invitation(
                tx, role=role, unit_id=self.units[slug] if slug else None, deputy=deputy,
                source=None, now=self.now, expires_at=self.now + timedelta(days=1),
            )  # fmt: skip
            done = people.redeem(
                tx, token, user_id=number, chat_id=number, name=f"P{number}", now=self.now,
                today=self.day,
            )  # fmt: skip
        assert isinstance(done, people.Joined)
        return done.person.id

    @rule(slug=a_commune, deputy=st.booleans())
    def somebody_joins(self, slug: str, deputy: bool) -> None:
        if len(self.heads[slug]) < 3:
            self.heads[slug].append(self.join(Role.HEAD, slug, deputy=deputy))

    @rule(slug=a_commune, number=a_number)
    def a_head_leaves(self, slug: str, number: int) -> None:
        if not self.heads[slug]:
            return
        person_id = self.heads[slug].pop(number % len(self.heads[slug]))
        with writing(self.house.engine) as tx:
            people.revoke(tx, person_id, now=self.now, today=self.day, by=None)
        self.left[person_id] = self.now

    @rule(slug=a_commune, number=a_number, days=st.integers(0, 3))
    def a_head_is_away(self, slug: str, number: int, days: int) -> None:
        if not self.heads[slug]:
            return
        person_id = self.heads[slug][number % len(self.heads[slug])]
        with writing(self.house.engine) as tx:
            absences.set_absence(
                tx, person_id=person_id, first_day=self.day,
                last_day=self.day + timedelta(days=days), stand_in=None, created_by=person_id,
                now=self.now, today=self.day,
            )  # fmt: skip

    # --- what is counted --------------------------------------------------------------------------

    @rule(slug=a_commune, of=a_target, key=st.sampled_from(KEYS), missing=st.booleans())
    def something_changes(self, slug: str, of: str, key: str, missing: bool) -> None:
        keys = self.missing.setdefault((slug, of), set())
        (keys.add if missing else keys.discard)(key)

    @rule(of=a_target)
    def a_source_fails_or_comes_back(self, of: str) -> None:
        self.outages ^= {of}

    @rule(of=a_target)
    def a_line_is_taken_out_of_the_settings_or_put_back(self, of: str) -> None:
        self.lines ^= {of}
        out = set(TARGETS) - self.lines
        self.house = replace(self.house, targets=tuple(t for t in self.plan if t.id not in out))

    def counted(
        self, house: House, tx: Connection, moment: Moment, *_: Any, **__: Any
    ) -> tuple[int, tuple[JudgedReading, ...]]:
        judged = tuple(
            JudgedReading(
                reading=Reading(
                    target=target, unit_id=unit_id, field_id=None, field=None,
                    numerator=100 - 10 * len(keys), denominator=100,
                ),
                verdict=self.verdict(target, keys),
                data_day=None if target in self.outages else self.data_day(target),
            )
            for unit_id, target, keys in self.readings()
        )  # fmt: skip
        now = moment.wall
        return snapshots.store_snapshot(tx, moment, judged, now=now, knows=0), judged

    def readings(self) -> list[tuple[int, str, set[str]]]:
        found = [
            (self.units[slug], target, self.missing.get((slug, target), set()))
            for slug in COMMUNES
            for target in sorted(self.lines)
        ]
        for target in sorted(self.lines):
            together = set().union(*(keys for _, of, keys in found if of == target))
            found.append((self.units["huyen_can_gio"], target, together))
        return found

    def data_day(self, target: str) -> date:
        """One source is exported before the check, the other the evening before."""
        return self.day - timedelta(days=target == "on_time")

    def verdict(self, target: str, keys: set[str]) -> Verdict:
        if target in self.outages:
            return Verdict(state=State.STALE, reason="older_than_allowed")
        if target == BY_ITEMS:
            return Verdict(state=State.INFO, reason="for_information")
        state = State.MISSED if keys else State.MET
        return Verdict(state=state, reason="below_the_goal" if keys else "meets_the_goal")

    def items(self, *_: Any) -> dict[Key, tuple[Item, ...]]:
        return {
            (unit_id, target, None): tuple(
                Item(key=key, label=key, note=NOTES[target], days_late=1, unit_id=unit_id)
                for key in sorted(keys)
            )
            for unit_id, target, keys in self.readings()
        }

    # --- days -------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 4))
    def days_go_by(self, days: int) -> None:
        for _ in range(days):
            self.day += timedelta(days=1)
            self.check(MORNING)
            self.nothing_is_left_unsaid()
            self.every_claim_is_judged()
            self.check(AFTERNOON)

    @rule()
    def a_check_fails_and_leaves_no_trace(self) -> None:
        before = self.standing()

        def broken(_tx: Connection) -> None:
            raise RuntimeError("the database went away")

        self.now += timedelta(minutes=1)
        with pytest.raises(RuntimeError):
            self.check_at(self.now, within=broken)
        assert self.standing() == before, "a failed check leaves the states untouched"

    def check(self, clock: time) -> None:
        self.now = datetime.combine(self.day, clock, tzinfo=ZONE)
        self.check_at(self.now)

    def check_at(self, moment: datetime, **how: Any) -> None:
        with (
            patch.object(daily, "count_all", self.counted),
            patch.object(daily, "items_by_key", self.items),
            patch.object(daily, "due_soon_in", lambda *_: ()),
        ):
            daily.run_check(self.house, moment, moment, **how)

    def standing(self) -> tuple[Any, ...]:
        with reading(self.house.engine) as tx:
            return (alert_store.open_alerts(tx), tellings.known(tx), due.waiting(tx))

    # --- presses ----------------------------------------------------------------------------------

    def press(self, action: Callable[..., Any], number: int, who: int, *more: Any) -> None:
        """A random person presses a button of a random alert; rights decide what comes of it."""
        with writing(self.house.engine) as tx:
            alerts = list(alert_store.open_alerts(tx).values())
            if not alerts:
                return
            alert = alerts[number % len(alerts)]
            bindings = people.all_bindings(tx, self.day)
            person = people.person_by_id(tx, 1 + who % self.joined)
            assert person is not None
            chain = units.chain(tx, alert.unit_id)
            away = absences.on_day(tx, self.day)
            allowed = may_act(bindings, chain, self.day, away, person_id=person.id)
            with patch.object(actions, "_can_be_done", lambda *_: True):
                answer = action(tx, self.house, alert.id, person, allowed, self.now, *more)
            after = alert_store.alert_by_id(tx, alert.id)
        if not allowed and action in (actions.take, actions.claim, actions.dispute):
            assert isinstance(answer, actions.Refused)
            assert after == alert, "who has no right changes nothing"
        if action is actions.dispute and isinstance(answer, actions.Done):
            assert after == replace(alert, disputed_at=self.now), "it stays as it is, marked"
        if action is actions.exempt and isinstance(answer, actions.Done):
            leads = [b for b in bindings if b.person_id == person.id and b.role is Role.LEADER]
            assert leads, "only a leader exempts"

    @rule(number=a_number, who=a_number)
    def somebody_takes(self, number: int, who: int) -> None:
        self.press(actions.take, number, who)

    @rule(number=a_number, who=a_number)
    def somebody_claims(self, number: int, who: int) -> None:
        self.press(actions.claim, number, who)

    @rule(slug=a_commune, of=a_target, days=st.integers(1, 3))
    def a_head_claims_and_is_away_from_tomorrow(self, slug: str, of: str, days: int) -> None:
        with reading(self.house.engine) as tx:
            keys = [key[:2] for key in alert_store.open_alerts(tx)]
        if not self.heads[slug] or (self.units[slug], of) not in keys:
            return
        person_id = self.heads[slug][0]
        self.press(actions.claim, keys.index((self.units[slug], of)), person_id - 1)
        with writing(self.house.engine) as tx:
            absences.set_absence(
                tx, person_id=person_id, first_day=self.day + timedelta(days=1),
                last_day=self.day + timedelta(days=days), stand_in=None, created_by=person_id,
                now=self.now, today=self.day,
            )  # fmt: skip

    @rule(number=a_number, who=a_number, scope=st.sampled_from(["alert", "target", "unit"]),
          days=st.integers(1, 5))  # fmt: skip
    def somebody_silences(self, number: int, who: int, scope: str, days: int) -> None:
        ends = datetime.combine(self.day + timedelta(days=days), time(17), tzinfo=ZONE)
        self.press(actions.mute, number, who, scope, ends, "waits_for_document")

    @rule(number=a_number, who=a_number, why=st.sampled_from(["wrong_count", "late"]))
    def somebody_disputes(self, number: int, who: int, why: str) -> None:
        self.press(actions.dispute, number, who, why)

    @rule(number=a_number, who=somebody_above, days=st.integers(1, 9), paper=st.integers(1, 2))
    def somebody_exempts(self, number: int, who: int, days: int, paper: int) -> None:
        ends = datetime.combine(self.day + timedelta(days=days), time(17), tzinfo=ZONE)
        self.press(actions.exempt, number, who, f"{paper}/QĐ-UBND", ends, "renovated")

    @rule(number=a_number)
    def a_silence_is_ended(self, number: int) -> None:
        with writing(self.house.engine) as tx:
            in_force = mutes.active(tx, self.now)
            if in_force:
                mutes.end(tx, in_force[number % len(in_force)].id, self.now)

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def every_open_alert_has_an_owner(self) -> None:
        with reading(self.house.engine) as tx:
            bindings, away = people.all_bindings(tx, self.day), absences.on_day(tx, self.day)
            for alert in alert_store.open_alerts(tx).values():
                assert owners_of(units.chain(tx, alert.unit_id), bindings, self.day, away)

    @invariant()
    def nobody_is_pushed_more_often_than_allowed(self) -> None:
        with reading(self.house.engine) as tx:
            rows = self.queued(tx)
        counts = Counter((r["person_id"], r["not_before"].astimezone(ZONE).date()) for r in rows)
        limit = self.house.pushes_per_day
        assert all(n <= limit for n in counts.values()), (limit, rows)

    @invariant()
    def a_former_head_gets_no_message(self) -> None:
        with reading(self.house.engine) as tx:
            for row in self.queued(tx):
                left = self.left.get(row["person_id"])
                assert left is None or row["created_at"] <= left

    @invariant()
    def the_ledger_is_whole(self) -> None:
        with reading(self.house.engine) as tx:
            assert audit.verify(tx).intact

    def nothing_is_left_unsaid(self) -> None:
        """After a working day's first check: whoever was told of a problem knows of its end, and
        nothing critical or worse is kept from those who hear of it.
        """
        if not CALENDAR.is_working(self.day):
            return
        with reading(self.house.engine) as tx:
            bindings, away = people.all_bindings(tx, self.day), absences.on_day(tx, self.day)
            known, open_now = tellings.known(tx), alert_store.open_alerts(tx)
            by_id = {alert.id: alert for alert in open_now.values()}
            for (person_id, alert_id), _told in known.items():
                gone = alert_store.alert_by_id(tx, alert_id)
                assert gone is not None
                if alert_id in by_id or person_id in self.left:
                    continue
                assert gone.phase not in (Phase.RESOLVED, Phase.DROPPED), "its end was not told"
            in_force = mutes.active(tx, self.now)
            newest = alert_store.newest_steps(tx, by_id, moves=NEWS)
            for alert in by_id.values():
                named = (alert.unit_id, alert.target, alert.id)
                silent = any(mutes.covers(mute, *named) for mute in in_force)
                if alert.phase is Phase.PENDING or silent or alert.target in self.outages:
                    continue
                chain = units.chain(tx, alert.unit_id)
                for person_id in owners_of(chain, bindings, self.day, away):
                    told = known.get((person_id, alert.id))
                    assert told is not None, "an open alert was not told"
                    step, move = newest[alert.id]
                    assert told.step_id >= step or move is Move.OPENED, "a worse one was not told"

    def every_claim_is_judged(self) -> None:
        """After a working day's first check data of a later day have judged each claim, whether or
        not its author is there; and what is counted no more is open no more.
        """
        if not CALENDAR.is_working(self.day):
            return
        with reading(self.house.engine) as tx:
            open_now = alert_store.open_alerts(tx)
            missed = {(unit, of) for unit, of, keys in self.readings() if keys}
            for alert in open_now.values():
                assert alert.target in self.lines, "its line is gone, and it is open"
                if alert.phase is Phase.CLAIMED and (alert.unit_id, alert.target) in missed:
                    assert alert.claimed_at is not None
                    claimed_on = alert.claimed_at.astimezone(ZONE).date()
                    judged_later = claimed_on < self.data_day(alert.target)
                    assert alert.target in self.outages or not judged_later, "a claim never judged"
            self.no_claim_is_handed_over(tx)

    def no_claim_is_handed_over(self, tx: Connection) -> None:
        """Only data end a claim; each outcome is in the ledger."""
        columns = (AlertStepRow.alert_id, AlertStepRow.move, AlertStepRow.reason)
        claimed: set[int] = set()
        outcomes = 0
        for alert_id, move, reason in tx.execute(select(*columns).order_by(AlertStepRow.id)):
            if move == Move.CLAIMED:
                claimed.add(alert_id)
            assert move != Move.HANDED_OVER or alert_id not in claimed, "a claim was handed over"
            if reason in (*alert_store.CLAIM_PROVED, alert_store.CLAIM_NOT_PROVED):
                assert alert_id in claimed
                claimed.discard(alert_id)
                outcomes += 1
        ledger = Counter(entry.kind for entry in audit.entries(tx))
        assert outcomes == ledger["proved"] + ledger["reopened"]

    def queued(self, tx: Connection) -> list[dict[str, Any]]:
        columns = (
            OutboxRow.person_id, OutboxRow.template, OutboxRow.created_at, OutboxRow.not_before,
        )  # fmt: skip
        return [dict(row._mapping) for row in tx.execute(select(*columns))]


def test_what_holds_after_any_history(organised_file: Path) -> None:
    AnyHistory.template = organised_file
    run_state_machine_as_test(
        AnyHistory,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=PARTS,
            suppress_health_check=list(HealthCheck),
        ),
    )
