"""What may a person silence, for how long, and who may end a silence?

Heads and leaders silence an alert, or its target, in their units; a whole unit only a leader of it
or an admin does, a target in all units only a leader of the district or an admin. An exemption is a
silence that a leader, and no deputy, gives by a document.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.answers import PHASES_OF_END, Done, Refused
from alerts.house import House
from db import alert_store, audit, mutes, people, redraws, units
from db.engine import Connection
from db.names import as_seen
from db.records import Mute, OpenAlert, Person, Phase, Role

LONGEST_MUTE = timedelta(days=90)
LONGEST_TEXT = 200


def mute(
    tx: Connection,
    house: House,
    alert_id: int,
    person: Person,
    may_act: bool,
    now: datetime,
    scope: str,
    ends_at: datetime,
    reason: str,
) -> Done | Refused:
    """Silences an alert ("alert"), its target in its unit ("target"), its whole unit ("unit") or
    its target in all units ("everywhere").

    Where the same person has silenced the same already, its end is moved, and its start stays;
    what another has silenced is theirs: this is a silence beside it.
    """
    alert = alert_store.alert_by_id(tx, alert_id, for_change=True)
    if alert is None:
        return Refused(reason="no_such_alert")
    if scope not in SCOPES:
        return Refused(reason="no_such_scope")
    named = SCOPES[scope](alert)
    rights = _rights(tx, house, person.id, alert.unit_id if scope != "everywhere" else None, now)
    allowed = rights.leads or rights.admin or (may_act and scope in OF_ONES_OWN)
    faulty = (
        _fault_of_alert(alert, allowed=allowed, scope=scope)
        or fault_of_text("reason", reason)
        or _fault_of_end(ends_at, now)
    )
    if faulty:
        return Refused(reason=faulty)
    return _silence(tx, alert, named, person, now, ends_at, reason=reason, document=None)


def exempt(
    tx: Connection,
    house: House,
    alert_id: int,
    person: Person,
    may_act: bool,
    now: datetime,
    document: str,
    ends_at: datetime,
    reason: str,
) -> Done | Refused:
    """Exempts an alert until a day, by a document: it is silent, and says that it is exempt."""
    alert = alert_store.alert_by_id(tx, alert_id, for_change=True)
    if alert is None:
        return Refused(reason="no_such_alert")
    allowed = may_act and _rights(tx, house, person.id, alert.unit_id, now).leads_in_person
    faulty = (
        _fault_of_alert(alert, allowed=allowed, scope="alert")
        or fault_of_text("document", document)
        or fault_of_text("reason", reason)
        or _fault_of_end(ends_at, now)
    )
    if faulty:
        return Refused(reason=faulty)
    named = SCOPES["alert"](alert)
    return _silence(tx, alert, named, person, now, ends_at, reason=reason, document=document)


def end_mute(
    tx: Connection, house: House, mute_id: int, person: Person, may_act: bool, now: datetime
) -> Done | Refused:
    """Ends a silence before its time: its author may, and whoever might have given it."""
    silence = mutes.mute_by_id(tx, mute_id)
    if silence is None:
        return Refused(reason="no_such_mute")
    if not may_end(tx, house, silence, person.id, may_act, now):
        return Refused(reason="not_yours")
    unit_id = unit_of(tx, silence)
    if not mutes.end(tx, mute_id, now):
        return Refused(reason="mute_over")
    _redraw(tx, silence, now)
    audit.append(
        tx, "mute_ended", now, person_id=person.id, unit_id=unit_id, alert_id=silence.alert_id,
        detail={"mute_id": mute_id, "target": silence.target},
    )  # fmt: skip
    return Done(reason="mute_ended", mute_id=mute_id)


def may_end(
    tx: Connection, house: House, silence: Mute, person_id: int, may_act: bool, now: datetime
) -> bool:
    """Whether a person may end a silence; `may_act`: they are in charge of its unit."""
    if silence.by == person_id:
        return True
    rights = _rights(tx, house, person_id, unit_of(tx, silence), now)
    if silence.document is not None:
        return rights.leads_in_person
    of_ones_own = silence.alert_id is not None or None not in (silence.unit_id, silence.target)
    return rights.leads or rights.admin or (may_act and of_ones_own)


def may_silence_everywhere(tx: Connection, house: House, person_id: int, now: datetime) -> bool:
    """Whether a person may silence a target in all units at once."""
    rights = _rights(tx, house, person_id, None, now)
    return rights.leads or rights.admin


def unit_of(tx: Connection, silence: Mute) -> int | None:
    """The unit that a silence is in; None: in all."""
    alert = alert_store.alert_by_id(tx, silence.alert_id) if silence.alert_id else None
    return alert.unit_id if alert else silence.unit_id


def given_from_above(tx: Connection, house: House, silence: Mute, unit_id: int) -> bool:
    """Whether a silence was given to the unit by somebody above it (a leader of a unit above, an
    admin), by the roles that they filled when they gave it; else by somebody of the unit itself.

    Above the district there is nobody: what its leaders silence there is from above.
    """
    day, chain = house.wall_day(silence.starts_at), units.chain(tx, unit_id)
    above = chain[1:] or chain
    return any(
        held.role is Role.ADMIN or (held.role is Role.LEADER and held.unit_id in above)
        for held in people.bindings_of(tx, silence.by, day)
    )


def fault_of_text(name: str, given: str) -> str | None:
    """Why a text that somebody gave for a reason or a document will not do; None: it will."""
    if not as_seen(given):
        return f"no_{name}"
    return "text_too_long" if len(given) > LONGEST_TEXT else None


# --- what it names, and who may -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Named:
    """What a silence is of: one alert; or a target, a unit, or both."""

    alert_id: int | None = None
    unit_id: int | None = None
    target: str | None = None


SCOPES = {
    "alert": lambda alert: _Named(alert_id=alert.id),
    "target": lambda alert: _Named(unit_id=alert.unit_id, target=alert.target),
    "unit": lambda alert: _Named(unit_id=alert.unit_id),
    "everywhere": lambda alert: _Named(target=alert.target),
}
OF_ONES_OWN = ("alert", "target")  # whoever may act on the alert silences it so


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rights:
    leads: bool  # as a leader, a deputy, or whoever stands in for one
    leads_in_person: bool  # by a role of their own, and not as a deputy
    admin: bool


def _rights(
    tx: Connection, house: House, person_id: int, unit_id: int | None, now: datetime
) -> _Rights:
    """What the person's roles over a unit allow; of no unit: over the whole district."""
    today = house.wall_day(now)
    if unit_id is None:
        district = units.unit_by_slug(tx, house.district, today)
        unit_id = district.id if district else None
    chain: Collection[int] = units.chain(tx, unit_id) if unit_id is not None else ()
    held = people.bindings_of(tx, person_id, today)
    own = people.own_bindings(tx, person_id, today)
    leading = [b for b in held if b.role is Role.LEADER and b.unit_id in chain]
    return _Rights(
        leads=bool(leading),
        leads_in_person=any(b in own and not b.deputy for b in leading),
        admin=any(b.role is Role.ADMIN for b in held),
    )


def _fault_of_alert(alert: OpenAlert, *, allowed: bool, scope: str) -> str | None:
    if not allowed:
        return "not_yours"
    if scope != "alert":
        return None
    if alert.phase in PHASES_OF_END:
        return "already_ended"
    return "still_pending" if alert.phase is Phase.PENDING else None


def _fault_of_end(ends_at: datetime, now: datetime) -> str | None:
    if ends_at <= now:
        return "end_is_past"
    return "end_too_far" if ends_at - now > LONGEST_MUTE else None


def _silence(
    tx: Connection,
    alert: OpenAlert,
    named: _Named,
    person: Person,
    now: datetime,
    ends_at: datetime,
    *,
    reason: str,
    document: str | None,
) -> Done:
    """Moves the end of the silence of just this, or makes a new one; says so onwards."""
    kind = "muted" if document is None else "exempted"
    done = {"muted": "mute_moved", "exempted": "exemption_moved"}[kind]
    given, document = as_seen(reason), document and as_seen(document)
    mute_id = _in_force(tx, named, document, person, now)
    moved = mute_id and mutes.move_end(tx, mute_id, ends_at, given, now=now)
    if mute_id is None or not moved:
        done = kind
        mute_id = mutes.add(
            tx, reason=given, document=document, by=person.id,
            starts_at=now, ends_at=ends_at, alert_id=named.alert_id, unit_id=named.unit_id,
            target=named.target,
        )  # fmt: skip
    silence = mutes.mute_by_id(tx, mute_id)
    if silence is not None:
        _redraw(tx, silence, now)
    detail = {
        "mute_id": mute_id, "until": ends_at.isoformat(), "reason": given,
        "document": document, "of_unit": named.unit_id is not None, "target": named.target,
        "moved": done != kind,
    }  # fmt: skip
    audit.append(
        tx, kind, now, person_id=person.id, unit_id=alert.unit_id, alert_id=alert.id,
        detail=detail,
    )  # fmt: skip
    return Done(reason=done, mute_id=mute_id)


def _in_force(
    tx: Connection, named: _Named, document: str | None, person: Person, now: datetime
) -> int | None:
    """The person's silence of exactly this that is in force; another document is another exemption,
    and whichever leader gives it anew by the same document moves it.
    """
    for each in mutes.active(tx, now):
        same = (each.alert_id, each.unit_id, each.target) == (
            named.alert_id, named.unit_id, named.target,
        )  # fmt: skip
        theirs = each.by == person.id or document is not None
        if same and theirs and each.document == document:
            return each.id
    return None


def _redraw(tx: Connection, silence: Mute, now: datetime) -> None:
    """Whatever shows an alert that this silence is of is drawn again."""
    if silence.alert_id is not None:
        redraws.redraw(tx, silence.alert_id, now)
        return
    for alert in alert_store.open_alerts(tx).values():
        if mutes.covers(silence, alert.unit_id, alert.target, alert.id):
            redraws.redraw(tx, alert.id, now)
