"""Which facts do the messages get that the daemon queues by itself? For the tests of templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from alerts.digest import DigestLine, compose_digest
from alerts.lately import Lately
from alerts.telling.notices import NOTICES, Dispute, compose_group, compose_unbound
from alerts.telling.payload import Payload
from alerts.telling.pressing import EscalationLine, Reported, compose_escalation, compose_urgent
from alerts.telling.summaries import MuteEnding, Silence, compose_summary
from bot.delivery.facts import facts_of
from db.records import Goal, Item, Move, OutboxMessage, Phase, Standing, State, Unit, UnitKind
from settings import ZONE

CHECK = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
TODAY = date(2021, 3, 23)
ODD = "<b>Phòng & «Tư pháp»"
UNIT = Unit(
    id=1, slug="xa_binh_khanh", name=f"UBND xã Bình Khánh {ODD}", kind=UnitKind.COMMUNE,
    valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 30),
)  # fmt: skip
NOTES = (
    "overdue", "finished_late",
    "overdue_no_letter", "overdue_with_letter", "finished_late_no_letter",
    "finished_late_with_letter", "overdue_with_late_letter", "finished_late_with_late_letter",
    "appointment_today", "appointment_soon", "supplement_long", "fee_long",
    "letter_missing", "letter_incomplete", "letter_too_late",
    "due_today", "due_soon", "complaint_due_today", "complaint_due_soon", "paper_only",
    "not_signed", "mailbox_to_withdraw",
    "mailbox_never_used", "mailbox_idle", "a note of tomorrow", None,
)  # fmt: skip
ITEMS = tuple(
    Item(
        key=f"000.02.16.H29-210316-{number:04d}", label=f"Đăng ký {ODD}", field="Hộ tịch",
        due=(20210318170000, 20210318, None)[number % 3], days_late=(2, 0, None)[number % 3],
        note=note, detail="Chi cục Thuế" if number % 2 else None,
    )
    for number, note in enumerate(NOTES)
)  # fmt: skip


def digest_line(state: State, **changes: Any) -> DigestLine:
    given: dict[str, Any] = {
        "unit": UNIT.name, "target": "on_time", "item_no": "5", "field": "Hộ tịch",
        "state": state, "reason": "below_the_goal", "numerator": 45, "denominator": 48,
        "goal": Goal(operator=">", percent=95), "move": Move.OPENED, "needed": 13, "is_new": True,
        "items": ITEMS,
    }  # fmt: skip
    return DigestLine(**(given | changes))


def digest(*lines: DigestLine, soon: tuple[Item, ...] = (), **how: bool) -> Any:
    return compose_digest(UNIT.name, lines, TODAY, CHECK, soon, **how)


LATELY = Lately(numerator=12, denominator=15, days=30, into_last_year=True, turned="worse")
OWN_GOAL = Goal(operator=">", percent=98)
FULL = digest(
    *(digest_line(state) for state in State),
    digest_line(State.MISSED, field="Đất đai", lately=LATELY),
    digest_line(
        State.MET, field="Y tế", lately=LATELY, own_goal=OWN_GOAL, alert_state=State.MISSED
    ),
    digest_line(State.MET, move=Move.RESOLVED, field=None),
    digest_line(State.NONE, move=Move.RESOLVED, unit=ODD, lapsed=True),
    digest_line(State.MISSED, move=Move.WORSE, unit="Phòng khác"),
    digest_line(State.MISSED, goal=None, answer="no"),
    soon=ITEMS,
)
SENT: dict[str, Any] = {"late": True, "sent_at": CHECK}

# Where alerts stand, and the messages that tell of them.
STANDINGS = {
    number: Standing(
        alert_id=number, phase=phase, state=State.MISSED, unit_id=1, target="on_time",
        field_id=None, opened_at=CHECK, taken_by=ODD, taken_at=CHECK, claimed_by=ODD,
        claimed_at=CHECK, disputed_at=CHECK if number % 2 else None,
        muted_until=CHECK if number % 3 else None, exempt_until=CHECK,
        resolved_at=CHECK if phase is Phase.RESOLVED else None,
    )
    for number, phase in enumerate(Phase, start=1)
}  # fmt: skip
MOVED = tuple(
    digest_line(State.MISSED, move=move, field=f"{n} {ODD}", alert_id=n, critical=n % 2 == 0)
    for n, move in enumerate(Move, start=1)
)
ENDED = (digest_line(State.MET, move=Move.RESOLVED, unit=ODD, field=None, alert_id=50),)
BELOW = tuple(digest_line(State.MISSED, unit=f"Xã {n} {ODD}", alert_id=60 + n) for n in range(7))
BY_OWN = digest_line(
    State.MET, alert_id=70, own_goal=Goal(operator=">", percent=98), alert_state=State.MISSED
)
SILENCE = Silence(
    scope="target", unit=ODD, target="on_time", field=ODD, reason=ODD, by=ODD, ends_at=CHECK
)
SILENCES = (
    SILENCE, replace(SILENCE, unit=None, field=None, document=ODD),
    replace(SILENCE, scope="unit", target=None, field=None),
)  # fmt: skip
ESCALATED = tuple(
    EscalationLine(
        line=line, waited_working_days=days, reminded=(TODAY, TODAY)[:days],
        reported=(Reported(name=ODD, day=TODAY),)[:days], response=response,
        response_by=ODD if days else "", response_at=CHECK if days else None,
        response_until=CHECK if days else None, response_reason=ODD, false_claims=(days, 4),
    )
    for days, (line, response) in enumerate(
        zip(MOVED, ("none", "reopened", "muted", "a word of tomorrow"), strict=False)
    )
)  # fmt: skip
DISPUTE = Dispute(
    unit=ODD, target="on_time", field=ODD, state=State.MISSED, reason="below_the_goal",
    numerator=45, denominator=48, goal=Goal(operator=">", percent=95), opened_at=CHECK,
    source="dossiers", dispute="old_data", by=ODD, at=CHECK,
)  # fmt: skip


def notice(template: str, record: Payload | None, **facts: Any) -> dict[str, Any]:
    """The facts of a message as the outbox brings them."""
    assert isinstance(record, NOTICES[template])
    again = NOTICES[template].from_payload(record.to_payload())
    return {template: again, "slug": "", **SENT, **facts}


def summary(reason: str, *lines: DigestLine, **facts: Any) -> Payload:
    return compose_summary(
        reason, UNIT.name, TODAY, CHECK, started=lines[:4], still_open=lines[4:], **facts
    )


REFUSED_FILE: dict[str, Any] = {
    "file": ODD * 4, "source": "dossiers", "reason": ODD, "reason_code": "bad_rows",
    "reason_facts": {"bad": 7, "rows": 60}, "day": "2021-03-23",
}  # fmt: skip
FAILED_CHECK: dict[str, Any] = {
    "slot": "2025-07-01T07:30:00+07:00", "why": "district_ended",
    "why_facts": {"name": ODD, "last_day": "2025-06-30"},
}  # fmt: skip


def gathered(checks: int, files: int, disputes: int, **facts: Any) -> dict[str, Any]:
    """The facts of a message that has taken in so many of each kind."""
    unknown = {**REFUSED_FILE, "source": None, "reason_code": None, "reason_facts": {}}
    entries = [
        *[{"template": "check_failed", "payload": FAILED_CHECK}] * checks,
        *[{"template": "refused_file", "payload": REFUSED_FILE}] * files,
        *[{"template": "refused_file", "payload": unknown}] * (files > 0),
        *[{"template": "dispute", "payload": {"dispute": DISPUTE.to_payload()}}] * disputes,
    ]
    message = OutboxMessage(
        id=1, person_id=1, chat_id=1, language="vi", template="gathered", attempt=1,
        payload={"entries": entries}, not_before=CHECK,
    )  # fmt: skip
    return {**facts_of(message, CHECK), **SENT, **facts}


NOTICE_FACTS: dict[str, list[dict[str, Any]]] = {
    "gathered": [
        gathered(1, 1, 1), gathered(0, 30, 0), gathered(0, 0, 2, late=False), gathered(2, 40, 40),
    ],
    "digest": [
        notice("digest", digest(*MOVED, *ENDED), standing=STANDINGS),
        notice("digest", digest(digest_line(State.MISSED, alert_id=1), *BELOW), late=False),
        {"digest": FULL, "slug": "xa_binh_khanh", **SENT},
        {"digest": digest(), "slug": "", **SENT},
        notice("digest", digest(*MOVED, soon=ITEMS, reminder=True), standing=STANDINGS),
        notice("digest", digest(*MOVED, *BELOW, BY_OWN, nothing_new=True)),
        {"digest": digest(digest_line(State.STALE)), "slug": "", **SENT, "late": False},
    ],
    "dispute": [
        notice("dispute", DISPUTE),
        notice("dispute", replace(DISPUTE, field=None, dispute="a word of tomorrow"), late=False),
    ],
    "escalation": [
        notice("escalation", compose_escalation(UNIT.name, to, lines, TODAY, CHECK), standing=known)
        for to in ("deputy", "head", "leader", "chairman")
        for lines in (ESCALATED, ESCALATED * 2)
        for known in (STANDINGS, {})
    ],
    "group": [
        notice("group", compose_group(UNIT.name, lines, TODAY, CHECK, due_soon=number))
        for number, lines in enumerate(((), MOVED, (*MOVED, *ENDED, *BELOW)))
    ],
    "mute_ending": [
        notice("mute_ending", MuteEnding(silence=silence, still_open=count))
        for silence in SILENCES
        for count in (0, 3)
    ],
    "summary": [
        notice("summary", summary(reason, *lines, ended=ENDED * number, **more), standing=STANDINGS)
        for number, reason in enumerate(("mute_ended", "handover"))
        for lines in ((), MOVED, MOVED * 2)
        for more in (
            {"silence": SILENCE, "since": CHECK}, {"silence": SILENCES[1]}, {"predecessor": ODD},
        )
    ],
    "unbound_units": [
        notice("unbound_units", compose_unbound({f"{ODD} {n}": n for n in range(count)}, TODAY))
        for count in (2, 30)
    ],
    "urgent": [
        notice("urgent", compose_urgent(UNIT.name, lines, TODAY, CHECK, soon), standing=STANDINGS)
        for lines in (MOVED, MOVED * 3, ())
        for soon in (ITEMS, ())
        if lines or soon
    ],
}  # fmt: skip
