"""Is every outcome of an attempt settled, and does waiting grow without chance?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.retry import Again, Done, Drop, Follow, GiveUp, Settle, after_attempt
from db.records import Attempt, Moved, Refused, Sent, TryLater

NOW = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
LIMIT = 12


def again(seconds: float, reason: str) -> Again:
    return Again(at=NOW + timedelta(seconds=seconds), reason=reason)


@pytest.mark.parametrize(
    ("attempt", "tries", "expected"),
    [
        pytest.param(Sent(message_id=5), 1, Done(message_id=5), id="sent is done"),
        pytest.param(Sent(message_id=5), LIMIT, Done(message_id=5), id="sent at last is done"),
        pytest.param(
            TryLater(reason="flood", after=30), 1, again(31, "flood"), id="as long as we are asked"
        ),
        pytest.param(
            TryLater(reason="flood", after=3600), 1, again(3601, "flood"), id="even for an hour"
        ),
        pytest.param(
            TryLater(reason="flood", after=0), 4, again(1, "flood"), id="asked for no time: at once"
        ),
        pytest.param(
            TryLater(reason="flood", after=-5), 1, again(1, "flood"), id="never into the past"
        ),
        pytest.param(TryLater(reason="network"), 1, again(2, "network"), id="first two seconds"),
        pytest.param(TryLater(reason="network"), 2, again(4, "network"), id="then four"),
        pytest.param(TryLater(reason="network"), 9, again(512, "network"), id="then ever longer"),
        pytest.param(
            TryLater(reason="network"),
            10,
            again(900, "network"),
            id="but a quarter of an hour at most",
        ),
        pytest.param(
            TryLater(reason="timed_out", maybe_sent=True),
            1,
            again(2, "timed_out"),
            id="perhaps sent is sent again",
        ),
        pytest.param(
            TryLater(reason="network"),
            LIMIT,
            GiveUp(reason="network"),
            id="the last try is the last",
        ),
        pytest.param(
            TryLater(reason="flood", after=3),
            LIMIT + 1,
            GiveUp(reason="flood"),
            id="beyond the limit there is no other",
        ),
        pytest.param(
            Moved(to_chat_id=-100), 1, Follow(chat_id=-100), id="a moved chat is followed"
        ),
        pytest.param(
            Moved(to_chat_id=-100), LIMIT, Follow(chat_id=-100), id="to follow is never too late"
        ),
        pytest.param(
            Refused(why="blocked", forget_chat=True),
            1,
            Drop(reason="blocked", forget_chat=True),
            id="who blocked us is forgotten",
        ),
        pytest.param(
            Refused(why="bad_text"),
            3,
            Drop(reason="bad_text", forget_chat=False),
            id="a bad message says nothing of the chat",
        ),
    ],
)
def test_how_an_attempt_is_settled(attempt: Attempt, tries: int, expected: Settle) -> None:
    assert after_attempt(attempt, tries, LIMIT, NOW) == expected


def test_a_chat_is_followed_once() -> None:
    moved_again = after_attempt(Moved(to_chat_id=-200), 1, LIMIT, NOW, followed=True)
    assert moved_again == GiveUp(reason="moved_again")
    assert after_attempt(Sent(message_id=5), 1, LIMIT, NOW, followed=True) == Done(message_id=5)


def test_pauses_only_grow_and_twelve_tries_last_three_quarters_of_an_hour() -> None:
    settled = [after_attempt(TryLater(reason="network"), n, LIMIT, NOW) for n in range(1, LIMIT)]
    pauses = [each.at - NOW for each in settled if isinstance(each, Again)]
    assert len(pauses) == LIMIT - 1
    assert all(shorter <= longer for shorter, longer in pairwise(pauses))
    assert sum(pauses, timedelta()) == timedelta(minutes=47, seconds=2)


@given(st.integers(0, 10**6), st.one_of(st.none(), st.floats(0, 10**6)))
def test_another_try_is_always_later_than_now(tries: int, after: float | None) -> None:
    settled = after_attempt(TryLater(reason="any", after=after), tries, tries + 1, NOW)
    assert isinstance(settled, Again)
    assert settled.at > NOW
