"""What does a button mean? Typed values of at most 64 bytes, with a versioned prefix each.

A button is a frozen dataclass and a line of `FORMS`. A prefix never changes its meaning: a button
of last year is still pressed. A new form gets a new prefix; the old one moves to `OLD_FORMS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, get_type_hints

from bot.buttons import people as people_buttons
from bot.buttons.button import Button as Button

LONGEST = 64  # bytes; Telegram refuses longer ones
SEPARATOR = ":"


class ButtonTooLong(Exception):
    """A button holds more than Telegram carries."""


class ButtonUnreadable(Exception):
    """A button holds a text that could not be read back."""


@dataclass(frozen=True, slots=True)
class ShowStatus(Button):
    unit_id: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ShowItems(Button):
    unit_id: int
    target: str = ""  # empty: the list of targets to choose from
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowWhy(Button):
    unit_id: int
    target: str
    field_id: int = 0  # 0: of all fields together


@dataclass(frozen=True, slots=True)
class ShowDue(Button):
    unit_id: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowAlerts(Button):
    unit_id: int = 0  # 0: of all units that the person asks about
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowUnits(Button):
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Button):
    language: str


@dataclass(frozen=True, slots=True)
class ShowCalendar(Button):
    year: int = 0  # 0: this year


@dataclass(frozen=True, slots=True)
class ConfirmCalendar(Button):
    """The change that was drafted under this number: made, or given up."""

    draft_id: int
    make: bool


@dataclass(frozen=True, slots=True)
class UndoCalendar(Button):
    change_id: int


# --- an alert -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowAlert(Button):
    """The card of an alert; `outbox_id`: the queued message in whose place it stands."""

    alert_id: int
    outbox_id: int = 0


@dataclass(frozen=True, slots=True)
class TakeAlert(Button):
    alert_id: int


@dataclass(frozen=True, slots=True)
class ClaimAlert(Button):
    alert_id: int


@dataclass(frozen=True, slots=True)
class MuteAlert(Button):
    """What is to be silent: this alert, its target, the whole unit?"""

    alert_id: int


@dataclass(frozen=True, slots=True)
class MuteScope(Button):
    """For how long, and why?"""

    alert_id: int
    scope: str


@dataclass(frozen=True, slots=True)
class MuteUntil(Button):
    """Silent for so many working days; without a reason yet, it is asked for."""

    alert_id: int
    scope: str
    working_days: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndMute(Button):
    """Ends a silence; `unit_id` as the list has it in which the button stands."""

    mute_id: int
    unit_id: int = 0


@dataclass(frozen=True, slots=True)
class DisputeAlert(Button):
    """What is wrong with the figures?"""

    alert_id: int


@dataclass(frozen=True, slots=True)
class DisputeAs(Button):
    alert_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class BackToMessage(Button):
    """From a card back to the queued message in whose place it stands."""

    outbox_id: int


# --- thresholds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowThresholds(Button):
    """All; of a target, a source or "*" (all targets); one of them; a value that is proposed."""

    about: str = ""
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmThreshold(Button):
    """The change that was drafted under this number: made (for that reason), or given up."""

    draft_id: int
    make: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UndoThreshold(Button):
    change_id: int


FORMS: dict[str, type[Button]] = {
    "s1": ShowStatus,
    "i1": ShowItems,
    "w1": ShowWhy,
    "d1": ShowDue,
    "a1": ShowAlerts,
    "u1": ShowUnits,
    "l1": ChooseLanguage,
    "k1": ShowCalendar,
    "kc1": ConfirmCalendar,
    "ku1": UndoCalendar,
    "ac1": ShowAlert,
    "at1": TakeAlert,
    "ad1": ClaimAlert,
    "am1": MuteAlert,
    "as1": MuteScope,
    "au1": MuteUntil,
    "ae1": EndMute,
    "aq1": DisputeAlert,
    "ar1": DisputeAs,
    "ab1": BackToMessage,
    "t1": ShowThresholds,
    "tc1": ConfirmThreshold,
    "tu1": UndoThreshold,
    "pe1": people_buttons.ShowPeople,
    "pp1": people_buttons.ShowPerson,
    "pq1": people_buttons.AskEndRole,
    "pr1": people_buttons.EndRole,
    "pv1": people_buttons.AskRevoke,
    "px1": people_buttons.Revoke,
    "pi1": people_buttons.InviteTo,
    "pj1": people_buttons.InviteAs,
    "pk1": people_buttons.InviteSteward,
    "pm1": people_buttons.MakeInvitation,
    "va1": people_buttons.ShowAbsences,
    "vs1": people_buttons.SetAbsence,
    "vc1": people_buttons.CancelAbsence,
}
# Prefixes that are no longer given out, and how their parts are read.
OLD_FORMS: dict[str, Callable[..., Button]] = {}


def encode(button: Button) -> str:
    """The button as Telegram carries it. Raises ButtonTooLong, ButtonUnreadable."""
    parts = [_prefix_of(type(button))]
    for name, part in PARTS_OF[type(button)].items():
        parts.append(part.write(getattr(button, name)))
        if SEPARATOR in parts[-1]:
            raise ButtonUnreadable(f"{type(button).__name__}.{name} holds {parts[-1]!r}")
    text = SEPARATOR.join(parts)
    if len(text.encode()) > LONGEST:
        raise ButtonTooLong(f"{text}: {len(text.encode())} bytes, {LONGEST} are carried")
    return text


def decode(text: str) -> Button | None:
    """The button's value; None where it is not (or no longer) known."""
    prefix, *parts = text.split(SEPARATOR)
    try:
        if prefix in OLD_FORMS:
            return OLD_FORMS[prefix](*parts)
        if prefix not in FORMS:
            return None
        form = FORMS[prefix]
        readers = [part.read for part in PARTS_OF[form].values()]
        return form(*(read(part) for read, part in zip(readers, parts, strict=True)))
    except (ValueError, TypeError):
        return None


# --- how the parts are written --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """How a field of a type is written in a button, and read back."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _day(text: str) -> date | None:
    return date(int(text[:4]), int(text[4:6]), int(text[6:])) if text else None


PARTS: Mapping[Any, Part] = {
    int: Part(str, int),
    str: Part(str, str),
    bool: Part(lambda value: str(int(value)), lambda text: bool(int(text))),
    date | None: Part(lambda day: f"{day:%Y%m%d}" if day else "", _day),
    int | None: Part(
        lambda value: "" if value is None else str(value), lambda text: int(text) if text else None
    ),
}


# The fields of each form, in their order.
PARTS_OF: Mapping[type[Button], Mapping[str, Part]] = {
    form: {each.name: PARTS[hints[each.name]] for each in fields(form)}
    for form in FORMS.values()
    for hints in [get_type_hints(form)]
}


def _prefix_of(form: type[Button]) -> str:
    return next(prefix for prefix, known in FORMS.items() if known is form)
