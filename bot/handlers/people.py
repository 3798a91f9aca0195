"""Who are the people, and in which roles? An admin looks, invites, ends a role, revokes."""

from __future__ import annotations

import logging
from datetime import timedelta

from alerts.house import House
from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.people import (
    AskEndRole,
    AskRevoke,
    EndRole,
    InviteAs,
    InviteSteward,
    InviteTo,
    MakeInvitation,
    Revoke,
    ShowPeople,
    ShowPerson,
)
from bot.questions import people as people_questions
from bot.screens import people as people_screens
from bot.screens.people import refused_screen
from bot.screens.plan import Screen
from db import people, units
from db.engine import Connection
from db.people import Ended, InvitationWrong, LastAdmin
from db.records import Role

log = logging.getLogger(__name__)


async def people_command(visit: Visit, _words: list[str]) -> None:
    await people_button(visit, ShowPeople())


async def people_button(visit: Visit, button: ShowPeople) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        view = await ask(house, people_questions.people_on, house, visit.today)
        await reply(visit, people_screens.people_screen(view, button.page))


async def person_button(visit: Visit, button: ShowPerson) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        view = await ask(house, people_questions.person_view, button.person_id, visit.today)
        screen = people_screens.person_screen(view) if view else refused_screen("gone")
        await reply(visit, screen)


async def ask_end_role_button(visit: Visit, button: AskEndRole) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        found = await ask(house, people_questions.role_view, button.binding_id, visit.today)
        screen = people_screens.confirm_screen(*found) if found else refused_screen("gone")
        await reply(visit, screen)


async def ask_revoke_button(visit: Visit, button: AskRevoke) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        view = await ask(house, people_questions.person_view, button.person_id, visit.today)
        holds = view is not None and view.roles
        screen = people_screens.confirm_screen(view, None) if view and holds else None
        await reply(visit, screen or refused_screen("gone"))


async def end_role_button(visit: Visit, button: EndRole) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        await reply(visit, await tell(house, _end, visit, button))


async def revoke_button(visit: Visit, button: Revoke) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        await reply(visit, await tell(house, _end, visit, button))


async def invite_to_button(visit: Visit, button: InviteTo) -> None:
    if await may_manage(visit):
        house = visit.bot_house.house
        everything = await ask(house, units.units_on, visit.today)
        headless = await ask(house, people_questions.headless_units, house, visit.today)
        await reply(visit, people_screens.invite_to_screen(everything, headless, button.page))


async def invite_as_button(visit: Visit, button: InviteAs) -> None:
    if await may_manage(visit):
        house, unit = visit.bot_house.house, None
        if button.unit_id is not None:
            unit = await ask(house, units.unit_by_id, button.unit_id)
        await reply(visit, people_screens.invite_as_screen(unit))


async def invite_steward_button(visit: Visit, _button: InviteSteward) -> None:
    if await may_manage(visit):
        names = visit.bot_house.renderer.words(visit.language).sources
        sources = {source: names.get(source, source) for source in visit.bot_house.house.ages}
        await reply(visit, people_screens.invite_steward_screen(sources))


async def make_invitation_button(visit: Visit, button: MakeInvitation) -> None:
    """Shows the link once; only its hash is kept."""
    if await may_manage(visit):
        house = visit.bot_house.house
        await reply(visit, await tell(house, _invite, house, visit, button))


async def may_manage(visit: Visit) -> bool:
    if visit.may("people"):
        return True
    log.info("%s: person %s is no admin", visit.reference, visit.caller.person.id)
    await reply(visit, Screen(template="admins_only", facts={"reference": visit.reference}))
    return False


def _end(tx: Connection, visit: Visit, button: EndRole | Revoke) -> Screen:
    """Ends a role, or all of a person's, and says what was held."""
    now, today, by = visit.now, visit.today, visit.caller.person.id
    admins = visit.bot_house.admins
    done: Ended | LastAdmin | None
    if isinstance(button, EndRole):
        done = people.end_role(tx, button.binding_id, now=now, today=today, by=by, admins=admins)
    else:
        done = people.revoke(tx, button.person_id, now=now, today=today, by=by, admins=admins)
    if not isinstance(done, Ended):
        return refused_screen("last_admin" if isinstance(done, LastAdmin) else "gone")
    log.info("person %s ended %s roles of person %s", by, len(done.held), done.person_id)
    view = people_questions.person_view(tx, done.person_id, today)
    if view is None:
        raise LookupError(f"person {done.person_id} has ended roles and is not known")
    ended = people_questions.roles_of_bindings(tx, done.held)
    return people_screens.ended_screen(view, ended, done.admin_by_settings)


def _invite(tx: Connection, house: House, visit: Visit, button: MakeInvitation) -> Screen:
    expires_at = visit.now + timedelta(hours=visit.bot_house.invitation_hours)
    try:
        role = Role(button.role)
        if button.source and button.source not in house.ages:
            return refused_screen("invitation_wrong")
        token = people.create_invitation(
            tx, role=role, unit_id=button.unit_id, deputy=button.deputy,
            source=button.source or None, now=visit.now, expires_at=expires_at,
        )  # fmt: skip
    except (InvitationWrong, ValueError) as error:
        log.info("%s: no invitation: %s", visit.reference, error)
        return refused_screen("invitation_wrong")
    log.info("person %s invited a %s", visit.caller.person.id, role)
    unit = units.unit_by_id(tx, button.unit_id) if button.unit_id is not None else None
    link = people.link_of(visit.bot.username, token, role)
    return people_screens.invitation_screen(link, button, unit, expires_at)
