"""What are those told who look after the system: a file was refused, a check could not be taken?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from alerts.telling.data_alarms import looks_after
from db.records import Binding, ImportReport, NewMessage, Role


def refused_file(
    report: ImportReport, bindings: Iterable[Binding], not_before: datetime
) -> tuple[NewMessage, ...]:
    """A refused file is told to the source's stewards; where there is none, to the admins."""
    return tuple(
        NewMessage(
            person_id=person_id,
            template="refused_file",
            payload={
                "file": report.file,
                "source": report.source,
                "reason": report.reason,
                "reason_code": report.reason_code,
                "reason_facts": dict(report.reason_facts),
                "day": report.day.isoformat(),
            },
            dedupe=f"refused:{report.delivery_id}:{person_id}",
            not_before=not_before,
        )
        for person_id in looks_after(bindings, report.source)
    )


def check_failed(
    slot: datetime,
    why: str,
    facts: Mapping[str, Any],
    bindings: Iterable[Binding],
    not_before: datetime,
) -> tuple[NewMessage, ...]:
    """The admins are told once a day that the check of a slot was not taken, and why.

    `why` and its facts: district_ended (name, last_day), district_unknown (slug), failed (error:
    what failed, and where), died. `slot` is of the district's clock.
    """
    admins = {binding.person_id for binding in bindings if binding.role is Role.ADMIN}
    return tuple(
        NewMessage(
            person_id=person_id,
            template="check_failed",
            payload={"slot": slot.isoformat(), "why": why, "why_facts": dict(facts)},
            dedupe=f"check_failed:{person_id}:{slot:%Y%m%d}",
            not_before=not_before,
        )
        for person_id in sorted(admins)
    )
