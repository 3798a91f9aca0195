"""Is a file good enough to replace what we know? Pure: counts in, a reason to refuse out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db.indicators import date_of
from db.intake.rules import IntakeRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Previous:
    """The last accepted file of the same units and the same period."""

    rows: int
    day: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a file is refused whole: a word, one English sentence, and the facts in it."""

    code: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)


# Rows to a page in which systems export, unless they are asked for all.
PAGES = frozenset({500, 1000})


def may_be_one_page(*, rows: int, printed_total: int | None, previous: Previous | None) -> bool:
    """Whether the file may be the first page of an export: as many rows as a page has, and neither
    a total of its own nor an earlier file of another length says that these are all.
    """
    if rows not in PAGES or printed_total == rows:
        return False
    return previous is None or previous.rows == rows


def judge_file(
    *,
    rows: int,
    bad: int,
    printed_total: int | None,
    previous: Previous | None,
    rules: IntakeRules,
    first_reason: str = "",
) -> Refusal | None:
    """Why the file is refused, or None; `bad` of its data rows were refused."""
    # A header and nothing below it is an export that went wrong, not a day without work.
    if rows == 0:
        text = "the table has a header but no rows: export it again with its data"
        return Refusal(code="no_rows", text=text)

    # Few bad rows are set aside; many mean that the file was misread, or is another file.
    if bad > rules.bad_rows_free and bad * 100 > rows * rules.bad_rows_percent:
        return Refusal(
            code="bad_rows",
            text=f"{bad} of {rows} rows cannot be understood, more than"
            f" {rules.bad_rows_percent} % (the first: {first_reason})",
            facts={"bad": bad, "rows": rows},
        )

    # The file says itself how many rows it should have.
    if printed_total is not None and printed_total > rows:
        missing = printed_total - rows
        if missing * 100 > printed_total * rules.fewer_rows_percent:
            return Refusal(
                code="fewer_than_printed",
                text=f"it prints a total of {printed_total} but has only {rows} rows:"
                " export all of it",
                facts={"rows": rows, "total": printed_total},
            )

    # One page, or one unit, of what came last time: the rest would look as if it had vanished.
    if previous is not None and previous.rows >= rules.fewer_rows_from:
        fewer = previous.rows - rows
        if fewer * 100 > previous.rows * rules.fewer_rows_percent:
            return Refusal(
                code="fewer_rows",
                text=f"it has only {rows} rows, the file of {date_of(previous.day):%d/%m/%Y} had"
                f" {previous.rows}: export all of it",
                facts={"rows": rows, "previous": previous.rows, "day": previous.day},
            )
    return None
