"""What does an admin see of the people? Lists, cards, questions and answers become screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.buttons.button import Button
from bot.buttons.people import (
    AskEndRole,
    AskRevoke,
    EndRole,
    InviteAs,
    InviteSteward,
    InviteTo,
    MakeInvitation,
    Revoke,
    ShowAbsences,
    ShowPeople,
    ShowPerson,
)
from bot.questions.people import PeopleView, PersonView, RoleView
from bot.screens.plan import PAGE, UNITS_A_PAGE, Key, Screen, page_of, pages_of, turning
from db.records import Role, Unit

NAMED = 5  # units without a head that the list names
LIST = Key(word="people", button=ShowPeople())
# Which roles are given where: (the word of the button, role, deputy).
OF_A_UNIT = (
    ("as_head", Role.HEAD, False),
    ("as_deputy", Role.HEAD, True),
    ("as_leader", Role.LEADER, False),
    ("as_group", Role.GROUP, False),
)
OF_NO_UNIT = (("as_official", Role.OFFICIAL, False), ("as_admin", Role.ADMIN, False))


def people_screen(view: PeopleView, page: int) -> Screen:
    """Who has which role, by unit; the units that nobody heads first."""
    shown = page_of(view.lines, page, PAGE)
    ids = dict.fromkeys((known.person.id, known.person.name) for _role, known in shown)
    keys = [Key(name=name, button=ShowPerson(number)) for number, name in ids]
    return Screen(
        template="people",
        facts={
            "lines": shown,
            "count": view.count,
            "headless": view.headless[:NAMED],
            "headless_more": max(0, len(view.headless) - NAMED),
            **pages_of(view.lines, page, PAGE),
        },
        keyboard=(
            *in_pairs(keys),
            *turning(view.lines, page, PAGE, ShowPeople),
            (Key(word="invite", button=InviteTo()),),
        ),
    )


def person_screen(view: PersonView) -> Screen:
    """One person's card; a role is ended by its number."""
    person_id = view.known.person.id
    rows = [
        (Key(word="end_role", number=number, button=AskEndRole(role.id)),)
        for number, role in enumerate(view.roles, start=1)
    ]
    if len(view.roles) > 1:
        rows.append((Key(word="revoke", button=AskRevoke(person_id)),))
    if view.roles and not view.known.is_group:
        rows.append((Key(word="absences", button=ShowAbsences(person_id)),))
    return Screen(template="person", facts={"view": view}, keyboard=(*rows, (LIST,)))


def confirm_screen(view: PersonView, role: RoleView | None) -> Screen:
    """Is this role (None: are all of them) really to end?"""
    person_id = view.known.person.id
    make: Button = EndRole(role.id) if role else Revoke(person_id)
    return Screen(
        template="person_confirm",
        facts={"person": view.known.person, "roles": [role] if role else view.roles},
        keyboard=(
            (
                Key(word="confirm", button=make),
                Key(word="give_up", button=ShowPerson(person_id)),
            ),
        ),
    )


def ended_screen(view: PersonView, ended: Sequence[RoleView], by_settings: bool) -> Screen:
    """What has ended; each role can be given again, e.g. for a new telephone."""
    keys = [
        (Key(word="invite_again", number=number, button=_again(role)),)
        for number, role in enumerate(ended, start=1)
    ]
    card = Key(name=view.known.person.name, button=ShowPerson(view.known.person.id))
    return Screen(
        template="person_ended",
        facts={"person": view.known.person, "roles": ended, "by_settings": by_settings},
        keyboard=(*keys, (card, LIST)),
    )


def refused_screen(reason: str) -> Screen:
    """Reasons: last_admin, gone, invitation_wrong."""
    return Screen(template="people_refused", facts={"reason": reason}, keyboard=((LIST,),))


def invite_to_screen(units: Sequence[Unit], headless: Sequence[Unit], page: int) -> Screen:
    """Into which unit? Those that nobody heads come first, with a mark."""
    waiting = {unit.id for unit in headless}
    ordered = [*headless, *(unit for unit in units if unit.id not in waiting)]
    keys = [
        Key(name=f"❗ {u.name}" if u.id in waiting else u.name, button=InviteAs(u.id))
        for u in page_of(ordered, page, UNITS_A_PAGE)
    ]
    return Screen(
        template="invite",
        facts={"step": "unit", "unit": None, **pages_of(ordered, page, UNITS_A_PAGE)},
        keyboard=(
            (Key(word="of_no_unit", button=InviteAs(None)),),
            *in_pairs(keys),
            *turning(ordered, page, UNITS_A_PAGE, InviteTo),
            (LIST,),
        ),
    )


def invite_as_screen(unit: Unit | None) -> Screen:
    """In which role?"""
    roles = OF_A_UNIT if unit else OF_NO_UNIT
    unit_id = unit.id if unit else None
    keys = [
        Key(word=word, button=MakeInvitation(role.value, unit_id, deputy))
        for word, role, deputy in roles
    ]
    if unit is None:
        keys.append(Key(word="as_steward", button=InviteSteward()))
    return Screen(
        template="invite",
        facts={"step": "role", "unit": unit, "page": 1, "pages": 1},
        keyboard=(*in_pairs(keys), (Key(word="other_unit", button=InviteTo()), LIST)),
    )


def invite_steward_screen(sources: Mapping[str, str]) -> Screen:
    """Of which source? {source: its name}"""
    keys = [
        Key(name=name, button=MakeInvitation(Role.STEWARD.value, None, False, source))
        for source, name in sources.items()
    ]
    return Screen(
        template="invite",
        facts={"step": "source", "unit": None, "page": 1, "pages": 1},
        keyboard=(*in_pairs(keys), (LIST,)),
    )


def invitation_screen(
    link: str, button: MakeInvitation, unit: Unit | None, expires_at: datetime
) -> Screen:
    """The one-time link, which is shown only here."""
    return Screen(
        template="invitation",
        facts={
            "link": link,
            "role": button.role,
            "deputy": button.deputy,
            "unit": unit,
            "source": button.source,
            "expires_at": expires_at,
        },
        keyboard=((Key(word="invite", button=InviteTo()), LIST),),
    )


def in_pairs(keys: Sequence[Key]) -> tuple[tuple[Key, ...], ...]:
    return tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))


def _again(role: RoleView) -> MakeInvitation:
    held = role.binding
    return MakeInvitation(held.role.value, held.unit_id, held.deputy, held.source or "")
