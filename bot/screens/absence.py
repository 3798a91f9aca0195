"""What does somebody see of the days on which they are away? Lists, questions, answers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.buttons.people import CancelAbsence, SetAbsence, ShowAbsences, ShowPerson
from bot.questions.people import PersonView
from bot.screens.plan import Key, Screen
from bot.typed.absence import AbsenceWords
from db.absences import AbsenceRefused
from db.people import Known
from db.records import Absence, Person


def absences_screen(view: PersonView, *, own: bool) -> Screen:
    """The days on which a person is away, each to be taken back by its number."""
    keys = [
        (Key(word="cancel_absence", number=number, button=CancelAbsence(each.absence.id)),)
        for number, each in enumerate(view.absences, start=1)
    ]
    person = view.known.person
    back = () if own else ((Key(name=person.name, button=ShowPerson(person.id)),),)
    return Screen(
        template="absences",
        facts={"person": person, "absences": view.absences, "own": own},
        keyboard=(*keys, *back),
    )


def absence_set_screen(
    absence: Absence, person: Person, stand_in: str | None, heard: Sequence[str]
) -> Screen:
    """Written down; who hears instead on the first day."""
    return Screen(
        template="absence_set",
        facts={"absence": absence, "person": person, "stand_in": stand_in, "heard": heard},
        keyboard=((Key(word="cancel_absence", button=CancelAbsence(absence.id)),),),
    )


def refused_screen(reason: str, refused: AbsenceRefused | None = None) -> Screen:
    """Reasons: those of AbsenceRefused, and not_understood, not_for_you, gone, nobody_waits."""
    other = refused.other if refused else None
    return Screen(template="absence_refused", facts={"reason": reason, "other": other})


def who_screen(
    asked: AbsenceWords, person_id: int, choices: Sequence[Known], *, found: bool
) -> Screen:
    """Who is meant to stand in? A button each; without anybody is an answer too.

    `found`: the choices have that name; else they are colleagues.
    """
    keys = [
        (
            Key(
                name=one.person.name,
                button=SetAbsence(person_id, asked.first, asked.last, one.person.id),
            ),
        )
        for one in choices
    ]
    nobody = Key(word="nobody", button=SetAbsence(person_id, asked.first, asked.last, None))
    return Screen(
        template="absence_who",
        facts={"text": asked.stand_in, "found": found, "choices": len(choices)},
        keyboard=(*keys, (nobody,), (Key(word="give_up", button=ShowAbsences(person_id)),)),
    )
