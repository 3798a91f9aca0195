"""Who is told of an alert that nobody answers, and after how many working days?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from alerts.audience import at_work_on
from db.records import Absence, Binding, OpenAlert, Phase, Role, Rung, Workdays

WRITTEN = re.compile(r"(?P<to>[a-z]+)\s+(?P<days>\d{1,3})")

# (unit, role, deputies too) whose holders a rung means, the nearest first: the first that is there.
Offices = Sequence[tuple[int, Role, tuple[bool, ...]]]
HOLDERS, DEPUTIES = (False,), (True,)
MEANS: dict[str, Callable[[Sequence[int]], Offices]] = {
    "deputy": lambda chain: [(unit_id, Role.HEAD, DEPUTIES) for unit_id in chain[:1]],
    "head": lambda chain: [(unit_id, Role.HEAD, HOLDERS) for unit_id in chain[:1]],
    "leader": lambda chain: [(unit_id, Role.LEADER, HOLDERS + DEPUTIES) for unit_id in chain],
    "chairman": lambda chain: [(unit_id, Role.LEADER, HOLDERS) for unit_id in chain[-1:]],
}
UPWARDS = tuple(MEANS)


def parse_ladder(lines: Iterable[str]) -> tuple[Rung, ...]:
    """The ladder as settings.toml writes it: ["deputy 1", "head 2", "leader 3", "chairman 7"].

    Raises ValueError with one sentence where a rung is unknown, or comes before an earlier one.
    """
    ladder: list[Rung] = []
    for line in lines:
        found = WRITTEN.fullmatch(line.strip())
        if found is None or found["to"] not in MEANS:
            known = ", ".join(UPWARDS)
            raise ValueError(
                f'"{line}" is no rung: write one of {known} and the working days, e.g. "leader 3"'
            )
        rung = Rung(to=found["to"], after_working_days=int(found["days"]))
        if ladder and rung.after_working_days < ladder[-1].after_working_days:
            before = f"{ladder[-1].to} {ladder[-1].after_working_days}"
            raise ValueError(
                f'"{line}" stands after "{before}" but comes sooner:'
                " the working days count from the opening and must rise"
            )
        ladder.append(rung)
    return tuple(ladder)


def due_rungs(
    alert: OpenAlert, now: datetime, calendar: Workdays, *, reopened: bool = False
) -> tuple[Rung, ...]:
    """The rungs of the alert's own ladder that are due and not told yet, the lowest first.

    `now` is the district's clock. Working days count from the day on which the alert began to wait
    for somebody. While somebody has taken it no rung is due. Nor is one while a claim that it is
    done waits for proof, until it has waited longer than the ladder's first rung: from then on
    the days count from the claim. One that has just been `reopened`, because the claim was not
    true, owes its next rung at once.
    """
    since = _waits_since(alert)
    if since is None:
        return ()
    waited = calendar.between(since.astimezone(now.tzinfo).date(), now.date())
    patience = alert.ladder[0].after_working_days if alert.ladder else 0
    if alert.phase is Phase.CLAIMED and waited <= patience:
        return ()
    left = alert.ladder[alert.rungs_told :]
    due = tuple(rung for rung in left if rung.after_working_days <= waited)
    return due or (left[:1] if reopened else ())


def _waits_since(alert: OpenAlert) -> datetime | None:
    """Since when an answer or a proof is missing; None: nothing is waited for."""
    if alert.phase is Phase.CLAIMED:
        return alert.claimed_at
    return (alert.waits_since or alert.opened_at) if alert.phase is Phase.OPEN else None


def people_of(
    rung: Rung,
    chain: Sequence[int],
    bindings: Sequence[Binding],
    absences: Sequence[Absence],
    today: date,
) -> tuple[int, ...]:
    """The ids of the persons whom a rung means, rising; empty where there is nobody up to the top.

    A deputy and the head are the unit's; the leader is the nearest one above; the chairman leads
    the top of the chain (the district). Where nobody is there or stands in, it is the next rung's.
    """
    for to in UPWARDS[UPWARDS.index(rung.to) :]:
        for unit_id, role, ranks in MEANS[to](chain):
            people = at_work_on(unit_id, role, bindings, absences, today, ranks=ranks)
            if people:
                return tuple(sorted(people))
    return ()
