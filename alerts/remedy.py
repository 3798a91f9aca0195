"""Which items can somebody still do something about, and which of them cannot wait?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from db.records import Item, OpenAlert, State

# What can no longer be mended, or says the rate once more (it is as small as the sample is): nobody
# can act on such an item, and nobody can claim that it is done.
SETTLED_NOTES = frozenset(
    {
        "finished_late",
        "finished_late_with_letter",
        "finished_late_with_late_letter",
        "finished_late_no_letter",  # its letter is an item of the letters' own target
        "complaint_late",
        "letter_too_late",
        "supplement_long",  # its citizen has to come; it is in no number until then
        "fee_long",
        "conduct_not_covered",
        "ratings_dissatisfied",
        "ratings_neutral",
        "school_below_goal",
        "low_online_share",
    }
)
# Overdue, and its letter is owed by the end of the due day (Decision 5157/QĐ-UBND): not tomorrow.
# Where no book of letters ever came ("overdue"), nothing says that it was written.
CRITICAL_NOTES = frozenset({"overdue", "overdue_no_letter", "letter_missing"})
# What is to be done by a day of its own, whatever the rate of its target comes to (domain reference
# 1.15): an inspection past its planned time, recommendations not carried out, a case undecided.
OWN_DAY_NOTES = frozenset({"inspection_overdue", "remedy_open", "harassment_open"})
WARNINGS = frozenset({"kind_missing"})  # said from a day of the year on, late or not
COMING = "milestone_due_soon"  # nothing is wrong with it yet: its lead unit is reminded of it


def without_coming(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that say something of how a reading stands: what is only near is no part of it."""
    return tuple(item for item in items if item.note != COMING)


def owed(state: State, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items by which a reading calls though no rate of it is missed.

    Of a line without a number (`info`) all that can be acted on and is past its day; of a rate what
    has a day of its own, and what is warned of.
    """
    return tuple(
        item
        for item in actionable(items)
        if item.note in WARNINGS
        or (item.days_late is not None and (state is State.INFO or item.note in OWN_DAY_NOTES))
    )


def owed_by(alert: OpenAlert | None, items: Iterable[Item]) -> tuple[Item, ...] | None:
    """The items that alone keep an alert open; None where a rate does."""
    if alert is None or not alert.by_items:
        return None
    return tuple(item for item in items if item.key in alert.item_keys)


def by_note(items: Iterable[Item]) -> tuple[tuple[str, int], ...]:
    """How many items there are of each note, in the order in which they come."""
    return tuple(Counter(item.note or "" for item in items).items())


def actionable(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that somebody can still do something about."""
    return tuple(item for item in items if item.note not in SETTLED_NOTES)


def is_critical(items: Iterable[Item]) -> bool:
    """Whether one of the items cannot wait until the morning."""
    return any(item.note in CRITICAL_NOTES and item.days_late is not None for item in items)
