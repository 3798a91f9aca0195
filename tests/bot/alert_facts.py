"""Which facts do the card of an alert, its menus and the list get? For the tests of templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.questions.alert_card import AlertCard, Rights
from bot.questions.alert_list import ListedAlert, ListedMute
from bot.questions.lately import Beside
from bot.screens.alerts import MUTE_DAYS, SCOPES
from db.read_models import AlertView, ReadingView
from db.records import Goal, Mute, OpenAlert, Phase, SamePeriod, Standing, State
from tests.bot.notice_facts import CHECK, ITEMS, LATELY, ODD, UNIT

OWN = Goal(operator=">", percent=98)
LATER = CHECK + timedelta(days=3)
ALERT = OpenAlert(
    id=12, unit_id=1, target="on_time", field_id=1, opened_at=CHECK, numerator=45, denominator=48,
)  # fmt: skip
READING = ReadingView(
    target="on_time", field=ODD, numerator=45, denominator=48, state=State.MISSED,
    reason="below_the_goal", small_sample=True, needed=13, answer=None,
)  # fmt: skip
STANDING = Standing(
    alert_id=12, phase=Phase.OPEN, state=State.MISSED, unit_id=1, target="on_time", field_id=1,
    opened_at=CHECK,
)  # fmt: skip
TAKEN = replace(STANDING, phase=Phase.TAKEN, taken_by=ODD, taken_at=CHECK)
STANDINGS = (
    STANDING,
    TAKEN,
    replace(TAKEN, phase=Phase.CLAIMED, claimed_by=ODD, claimed_at=CHECK, disputed_at=CHECK),
    replace(STANDING, muted_until=LATER, exempt_until=LATER),
    replace(STANDING, phase=Phase.RESOLVED, resolved_at=CHECK),
)
CARD = AlertCard(
    alert=ALERT, standing=STANDING, unit=UNIT, reading=READING, as_of=CHECK, items=ITEMS,
    can_be_done=True, rights=Rights(acts=True, mutes=True, exempts=True, sees_items=True),
)  # fmt: skip
BESIDE = Beside(
    lately=LATELY,
    a_year_ago=SamePeriod(numerator=45, denominator=48, day=CHECK.date() - timedelta(days=368)),
)
ELSEWHERE = replace(
    CARD, alert=replace(ALERT, target="of a plan of tomorrow"), as_of=None,
    reading=replace(READING, field=None, state=State.STALE),
)  # fmt: skip
VIEW = AlertView(
    id=12, unit=UNIT, target="on_time", field="Hộ tịch", state=State.MISSED, opened_at=CHECK,
    resolved_at=None, numerator=45, denominator=48, item_count=3,
)  # fmt: skip
MUTE = Mute(id=4, alert_id=12, reason="in_hand", by=1, by_name=ODD, starts_at=CHECK, ends_at=LATER)
LISTED = [ListedAlert(view=VIEW, standing=s, state=State.MISSED) for s in STANDINGS]
LISTED.append(replace(LISTED[0], view=replace(VIEW, denominator=0, field=None)))
LISTED.append(replace(LISTED[0], state=State.MET, own_goal=OWN))
SILENT = [
    ListedMute(mute=MUTE, unit=UNIT, target="on_time", field=ODD, may_end=True),
    ListedMute(mute=replace(MUTE, reason=ODD, document=ODD), unit=UNIT, target="on_time"),
    ListedMute(mute=MUTE, unit=None, target="on_time"),
    ListedMute(mute=MUTE, unit=UNIT, target=None),
]
LIST: dict[str, Any] = {"page": 1, "pages": 2, "count": 12, "start": 1, "mutes_more": 0}
ANSWERS = (
    "taken", "taken_over", "claimed_done", "disputed", "muted", "mute_moved", "mute_ended",
    "exempted", "exemption_moved", "sent_privately", "not_yours", "already_ended",
    "still_pending", "already_taken", "already_claimed", "nothing_to_claim", "already_disputed",
    "no_such_alert", "no_such_mute", "no_such_scope", "mute_over", "no_reason", "no_document",
    "text_too_long", "end_is_past", "end_too_far",
)  # fmt: skip

ALERT_FACTS: dict[str, list[dict[str, Any]]] = {
    "alert_answer": [{"reason": reason, "done": True} for reason in ANSWERS],
    "alert_card": [
        *(
            {"card": replace(CARD, standing=standing), "items": ITEMS[:5], "items_more": 11}
            for standing in STANDINGS
        ),
        {"card": ELSEWHERE, "items": (), "items_more": 0},
        {"card": replace(CARD, beside=BESIDE), "items": (), "items_more": 0},
        {
            "card": replace(
                CARD, beside=BESIDE, own_goal=OWN, reading=replace(READING, state=State.MET)
            ),
            "items": (),
            "items_more": 0,
        },
        {
            "card": replace(
                CARD, reading=replace(READING, state=State.MET), own_goal=OWN, false_claims=(2, 5)
            ),
            "items": (),
            "items_more": 0,
        },
    ],
    "alerts": [
        {**LIST, "unit": UNIT, "alerts": LISTED, "mutes": SILENT},
        {**LIST, "unit": None, "alerts": LISTED, "mutes": SILENT, "mutes_more": 3},
        {**LIST, "unit": None, "alerts": [], "count": 0, "mutes": []},
    ],
    "dispute_menu": [{"card": CARD}, {"card": ELSEWHERE}],
    "exempt_how": [{"problem": each} for each in ("number", "day", "document", "reason")],
    "mute_menu": [
        {"step": "scope", "card": CARD, "scope": "", "days": 0},
        *({"step": "days", "card": ELSEWHERE, "scope": scope, "days": 0} for scope in SCOPES),
        *({"step": "reason", "card": CARD, "scope": "unit", "days": days} for days in MUTE_DAYS),
    ],
}
