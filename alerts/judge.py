"""Does a reading keep the promise of its target, and may it be trusted at all?

Everything is reckoned in whole numbers: 19 of 20 is exactly 95 % and misses "above 95 %", which no
rounded percentage would show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from alerts.pace import pace, span_of
from db.records import (
    Freshness,
    Goal,
    Reading,
    ReportingYear,
    State,
    Target,
    TargetKind,
    Verdict,
    Workdays,
)

NOTHING_ENTERED = "nothing_entered"
PUBLICATION_OVERDUE = "publication_overdue"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeRule:
    """How old the newest delivery of a source may be."""

    days: int
    in_working_days: bool = True


def judge(
    reading: Reading,
    target: Target,
    freshness: Sequence[Freshness],
    max_age: Mapping[str, AgeRule],
    calendar: Workdays,
    today: date,
    *,
    informs: bool = False,
) -> Verdict:
    """The state of a reading on a day, with the reason that decided it.

    `freshness` has one entry for each source of the target; a source without one was never
    delivered. `max_age` names every source of the target. A reading is as old as the oldest of its
    sources. `informs`: the unit sees the line without being judged by it.
    Reasons that decide for every kind of target, in this order: never_delivered,
    last_file_refused, older_than_allowed; then the target's kind decides.
    """
    known = {each.source: each for each in freshness}
    sources = [known.get(source, Freshness(source=source)) for source in target.sources]

    # A source that never came is not zero: nothing can be said. (One whose first file was refused
    # did come; the rule below speaks of it.)
    if any(each.newest_day is None and not each.refused_since for each in sources):
        return Verdict(state=State.NO_DATA, reason="never_delivered")

    # Something newer exists and could not be used: what we hold is known to be outdated.
    if any(each.refused_since for each in sources):
        return Verdict(state=State.REJECTED, reason="last_file_refused")

    # The oldest source decides: fresh dossiers beside an old letters book prove nothing.
    if any(
        too_old(each.newest_day, max_age[each.source], calendar, today)
        for each in sources
        if each.newest_day is not None
    ):
        return Verdict(state=State.STALE, reason="older_than_allowed")

    # A unit may see a line that is judged elsewhere: its share of it is shown, not judged.
    if informs:
        return _judge_information(reading, target, today, calendar.reporting_year)
    return JUDGES[target.kind](reading, target, today, calendar.reporting_year)


def _judge_ratio(reading: Reading, target: Target, today: date, year: ReportingYear) -> Verdict:
    a, n = reading.numerator, reading.denominator
    goal = target.goal
    # A good delivery with nothing in it is neither 0 % nor 100 %.
    if n == 0 or goal is None:
        # What names a field did come, with nothing in it.
        empty = target.empty if reading.field_id is None else State.NONE
        reason = "nothing_to_count" if empty is State.NONE else "not_published_yet"
        return Verdict(state=empty, reason=reason)

    small = 0 < n < target.small_sample
    more = needed_of_stock(goal, a, n) if target.stock else needed(goal, a, n)

    def verdict(state: State, reason: str) -> Verdict:
        return Verdict(state=state, reason=reason, small_sample=small, needed=more)

    if not meets(goal, a, n):
        # Not yet due: it is judged by its pace, with a tolerance, until the last day.
        span = span_of(target, today, year)
        if span is not None and today < span.decided_on:
            if Fraction(100 * a, n) < pace(target, today, year) - target.tolerance_points:
                return verdict(State.BEHIND, "below_the_pace")
            return verdict(State.ON_TRACK, "on_the_pace")

        # On the line but not over it: the printed rate equals the goal, so the reason must say why.
        strict = goal.operator == ">" and 100 * a == goal.percent * n
        return verdict(State.MISSED, "exactly_on_a_strict_goal" if strict else "below_the_goal")

    if _inside_the_margin(target, goal, a, n):
        return verdict(State.AT_RISK, "inside_the_margin")
    return verdict(State.MET, "meets_the_goal")


def _judge_grade(reading: Reading, target: Target, today: date, _year: ReportingYear) -> Verdict:
    # Last year's grade is published during this year (both of the calendar); until its day it is
    # merely not out.
    if reading.answer is None:
        month, day = map(int, str(target.options.get("published_by", "06-30")).split("-"))
        if today <= date(today.year, month, day):
            return Verdict(state=State.UNPUBLISHED, reason="not_published_yet")
        return Verdict(state=State.STALE, reason=PUBLICATION_OVERDUE)
    if grade_keeps(target, reading.answer):
        return Verdict(state=State.MET, reason="meets_the_goal")
    return Verdict(state=State.MISSED, reason="below_the_goal")


def grade_keeps(target: Target, grade: str) -> bool:
    """Whether a grade is at least the one that is asked for."""
    return target.grades.index(grade) >= target.grades.index(target.grade)


# The answers that the .sql of a yes/no line gives, and what they mean.
ANSWERS = {
    "yes": (State.MET, "meets_the_goal"),
    "no": (State.MISSED, "not_in_place"),
    "on_track": (State.ON_TRACK, "its_milestones_are_kept"),
    "behind": (State.BEHIND, "a_milestone_is_overdue"),
}


def _judge_yes_no(reading: Reading, _target: Target, _today: date, _year: ReportingYear) -> Verdict:
    if reading.answer is None:
        return Verdict(state=State.NONE, reason="nothing_to_count")
    state, reason = ANSWERS[reading.answer]
    return Verdict(state=state, reason=reason)


def _judge_information(
    reading: Reading, target: Target, _today: date, _year: ReportingYear
) -> Verdict:
    """Milestones and plain figures have no goal by number: they are never red by their rate."""
    # Nothing is due or has happened; or, where the target says so, nothing was ever entered.
    if reading.denominator == 0 and reading.answer is None and target.empty is State.NO_DATA:
        return Verdict(state=State.NO_DATA, reason=NOTHING_ENTERED)
    if reading.denominator == 0:
        return Verdict(state=State.NONE, reason="nothing_to_count")
    return Verdict(state=State.INFO, reason="for_information")


Judge = Callable[[Reading, Target, date, ReportingYear], Verdict]
JUDGES: Mapping[TargetKind, Judge] = {
    TargetKind.RATIO: _judge_ratio,
    TargetKind.GRADE: _judge_grade,
    TargetKind.YES_NO: _judge_yes_no,
    TargetKind.MILESTONES: _judge_information,
    TargetKind.INFO: _judge_information,
}


def meets(goal: Goal, numerator: int, denominator: int) -> bool:
    """Whether numerator/denominator holds the goal, compared exactly. A zero denominator is no
    rate: ask before.
    """
    rate, line = 100 * numerator, goal.percent * denominator
    if goal.operator == ">":
        return rate > line
    if goal.operator == ">=":
        return rate >= line
    return rate == line


def clears(goal: Goal, points: int, numerator: int, denominator: int) -> bool:
    """Whether numerator/denominator is so many points above the goal; nothing lies above 100 %."""
    line = min(100, goal.percent + points)
    if goal.operator == ">" and line < 100:
        return 100 * numerator > line * denominator
    return 100 * numerator >= line * denominator


def needed(goal: Goal, numerator: int, denominator: int) -> int | None:
    """How many further on-time items, with no new late one, bring the goal back; 0 when it holds.

    None where no number of them can: "= 100 %" after one failure, or a goal beyond every rate.
    """
    if meets(goal, numerator, denominator):
        return 0
    room = 100 - goal.percent  # what each further item gains on the line, in hundredths
    if goal.operator == "=" or room <= 0:
        return None
    behind = goal.percent * denominator - 100 * numerator
    return behind // room + 1 if goal.operator == ">" else -(-behind // room)


def needed_of_stock(goal: Goal, numerator: int, denominator: int) -> int | None:
    """How many of what exists must still be mended until the goal holds; 0 when it holds.

    None for "= 100 %", where the items themselves say what is missing.
    """
    if meets(goal, numerator, denominator):
        return 0
    if goal.operator == "=":
        return None
    line = goal.percent * denominator
    least = line // 100 + 1 if goal.operator == ">" else -(-line // 100)
    return least - numerator if least <= denominator else None


def late_budget(goal: Goal, volume: int) -> int:
    """The most items of `volume` that may be late while the goal holds; 0 when none may."""
    room = (100 - goal.percent) * volume
    allowed = -(-room // 100) - 1 if goal.operator == ">" else room // 100
    return max(0, allowed)


def rate_text(numerator: int, denominator: int, decimals: int = 2) -> str:
    """The rate in per cent, e.g. 2 of 3 -> "66.67": exact, halves rounded up, decimal point.

    Raises ValueError for a zero denominator, which has no rate.
    """
    if denominator == 0:
        raise ValueError("a rate over nothing: ask for the denominator before (state `none`)")
    scale = 10**decimals
    rounded = (200 * numerator * scale + denominator) // (2 * denominator)
    whole, part = divmod(rounded, scale)
    return f"{whole}.{part:0{decimals}d}" if decimals else str(whole)


def rate_decimals(numerator: int, denominator: int, goal: Goal, decimals: int = 2) -> int:
    """How many decimals to print: 2, or as many more as it takes to tell the rate from the goal.

    95.004 % meets "above 95 %" but prints as 95.00: three decimals show why. Exactly on the goal,
    no decimal would help and 2 is the answer. `decimals`: another least number of them.
    """
    if denominator == 0 or 100 * numerator == goal.percent * denominator:
        return decimals
    while rate_text(numerator, denominator, decimals) == rate_text(goal.percent, 100, decimals):
        decimals += 1
    return decimals


def too_old(newest: date, rule: AgeRule, calendar: Workdays, today: date) -> bool:
    if rule.in_working_days:
        return calendar.between(newest, today) > rule.days
    return (today - newest).days > rule.days


def _inside_the_margin(target: Target, goal: Goal, numerator: int, denominator: int) -> bool:
    """Met by less than the margin. "= N %" has no more or less, and nothing lies above 100 %."""
    if goal.operator == "=":
        return False
    safe = min(100, goal.percent + target.margin_points)
    return 100 * numerator < safe * denominator
