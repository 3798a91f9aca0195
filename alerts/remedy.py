"""Which items can somebody still do something about, and which of them cannot wait?"""

from __future__ import annotations

from collections.abc import Iterable

from db.records import Item

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


def actionable(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that somebody can still do something about."""
    return tuple(item for item in items if item.note not in SETTLED_NOTES)


def is_critical(items: Iterable[Item]) -> bool:
    """Whether one of the items cannot wait until the morning."""
    return any(item.note in CRITICAL_NOTES and item.days_late is not None for item in items)
