"""In which words is it said that something is past its own day, in both languages?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts.digest import compose_digest
from alerts.remedy import by_note
from alerts.telling.lines import DigestLine
from alerts.telling.notices import compose_group
from alerts.telling.summaries import compose_summary
from bot.questions.alert_list import AlertList, ListedAlert
from bot.render import LANGUAGES, Renderer
from bot.screens import alerts as alert_screens
from bot.screens.plan import due_screen
from db.records import Goal, Item, Move, Phase, State
from settings import SHIPPED, ZONE, read_settings
from tests.bot.alert_facts import CARD, READING, STANDING, VIEW
from tests.bot.notice_facts import CHECK, TODAY, UNIT

THIRTY = Goal(operator=">=", percent=30)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(read_settings(SHIPPED / "settings.toml", {}).plan_targets(), ZONE)


def owing(note: str, count: int = 1, state: State = State.INFO, **given: Any) -> DigestLine:
    items = tuple(
        Item(key=f"M2-0{n}", label="Báo cáo", due=20210331235959, days_late=n, note=note)
        for n in range(1, count + 1)
    )
    values: dict[str, Any] = {
        "unit": UNIT.name, "target": "organisation", "item_no": "2", "field": None,
        "state": state, "reason": "", "numerator": 0, "denominator": count, "goal": None,
        "items": items, "owed": by_note(items), "alert_id": 7, "phase": Phase.OPEN,
        "move": Move.OPENED, "is_new": True, **given,
    }  # fmt: skip
    return DigestLine(**values)


def digest(renderer: Renderer, language: str, *lines: DigestLine) -> str:
    made = compose_digest(UNIT.name, lines, TODAY, CHECK)
    return renderer.render(
        language, "digest", {"digest": made, "late": False, "slug": UNIT.slug, "standing": {}}
    )


@pytest.mark.parametrize(
    ("note", "count", "vi", "en"),
    [
        pytest.param("milestone_overdue", 1, "<b>1</b> mốc công việc quá hạn",
                     "<b>1</b> overdue milestone", id="a milestone"),
        pytest.param("milestone_overdue", 2, "<b>2</b> mốc công việc quá hạn",
                     "<b>2</b> overdue milestones", id="two of them"),
        pytest.param("remedy_open", 2, "<b>2</b> cuộc kiểm tra có kiến nghị quá hạn khắc phục",
                     "<b>2</b> inspections with overdue recommendations", id="recommendations"),
        pytest.param("harassment_open", 1,
                     "<b>1</b> cuộc kiểm tra có vụ việc nhũng nhiễu chưa xử lý",
                     "<b>1</b> inspection with undecided cases of harassment", id="harassment"),
        pytest.param("inspection_overdue", 1,
                     "<b>1</b> cuộc kiểm tra quá thời gian dự kiến, chưa thực hiện",
                     "<b>1</b> inspection past its planned time", id="an inspection"),
        pytest.param("kind_missing", 2, "<b>2</b> hình thức kiểm tra chưa thực hiện trong năm",
                     "<b>2</b> forms of inspection missing this year", id="a form of inspection"),
        pytest.param("of an office", 1, "<b>1</b> việc quá hạn", "<b>1</b> overdue item",
                     id="a note that an office made up"),
    ],
)  # fmt: skip
def test_what_is_overdue_is_counted_and_named(
    renderer: Renderer, note: str, count: int, vi: str, en: str
) -> None:
    for language, words in (("vi", vi), ("en", en)):
        text = digest(renderer, language, owing(note, count))
        assert f": {words} <i>(" in text
        assert text.count("<code>M2-0") == count


def test_a_rate_that_is_kept_is_said_beside_it(renderer: Renderer) -> None:
    line = owing("inspection_overdue", state=State.ON_TRACK, target="inspections", goal=THIRTY,
                 numerator=2, denominator=25)  # fmt: skip
    assert (
        "🔴 Kiểm tra cơ quan, đơn vị: <b>8,00%</b> (2/25) – đúng tiến độ; <b>1</b> cuộc kiểm tra"
    ) in digest(renderer, "vi", line)
    assert "(2/25) – on track; <b>1</b> inspection past" in digest(renderer, "en", line)


@pytest.mark.parametrize(
    ("language", "words", "several"),
    [
        ("vi", "<b>4</b> mốc công việc quá hạn <i>(mới)</i>, trong đó:", "; xem /chitiet"),
        ("en", "<b>4</b> overdue milestones <i>(new)</i>, first of all:", "; see /items"),
    ],
)
def test_what_finds_no_room_is_behind_a_command_and_never_in_a_group(
    renderer: Renderer, language: str, words: str, several: str
) -> None:
    line = owing("milestone_overdue", 4)
    assert words in digest(renderer, language, line)
    assert several in digest(
        renderer, language, *(owing("milestone_overdue", 4, unit=f"Phòng {n}") for n in range(9))
    )
    group = compose_group(UNIT.name, [line], TODAY, CHECK)
    text = renderer.render(language, "group", {"group": group, "late": False, "standing": {}})
    assert "<b>4</b> " in text
    assert not any(word in text for word in ("M2-0", "/chitiet", "/items"))


ENDED = owing("milestone_overdue", 0, move=Move.RESOLVED, phase=Phase.RESOLVED)
MET = replace(ENDED, state=State.MET, target="inspections", numerator=9, denominator=25)


@pytest.mark.parametrize(
    ("language", "lines", "head"),
    [
        pytest.param("vi", [ENDED], "Đã hoàn thành", id="it is done"),
        pytest.param("vi", [MET], "Đã đạt trở lại", id="a rate is met again"),
        pytest.param("vi", [ENDED, MET], "Đã đạt trở lại, đã hoàn thành", id="both"),
        pytest.param("en", [ENDED], "Done", id="done, in English"),
        pytest.param("en", [MET], "Met again", id="met again, in English"),
        pytest.param("en", [ENDED, MET], "Met again, or done", id="both, in English"),
    ],
)
def test_an_end_has_the_head_that_fits(
    renderer: Renderer, language: str, lines: list[DigestLine], head: str
) -> None:
    assert f"<b>{head}</b>" in digest(renderer, language, *lines)
    made = compose_summary("mute_ended", UNIT.name, TODAY, CHECK, ended=lines)
    facts = {"summary": made, "late": False, "slug": UNIT.slug, "standing": {}}
    assert f"<b>{head}</b>" in renderer.render(language, "summary", facts)


def test_a_done_milestone_does_not_show_its_share_as_a_result(renderer: Renderer) -> None:
    assert "🟢 Tổ chức bộ máy: không còn việc quá hạn" in digest(renderer, "vi", ENDED)
    assert "🟢 Organisation of the apparatus: nothing is overdue any more" in digest(
        renderer, "en", ENDED
    )


def test_the_card_and_the_list_say_it_too(renderer: Renderer) -> None:
    alert = replace(CARD.alert, target="organisation", state=State.INFO)
    reading = replace(READING, target="organisation", field=None, state=State.INFO, needed=None)
    card = replace(CARD, alert=alert, reading=reading, owed=(("milestone_overdue", 2),))
    shown = alert_screens.card_screen(card, None)
    said = {language: renderer.render(language, shown.template, shown.facts)
            for language in LANGUAGES}  # fmt: skip
    assert "🔴 <b>Tổ chức bộ máy</b>: <b>2</b> mốc công việc quá hạn\n" in said["vi"]
    assert "🔴 <b>Organisation of the apparatus</b>: <b>2</b> overdue milestones\n" in said["en"]

    view = replace(VIEW, target="organisation", field=None, state=State.INFO, item_count=2,
                   by_items=True)  # fmt: skip
    found = AlertList(alerts=(ListedAlert(view=view, standing=STANDING, state=State.INFO),))
    shown = alert_screens.alerts_screen(UNIT, found, 1)
    said = {language: renderer.render(language, shown.template, shown.facts)
            for language in LANGUAGES}  # fmt: skip
    assert "🔴 Tổ chức bộ máy: 2 việc cần xử lý, từ ngày 23/03/2021" in said["vi"]
    assert "🔴 Organisation of the apparatus: 2 items to act on, since 23/03/2021" in said["en"]


@pytest.mark.parametrize(
    ("item", "vi", "en"),
    [
        pytest.param(
            Item(key="01/BB-KT", label="UBND xã Lý Nhơn", due=20210430235959, days_late=45,
                 note="remedy_open", detail="2"),
            "hạn ngày 30/04/2021, quá hạn 45 ngày làm việc, 2 kiến nghị chưa khắc phục",
            "due 30/04/2021, overdue 45 working days, 2 recommendations not carried out",
            id="recommendations that are overdue"),
        pytest.param(
            Item(key="01/BB-KT", label="UBND xã Lý Nhơn", due=20210430235959,
                 note="remedy_open", detail="1"),
            "hạn ngày 30/04/2021, 1 kiến nghị chưa khắc phục",
            "due 30/04/2021, 1 recommendation not carried out",
            id="one that is not"),
        pytest.param(
            Item(key="01/BB-KT", label="UBND xã Lý Nhơn", days_late=3, note="harassment_open",
                 detail="2"),
            "UBND xã Lý Nhơn, 2 vụ việc nhũng nhiễu chưa xử lý",
            "UBND xã Lý Nhơn, 2 cases of harassment not handled",
            id="cases"),
        pytest.param(
            Item(key="M2-03", label="Báo cáo", note="milestone_without_day"),
            "Báo cáo, đã báo hoàn thành, chưa ghi ngày hoàn thành",
            "Báo cáo, said to be done, the day is missing",
            id="a milestone that lacks the day on which it was done"),
        pytest.param(
            Item(key="phong_tu_phap 2021-Q2", label="Phòng Tư pháp", days_late=1,
                 note="inspection_overdue"),
            "• Phòng Tư pháp, quá thời gian dự kiến 1 ngày làm việc, chưa kiểm tra",
            "• Phòng Tư pháp, late 1 working day, its planned time has passed",
            id="an inspection of a quarter has no code to read"),
    ],
)  # fmt: skip
def test_an_item_is_said_with_its_day_and_its_number(
    renderer: Renderer, item: Item, vi: str, en: str
) -> None:
    shown = due_screen(UNIT, [item], 2, 1)
    for language, words in (("vi", vi), ("en", en)):
        assert words in renderer.render(language, shown.template, shown.facts)


def test_what_is_due_soon_says_how_far_it_looks(renderer: Renderer) -> None:
    item = Item(key="M2-01", label="Báo cáo", due=20210331235959, note="milestone_due_soon")
    for items, vi, en in (
        ([item], "🟡 Đến hạn trong 2 ngày làm việc (mốc công việc: 15 ngày): <b>1</b>",
         "🟡 Due within 2 working days (milestones: 15 days): <b>1</b>"),
        ([], "Không có việc đến hạn trong 2 ngày làm việc (mốc công việc: 15 ngày).",
         "Nothing falls due within 2 working days (milestones: 15 days)."),
    ):  # fmt: skip
        shown = due_screen(UNIT, items, 2, 1)
        assert vi in renderer.render("vi", shown.template, shown.facts)
        assert en in renderer.render("en", shown.template, shown.facts)
