"""Facts of the messages about thresholds, as their screens make them, with odd names in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from alerts.thresholds.kinds import THRESHOLDS, Measure
from alerts.thresholds.looking_back import Recount
from alerts.thresholds.rules import Refusal, Wish
from alerts.thresholds.setting import Done, Proposal
from alerts.thresholds.simulation import Simulated
from bot.screens.plan import Screen
from bot.screens.thresholds import (
    HeldValue,
    OwnValue,
    confirm_screen,
    done_screen,
    held_screen,
    proposed,
    refused_screen,
    thresholds_screen,
    values_screen,
)
from db.records import Goal, NamedCount
from settings import SHIPPED, ZONE, read_settings
from tests.bot.notice_facts import ODD, TODAY

TARGETS = {t.id: t for t in read_settings(SHIPPED / "settings.toml", {}).plan_targets()}
ON_TIME, COMPLAINTS = TARGETS["on_time"], TARGETS["on_time_complaints"]
NAMES = dict.fromkeys(TARGETS, "A target")
WORDS = dict.fromkeys(THRESHOLDS, "a threshold")
SOURCES = {"dossiers": "Dossiers"}
REASONS = {"meeting": "As told", "trial": "On trial"}
VALUES = {Measure.LADDER: "leader 3, chairman 7", Measure.PERCENT: "> 97 %"}
LATER = TODAY + timedelta(days=9)
GOAL = Goal(operator=">", percent=95)

HELD = tuple(
    HeldValue(
        name=name, measure=each.measure, value=VALUES.get(each.measure, "2"), own=name == "goal",
        source="dossiers" if name == "max_age_days" else None,
    )
    for name, each in THRESHOLDS.items()
)  # fmt: skip
NO_LADDER = replace(HELD[0], name="escalation", measure=Measure.LADDER, value="")
OWN = [
    OwnValue(
        id=n, name=held.name, measure=held.measure, target=None if held.source else "on_time",
        unit=(None, ODD)[n % 2], source=held.source, value=held.value,
        valid_from=(TODAY, LATER)[n % 2], by=ODD,
    )
    for n, held in enumerate(HELD)
]  # fmt: skip
OWN.append(replace(OWN[1], value=None))
GENERAL = replace(OWN[0], name="repeat_working_days", target=None, measure=Measure.WORKING_DAYS)

MARGIN = Wish(
    name="margin_points", target="on_time", new="2", valid_from=TODAY, reason=f"theo {ODD}"
)
LOWER = Wish(
    name="goal", target="on_time", unit_id=1, new="> 90 %", valid_from=LATER, reason=ODD,
    document=ODD,
)  # fmt: skip
MANY = Simulated(
    first=TODAY - timedelta(days=90), last=TODAY, starts=tuple(range(1, 8)), stops=(8,),
    alerts=(4, 9), messages=(9, 1400), people=tuple((n, n, n + 1) for n in range(1, 13)),
)  # fmt: skip
NONE = Simulated(first=None, last=None)
IDLE = Wish(name="idle_working_days", target="mailboxes", new="10", valid_from=LATER, reason=ODD)
RECOUNT = Recount(
    as_of=datetime(2021, 3, 23, 7, 30, tzinfo=ZONE),
    before=NamedCount(name="mailboxes", numerator=110, denominator=1170),
    after=NamedCount(name="mailboxes", numerator=0, denominator=0),
)  # fmt: skip
SAME = replace(MANY, starts=(), stops=(), alerts=(4, 4), messages=(9, 9), people=())
CALLED = {"units": dict.fromkeys(range(1, 9), ODD), "people": dict.fromkeys(range(1, 13), ODD)}


def confirm(found: Proposal, measure: Measure, unit: str | None = None) -> Screen:
    return confirm_screen(found, measure, unit, CALLED, REASONS, 1, TODAY)


def facts(*screens: Screen) -> list[dict[str, Any]]:
    return [dict(screen.facts) for screen in screens]


THRESHOLD_FACTS: dict[str, list[dict[str, Any]]] = {
    "thresholds": facts(
        thresholds_screen((), tuple(TARGETS.values()), NAMES, TODAY),
        thresholds_screen([*OWN, GENERAL], (ON_TIME,), NAMES, TODAY),
    ),
    "thresholds_held": facts(
        held_screen(None, HELD, WORDS, SOURCES),
        held_screen(ON_TIME, HELD, WORDS, SOURCES),
        held_screen(TARGETS["epayment_district"], (NO_LADDER,), WORDS, SOURCES),
    ),
    "threshold_values": facts(
        values_screen("*", None, replace(HELD[0], name="repeat_working_days"), [("2", "2")]),
        values_screen("dossiers", None, HELD[-1], [("2", "2")]),
        *(
            values_screen("on_time", ON_TIME, held, [(v, v) for v in proposed(ON_TIME, held)])
            for held in HELD[:-1]
        ),
    ),
    "threshold_confirm": facts(
        confirm(Proposal(wish=MARGIN, old="1", new="2", effect=MANY), Measure.POINTS),
        confirm(Proposal(wish=MARGIN, old="1", new="2", effect=NONE), Measure.POINTS),
        confirm(
            Proposal(wish=replace(MARGIN, reason=""), old="1", new="2"), Measure.POINTS, ODD
        ),
        confirm(
            Proposal(
                wish=LOWER, old="> 95 %", new="> 90 %", looser=True, plan_goal=GOAL,
                effect=replace(MANY, starts=(), stops=(), people=()),
            ),
            Measure.PERCENT, ODD,
        ),
        *(
            confirm(
                Proposal(wish=IDLE, old="5", new="10", effect=effect, recount=RECOUNT),
                Measure.WORKING_DAYS,
            )
            for effect in (MANY, SAME)
        ),
        confirm(Proposal(wish=IDLE, old="5", new="10"), Measure.WORKING_DAYS),
    ),
    "threshold_done": facts(
        *(
            done_screen(done, measure, unit, ODD, TODAY)
            for done, measure, unit in (
                (Done(change_id=45, wish=MARGIN, old="1", new="2"), Measure.POINTS, None),
                (Done(change_id=45, wish=MARGIN, old="2", new="1", undone=True),
                 Measure.POINTS, None),
                (Done(change_id=46, wish=LOWER, old="> 95 %", new="> 90 %", plan_goal=GOAL),
                 Measure.PERCENT, ODD),
                (Done(change_id=48, wish=IDLE, old="5", new="10"), Measure.WORKING_DAYS, None),
                (Done(change_id=47, wish=replace(MARGIN, name="escalation", target=None),
                      old="leader 3", new=""), Measure.LADDER, None),
            )
        )
    ),
    "threshold_refused": facts(
        refused_screen(Refusal(reason="not_understood")),
        refused_screen(Refusal(reason="no_document")),
        *(
            refused_screen(Refusal(reason="goal_locked", facts={"goal": goal}))
            for goal in (GOAL, Goal(operator=">=", percent=90), Goal(operator="=", percent=100))
        ),
        refused_screen(
            Refusal(
                reason="outside_the_guard",
                facts={"name": "margin_points", "text": ODD, "least": 0, "most": 5},
            )
        ),
    ),
}  # fmt: skip
