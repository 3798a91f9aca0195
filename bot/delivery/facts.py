"""Which facts does a queued message's template get? The payload, with its records built again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from alerts.digest import Digest
from db.records import OutboxMessage

LATE = timedelta(hours=1)  # a message that waited longer says so


def facts_of(message: OutboxMessage, now: datetime) -> dict[str, Any]:
    """The template's facts. `late`: decided or sent long after its time."""
    payload = message.payload
    late = bool(payload.get("late")) or now - message.not_before > LATE
    build = BUILDERS.get(message.template, dict)
    return {**build(payload), "late": late, "sent_at": now}


def _digest(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"digest": Digest.from_payload(payload["digest"]), "slug": payload.get("slug", "")}


def _refused_file(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason_code": None, "reason_facts": {}, **payload}


BUILDERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "digest": _digest,
    "refused_file": _refused_file,
}
