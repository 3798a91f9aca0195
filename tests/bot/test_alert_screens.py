"""Which buttons stand below an alert, for whom, in which phase; and what an exemption says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.buttons.callbacks import BackToMessage, ShowAlert, ShowAlerts, ShowItems, ShowWhy, encode
from bot.handlers.alerts import Exemption, read_exemption
from bot.questions.alert_card import AlertCard, Rights
from bot.questions.alert_list import AlertList
from bot.render import LANGUAGES, Renderer
from bot.screens import alerts as alert_screens
from bot.screens.alerts import DISPUTE_REASONS, MUTE_REASONS
from bot.screens.plan import Screen
from db.records import Phase
from settings import SHIPPED, ZONE, read_settings
from tests.bot.alert_facts import ANSWERS, CARD, LISTED, SILENT, STANDING, STANDINGS

ALL = Rights(acts=True, mutes=True, mutes_unit=True, sees_items=True)
EVERYTHING = replace(ALL, mutes_everywhere=True)
LOOKS = Rights(sees_items=True)
BACK = BackToMessage(9)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    targets = read_settings(SHIPPED / "settings.toml", {}).plan_targets()
    return Renderer(targets, ZONE)


def words(screen: Screen) -> list[list[str]]:
    return [[key.word or key.name for key in row] for row in screen.keyboard]


def card(phase: Phase, rights: Rights, *, can_be_done: bool = True) -> AlertCard:
    ended = {s.phase: s for s in STANDINGS}.get(phase, STANDING)
    return replace(CARD, standing=ended, rights=rights, can_be_done=can_be_done)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(
            card(Phase.OPEN, ALL),
            [["take", "done"], ["mute", "dispute"], ["items", "why"], ["go_back"]],
            id="an open one is taken, claimed, silenced, disputed",
        ),
        pytest.param(
            card(Phase.OPEN, ALL, can_be_done=False),
            [["take"], ["mute", "dispute"], ["items", "why"], ["go_back"]],
            id="a rate alone cannot be said to be done",
        ),
        pytest.param(
            card(Phase.TAKEN, ALL),
            [["done"], ["mute", "dispute"], ["items", "why"], ["go_back"]],
            id="what is taken is not taken again",
        ),
        pytest.param(
            card(Phase.CLAIMED, ALL),
            [["mute", "dispute"], ["items", "why"], ["go_back"]],
            id="what is claimed waits for the data",
        ),
        pytest.param(
            card(Phase.RESOLVED, ALL),
            [["items", "why"], ["go_back"]],
            id="of what has ended one only sees more",
        ),
        pytest.param(card(Phase.OPEN, LOOKS), [["items", "why"], ["go_back"]], id="who only looks"),
        pytest.param(card(Phase.OPEN, Rights()), [["why"], ["go_back"]], id="who sees no items"),
        pytest.param(
            card(Phase.OPEN, Rights(mutes=True)),
            [["mute"], ["why"], ["go_back"]],
            id="an admin silences, and answers for nothing",
        ),
    ],
)
def test_the_buttons_are_those_that_may_be_pressed(
    of: AlertCard, expected: list[list[str]]
) -> None:
    screen = alert_screens.card_screen(of, BACK)
    assert words(screen) == expected
    buttons = [key.button for row in screen.keyboard for key in row]
    assert buttons[-1] == BACK
    assert ShowWhy(1, "on_time", 1) in buttons
    assert (ShowItems(1, "on_time") in buttons) is of.rights.sees_items


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        pytest.param(Phase.OPEN, [["take", "done"], ["details"]], id="open"),
        pytest.param(Phase.TAKEN, [["done"], ["details"]], id="taken"),
        pytest.param(Phase.CLAIMED, [["details"]], id="claimed"),
        pytest.param(Phase.RESOLVED, [["details"]], id="ended"),
    ],
)
def test_a_group_has_the_same_buttons_whoever_reads(
    phase: Phase, expected: list[list[str]]
) -> None:
    rows = alert_screens.group_rows(card(phase, Rights()))
    assert [[key.word for key in row] for row in rows] == expected


def test_numbers_stand_five_in_a_row_and_not_without_end() -> None:
    rows = alert_screens.number_rows(range(100, 140), outbox_id=9)
    assert [len(row) for row in rows] == [5, 5, 5, 5]
    assert rows[1][0].name == "6"
    assert rows[1][0].button == ShowAlert(105, 9)
    assert alert_screens.number_rows([]) == ()


@pytest.mark.parametrize(
    ("rights", "more"),
    [
        pytest.param({}, [], id="a head"),
        pytest.param({"mutes_unit": True}, ["mute_unit"], id="who leads the unit"),
        pytest.param(
            {"mutes_unit": True, "mutes_everywhere": True}, ["mute_unit", "mute_everywhere"],
            id="who leads the district",
        ),
    ],
)  # fmt: skip
def test_more_than_the_units_target_is_offered_only_to_who_may_silence_it(
    rights: dict[str, bool], more: list[str]
) -> None:
    of = card(Phase.OPEN, replace(ALL, **{"mutes_unit": False, **rights}))
    offered = [row[0] for row in words(alert_screens.mute_scope_screen(of, BACK))]
    assert offered == ["mute_alert", "mute_target", *more, "go_back"]


def test_the_list_numbers_go_on_over_its_pages() -> None:
    found = AlertList(alerts=tuple(LISTED * 3), mutes=tuple(SILENT))
    screen = alert_screens.alerts_screen(None, found, page=1)
    assert screen.facts["start"] == 11
    assert words(screen)[0][0] == "11"
    ends = [key for row in screen.keyboard for key in row if key.word == "end_mute"]
    assert [key.number for key in ends] == [1], "only of what one may end"
    assert ShowAlerts(0, 0) in [key.button for row in screen.keyboard for key in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_of_an_alert_has_its_words(renderer: Renderer, language: str) -> None:
    screens = [
        *(alert_screens.card_screen(card(phase, ALL), BACK) for phase in Phase),
        alert_screens.mute_scope_screen(card(Phase.OPEN, EVERYTHING), BACK),
        alert_screens.mute_days_screen(CARD, "target", BACK),
        alert_screens.mute_reason_screen(CARD, "target", 10, BACK),
        alert_screens.dispute_screen(CARD, BACK),
        alert_screens.alerts_screen(None, AlertList(mutes=tuple(SILENT)), 0),
    ]
    for key in (key for screen in screens for row in screen.keyboard for key in row):
        assert key.name or renderer.label(language, key.word)
        assert encode(key.button)
    known = renderer.words(language)
    assert set(known.mute_reasons) == set(MUTE_REASONS)
    assert set(known.dispute_reasons) == set(DISPUTE_REASONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_to_a_press_has_its_words(renderer: Renderer, language: str) -> None:
    named = {
        found
        for name in ("actions", "answers", "silencing")
        for found in re.findall(
            r'(?:Done|Refused|Refusal)\(reason="(\w+)"',
            (SHIPPED / "alerts" / f"{name}.py").read_text("utf-8"),
        )
    }
    assert {"no_such_alert", "not_yours"} <= named
    answers = renderer.words(language).alert_answers
    assert named <= set(answers) == set(ANSWERS)
    for reason in answers:
        assert 5 < len(renderer.plain(language, "alert_answer", {"reason": reason})) < 200


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(
            "12 30/04/2021 45/UBND-NV chờ bàn giao trụ sở",
            Exemption(
                alert_id=12,
                last_day=date(2021, 4, 30),
                document="45/UBND-NV",
                reason="chờ bàn giao trụ sở",
            ),
            id="all that is needed",
        ),
        pytest.param("", "number", id="nothing"),
        pytest.param("x 30/04/2021 45/UBND chờ", "number", id="no number"),
        pytest.param("-1 30/04/2021 45/UBND chờ", "number", id="a negative one"),
        pytest.param("９ 30/04/2021 45/UBND chờ", "number", id="one in other digits"),
        pytest.param("12345678901 30/04/2021 45/UBND chờ", "number", id="one too large"),
        pytest.param("12", "day", id="no day"),
        pytest.param("12 45/UBND chờ", "day", id="a document for a day"),
        pytest.param("12 31/04/2021 45/UBND chờ", "day", id="a day that is none"),
        pytest.param("12 30/04/2021", "document", id="no document"),
        pytest.param("12 30/04/2021 45/UBND", "reason", id="no reason"),
    ],
)
def test_an_exemption_is_read_or_its_first_fault_is_named(text: str, read: Exemption | str) -> None:
    assert read_exemption(text.split()) == read
