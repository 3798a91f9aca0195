"""Which row is the header, which kind of source does it name, and which column is which?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from db.intake.moments import parse_day
from db.intake.refusals import BadValue
from db.names import fold
from db.records import UnreadColumn

__all__ = ["Header", "Synonyms", "explain_missing", "find_header", "fold"]

HEADER_WITHIN = 30  # rows; offices print a letterhead, a title and a period above the table
ENOUGH = 3  # canonical names that make a row a header

# kind -> column -> headers in use, folded
Synonyms = Mapping[str, Mapping[str, frozenset[str]]]

_REMARK = re.compile(r"\([^)]*\)|\*")
_DATE = r"(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})"
_PERIOD = re.compile(
    rf"tu\s+(?:ngay\s+)?{_DATE}\s*(?:den|-|–)\s*(?:het\s+)?(?:ngay\s+)?{_DATE}", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """A header that was found. Rows are counted from 1 as the file shows them, columns from 0."""

    kind: str
    columns: Mapping[str, int]  # canonical name -> column
    row: int  # first row of the header
    last_row: int  # the same, or one more for a header of two rows
    width: int
    texts: tuple[tuple[str, ...], ...]  # the header's own rows, folded; they may repeat below
    printed: tuple[tuple[str, ...], ...] = ()  # the same rows as the file prints them
    unknown: tuple[tuple[int, str], ...] = ()  # columns that no canonical name fits
    duplicated: tuple[UnreadColumn, ...] = ()  # whose name an earlier one already took
    missing: tuple[str, ...] = ()  # required canonical names that are not there
    titles: tuple[str, ...] = ()  # what stands above, cell by cell
    period: tuple[int, int] | None = None  # days printed above, first and last


@dataclass(frozen=True, slots=True)
class _Match:
    kind: str
    columns: dict[str, int]
    names: tuple[str, ...]  # one a column, as it matched or as it stands
    duplicated: dict[int, str] = field(default_factory=dict)  # column -> its canonical name


def find_header(
    rows: Sequence[Sequence[str]],
    synonyms: Synonyms,
    *,
    required: Mapping[str, Sequence[str]] | None = None,
    kind: str | None = None,
) -> Header | None:
    """The first of the first 30 rows in which three columns of one source kind are named.

    The kind with most columns wins; of two with as many, the one that lacks no required column.
    ``kind`` looks for that kind alone. A header of two rows (a group cell over its parts) is
    joined. None when no row is a header.
    """
    kinds = {
        name: _by_header(columns) for name, columns in synonyms.items() if kind in (None, name)
    }
    needed = required or {}
    for place in range(min(HEADER_WITHIN, len(rows))):
        below = rows[place + 1] if place + 1 < len(rows) else ()
        single = _best([(cell,) for cell in rows[place]], kinds, needed)
        joined = _best(_joined_names(rows[place], below), kinds, needed)
        two_rows = (
            single is not None
            and joined is not None
            and len(joined.columns) > len(single.columns)
            # A title above a header of one row adds nothing to it.
            and len(single.columns) > 0
        )
        match = joined if two_rows else single
        if match is not None and len(match.columns) >= ENOUGH:
            return _header(rows, place, place + 1 if two_rows else place, match, needed)
    return None


def explain_missing(header: Header, spoken: Mapping[str, str]) -> str:
    """The sentence that refuses a file whose header lacks required columns.

    ``spoken`` gives a header in use for a canonical name.
    """
    names = ", ".join(f"'{spoken.get(name, name)}' ({name})" for name in header.missing)
    plural = "columns" if len(header.missing) > 1 else "column"
    return (
        f"the header in row {header.row} reads as {header.kind} but lacks the {plural} {names}:"
        " export the table with it, or name the kind with --source if it is another"
    )


def _without_marks(text: str) -> str:
    plain = text if text.isascii() else text.translate(_D)
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", plain)
        if not unicodedata.combining(letter)
    )


_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "\xa0": " ", "\u200b": None})


def _by_header(columns: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Header without spaces -> canonical name: systems also print NgayTiepNhan."""
    return {
        header.replace(" ", ""): name for name, headers in columns.items() for header in headers
    }


def _joined_names(above: Sequence[str], below: Sequence[str]) -> list[tuple[str, ...]]:
    """For each column the names it may go by when two rows make one header, best first."""
    names: list[tuple[str, ...]] = []
    group = ""
    for column in range(max(len(above), len(below))):
        top = above[column] if column < len(above) else ""
        sub = below[column] if column < len(below) else ""
        group = top or group
        if not sub or sub == top:
            names.append((top,))
        else:
            names.append((f"{group} {sub}", sub, top))
    return names


def _best(
    names: Sequence[tuple[str, ...]],
    kinds: Mapping[str, Mapping[str, str]],
    required: Mapping[str, Sequence[str]],
) -> _Match | None:
    matches = [_match(kind, names, by_header) for kind, by_header in kinds.items()]
    return max(
        matches,
        key=lambda match: (
            len(match.columns),
            all(name in match.columns for name in required.get(match.kind, ())),
        ),
        default=None,
    )


def _match(kind: str, names: Sequence[tuple[str, ...]], by_header: Mapping[str, str]) -> _Match:
    match = _Match(kind, {}, tuple(next(filter(None, options), "") for options in names))
    for column, options in enumerate(names):
        canonical = next(filter(None, (_lookup(name, by_header) for name in options)), None)
        if canonical is None:
            continue
        if canonical in match.columns:
            match.duplicated[column] = canonical
        else:
            match.columns[canonical] = column
    return match


def _lookup(name: str, by_header: Mapping[str, str]) -> str | None:
    if not name or len(name) > 200:
        return None
    found = by_header.get(fold(name).replace(" ", ""))
    if found is None and ("(" in name or "*" in name):  # "Ngày hẹn trả (dd/mm/yyyy) *"
        found = by_header.get(fold(_REMARK.sub(" ", name)).replace(" ", ""))
    return found


def _header(
    rows: Sequence[Sequence[str]],
    first: int,
    last: int,
    match: _Match,
    required: Mapping[str, Sequence[str]],
) -> Header:
    known = set(match.columns.values()) | set(match.duplicated)
    titles = tuple(cell for row in rows[:first] for cell in row if cell)
    return Header(
        kind=match.kind,
        columns=match.columns,
        row=first + 1,
        last_row=last + 1,
        width=len(match.names),
        texts=tuple(tuple(map(fold, row)) for row in rows[first : last + 1]),
        printed=tuple(tuple(row) for row in rows[first : last + 1]),
        unknown=tuple(
            (column, name)
            for column, name in enumerate(match.names)
            if name and column not in known
        ),
        duplicated=tuple(
            UnreadColumn(
                name=name, column=column + 1, heading=match.names[column],
                read=match.columns[name] + 1, read_heading=match.names[match.columns[name]],
            )
            for column, name in match.duplicated.items()
        ),
        missing=tuple(name for name in required.get(match.kind, ()) if name not in match.columns),
        titles=titles,
        period=next(_periods(titles), None),
    )  # fmt: skip


def _periods(titles: Sequence[str]) -> Iterator[tuple[int, int]]:
    for title in titles:
        for first, last in _PERIOD.findall(_without_marks(title)):
            try:
                days = parse_day(first), parse_day(last)
            except BadValue:
                continue
            if days[0] and days[1] and days[0] <= days[1]:
                yield days[0], days[1]
