"""Do the messages beside the digest say what they must, briefly, and nothing that they must not?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from alerts.digest import DigestLine, compose_digest
from alerts.telling.lines import Changes
from alerts.telling.notices import (
    NOTICES,
    UNITS,
    Dispute,
    compose_group,
    compose_unbound,
)
from alerts.telling.payload import Payload
from alerts.telling.pressing import (
    ESCALATED,
    EscalationLine,
    Reported,
    compose_escalation,
    compose_urgent,
)
from alerts.telling.summaries import ENDED_AT_LEAST, MuteEnding, Silence, compose_summary
from db.records import Goal, Item, Move, State

TODAY = date(2021, 3, 23)
AS_OF = datetime(2021, 3, 23, 7, 0, tzinfo=UTC)
UNIT = "UBND xã Bình Khánh"
LATE = Item(key="A", label="Đăng ký lại khai sinh", days_late=2, note="overdue_no_letter")
LINE = DigestLine(
    unit=UNIT, target="on_time", item_no="5", field="Hộ tịch", state=State.MISSED,
    reason="below_the_goal", numerator=45, denominator=48, goal=Goal(operator=">", percent=95),
    move=Move.OPENED, is_new=True, items=(LATE,), alert_id=1, critical=True,
)  # fmt: skip
OLD = replace(LINE, is_new=False, critical=False, move=Move.STILL_OPEN)
OVER = replace(OLD, state=State.MET, numerator=48, move=Move.RESOLVED, is_new=True)


def lines(number: int, of: DigestLine = LINE, start: int = 1, **changes: Any) -> list[DigestLine]:
    return [
        replace(of, alert_id=start + n, field=f"{start + n:03}", **changes) for n in range(number)
    ]


# --- urgent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(replace(LINE, critical=False), id="what can wait"),
        pytest.param(replace(LINE, is_new=False), id="what was told already"),
        pytest.param(replace(LINE, state=State.STALE), id="what old data say"),
    ],
)
def test_is_not_urgent(line: DigestLine) -> None:
    assert compose_urgent(UNIT, [line], TODAY, AS_OF) is None


def test_an_urgent_message_has_only_what_cannot_wait() -> None:
    urgent = compose_urgent(UNIT, [LINE, replace(OLD, field="x", alert_id=2)], TODAY, AS_OF)
    assert urgent is not None
    assert (urgent.lines, urgent.alert_ids) == ((LINE,), (1,))


def test_a_met_goal_may_have_an_item_that_cannot_wait() -> None:
    met = replace(LINE, state=State.MET, numerator=48)
    urgent = compose_urgent(UNIT, [met], TODAY, AS_OF)
    assert urgent is not None
    assert urgent.alert_ids == (1,)


def test_what_finds_no_room_in_an_urgent_message_is_summed_by_target() -> None:
    urgent = compose_urgent(UNIT, lines(14), TODAY, AS_OF)
    assert urgent is not None
    assert (len(urgent.lines), urgent.more_critical) == (8, (("on_time", 6),))
    assert urgent.counted_ids == (9, 10, 11, 12, 13, 14)
    assert [line.items for line in urgent.lines[:3]] == [(LATE,)] * 3, "it is what cannot wait"


def test_what_falls_due_today_is_urgent_by_itself() -> None:
    due = tuple(Item(key=key, label="", due=20210323170000) for key in "ABCDE")
    urgent = compose_urgent(UNIT, [], TODAY, AS_OF, due)
    assert urgent is not None
    assert ([each.key for each in urgent.due_today], urgent.due_today_more) == (["A", "B", "C"], 2)
    assert compose_urgent(UNIT, [], TODAY, AS_OF) is None


# --- summary --------------------------------------------------------------------------------------


def test_a_summary_says_what_started_what_ended_and_what_is_open() -> None:
    summary = compose_summary(
        "mute_ended", UNIT, TODAY, AS_OF, started=[LINE], still_open=lines(1, OLD, 2),
        ended=lines(1, OVER, 3),
    )  # fmt: skip
    assert (summary.alert_ids, summary.ended_ids, summary.numbered_ids) == ((1, 2), (3,), (1, 2))
    assert not summary.empty
    assert compose_summary("mute_ended", UNIT, TODAY, AS_OF).empty


@pytest.mark.parametrize(
    ("started", "still_open", "ended", "shown"),
    [
        pytest.param(2, 2, 2, (2, 2, 2), id="all of six find room"),
        pytest.param(20, 20, 20, (6, 0, 3), id="a few lines are kept for what has ended"),
        pytest.param(20, 0, 1, (8, 0, 1), id="no more than it needs"),
        pytest.param(2, 1, 20, (2, 1, 4), id="it takes what is left"),
        pytest.param(0, 20, 0, (0, 10, 0), id="ten lines at most"),
    ],
)
def test_the_room_of_a_summary(
    started: int, still_open: int, ended: int, shown: tuple[int, int, int]
) -> None:
    summary = compose_summary(
        "mute_ended", UNIT, TODAY, AS_OF, started=lines(started),
        still_open=lines(still_open, OLD, 100), ended=lines(ended, OVER, 200),
    )  # fmt: skip
    found = (summary.started, summary.still_open, summary.ended)
    assert tuple(map(len, found)) == shown
    assert (summary.started_more, summary.still_open_more, summary.ended_more) == (
        started - shown[0], still_open - shown[1], ended - shown[2],
    )  # fmt: skip
    told = {*summary.alert_ids, *summary.ended_ids, *summary.counted_ids}
    assert len(told | {*summary.counted_ended_ids}) == started + still_open + ended
    assert sum(count for _target, count in summary.more_critical) == started - shown[0]
    assert shown[2] >= min(ended, ENDED_AT_LEAST)


# --- escalation -----------------------------------------------------------------------------------


def test_the_longest_waiting_comes_first_and_the_rest_is_counted() -> None:
    waiting = [
        EscalationLine(line=line, waited_working_days=days)
        for days, line in enumerate(lines(7, OLD), start=1)
    ]
    escalation = compose_escalation("UBND huyện", "chairman", waiting, TODAY, AS_OF)
    assert [each.waited_working_days for each in escalation.lines] == [7, 6, 5, 4]
    assert escalation.more == (("on_time", 7 - ESCALATED),)
    assert (escalation.alert_ids, escalation.counted_ids) == ((7, 6, 5, 4), (3, 2, 1))
    assert escalation.numbers == {7: 1, 6: 2, 5: 3, 4: 4}
    # Its few rows are for the first of all.
    assert [len(each.line.items) for each in escalation.lines] == [1, 1, 0, 0]


# --- the others -----------------------------------------------------------------------------------


def test_a_group_is_told_numbers_and_never_an_item() -> None:
    rest = replace(
        LINE, target="documents", state=State.MET, move=None, is_new=False, alert_id=None
    )
    group = compose_group(UNIT, [LINE, rest], TODAY, AS_OF, due_soon=4)
    (line,) = group.to_mend
    assert (line.items, line.items_more, group.kept, group.due_soon) == ((), 1, 1, 4)
    assert (group.alert_ids, group.changes.opened) == ((1,), 1)
    small = replace(LINE, alert_id=None, is_new=False, critical=False, items=(), small_sample=True)
    assert compose_group(UNIT, [LINE], TODAY, AS_OF, first=True).changes == Changes()
    watched = compose_group(UNIT, [small], TODAY, AS_OF)
    assert (watched.to_mend, watched.watched) == ((), 1), "nobody can act on it"
    assert LATE.label not in json.dumps(group.to_payload(), ensure_ascii=False)


def test_units_without_a_head_are_told_with_what_is_open_there() -> None:
    assert compose_unbound({"Xã A": 0}, TODAY) is None
    found = compose_unbound({f"Xã {n:02}": n for n in range(UNITS + 3)}, TODAY)
    assert found is not None
    assert found.units[0] == (f"Xã {UNITS + 2:02}", UNITS + 2)
    assert (len(found.units), found.more) == (UNITS, 2)


SILENCE = Silence(
    scope="target", unit=UNIT, target="on_time", reason="nâng cấp", by="Nguyễn Văn A", ends_at=AS_OF
)
URGENT = compose_urgent(UNIT, [LINE], TODAY, AS_OF, (LATE,))
UNBOUND = compose_unbound({"Xã A": 3}, TODAY)
EVERY_KIND: dict[str, Payload | None] = {
    "digest": compose_digest(UNIT, [LINE, OVER], TODAY, AS_OF),
    "urgent": URGENT,
    "summary": compose_summary(
        "mute_ended", UNIT, TODAY, AS_OF, started=[LINE], ended=[OVER], since=AS_OF, silence=SILENCE
    ),
    "escalation": compose_escalation(
        UNIT,
        "leader",
        [
            EscalationLine(
                line=LINE, waited_working_days=3, reminded=(TODAY,), response="muted",
                reported=(Reported(name="Trần Thị B", day=TODAY),), response_at=AS_OF,
            )
        ],
        TODAY,
        AS_OF,
    ),
    "group": compose_group(UNIT, [LINE], TODAY, AS_OF),
    "unbound_units": UNBOUND,
    "mute_ending": MuteEnding(silence=SILENCE, still_open=2),
    "dispute": Dispute(
        unit=UNIT, target="on_time", field=None, state=State.MISSED, reason="below_the_goal",
        numerator=45, denominator=48, opened_at=AS_OF, source="dossiers", dispute="old_data",
        by="Nguyễn Văn A", at=AS_OF,
    ),
}  # fmt: skip


def test_every_kind_of_message_is_tested() -> None:
    assert EVERY_KIND.keys() == NOTICES.keys()


@pytest.mark.parametrize("template", sorted(EVERY_KIND))
def test_a_message_survives_the_outbox(template: str) -> None:
    record = EVERY_KIND[template]
    assert isinstance(record, NOTICES[template])
    assert type(record).from_payload(json.loads(json.dumps(record.to_payload()))) == record


def test_a_payload_that_lacks_or_adds_a_fact_is_refused() -> None:
    payload = MuteEnding(silence=SILENCE, still_open=2).to_payload()
    with pytest.raises(TypeError, match="still_open"):
        MuteEnding.from_payload({"silence": payload["silence"]})
    with pytest.raises(TypeError, match="colour"):
        MuteEnding.from_payload({**payload, "colour": "red"})
