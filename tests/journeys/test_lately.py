"""A file goes in, and what do the digest, the card, /why and /status say beside the year's rate?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.digest import Digest
from bot.commands.why import explanation_of
from bot.questions.alert_card import card_of
from bot.questions.lately import lately_of
from bot.questions.outlook import outlooks_of
from bot.render import Renderer
from bot.sandbox.markup import parse_html
from bot.screens.alerts import card_screen
from bot.screens.plan import Screen, status_screen, why_screen
from db import alert_store, people, read_models
from db.engine import reading
from db.records import Role, State
from db.units import unit_by_slug
from settings import ZONE
from tests.alerts.office import (
    Office,
    at,
    done,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.db.intake.delivering import codes

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

UNIT, FIELD = "xa_binh_khanh", "Hộ tịch"


@dataclass
class Commune:
    """Bình Khánh, which delivers all that it has finished so far, and is checked."""

    office: Office
    rows: list[dict[str, str]] = field(default_factory=list)
    finished: int = 0

    def day(self, day: str, in_time: int = 0, late: int = 0) -> None:
        """So many more are finished, and the day's morning check is taken."""
        on = date.fromisoformat(day)
        received = f"{on - timedelta(days=20):%d/%m/%Y}"
        early = f"{on - timedelta(days=5):%d/%m/%Y}"
        first, self.finished = self.finished + 1, self.finished + in_time + late
        self.rows += [
            done(
                code, f"{on:%d/%m/%Y} 06:30", received=received,
                due=f"{on:%d/%m/%Y}" if number < in_time else early,
            )
            for number, code in enumerate(codes(in_time + late, first=first))
        ]  # fmt: skip
        # A list that is sent again unchanged would be no news of its day.
        filler = done(
            codes(1, unit="03", first=int(f"{on:%m%d}"))[0], f"{on:%d/%m/%Y} 06:30",
            field="Đất đai", received=received, due=f"{on:%d/%m/%Y}", unit="UBND xã Lý Nhơn",
        )  # fmt: skip
        self.rows.append(filler)
        self.office.deliver(day, *self.rows)
        self.office.check(f"{day}T07:30")

    def digest(self) -> dict[str, Any]:
        """What the head was told last, as it is kept."""
        payload = self.office.queued("digest")[-1]["payload"]
        found = payload if isinstance(payload, dict) else json.loads(payload)
        return dict(found["digest"])

    def said(self, template: str, facts: Any, language: str = "vi") -> str:
        renderer = Renderer(self.office.house.targets, ZONE)
        plain, _entities = parse_html(renderer.render(language, template, facts))
        return plain

    def screen(self, of: Screen, language: str = "vi") -> str:
        return self.said(of.template, of.facts, language)

    def why(self, language: str = "vi") -> str:
        why = explanation_of(self.office.house, UNIT, "on_time", FIELD)
        return self.screen(why_screen(why, (), sees_items=False), language)

    def why_json(self) -> dict[str, Any]:
        given = ("why", UNIT, "on_time", "--field", FIELD)
        return dict(self.office.installation.answer(*given))

    def status(self, language: str = "vi") -> str:
        house = self.office.house
        with reading(self.office.engine) as tx:
            unit = unit_by_slug(tx, UNIT, date(2021, 6, 1))
            assert unit is not None
            view = read_models.status(tx, unit.id)
            recent, ahead = lately_of(tx, house, view), outlooks_of(tx, house, view)
        screen = status_screen(
            view, house.targets, None, sees_items=False, lately=recent, outlook=ahead
        )
        return self.screen(screen, language)

    def card(self, moment: str, language: str = "vi") -> str:
        with reading(self.office.engine) as tx:
            unit = unit_by_slug(tx, UNIT, date(2021, 6, 1))
            assert unit is not None
            alerts = alert_store.open_alerts(tx).values()
            number = next(a.id for a in alerts if (a.unit_id, a.target) == (unit.id, "on_time"))
            head = self.office.joined["An"]
            held = people.own_bindings(tx, head, at(moment).date())
            card = card_of(tx, self.office.house, number, head, held, at(moment))
        assert card is not None
        return self.screen(card_screen(card, None), language)


@pytest.fixture
def commune(office: Office) -> Commune:
    office.join("An", Role.HEAD, UNIT)
    return Commune(office=office)


def line_with(words: str, text: str) -> str:
    return next(line for line in text.splitlines() if words in line)


def test_a_bad_month_late_in_the_year_is_said_beside_the_years_rate(commune: Commune) -> None:
    commune.day("2021-09-14", in_time=180, late=8)
    commune.day("2021-10-13", in_time=20, late=0)
    commune.day("2021-10-14", in_time=8, late=8)  # thirty days after: 28 of 36 since, 208 of 224
    commune.day("2021-10-15")
    (line,) = commune.digest()["to_mend"]
    assert line["lately"] == {
        "numerator": 28, "denominator": 36, "days": 31, "into_last_year": False, "turned": "",
    }  # fmt: skip
    # The year as it is, and the official words: nothing of it is changed.
    assert (line["state"], line["numerator"], line["denominator"]) == ("missed", 208, 224)

    for language, words in (
        ("vi", "31 ngày qua: 77,78% (28/36)"),
        ("en", "last 31 days: 77.78% (28/36)"),
    ):
        for text in (
            commune.said("digest", digest_facts(commune), language),
            commune.status(language),
            commune.card("2021-10-15T08:00", language),
            commune.why(language),
        ):
            assert words.lower() in text.lower(), text

    answer = commune.why_json()
    assert answer["readings"][-1] == {
        "name": "recent_days", "numerator": 28, "denominator": 36, "days": 31,
    }  # fmt: skip
    assert (answer["numerator"], answer["denominator"], answer["state"]) == (208, 224, "missed")
    assert "same_period_last_year" not in answer, "it is October"

    # With Lý Nhơn's four of another field, three of them since: the sum over the fields.
    district = commune.office.installation.answer("why", "huyen_can_gio", "on_time")
    assert (district["numerator"], district["denominator"], district["state"]) == (212, 228, None)
    assert district["readings"][-1] == {
        "name": "recent_days", "numerator": 31, "denominator": 39, "days": 31,
    }  # fmt: skip


def digest_facts(commune: Commune) -> dict[str, Any]:
    return {"digest": Digest.from_payload(commune.digest()), "slug": UNIT, "late": False}


def test_what_is_met_and_was_missed_lately_is_a_note_and_no_alert(commune: Commune) -> None:
    commune.day("2021-09-14", in_time=960)
    commune.day("2021-10-14", in_time=20, late=5)
    commune.day("2021-10-15")
    line = line_with("Hộ tịch", commune.status())
    clause = "31 ngày qua: 80,00% (20/25), chưa đạt yêu cầu"
    assert line == f"🟢 Hộ tịch: 99,49% (980/985) – đạt; {clause}"
    assert "31 ngày qua: 80,00% (20/25), chưa đạt yêu cầu" in commune.why()
    found = commune.office.installation.answer("status", UNIT)["readings"]
    states = {r["state"] for r in found if r["target"] == "on_time"}
    assert states == {State.MET.value}
    assert not any(of == "on_time" for of, _field, _state in commune.office.alerts(UNIT))


def test_a_rate_that_is_as_it_always_was_has_no_clause(commune: Commune) -> None:
    commune.day("2021-09-14", in_time=90, late=10)
    commune.day("2021-10-14", in_time=9, late=1)
    commune.day("2021-10-15")
    assert "ngày qua" not in commune.status() + commune.card("2021-10-15T08:00")
    assert [line["lately"] for line in commune.digest()["to_mend"]] == [None]
    assert "31 ngày qua: 90,00% (9/10)" in commune.why(), "an explanation shows all that there is"


def test_before_there_is_a_history_nothing_is_said(commune: Commune) -> None:
    commune.day("2021-10-14", in_time=90, late=10)
    commune.day("2021-10-15")
    assert "ngày qua" not in commune.status() + commune.why() + commune.card("2021-10-15T08:00")
    assert {r["name"] for r in commune.why_json()["readings"]} == {
        "finished", "finished_and_overdue", "portal_766",
    }  # fmt: skip


def test_a_young_year_is_shown_beside_the_old_ones_end_and_the_same_days_a_year_ago(
    commune: Commune,
) -> None:
    commune.day("2021-01-19", in_time=45, late=3)
    commune.day("2021-12-21", in_time=300)
    commune.day("2021-12-31", in_time=60)
    commune.rows = [row for row in commune.rows if "2022" in row["Ngày xử lý xong"]]
    commune.day("2022-01-19", in_time=22, late=2)
    commune.day("2022-01-20")
    (line,) = commune.digest()["to_mend"]
    assert line["lately"] == {
        "numerator": 82, "denominator": 84, "days": 30, "into_last_year": True, "turned": "better",
    }  # fmt: skip
    for language, clause, then in (
        ("vi", "30 ngày qua (kể cả cuối năm trước): 97,62% (82/84), đạt yêu cầu",
         "Cùng kỳ năm trước (đến 19/01/2021): 93,75% (45/48)"),
        ("en", "ast 30 days (into last year): 97.62% (82/84), meeting the goal",
         "Same period last year (until 19/01/2021): 93.75% (45/48)"),
    ):  # fmt: skip
        assert clause in commune.said("digest", digest_facts(commune), language)
        for text in (commune.card("2022-01-20T08:00", language), commune.why(language)):
            assert clause in text
            assert then in text
    assert commune.why_json()["same_period_last_year"] == {
        "numerator": 45, "denominator": 48, "day": "2021-01-19",
    }  # fmt: skip


def test_the_window_changes_no_answer_of_a_replay(commune: Commune) -> None:
    commune.day("2021-09-14", in_time=180, late=8)
    commune.day("2021-10-14", in_time=8, late=8)
    assert commune.office.installation.answer("replay", "2021-10-14")["same"]
