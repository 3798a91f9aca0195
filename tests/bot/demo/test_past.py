"""Does an installation see in the invented exports what the story says?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from alerts.house import House
from bot.commands.opening import open_house
from bot.demo import stage
from bot.demo.days import is_working
from bot.demo.runner import STARTS
from bot.demo.story import FIRST_MORNING
from db import read_models, units
from db.engine import reading
from db.indicators import day_of
from db.records import State
from settings import SHIPPED, read_settings

Standing = dict[str, tuple[int, int, State]]
LAST = date(2021, 3, 31)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that lived the demo's history and its first mornings, up to 31/03/2021."""
    folder = tmp_path_factory.mktemp("past")
    settings = read_settings(SHIPPED / "settings.toml", {})
    own = stage.settings_of(settings, folder, "http://127.0.0.1:1")
    opened = open_house(own, lambda: STARTS)
    past = stage.Past(
        house=opened,
        organisation=own.find(own.district.organisation),
        exports=folder / "exports",
        ending=threading.Event(),
    )
    past.begin()
    for day in stage.HISTORY:
        past.live(day)
    span = (LAST - FIRST_MORNING).days + 1
    for day in (FIRST_MORNING + timedelta(days=n) for n in range(span)):
        past.live(day)
    yield opened
    opened.engine.dispose()


def _standing(house: House, day: date, slug: str = "xa_binh_khanh") -> Standing:
    """Target, or field of on_time, -> (numerator, denominator, state) on a morning."""
    with reading(house.engine) as tx:
        unit = units.unit_by_slug(tx, slug, day)
        assert unit is not None
        view = read_models.status(tx, unit.id, read_models.newest_as_of(tx, day_of(day)))
    return {r.field or r.target: (r.numerator, r.denominator, r.state) for r in view.readings}


MISSED, MET, AT_RISK = State.MISSED, State.MET, State.AT_RISK


@pytest.mark.parametrize(
    ("day", "what", "expected"),
    [
        pytest.param(23, "Hộ tịch", (111, 117, MISSED), id="23/03: civil status is below 95 %"),
        pytest.param(23, "apology_letters", (5, 6, MISSED), id="23/03: a letter is missing"),
        pytest.param(24, "apology_letters", (6, 6, MET), id="24/03: the letter has come"),
        pytest.param(24, "Hộ tịch", (113, 119, MISSED), id="24/03: the rate is almost there"),
        pytest.param(25, "Hộ tịch", (115, 121, AT_RISK), id="25/03: over 95 %, by a hair"),
        pytest.param(26, "apology_letters", (6, 7, MISSED), id="26/03: the next late dossier"),
        pytest.param(30, "apology_letters", (7, 7, MET), id="30/03: its letter has come too"),
        pytest.param(31, "Hộ tịch", (124, 131, MISSED), id="31/03: one more late dossier"),
    ],
)
def test_binh_khanh(house: House, day: int, what: str, expected: tuple[object, ...]) -> None:
    assert _standing(house, date(2021, 3, day))[what] == expected


@pytest.mark.parametrize(
    ("day", "what", "state"),
    [
        pytest.param(23, "mailboxes", MISSED, id="23/03: an idle mailbox"),
        pytest.param(25, "mailboxes", MET, id="25/03: it was used"),
        pytest.param(30, "mailboxes", MISSED, id="30/03: another one is idle"),
        pytest.param(25, "electronic_documents", MISSED, id="25/03: a document on paper"),
        pytest.param(26, "electronic_documents", MISSED, id="26/03: still on paper alone"),
        pytest.param(30, "electronic_documents", MET, id="30/03: its electronic copy followed"),
        pytest.param(31, "electronic_documents", MISSED, id="31/03: the next one on paper"),
    ],
)
def test_binh_khanh_counts_of_one(house: House, day: int, what: str, state: State) -> None:
    """Exactly one thing is amiss, or none."""
    numerator, denominator, found = _standing(house, date(2021, 3, day))[what]
    assert (found, denominator - numerator) == (state, int(state is MISSED))
    assert denominator >= 10


def test_only_the_partial_list_was_refused(house: House) -> None:
    with reading(house.engine) as tx:
        deliveries = read_models.deliveries(tx, limit=1000)
    refused = [(d.source, d.day) for d in deliveries if d.outcome == "refused"]
    assert refused == [("dossiers", 20210329)]
    mornings = [FIRST_MORNING + timedelta(days=n) for n in range((LAST - FIRST_MORNING).days + 1)]
    working = [day for day in mornings if is_working(day)]
    assert len(deliveries) == 4 * (len(stage.HISTORY) + len(working))
    assert {d.source for d in deliveries} == {"dossiers", "letters", "mailboxes", "documents"}


def test_the_dirty_rows_are_told(house: House) -> None:
    with reading(house.engine) as tx:
        deliveries = read_models.deliveries(tx, limit=1000)
    dirty = [d for d in deliveries if d.source == "dossiers" and d.day == 20210323]
    assert [d.outcome for d in dirty] == ["accepted_with_rejects"]


def test_other_offices_are_neither_all_good_nor_all_bad(house: House) -> None:
    slugs = ("xa_ly_nhon", "thi_tran_can_thanh", "huyen_can_gio", "phong_tai_chinh_ke_hoach")
    states = [
        state for slug in slugs for *_n, state in _standing(house, FIRST_MORNING, slug).values()
    ]
    assert {MISSED, MET} <= set(states)
