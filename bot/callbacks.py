"""What does a button mean? Typed values of at most 64 bytes, with a versioned prefix each.

A prefix never changes its meaning: a button of last year is still pressed. A new form gets a new
prefix, and the old line of `READERS` stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

LONGEST = 64  # bytes; Telegram refuses longer ones
SEPARATOR = ":"


class ButtonTooLong(Exception):
    """A button holds more than Telegram carries."""


@dataclass(frozen=True, slots=True)
class ShowStatus:
    unit_id: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ShowItems:
    unit_id: int
    target: str = ""  # empty: the list of targets to choose from
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowWhy:
    unit_id: int
    target: str
    field_id: int = 0  # 0: of all fields together


@dataclass(frozen=True, slots=True)
class ShowDue:
    unit_id: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowAlerts:
    unit_id: int = 0  # 0: of all units that the person asks about
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowUnits:
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class ShowCalendar:
    year: int = 0  # 0: this year


@dataclass(frozen=True, slots=True)
class ConfirmCalendar:
    """The change that was drafted under this number: made, or given up."""

    draft_id: int
    make: bool


@dataclass(frozen=True, slots=True)
class UndoCalendar:
    change_id: int


Button = (
    ShowStatus
    | ShowItems
    | ShowWhy
    | ShowDue
    | ShowAlerts
    | ShowUnits
    | ChooseLanguage
    | ShowCalendar
    | ConfirmCalendar
    | UndoCalendar
)


def encode(button: Button) -> str:
    """The button as Telegram carries it. Raises ButtonTooLong."""
    match button:
        case ShowStatus(unit_id, day):
            parts = ["s1", unit_id, day.strftime("%Y%m%d") if day else ""]
        case ShowItems(unit_id, target, page):
            parts = ["i1", unit_id, target, page]
        case ShowWhy(unit_id, target, field_id):
            parts = ["w1", unit_id, target, field_id]
        case ShowDue(unit_id, page):
            parts = ["d1", unit_id, page]
        case ShowAlerts(unit_id, page):
            parts = ["a1", unit_id, page]
        case ShowUnits(page):
            parts = ["u1", page]
        case ChooseLanguage(language):
            parts = ["l1", language]
        case ShowCalendar(year):
            parts = ["k1", year]
        case ConfirmCalendar(draft_id, make):
            parts = ["kc1", draft_id, int(make)]
        case UndoCalendar(change_id):
            parts = ["ku1", change_id]
    text = SEPARATOR.join(str(part) for part in parts)
    if len(text.encode()) > LONGEST:
        raise ButtonTooLong(f"{text}: {len(text.encode())} bytes, {LONGEST} are carried")
    return text


def decode(text: str) -> Button | None:
    """The button's value; None where it is not (or no longer) known."""
    prefix, *parts = text.split(SEPARATOR)
    reader = READERS.get(prefix)
    try:
        return reader(*parts) if reader else None
    except (ValueError, TypeError):
        return None


def _day(text: str) -> date | None:
    return date(int(text[:4]), int(text[4:6]), int(text[6:])) if text else None


READERS: dict[str, Callable[..., Button]] = {
    "s1": lambda unit_id, day: ShowStatus(int(unit_id), _day(day)),
    "i1": lambda unit_id, target, page: ShowItems(int(unit_id), target, int(page)),
    "w1": lambda unit_id, target, field_id: ShowWhy(int(unit_id), target, int(field_id)),
    "d1": lambda unit_id, page: ShowDue(int(unit_id), int(page)),
    "a1": lambda unit_id, page: ShowAlerts(int(unit_id), int(page)),
    "u1": lambda page: ShowUnits(int(page)),
    "l1": ChooseLanguage,
    "k1": lambda year: ShowCalendar(int(year)),
    "kc1": lambda draft_id, make: ConfirmCalendar(int(draft_id), bool(int(make))),
    "ku1": lambda change_id: UndoCalendar(int(change_id)),
}
