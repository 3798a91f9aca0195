"""Facts for the messages about people, absences and groups: odd names, all their kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.questions.people import AbsenceView, PersonView, RoleView
from db.people import Known, NumberedBinding
from db.records import Absence, Binding, Person, Role, Unit, UnitKind
from settings import ZONE

ODD = "<b>Phòng & «Tư pháp»"
TODAY = date(2021, 3, 23)
NOON = datetime(2021, 3, 23, 12, tzinfo=ZONE)
UNIT = Unit(
    id=1, slug="xa_binh_khanh", name=f"UBND xã Bình Khánh {ODD}", kind=UnitKind.COMMUNE,
    valid_from=date(2020, 1, 1),
)  # fmt: skip
PERSON = Person(id=12, user_id=11, chat_id=11, name=f"Nguyễn Văn An {ODD}")
BINDINGS = (
    Binding(person_id=12, role=Role.HEAD, unit_id=1, deputy=True, valid_from=TODAY),
    Binding(person_id=12, role=Role.STEWARD, source="dossiers", valid_from=TODAY, valid_to=TODAY),
    *(Binding(person_id=12, role=role, valid_from=TODAY) for role in Role),
)
ROLES = tuple(
    RoleView(id=n, binding=b, unit=UNIT if b.unit_id else None) for n, b in enumerate(BINDINGS)
)
KNOWN = Known(
    person=PERSON,
    bindings=tuple(NumberedBinding(id=n, binding=b) for n, b in enumerate(BINDINGS)),
    reachable=False,
)
ONE_DAY = Absence(id=1, person_id=12, first_day=TODAY, last_day=TODAY, stand_in=13)
SOME_DAYS = replace(ONE_DAY, last_day=date(2021, 3, 26), stand_in=None)
ABSENCES = (
    AbsenceView(absence=ONE_DAY, stand_in=ODD),
    AbsenceView(absence=SOME_DAYS, stand_in=None),
)
VIEW = PersonView(known=KNOWN, roles=ROLES, absences=ABSENCES)
BARE = PersonView(known=replace(KNOWN, bindings=(), reachable=True), roles=())
TOLD: dict[str, Any] = {
    "name": ODD, "stand_in": None, "units": [], "first": "2021-03-23", "last": "2021-03-23",
    "cancelled": False, "to_stand_in": False, "late": False, "sent_at": NOON,
}  # fmt: skip
INVITED: dict[str, Any] = {
    "link": "https://t.me/bot?start=a-b_c", "expires_at": NOON, "unit": None, "source": "",
    "deputy": False,
}  # fmt: skip

PEOPLE_FACTS: dict[str, list[dict[str, Any]]] = {
    "people": [
        {
            "lines": [(role, KNOWN) for role in ROLES], "count": 1200, "headless": [UNIT, UNIT],
            "headless_more": 3, "page": 1, "pages": 2,
        },
        {
            "lines": [(ROLES[0], BARE.known)], "count": 1, "headless": [], "headless_more": 0,
            "page": 1, "pages": 1,
        },
    ],
    "person": [{"view": VIEW}, {"view": BARE}],
    "person_confirm": [{"person": PERSON, "roles": ROLES}],
    "person_ended": [
        {"person": PERSON, "roles": ROLES, "by_settings": settled} for settled in (True, False)
    ],
    "people_refused": [
        {"reason": reason} for reason in ("last_admin", "gone", "invitation_wrong")
    ],
    "invite": [
        {"step": step, "unit": unit, "page": 1, "pages": 2}
        for step in ("unit", "role", "source") for unit in (UNIT, None)
    ],
    "invitation": [
        {**INVITED, "role": "head", "deputy": True, "unit": UNIT},
        {**INVITED, "role": "group", "unit": UNIT},
        {**INVITED, "role": "steward", "source": "dossiers"},
    ],
    "absences": [
        {"person": PERSON, "absences": absences, "own": own}
        for absences in (ABSENCES, ()) for own in (True, False)
    ],
    "absence_set": [
        {"absence": ONE_DAY, "person": PERSON, "stand_in": ODD, "heard": [ODD, ODD]},
        {"absence": SOME_DAYS, "person": PERSON, "stand_in": None, "heard": []},
    ],
    "absence_refused": [
        *(
            {"reason": reason, "other": None}
            for reason in (
                "turned_round", "over", "too_long", "own_stand_in", "no_such_stand_in",
                "nobody_waits", "not_for_you", "gone", "not_understood",
            )
        ),
        {"reason": "overlaps", "other": SOME_DAYS},
        {"reason": "stands_in_then", "other": ONE_DAY},
    ],
    "absence_who": [
        {"text": ODD, "choices": number, "found": found}
        for number, found in ((0, False), (3, False), (3, True))
    ],
    "absence_told": [
        {**TOLD, "to_stand_in": to, "cancelled": cancelled, "units": units, "stand_in": stand_in}
        for to in (True, False) for cancelled in (True, False)
        for units, stand_in in (([UNIT.name, ODD], ODD), ([], None))
    ],
    "group_joined": [{"unit": UNIT, "new": new} for new in (True, False)],
    "group_private": [{}],
}  # fmt: skip
