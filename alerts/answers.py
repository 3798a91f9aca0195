"""What may a person answer to an alert: take it, say that it is done, say that it is wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.lifecycle import unchanged
from db.records import Move, OpenAlert, Phase, Step

PHASES_OF_END = frozenset({Phase.RESOLVED, Phase.DROPPED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """It is so now. `reason` names what happened: taken, taken_over, claimed_done, disputed,
    muted, mute_moved, mute_ended, exempted, exemption_moved.
    """

    reason: str
    mute_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Nothing has changed, for a named reason.

    Of an answer: not_yours, no_such_alert, already_ended, still_pending, already_taken,
    already_claimed, nothing_to_claim, already_disputed. Of a silence also: no_such_scope,
    no_such_mute, mute_over, end_is_past, end_too_far. Of a text: no_reason, no_document,
    text_too_long.
    """

    reason: str


def after_take(alert: OpenAlert, person_id: int, *, may_act: bool) -> Step | Refused:
    """Somebody says that they act. What another has taken, they take over."""
    if refused := _why_not(alert, may_act=may_act):
        return Refused(reason=refused)
    if alert.phase is Phase.CLAIMED:
        return Refused(reason="already_claimed")
    if alert.phase is Phase.TAKEN and alert.taken_by == person_id:
        return Refused(reason="already_taken")
    reason = "taken_over" if alert.phase is Phase.TAKEN else "taken"
    return unchanged(alert, Move.TAKEN, reason, phase=Phase.TAKEN)


def after_claim(alert: OpenAlert, *, may_act: bool, can_be_done: bool) -> Step | Refused:
    """Somebody says that it is done; the next data prove it or not.

    `can_be_done`: there is something to act on, or it is a yes/no line. A rate alone is not done.
    """
    if refused := _why_not(alert, may_act=may_act):
        return Refused(reason=refused)
    if alert.phase is Phase.CLAIMED:
        return Refused(reason="already_claimed")
    if not can_be_done:
        return Refused(reason="nothing_to_claim")
    return unchanged(alert, Move.CLAIMED, "claimed_done", phase=Phase.CLAIMED)


def after_dispute(alert: OpenAlert, reason: str, now: datetime, *, may_act: bool) -> Step | Refused:
    """Somebody says that the figures are wrong: the alert stays as it is, marked. Once a day."""
    if refused := _why_not(alert, may_act=may_act):
        return Refused(reason=refused)
    before = alert.disputed_at
    if before is not None and before.astimezone(now.tzinfo).date() == now.date():
        return Refused(reason="already_disputed")
    return unchanged(alert, Move.DISPUTED, reason)


def _why_not(alert: OpenAlert, *, may_act: bool) -> str | None:
    if not may_act:
        return "not_yours"
    if alert.phase in PHASES_OF_END:
        return "already_ended"
    return "still_pending" if alert.phase is Phase.PENDING else None
