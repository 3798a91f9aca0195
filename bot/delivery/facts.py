"""Which facts does a queued message's template get? The payload, with its records built again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.telling.lines import Tells
from alerts.telling.notices import NOTICES, Dispute
from db.gathering import GATHERED
from db.records import OutboxMessage, Standing

LATE = timedelta(hours=1)  # a message that waited longer says so


def facts_of(
    message: OutboxMessage, sent_at: datetime, standing: Mapping[int, Standing] | None = None
) -> dict[str, Any]:
    """The template's facts. `late`: decided or sent long after its time; `standing`: where each
    alert stands that it names, as of now.
    """
    payload = message.payload
    late = bool(payload.get("late")) or sent_at - message.not_before > LATE
    facts = {**payload, "late": late, "sent_at": sent_at, "standing": standing or {}}
    if message.template in NOTICES:
        record = NOTICES[message.template].from_payload(payload[message.template])
        return {"slug": "", **facts, message.template: record}
    if message.template == GATHERED:
        return {**facts, **_of_each_kind(payload["entries"])}
    before = FROM_BEFORE.get(message.template)
    return {**before(payload), **facts} if before else facts


def _of_each_kind(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was gathered, in the order of its coming: failed checks, refused files, disputes."""

    def of(template: str) -> list[Mapping[str, Any]]:
        return [entry["payload"] for entry in entries if entry["template"] == template]

    return {
        "checks": of("check_failed"),
        "files": of("refused_file"),
        "disputes": [Dispute.from_payload(each["dispute"]) for each in of("dispute")],
    }


def told_by(facts: Mapping[str, Any]) -> Tells | None:
    """The record among a message's facts that tells of alerts, if it does."""
    return next((fact for fact in facts.values() if isinstance(fact, Tells)), None)


# What a message lacks that was queued before its template asked for it.
FROM_BEFORE: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "refused_file": lambda _payload: {"reason_code": None, "reason_facts": {}},
    # It named one source, and later no files.
    "stale_source": lambda payload: {"sources": [payload], "files": []},
}
