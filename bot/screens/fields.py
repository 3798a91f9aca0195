"""Which fields of a target does a status name, in which order, and what is said of all of them?

Domain reference 1.4 and 1.6: the worst field is the headline, the failing ones come first, and the
total of all fields is shown but never decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from db.read_models import ReadingView
from db.records import State

A_DOZEN = 12  # so many fields of a target all have their line in a status;
WORST = 6  # ... of more the worst have one: a message is of 4096 characters
FAILING = (State.MISSED, State.BEHIND)
# Worst first; what cannot be judged stands before what has nothing to count.
RANKS = {
    State.MISSED: 0, State.BEHIND: 0, State.AT_RISK: 1, State.MET: 2, State.ON_TRACK: 2,
    State.NONE: 4, State.NOT_APPLICABLE: 4,
}  # fmt: skip
UNKNOWN = 3
JUDGED = frozenset(state for state, rank in RANKS.items() if rank < UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """What is said of a target's fields together; numerator/denominator: of all that are judged."""

    state: State  # of the whole: that of the worst field
    worst: ReadingView  # the lowest rate
    failing: int
    judged: int
    numerator: int
    denominator: int


def worst_first(readings: Iterable[ReadingView]) -> tuple[ReadingView, ...]:
    """Failing, at risk, met, not known, nothing to count; within each the lowest rate first."""
    return tuple(sorted(readings, key=_place))


def headline(readings: Sequence[ReadingView]) -> Headline | None:
    """None where fewer than two fields are judged: the line of the one says it all."""
    judged = [r for r in readings if r.field and r.state in JUDGED and r.denominator]
    if len(judged) < 2:
        return None
    return Headline(
        state=min(judged, key=_place).state,
        worst=min(judged, key=_rate),
        failing=sum(r.state in FAILING for r in judged),
        judged=len(judged),
        numerator=sum(r.numerator for r in judged),
        denominator=sum(r.denominator for r in judged),
    )


def named(readings: Sequence[ReadingView]) -> tuple[ReadingView, ...]:
    """The fields that have a line of their own, of those with the worst first."""
    return tuple(readings if len(readings) <= A_DOZEN else readings[:WORST])


def not_named(readings: Sequence[ReadingView]) -> tuple[tuple[State, int], ...]:
    """How many of the others stand how, the worst state first."""
    return tuple(Counter(r.state for r in readings[len(named(readings)) :]).items())


def _place(reading: ReadingView) -> tuple[int, Fraction, str]:
    return RANKS.get(reading.state, UNKNOWN), _rate(reading)[0], reading.field or ""


def _rate(reading: ReadingView) -> tuple[Fraction, str]:
    """Nothing to count stands at the end."""
    n = reading.denominator
    return (Fraction(reading.numerator, n) if n else Fraction(2)), reading.field or ""
