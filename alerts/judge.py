"""Does a reading keep the promise of its target, and may it be trusted at all?

Everything is reckoned in whole numbers: 19 of 20 is exactly 95 % and misses "above 95 %", which no
rounded percentage would show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.records import Freshness, Goal, Reading, State, Target, Verdict, Workdays


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
) -> Verdict:
    """The state of a reading on a day, with the reason that decided it.

    `freshness` has one entry for each source of the target; a source without one was never
    delivered. `max_age` names every source of the target. A reading is as old as the oldest of its
    sources. Reasons, in the order in which they decide: never_delivered, last_file_refused,
    older_than_allowed, nothing_to_count, exactly_on_a_strict_goal, below_the_goal,
    inside_the_margin, meets_the_goal.
    """
    known = {each.source: each for each in freshness}
    sources = [known.get(source, Freshness(source=source)) for source in target.sources]
    a, n = reading.numerator, reading.denominator

    # A source that never came is not zero: nothing can be said. (One whose first file was refused
    # did come; the rule below speaks of it.)
    if any(each.newest_day is None and not each.refused_since for each in sources):
        return Verdict(state=State.NO_DATA, reason="never_delivered")

    # Something newer exists and could not be used: what we hold is known to be outdated.
    if any(each.refused_since for each in sources):
        return Verdict(state=State.REJECTED, reason="last_file_refused")

    # The oldest source decides: fresh dossiers beside an old letters book prove nothing.
    if any(
        _too_old(each.newest_day, max_age[each.source], calendar, today)
        for each in sources
        if each.newest_day is not None
    ):
        return Verdict(state=State.STALE, reason="older_than_allowed")

    # A good delivery with nothing in it is neither 0 % nor 100 %.
    if n == 0:
        return Verdict(state=State.NONE, reason="nothing_to_count")

    small = 0 < n < target.small_sample
    more = needed(target.goal, a, n)
    if not meets(target.goal, a, n):
        # On the line but not over it: the printed rate equals the goal, so the reason must say why.
        strict = target.goal.operator == ">" and 100 * a == target.goal.percent * n
        reason = "exactly_on_a_strict_goal" if strict else "below_the_goal"
        return Verdict(state=State.MISSED, reason=reason, small_sample=small, needed=more)

    if _inside_the_margin(target, a, n):
        return Verdict(
            state=State.AT_RISK, reason="inside_the_margin", small_sample=small, needed=more
        )
    return Verdict(state=State.MET, reason="meets_the_goal", small_sample=small, needed=more)


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


def rate_decimals(numerator: int, denominator: int, goal: Goal) -> int:
    """How many decimals to print: 2, or as many more as it takes to tell the rate from the goal.

    95.004 % meets "above 95 %" but prints as 95.00: three decimals show why. Exactly on the goal,
    no decimal would help and 2 is the answer.
    """
    decimals = 2
    if denominator == 0 or 100 * numerator == goal.percent * denominator:
        return decimals
    while rate_text(numerator, denominator, decimals) == rate_text(goal.percent, 100, decimals):
        decimals += 1
    return decimals


def _too_old(newest: date, rule: AgeRule, calendar: Workdays, today: date) -> bool:
    if rule.in_working_days:
        return calendar.between(newest, today) > rule.days
    return (today - newest).days > rule.days


def _inside_the_margin(target: Target, numerator: int, denominator: int) -> bool:
    """Met by less than the margin. "= N %" has no more or less, and nothing lies above 100 %."""
    if target.goal.operator == "=":
        return False
    safe = min(100, target.goal.percent + target.margin_points)
    return 100 * numerator < safe * denominator
