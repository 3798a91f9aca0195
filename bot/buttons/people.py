"""Which buttons stand below the messages about people and absences?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.buttons.button import Button


@dataclass(frozen=True, slots=True)
class ShowPeople(Button):
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowPerson(Button):
    person_id: int


@dataclass(frozen=True, slots=True)
class AskEndRole(Button):
    """Is this role really to end?"""

    binding_id: int


@dataclass(frozen=True, slots=True)
class EndRole(Button):
    binding_id: int


@dataclass(frozen=True, slots=True)
class AskRevoke(Button):
    """Is really everything of this person to end?"""

    person_id: int


@dataclass(frozen=True, slots=True)
class Revoke(Button):
    person_id: int


@dataclass(frozen=True, slots=True)
class InviteTo(Button):
    """Into which unit is somebody invited?"""

    page: int = 0


@dataclass(frozen=True, slots=True)
class InviteAs(Button):
    """In which role? None: one that is of no unit."""

    unit_id: int | None


@dataclass(frozen=True, slots=True)
class InviteSteward(Button):
    """Of which source?"""


@dataclass(frozen=True, slots=True)
class MakeInvitation(Button):
    role: str
    unit_id: int | None = None
    deputy: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class ShowAbsences(Button):
    person_id: int = 0  # 0: one's own


@dataclass(frozen=True, slots=True)
class SetAbsence(Button):
    """Away on these days, and this person stands in: what an unclear name was asked about."""

    person_id: int
    first: date | None
    last: date | None
    stand_in: int | None


@dataclass(frozen=True, slots=True)
class CancelAbsence(Button):
    absence_id: int
