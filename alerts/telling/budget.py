"""May a person be disturbed once more today, or does the news wait?

At most so many pushes a day and person, and yet nothing critical is left out: the day's last push
is kept for its last check, whose one message has all that became critical since the one before.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PushDecision:
    push: bool
    reason: str


def may_push(
    sent_today: int, limit: int, checks_left_today: int, critical: bool, is_morning: bool
) -> PushDecision:
    """Whether the news of this check goes out now.

    `sent_today`: pushes that the person got or will get today. `checks_left_today`: the checks
    after this one that may push. `is_morning`: this check sends the digests, or the news is tried
    at every check; `critical`: something of it is critical or newly worse. What does not go out is
    not lost: it stays news, and stands first in the next message. Reasons, in the order in which
    they decide.
    """
    left = limit - sent_today

    # What may wait is said once a day, in the morning.
    if not critical and not is_morning:
        return PushDecision(push=False, reason="waits_for_the_morning")

    # All is used up (by messages that no check sends): first thing tomorrow.
    if left <= 0:
        return PushDecision(push=False, reason="used_up")

    # Nothing comes after it today that could need the push.
    if checks_left_today <= 0:
        return PushDecision(push=True, reason="last_check")

    # One push stays for the last check.
    if left == 1:
        return PushDecision(push=False, reason="kept_for_the_last_check")

    return PushDecision(push=True, reason="morning" if is_morning else "cannot_wait")
