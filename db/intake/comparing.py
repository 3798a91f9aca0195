"""With which earlier files may a delivered one be compared? Pure: sets of names in."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

# Stands for the district's own rows, whichever unit of it they name.
OF_THE_DISTRICT = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Of what a file speaks.

    `of`: '*' or one unit's id. `units`: the units that it speaks of, none for all of them.
    `period_from`: a number that files of one period share. `named`: what it is compared by, the
    units that it has rows of (schools: their codes; procedures: their levels). `of_offices`: these
    are offices that may each send a file of their own.
    """

    of: str
    units: frozenset[int]
    period_from: int
    named: frozenset[str] = frozenset()
    of_offices: bool = True


def are_comparable(named: Set[str], before: Set[str], *, of_offices: bool = True) -> bool:
    """Whether what a file has less than an earlier one of its source and period is missing in it.

    Each office may send its own file, so fewer rows mean something only of the same offices; but
    an export that broke off names fewer of them, too.
    """
    # The same units: each file is there in place of the one before.
    if named == before:
        return True

    # Both have rows of the district itself: they are its system's exports, whichever of the units
    # below it happen to have rows.
    if OF_THE_DISTRICT in named and OF_THE_DISTRICT in before:
        return True

    # A file of one office is that office's own, and speaks of nobody else.
    if of_offices and (len(named) < 2 or len(before) < 2):
        return False

    # Most of the units of one are in the other: the same export, cut short or grown. Files that
    # share half of them or fewer are those of different offices.
    return 2 * len(named & before) > min(len(named), len(before))
