"""What does a row of a satisfaction survey mean? The ratings of one unit, field and period.

Rules: domain reference 1.4 (ratings that count) and 4.2.6 (printed percentages are never trusted).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from db.intake.naming import Names
from db.intake.numbers import is_nothing, parse_decimal
from db.intake.periods import Period, choose_disjoint, parse_period
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.tables import SurveyRow

COLUMNS = (
    "period", "unit_id", "field_id", "satisfied", "neutral", "valid", "year", "counts", "flags",
    "day", "delivery_id",
)  # fmt: skip
KEY = ("period", "unit_id", "field_id")
UPSERT = Upsert(table="surveys", columns=COLUMNS, key=KEY)
PRINTED_CLOSE = Decimal("0.01")  # points by which a printed rate may differ unremarked
SATISFIED = ("very_satisfied", "satisfied")
RATINGS = (*SATISFIED, "neutral", "dissatisfied", "very_dissatisfied")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballots:
    """What a row of ratings says; `possible` False keeps it out of every rate."""

    satisfied: int
    neutral: int
    valid: int
    possible: bool = True


def load(taking: Taking, body: Table) -> None:
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    periods = []
    for row, period, values in _rows(taking, body):
        key = values[:3]
        if key in rows:
            taking.dropped["duplicate"] += 1
            taking.flag(row, period.key, "duplicate")
        rows[key] = values
        periods.append(period)
    taking.loaded = write_rows(taking.tx, UPSERT, rows.values())
    if periods:
        # Files of the same months are compared with each other, a quarter with no half-year.
        taking.period = (
            min(p.year for p in periods) * 10_000
            + min(p.first for p in periods) * 100
            + max(p.last for p in periods)
        )
    _choose_periods(taking, {p.year for p in periods})


def _rows(taking: Taking, body: Table) -> Iterator[tuple[int, Period, tuple[Any, ...]]]:
    place = body.columns
    names = Names(taking.tx)
    for row, cells in body:
        cells.append("")
        taking.rows += 1

        def cell(column: str, cells: list[str] = cells) -> str:
            return cells[place.get(column, -1)]

        try:
            period = parse_period(cell("period"))
        except BadValue as bad:
            taking.reject(row, "period", cell("period"), bad.reason)
            continue
        unit_id = taking.own_unit(row, cell("unit"))
        if unit_id is None:
            continue
        taking.units_seen.add(unit_id)
        key = f"{period.key} {cell('unit')} {cell('field')}".strip()
        found = count_ballots(taking, row, key, cells, place)
        why_not = "" if found.possible else "impossible_counts"
        if period.begins > taking.day_end:
            taking.flag(row, key, "future_date")
            why_not = "future_date"
        yield (
            row,
            period,
            (
                period.key, unit_id, names.field(cell("field")), found.satisfied, found.neutral,
                found.valid, period.year, int(not why_not), why_not, taking.day,
                taking.delivery_id,
            ),
        )  # fmt: skip


def count_ballots(
    taking: Taking, row: int, key: str, cells: list[str], place: dict[str, int]
) -> Ballots:
    """The ballots of a row with the columns of RATINGS, `valid` and `rate` (as printed).

    A scale may have fewer steps. The valid ballots are those that the row says were valid; where
    it does not say, the ratings given. `cells` end with an empty one.
    """

    def number(column: str) -> int | None:
        return taking.count(row, key, column, cells[place.get(column, -1)])

    counted = {column: number(column) for column in RATINGS}
    ratings = {column: found or 0 for column, found in counted.items()}
    given = sum(ratings.values())
    satisfied = sum(ratings[column] for column in SATISFIED)
    valid = number("valid")
    unread = [
        column
        for column, found in counted.items()
        if found is None and not is_nothing(cells[place.get(column, -1)])
    ]
    if unread and given != valid:
        # Taken for 0 it would accuse a unit of what nobody has counted; where the others are all
        # the ballots, it is 0.
        taking.flag(row, key, "impossible_counts", f"unreadable: {', '.join(unread)}")
        return Ballots(satisfied=0, neutral=0, valid=0, possible=False)
    if valid is None:
        valid = given
        if "valid" in place:
            taking.flag(row, key, "valid_not_given")
    elif valid != given:
        taking.flag(row, key, "ratings_do_not_add_up", f"{given} ratings, {valid} valid ballots")
    if satisfied + ratings["neutral"] > valid:
        taking.flag(row, key, "impossible_counts", f"{satisfied} satisfied of {valid}")
        return Ballots(satisfied=0, neutral=0, valid=0, possible=False)
    _compare_printed(taking, row, key, cells[place.get("rate", -1)], satisfied, valid)
    return Ballots(satisfied=satisfied, neutral=ratings["neutral"], valid=valid)


def _compare_printed(
    taking: Taking, row: int, key: str, text_: str, satisfied: int, valid: int
) -> None:
    """Flags a printed percentage that is another than the counts give, rounding aside."""
    try:
        printed = parse_decimal(text_)
    except BadValue:
        taking.flag(row, key, "bad_number:rate", text_[:40])
        return
    if printed is None or valid == 0:
        return
    rate = Decimal(100 * satisfied) / valid
    exponent = printed.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    if printed <= 1 < rate:  # a cell formatted as a percentage holds the fraction
        printed, step = printed * 100, step * 100
    if abs(printed - rate) > max(PRINTED_CLOSE, step / 2):
        taking.flag(row, key, "printed_rate_differs", f"{text_[:20]}, not {rate:.2f}")


def _choose_periods(taking: Taking, years: set[int]) -> None:
    """Of each unit and field, marks the periods of a year that count: no ballot counts twice."""
    if not years:
        return
    known: defaultdict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for survey in taking.tx.execute(
        select(
            SurveyRow.id, SurveyRow.unit_id, SurveyRow.field_id, SurveyRow.year, SurveyRow.period,
            SurveyRow.counts,
        ).where(SurveyRow.year.in_(sorted(years)), SurveyRow.flags == "")
    ):  # fmt: skip
        known[survey.unit_id, survey.field_id, survey.year].append(survey)
    changes = []
    for surveys in known.values():
        chosen = {p.key for p in choose_disjoint(parse_period(s.period) for s in surveys)}
        changes += [
            {"id": s.id, "counts": int(s.period in chosen)}
            for s in surveys
            if s.counts != int(s.period in chosen)
        ]
    if changes:
        taking.tx.execute(text("UPDATE surveys SET counts = :counts WHERE id = :id"), changes)
