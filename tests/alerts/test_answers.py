"""May a person do this to an alert, and why not?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from alerts.answers import Refused, after_claim, after_dispute, after_take
from db.records import Move, OpenAlert, Phase, Step
from tests.alerts.lives import an_alert, on

OPEN = an_alert("0003", bad_checks=4, good_checks=0, critical=True)
TAKEN_BY_3 = replace(OPEN, phase=Phase.TAKEN, taken_by=3, taken_at=on(0))
CLAIMED_BY_3 = replace(TAKEN_BY_3, phase=Phase.CLAIMED, claimed_by=3, claimed_at=on(0))
PENDING = replace(OPEN, phase=Phase.PENDING)
ENDED = replace(OPEN, phase=Phase.RESOLVED)
DROPPED = replace(OPEN, phase=Phase.DROPPED)


def told(answer: Step | Refused) -> tuple[Any, ...]:
    if isinstance(answer, Refused):
        return ("refused", answer.reason)
    return (answer.move, answer.reason, answer.phase)


@pytest.mark.parametrize(
    ("alert", "person_id", "may_act", "answer"),
    [
        pytest.param(
            OPEN, 3, True, (Move.TAKEN, "taken", Phase.TAKEN), id="an open one is taken"
        ),
        pytest.param(
            TAKEN_BY_3, 4, True, (Move.TAKEN, "taken_over", Phase.TAKEN),
            id="what another has taken is taken over",
        ),
        pytest.param(
            TAKEN_BY_3, 3, True, ("refused", "already_taken"), id="it is theirs already"
        ),
        pytest.param(
            CLAIMED_BY_3, 4, True, ("refused", "already_claimed"),
            id="what is said to be done is not to be taken",
        ),
        pytest.param(
            OPEN, 3, False, ("refused", "not_yours"), id="who is not in charge takes nothing"
        ),
        pytest.param(
            ENDED, 3, False, ("refused", "not_yours"),
            id="who is not in charge does not learn that it has ended",
        ),
        pytest.param(ENDED, 3, True, ("refused", "already_ended"), id="it has ended"),
        pytest.param(DROPPED, 3, True, ("refused", "already_ended"), id="it was dropped"),
        pytest.param(PENDING, 3, True, ("refused", "still_pending"), id="nobody knows of it yet"),
    ],
)  # fmt: skip
def test_who_may_take_what(
    alert: OpenAlert, person_id: int, may_act: bool, answer: tuple[Any, ...]
) -> None:
    assert told(after_take(alert, person_id, may_act=may_act)) == answer


@pytest.mark.parametrize(
    ("alert", "may_act", "can_be_done", "answer"),
    [
        pytest.param(
            OPEN, True, True, (Move.CLAIMED, "claimed_done", Phase.CLAIMED),
            id="an open one is claimed without being taken first",
        ),
        pytest.param(
            TAKEN_BY_3, True, True, (Move.CLAIMED, "claimed_done", Phase.CLAIMED),
            id="what was taken is done, whoever took it",
        ),
        pytest.param(
            OPEN, True, False, ("refused", "nothing_to_claim"), id="a rate alone is not done"
        ),
        pytest.param(
            CLAIMED_BY_3, True, True, ("refused", "already_claimed"), id="it was said already"
        ),
        pytest.param(OPEN, False, True, ("refused", "not_yours"), id="not theirs to claim"),
        pytest.param(ENDED, True, True, ("refused", "already_ended"), id="it has ended"),
        pytest.param(PENDING, True, True, ("refused", "still_pending"), id="it is pending"),
    ],
)  # fmt: skip
def test_who_may_claim_what(
    alert: OpenAlert, may_act: bool, can_be_done: bool, answer: tuple[Any, ...]
) -> None:
    assert told(after_claim(alert, may_act=may_act, can_be_done=can_be_done)) == answer


@pytest.mark.parametrize(
    ("alert", "now", "may_act", "answer"),
    [
        pytest.param(
            TAKEN_BY_3, on(0), True, (Move.DISPUTED, "wrong_count", Phase.TAKEN),
            id="it stays as it is, marked",
        ),
        pytest.param(
            replace(OPEN, disputed_at=on(0, 8)), on(0, 16), True, ("refused", "already_disputed"),
            id="once a day is enough",
        ),
        pytest.param(
            replace(OPEN, disputed_at=on(0, 8)), on(1, 8), True,
            (Move.DISPUTED, "wrong_count", Phase.OPEN), id="the next day it may be said again",
        ),
        pytest.param(OPEN, on(0), False, ("refused", "not_yours"), id="not theirs"),
        pytest.param(ENDED, on(0), True, ("refused", "already_ended"), id="it has ended"),
        pytest.param(PENDING, on(0), True, ("refused", "still_pending"), id="it is pending"),
    ],
)  # fmt: skip
def test_who_may_dispute_what(
    alert: OpenAlert, now: datetime, may_act: bool, answer: tuple[Any, ...]
) -> None:
    assert told(after_dispute(alert, "wrong_count", now, may_act=may_act)) == answer


def test_a_persons_step_leaves_the_numbers_and_the_items_alone() -> None:
    step = after_take(OPEN, 3, may_act=True)
    assert isinstance(step, Step)
    assert (step.numerator, step.denominator, step.state) == (45, 48, OPEN.state)
    assert (step.new_keys, step.gone_keys) == (frozenset(), frozenset())
    assert (step.bad_checks, step.good_checks, step.critical) == (4, 0, True)
