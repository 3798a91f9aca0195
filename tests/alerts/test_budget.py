"""Is nobody disturbed too often, and is nothing critical ever left out?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.telling.budget import PushDecision, may_push

PUSH, HOLD = True, False


@pytest.mark.parametrize(
    ("sent", "limit", "checks_left", "critical", "morning", "push", "reason"),
    [
        pytest.param(0, 3, 1, False, True, PUSH, "morning", id="the morning's digest goes out"),
        pytest.param(
            1, 3, 1, False, False, HOLD, "waits_for_the_morning", id="what may wait, waits"
        ),
        pytest.param(
            1, 3, 0, False, False, HOLD, "waits_for_the_morning", id="at the last check too"
        ),
        pytest.param(
            1, 3, 1, True, False, PUSH, "cannot_wait",
            id="what is critical goes out while one push stays for the last check",
        ),
        pytest.param(
            2, 3, 1, True, False, HOLD, "kept_for_the_last_check",
            id="the last push is kept for the last check",
        ),
        pytest.param(2, 3, 0, True, False, PUSH, "last_check", id="which takes it"),
        pytest.param(3, 3, 0, True, False, HOLD, "used_up", id="never more than the limit"),
        pytest.param(4, 3, 0, True, True, HOLD, "used_up", id="not even when it is exceeded"),
        pytest.param(
            0, 2, 1, True, True, PUSH, "morning", id="of the two at least the morning has one"
        ),
        pytest.param(
            1, 2, 1, True, True, HOLD, "kept_for_the_last_check", id="and the last check the other"
        ),
        pytest.param(
            1, 2, 0, False, True, PUSH, "last_check", id="which may be the morning's own"
        ),
    ],
)  # fmt: skip
def test_when_a_push_goes_out(
    sent: int, limit: int, checks_left: int, critical: bool, morning: bool, push: bool, reason: str
) -> None:
    decided = may_push(sent, limit, checks_left, critical, morning)
    assert decided == PushDecision(push=push, reason=reason)


# A day: the checks that may push, each with (is something of the rest new, how many criticals
# came up since the one before), and the criticals that come after the last check.
CHECK = st.tuples(st.booleans(), st.integers(0, 3))
A_DAY = st.tuples(st.lists(CHECK, min_size=1, max_size=6), st.integers(0, 3))


@given(st.integers(2, 5), st.lists(A_DAY, min_size=1, max_size=8))
def test_the_limit_holds_and_every_critical_is_told_the_same_day(
    limit: int, days: list[tuple[list[tuple[bool, int]], int]]
) -> None:
    """Told by that day's last check; what comes after it, by the next day's."""
    waiting = 0
    for checks, after_the_last in days:
        sent = 0
        waited_since_morning = 0
        for number, (other_news, criticals) in enumerate(checks):
            waiting += criticals
            waited_since_morning += criticals
            left = len(checks) - 1 - number
            morning = number == 0
            if waiting or (morning and other_news):
                decided = may_push(sent, limit, left, bool(waiting), morning)
                if decided.push:
                    sent += 1
                    waiting = 0  # one message has them all
                else:
                    assert not morning, "the morning is never held back"
        assert sent <= limit
        assert waiting == 0, "nothing critical is left at the end of a day"
        waiting = after_the_last
