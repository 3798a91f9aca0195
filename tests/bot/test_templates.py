"""Every message in both languages: it renders, Telegram takes it, and its words are right."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from alerts.explain import CountedBy, Explanation
from alerts.thresholds.kinds import Measure
from bot.questions.alert_list import AlertList
from bot.render import LANGUAGES, LONGEST, TEMPLATES, Renderer, filters, fit, length
from bot.sandbox.markup import parse_html
from bot.screens.alerts import alerts_screen
from bot.screens.plan import PlanLine
from db.calendar_days import ClockStop, DayKind, NamedDay
from db.intake.resettling import Effect
from db.read_models import ReadingView
from db.records import (
    Item,
    LeftOut,
    NamedCount,
    PublishedYear,
    SamePeriod,
    Share,
    State,
    Successor,
    Target,
    TargetKind,
    YearlyMean,
)
from settings import SHIPPED, ZONE, read_settings
from tests.bot.alert_facts import ALERT_FACTS, LISTED, SILENT
from tests.bot.notice_facts import (
    CHECK,
    ITEMS,
    LATELY,
    NOTICE_FACTS,
    ODD,
    SENT,
    TODAY,
    UNIT,
    digest,
    digest_line,
)
from tests.bot.people_facts import PEOPLE_FACTS
from tests.bot.threshold_facts import THRESHOLD_FACTS

TARGETS = {
    target.id: target for target in read_settings(SHIPPED / "settings.toml", {}).plan_targets()
}
GRADE = replace(
    TARGETS["mailboxes"], id="par_index", kind=TargetKind.GRADE, goal=None, goal_text="Tốt trở lên"
)


def view(state: State, **changes: Any) -> ReadingView:
    given: dict[str, Any] = {
        "target": "on_time", "field": ODD, "numerator": 45, "denominator": 48, "state": state,
        "reason": "below_the_goal", "small_sample": True, "needed": 13, "answer": None,
    }  # fmt: skip
    return ReadingView(**(given | changes))


LINES = [
    PlanLine(target=TARGETS["on_time"], readings=tuple(view(state) for state in State)),
    PlanLine(
        target=TARGETS["on_time"],
        readings=(view(State.MET, field=None), view(State.MISSED, field="Y tế")),
        lately={None: LATELY, "Y tế": replace(LATELY, turned="better", into_last_year=False)},
    ),
    PlanLine(target=TARGETS["mailboxes"], readings=(view(State.NONE, field=None),)),
    PlanLine(target=TARGETS["apology_letters"], readings=(view(State.MISSED, field=None),)),
    PlanLine(target=GRADE, readings=(view(State.MET, field=None, answer="Tốt"),)),
    PlanLine(target=GRADE, readings=(view(State.UNPUBLISHED, field="Hộ tịch"),)),
    PlanLine(
        target=GRADE,
        readings=(view(State.UNPUBLISHED, field=None),),
        newest=PublishedYear(year=2020, answer="Khá", kept=False),
    ),
]
YEARS = (
    PublishedYear(year=2020, answer="Khá", kept=False),
    PublishedYear(year=2019, answer="Tốt"),
)
PAGES: dict[str, Any] = {"page": 1, "pages": 2, "count": 12}

WHY = Explanation(
    unit=UNIT, target=TARGETS["on_time"], field="Hộ tịch", as_of=CHECK, numerator=45,
    denominator=48, state=State.MISSED, reason="below_the_goal", needed=13, threshold=1,
    set_by="plan", items=ITEMS,
    readings=(
        NamedCount(name="finished", numerator=45, denominator=47),
        NamedCount(name="a formula of tomorrow", numerator=0, denominator=0),
    ),
    left_out=(LeftOut(reason="paused", count=1842), LeftOut(reason="of tomorrow", count=1)),
)  # fmt: skip
IDLE = CountedBy(
    name="idle_working_days", measure=Measure.WORKING_DAYS, value="5", since=CHECK.date()
)
STALE: dict[str, Any] = {
    "kind": "stale", "source": "dossiers", "unit": ODD, "is_district": False,
    "newest": "2021-03-18", "working_days": 3,
}  # fmt: skip
OVERDUE = {
    **STALE, "kind": "overdue", "source": "milestones", "newest": None, "working_days": None,
    "is_district": True, "target": "par_index", "year": 2020,
}  # fmt: skip
ODD_FILE: dict[str, Any] = {
    "source": "dossiers", "file": ODD, "day": "2021-03-22", "rows": 1842,
    "counts": [["rejected", 4], ["bad_date:due", 1200], ["a_word_of_tomorrow", 1]], "more": True,
}  # fmt: skip
MISSING = {**STALE, "kind": "missing", "newest": None, "working_days": None, "is_district": True}
EMPTY = {**MISSING, "kind": "empty", "target": "organisation"}

CHANGES = [
    {"what": what, "first": TODAY, "last": TODAY, "document": ODD, "effect": effect}
    for what in ("off", "working", "removed", "stopped", "resumed")
    for effect in (Effect(), Effect(moved=1200, now_on_time=2, now_late=1))
]
NAMED = NamedDay(
    day=TODAY, kind=DayKind.OFF, note=ODD, document=ODD, changed_by=ODD, changed_at=CHECK
)
STOP = ClockStop(
    id=1, unit_id=None, first_day=TODAY, last_day=TODAY, reason=ODD, document=ODD,
    approved_by=ODD, created_by=ODD, created_at=CHECK,
)  # fmt: skip
STOPPED = {"first": TODAY, "last": TODAY, "stop": STOP}
YEAR = {"year": 2021, "working_days": 250, "hours": ["07:30–11:30", "13:00–17:00"]}

FACTS: dict[str, list[dict[str, Any]]] = {
    "admins_only": [{"reference": "YC-0001"}],
    "bad_day": [{"text": ODD}],
    "calendar": [
        {**YEAR, "days": [], "stops": []},
        {
            **YEAR, "days": [NAMED, replace(NAMED, kind=DayKind.WORKING, note="")],
            "stops": [{**STOPPED, "unit": None}, {**STOPPED, "unit": ODD}],
        },
    ],
    "calendar_confirm": CHANGES,
    "calendar_done": CHANGES,
    "calendar_refused": [
        {"reason": reason, "day": day}
        for reason in (
            "no_document", "text_too_long", "year_unknown", "entered_off", "entered_working",
            "nothing_changes", "already_off", "already_working", "not_entered",
            "changed_meanwhile", "confirmed_already", "not_understood",
        )
        for day in (TODAY, None)
    ],
    "choose_target": [
        {"unit": UNIT, "to_explain": False},
        {"unit": UNIT, "to_explain": True},
    ],
    "due": [
        {"unit": UNIT, "working_days": 2, "items": ITEMS, **PAGES},
        {"unit": UNIT, "working_days": 2, "items": (), "page": 1, "pages": 1, "count": 0},
    ],
    "ended_unit": [
        {"unit": UNIT, "ended_on": date(2025, 6, 30), "successors": []},
        {
            "unit": UNIT, "ended_on": date(2025, 6, 30),
            "successors": [Successor(unit=UNIT, share=s, day=date(2025, 7, 1)) for s in Share],
        },
    ],
    "error": [{"reference": "L-000001"}],
    "help": [
        dict.fromkeys(
            ("items", "due", "own", "calendar", "absence", "people", "thresholds"), seen
        )
        for seen in (True, False)
    ],
    "invitation_refused": [
        {"reason": reason}
        for reason in ("unknown", "expired", "used", "too_many", "for_a_group", "for_a_person")
    ],
    "items": [
        {"unit": UNIT, "target": "on_time", "items": ITEMS, "no_data": False, **PAGES},
        *(
            {
                "unit": UNIT, "target": "mailboxes", "items": (), "page": 1, "pages": 1,
                "count": 0, "no_data": unknown,
            }
            for unknown in (True, False)
        ),
    ],
    "language": [{}],
    "language_set": [{}],
    "no_permission": [
        {"unit": UNIT, "own": [UNIT, UNIT], "reference": "YC-0001"},
        {"unit": None, "own": [], "reference": "YC-0001"},
    ],
    "no_reading": [{"unit": UNIT, "target": "on_time"}],
    "not_understood": [{}],
    "old_button": [{}],
    "refused_file": [
        {
            "file": ODD, "source": "dossiers", "reason": ODD, "day": "2021-03-23", **SENT,
            "reason_code": code, "reason_facts": facts,
        }
        for code, facts in (
            ("bad_rows", {"bad": 7, "rows": 60}),
            ("fewer_than_printed", {"rows": 500, "total": 1842}),
            ("fewer_rows", {"rows": 500, "previous": 1842, "day": 20210322}),
            ("corrupt", {}),
            ("a reason of tomorrow", {}),
            (None, {}),
        )
    ],
    "status": [
        {"unit": UNIT, "as_of": CHECK, "lines": LINES, "day": None},
        {"unit": UNIT, "as_of": CHECK, "lines": [], "day": TODAY},
        {"unit": UNIT, "as_of": None, "lines": [], "day": TODAY},
        {"unit": UNIT, "as_of": None, "lines": [], "day": None},
    ],
    "stranger": [{}],
    "check_failed": [
        {"slot": "2025-07-01T07:30:00+07:00", "why": why, "why_facts": facts, **SENT}
        for why, facts in (
            ("district_ended", {"name": ODD, "last_day": "2025-06-30"}),
            ("district_unknown", {"slug": ODD}),
            ("failed", {"error": "ValueError at sheet.py:12"}),
            ("died", {}),
        )
    ],
    "stale_source": [
        {"sources": [STALE], **SENT},
        {"sources": [MISSING], **SENT},
        {"sources": [STALE, MISSING, STALE], **SENT},
        {"sources": [OVERDUE], **SENT},
        {"sources": [STALE, OVERDUE], **SENT},
        {"sources": [EMPTY], **SENT},
        {"sources": [EMPTY, STALE], **SENT},
        {"sources": [STALE, MISSING, STALE], "files": [ODD_FILE], **SENT},
        {"sources": [], "files": [ODD_FILE, {**ODD_FILE, "more": False}], **SENT},
    ],
    "why": [
        {"why": WHY, "items": ITEMS[:5], "items_more": 11},
        *(
            {"why": why, "items": (), "items_more": 0}
            for why in (
                replace(WHY, target=GRADE, numerator=None, state=None),
                replace(WHY, readings=(), left_out=(), denominator=0),
                replace(WHY, mean=YearlyMean(numerator=9, denominator=10, days=57, since=TODAY)),
                *(
                    replace(WHY, target=GRADE, state=state, answer=answer, history=YEARS)
                    for state, answer in ((State.UNPUBLISHED, None), (State.MISSED, "Khá"))
                ),
                replace(
                    WHY,
                    lately=LATELY,
                    a_year_ago=SamePeriod(numerator=45, denominator=48, day=date(2020, 3, 20)),
                ),
                *(
                    replace(WHY, target=TARGETS["mailboxes"], counted_by=(by,))
                    for by in (IDLE, replace(IDLE, by=ODD), replace(IDLE, by="command line"))
                ),
            )
        ),
    ],
    "units": [{"asked": True, **PAGES}, {"asked": False, **PAGES}],
    "unknown_unit": [{"text": ODD, "proposals": [UNIT]}, {"text": ODD, "proposals": []}],
    "welcome": [
        {
            "name": ODD, "now": CHECK, "new": True,
            "roles": [("head", True, UNIT, None), ("steward", False, None, "dossiers")],
        },
        {"name": ODD, "now": CHECK, "new": False, "roles": [("admin", False, None, None)]},
    ],
}  # fmt: skip


FACTS.update(NOTICE_FACTS)
FACTS.update(PEOPLE_FACTS)
FACTS.update(ALERT_FACTS)
FACTS.update(THRESHOLD_FACTS)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TARGETS.values(), ZONE)


def names(language: str) -> set[str]:
    return {path.stem for path in (TEMPLATES / language).glob("*.html")}


def test_both_languages_have_the_same_messages_and_each_is_tested() -> None:
    assert names("vi") == names("en") == {*FACTS, "words", "lines"}
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(LANGUAGES)
    others = [p for p in TEMPLATES.rglob("*") if p.is_file() and p.suffix not in (".html", "")]
    assert not [p for p in others if p.suffix == ".py" or ".j2" in p.name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(FACTS))
def test_a_message_renders_and_telegram_takes_it(
    renderer: Renderer, language: str, template: str
) -> None:
    for facts in FACTS[template]:
        text = renderer.render(language, template, facts)
        plain, _entities = parse_html(text)
        assert plain.strip()
        assert len(plain.encode("utf-16-le")) // 2 == length(text) <= LONGEST
        assert "None" not in plain
        assert "&lt;" not in plain
        for line in text.splitlines():
            parse_html(line)  # each tag ends in its line, so that a long text is cut between them
        assert ODD not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_fact_is_an_error(renderer: Renderer, language: str) -> None:
    with pytest.raises(UndefinedError):
        renderer.render(language, "error", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_button_has_its_words(renderer: Renderer, language: str) -> None:
    words = renderer.words(language)
    assert set(words.states) == {state.value for state in State}
    labels = ("items", "alerts", "due", "refresh", "status", "other_targets", "back", "forward")
    assert all(renderer.label(language, label) for label in labels)
    assert set(renderer.words("vi").notes) == set(renderer.words("en").notes)


def refusal_codes() -> set[str]:
    """Every reason for which the intake refuses a file, as its source names them."""
    code = re.compile(r'(?:UnreadableFile\(\s*|Refusal\(\s*code=)"(\w+)"')
    sources = (SHIPPED / "db" / "intake").glob("*.py")
    return {found for path in sources for found in code.findall(path.read_text("utf-8"))}


# What a count may leave out, as the statements and the rules of import name it.
SETTLED_OUT = (
    "before_the_unit", "finish_without_date", "future_date", "impossible_counts",
    "impossible_order", "no_due_date", "not_accepted", "paused", "withdrawn",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_leave_out_has_its_words(renderer: Renderer, language: str) -> None:
    texts = [path.read_text("utf-8") for path in (SHIPPED / "db/targets").glob("*.left_out.sql")]
    told = re.findall(r"(?:THEN|ELSE|SELECT) '(\w+)'|'(\w+)' AS reason", "\n".join(texts))
    stated = {reason for pair in told for reason in pair if reason}
    assert {"locked", "secret", "private_school", "told_by_another_period"} <= stated
    assert {*stated, *SETTLED_OUT} <= set(renderer.words(language).left_out)


def flag_kinds() -> set[str]:
    """Every kind of flag that the intake gives, as its source names them."""
    kinds = re.compile(
        r"\bflag\((?:[^()]|\([^()]*\))*?(?<=[\s(])\"([a-z][a-z_]+)[:\"]"
        r"|flag = \"(\w+)\"|meaning\((?:[^()]|\([^()]*\))*?\"(unknown_\w+)\"|\bf\"(\w+):\{column\}"
    )
    sources = [*(SHIPPED / "db" / "intake").glob("*.py")]
    found = (kinds.findall(path.read_text("utf-8")) for path in sources)
    return {kind for groups in found for names in groups for kind in names if kind}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_flag_has_its_words(renderer: Renderer, language: str) -> None:
    told = flag_kinds()
    assert {"orphan", "unknown_status", "period_over", "bad_date"} <= told
    assert {*told, *SETTLED_OUT} - {"paused", "not_accepted", "withdrawn"} <= set(
        renderer.words(language).flags
    )
    assert renderer.flag(language, "bad_date:due") == renderer.flag(language, "bad_date")
    assert renderer.flag(language, "a_word_of_tomorrow") == "a_word_of_tomorrow"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_refuse_a_file_has_its_words(renderer: Renderer, language: str) -> None:
    with_numbers = {"bad_rows", "fewer_than_printed", "fewer_rows"}
    assert {"no_header", "bad_rows"} <= refusal_codes()
    assert refusal_codes() - with_numbers <= set(renderer.words(language).reasons)


def test_a_refused_file_is_explained_in_the_words_of_the_domain(renderer: Renderer) -> None:
    facts = FACTS["refused_file"][2]
    plain, _entities = parse_html(renderer.render("vi", "refused_file", facts))
    assert (
        "Lý do: chỉ có 500 dòng (ngày 22/03/2021: 1.842 dòng), có khả năng kết xuất thiếu." in plain
    )


def test_the_note_beside_a_refused_file_has_the_words_of_the_message(
    renderer: Renderer,
) -> None:
    for facts in FACTS["refused_file"]:
        words = renderer.refusal("vi", facts["reason_code"], facts["reason_facts"], facts["reason"])
        plain, _entities = parse_html(renderer.render("vi", "refused_file", facts))
        assert f"Lý do: {words}." in " ".join(plain.split("\n"))


@pytest.mark.parametrize(
    ("language", "reading", "words"),
    [
        pytest.param(
            "vi", view(State.MISSED, numerator=19, denominator=20, needed=1,
                       reason="exactly_on_a_strict_goal"),
            "95,00% (chưa đạt: phải trên 95%)", id="exactly on a strict goal, the reason is said",
        ),
        pytest.param(
            "vi", view(State.MET, numerator=19000, denominator=19999, needed=0),
            "95,005% (19.000/19.999)", id="a third decimal where two would hide the difference",
        ),
        pytest.param(
            "vi", view(State.MISSED), "93,75%", id="a decimal comma in Vietnamese",
        ),
        pytest.param("en", view(State.MISSED), "93.75%", id="a decimal point in English"),
        pytest.param(
            "vi", view(State.MET, numerator=1842, denominator=1842),
            "100% (1.842/1.842)", id="whole per cents, and dots between thousands",
        ),
        pytest.param("vi", view(State.MISSED, target="satisfaction_services"),
            "Cần thêm 13 trường hợp đạt liên tiếp", id="what is no dossier is not called one"),
        pytest.param("vi", view(State.MISSED), "Cần thêm 13 hồ sơ đúng hạn", id="a dossier is"),
        pytest.param("vi", view(State.NONE), "không phát sinh", id="nothing to count is no rate"),
        pytest.param("vi", view(State.STALE), "dữ liệu cũ", id="old data have no rate"),
    ],
)  # fmt: skip
def test_a_reading_is_told_exactly(
    renderer: Renderer, language: str, reading: ReadingView, words: str
) -> None:
    line = PlanLine(target=TARGETS["on_time"], readings=(replace(reading, field="Hộ tịch"),))
    facts = {"unit": UNIT, "as_of": CHECK, "lines": [line], "day": None}
    plain, _entities = parse_html(renderer.render(language, "status", facts))
    assert words in plain
    assert ("%" in plain.rpartition("Hộ tịch")[2]) is (reading.state in (State.MET, State.MISSED))


@pytest.mark.parametrize(
    ("state", "changes", "words"),
    [
        pytest.param(
            State.MET, {"answer": "Tốt"}, "(Tốt trở lên): 🟢 Tốt – đạt", id="a grade is its word"
        ),
        pytest.param(State.MISSED, {"answer": "no"}, "🔴 chưa đạt", id="a yes/no is its state"),
        pytest.param(State.BEHIND, {"answer": "behind"}, "🟡 chậm tiến độ", id="or its pace"),
        pytest.param(State.INFO, {}, "⚪ 45/48", id="a line without a goal shows its figures"),
        pytest.param(State.UNPUBLISHED, {}, "⚪ chưa công bố", id="what is not out is said"),
    ],
)
def test_a_line_without_a_percentage_is_told_in_its_words(
    renderer: Renderer, state: State, changes: dict[str, Any], words: str
) -> None:
    line = PlanLine(target=GRADE, readings=(view(state, field=None, **changes),))
    facts = {"unit": UNIT, "as_of": CHECK, "lines": [line], "day": None}
    plain, _entities = parse_html(renderer.render("vi", "status", facts))
    assert words in plain
    assert "%" not in plain


@pytest.mark.parametrize(
    ("language", "changes", "words"),
    [
        pytest.param(
            "vi", {"answer": "20210318"}, "đã kiểm tra ngày 18/03/2021", id="when it was inspected"
        ),
        pytest.param("vi", {"numerator": 0}, "chưa kiểm tra trong năm", id="that it was not"),
        pytest.param("en", {"answer": "20210318"}, "inspected on 18/03/2021", id="in English"),
        pytest.param("en", {"numerator": 0}, "not inspected this year", id="in English, not yet"),
        pytest.param("vi", {}, "1/1", id="a reading from before days were kept shows its figures"),
    ],
)
def test_a_unit_reads_whether_it_was_inspected(
    renderer: Renderer, language: str, changes: dict[str, Any], words: str
) -> None:
    counts = {"numerator": 1, "denominator": 1, "field": None, "target": "inspections"} | changes
    line = PlanLine(target=TARGETS["inspections"], readings=(view(State.INFO, **counts),))
    facts = {"unit": UNIT, "as_of": CHECK, "lines": [line], "day": None}
    plain, _entities = parse_html(renderer.render(language, "status", facts))
    assert f": ⚪ {words}" in plain
    assert ("1/1" in plain) is (words == "1/1")


@pytest.mark.parametrize(
    ("numerator", "denominator", "vietnamese"),
    [
        pytest.param(0, 7, "0%", id="nothing is exactly nothing"),
        pytest.param(7, 7, "100%", id="all of it is exactly all"),
        pytest.param(1, 2, "50,00%", id="a half has its decimals"),
        pytest.param(95, 100, "95,00%", id="and so has a whole per cent"),
        pytest.param(2, 3, "66,67%", id="two of three"),
        pytest.param(1, 100_000, "0,00%", id="hardly anything is not nothing"),
        pytest.param(99_999, 100_000, "100,00%", id="and nearly all is not all"),
    ],
)
def test_a_rate_has_two_decimals_unless_it_is_nothing_or_all(
    numerator: int, denominator: int, vietnamese: str
) -> None:
    line = view(State.MET, numerator=numerator, denominator=denominator)
    assert filters("vi", ZONE)["rate"](line) == vietnamese
    assert filters("en", ZONE)["rate"](line) == vietnamese.replace(",", ".")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*/*.html")), ids=str)
def test_a_template_writes_rates_in_that_way_alone(path: Path) -> None:
    printed = re.findall(r"\{\{[^}]*\}\}%", path.read_text("utf-8"))
    assert [text for text in printed if "percent" not in text] == [], "only goals are written bare"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("key", "label", "words"),
    [
        pytest.param("xa_ly_nhon", "UBND xã Lý Nhơn", "• UBND xã Lý Nhơn,", id="a unit"),
        pytest.param(
            "xa_long_hoa 2021-09", "UBND xã Long Hòa", "• UBND xã Long Hòa,", id="and an occasion"
        ),
        pytest.param("periodic", "Kiểm tra định kỳ", "• Kiểm tra định kỳ,", id="a form"),
        pytest.param("01/BB-KT", "UBND xã X", "• 01/BB-KT – UBND xã X,", id="minutes"),
        pytest.param("000.02.16.H29-1", "Hộ tịch", "• 000.02.16.H29-1 – Hộ tịch,", id="a dossier"),
        pytest.param(
            "may_quet", "", "• may_quet,", id="a key without a name is better than nothing"
        ),
    ],
)
def test_an_item_is_named_as_people_name_it(
    renderer: Renderer, language: str, key: str, label: str, words: str
) -> None:
    item = replace(ITEMS[0], key=key, label=label, field=None, due=None, note="not_inspected")
    facts = {
        "unit": UNIT, "target": "inspections", "items": [item], "count": 1, "page": 1, "pages": 1,
        "no_data": False,
    }  # fmt: skip
    plain, _entities = parse_html(renderer.render(language, "items", facts))
    assert words in plain


@pytest.mark.parametrize(
    ("language", "changes", "words"),
    [
        pytest.param("vi", {"due": 20210331}, ", hạn ngày 31/03/2021", id="a day"),
        pytest.param(
            "vi", {"due": 20210331170000}, ", hạn 17:00 ngày 31/03/2021", id="a moment of a day"
        ),
        pytest.param(
            "vi", {"due": 20210331170000, "note": "due_today"},
            ", hạn 17:00 ngày 31/03/2021 (hôm nay)", id="today",
        ),
        pytest.param(
            "vi", {"key": "15/ĐT", "label": "", "due": 20210331, "note": "complaint_due_today"},
            "• Đơn thư 15/ĐT, hạn ngày 31/03/2021 (hôm nay)", id="a complaint says so first",
        ),
        pytest.param("en", {"due": 20210331}, ", due 31/03/2021", id="a day in English"),
        pytest.param(
            "en",
            {"key": "15/ĐT", "label": "", "due": 20210331170000, "note": "complaint_due_soon"},
            "• Complaint 15/ĐT, due 17:00 on 31/03/2021", id="a complaint in English",
        ),
    ],
)  # fmt: skip
def test_when_an_item_falls_due_is_said_like_a_day(
    renderer: Renderer, language: str, changes: dict[str, Any], words: str
) -> None:
    given = {"label": "Khai sinh", "days_late": None, "note": "due_soon", "detail": None}
    item = replace(ITEMS[0], **{"field": None, **given, **changes})
    facts = {"unit": UNIT, "working_days": 2, "items": [item], "count": 1, "page": 1, "pages": 1}
    plain, _entities = parse_html(renderer.render(language, "due", facts))
    assert plain.endswith(words)
    assert "  " not in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_list_is_read_at_a_glance(renderer: Renderer, language: str) -> None:
    screen = alerts_screen(None, AlertList(alerts=(LISTED[0],) * 30, mutes=(SILENT[0],) * 9), 0)
    plain, _entities = parse_html(renderer.render(language, "alerts", dict(screen.facts)))
    assert len(plain.splitlines()) <= 25
    assert {"vi": "… và 4 mục khác", "en": "… and 4 more"}[language] in plain


def test_nobody_is_said_to_watch_a_unit_who_may_not_be_there(renderer: Renderer) -> None:
    plain, _ = parse_html(renderer.render("vi", "unbound_units", FACTS["unbound_units"][0]))
    assert "nếu chưa có ai, gửi đến quản trị hệ thống" in plain
    assert "đang tạm thời theo dõi" not in plain


def test_a_long_message_is_cut_between_lines_and_says_so() -> None:
    text = "\n".join(f"<b>dòng {number} 🔴 &amp; tiếp</b>" for number in range(400))
    short = fit(text, LONGEST, "<i>… còn nữa</i>")
    assert length(short) <= LONGEST
    assert short.endswith("<i>… còn nữa</i>")
    assert short.splitlines()[:-1] == text.splitlines()[: len(short.splitlines()) - 1]
    parse_html(short)
    assert length(short) > LONGEST - 40


def test_a_text_that_fits_is_left_alone() -> None:
    text = "<b>" + "🔴" * (LONGEST // 2) + "</b>"
    assert fit(text, LONGEST, "…") == text


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        pytest.param("UBND thị trấn Cần Thạnh", True, id="the fullest digest fits"),
        pytest.param("Trung tâm Văn hóa, Thể thao và Truyền thanh " * 9, False, id="or is cut"),
    ],
)
def test_a_digest_is_always_one_message(renderer: Renderer, name: str, whole: bool) -> None:
    items = tuple(replace(item, label="Đăng ký lại khai sinh " * 9) for item in ITEMS)
    lines = [
        digest_line(State.MISSED, unit=f"{name} {n}", field="Bảo trợ xã hội", items=items)
        for n in range(40)
    ]
    facts = {"digest": digest(*lines, soon=items), "slug": "x", **SENT}
    text = renderer.render("vi", "digest", facts)
    assert length(text) <= LONGEST
    assert ("Trân trọng" in text) is whole
    assert ("các nội dung khác" in text) is not whole
    left = len(lines) - len(facts["digest"].to_mend)
    assert (f"Ngoài ra: {left} mục khác (/tinhhinh)" in text) is whole
    parse_html(text)


NUMBERED = re.compile(
    r"(?:number|length|working_days|days|judged|untrue) }}(?:</b>)? "
    r"(?:(?:more|other|working) )?[a-z]+s\b"
)


@pytest.mark.parametrize("path", sorted((TEMPLATES / "en").glob("*.html")), ids=lambda p: p.name)
def test_english_says_one_day_and_two_days_in_one_way(path: Path) -> None:
    text = path.read_text("utf-8")
    assert NUMBERED.findall(text) == [], "write {{ n|number }} {{ n|plural('day') }}"
    assert " == 1 else" not in text


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "less than a day"), (1, "late by 1 working day,"), (2, "late by 2 working days,")],
)
def test_an_item_is_late_by_one_day_or_by_more(renderer: Renderer, count: int, words: str) -> None:
    item = Item(key="A", label="B", days_late=count, note="finished_late_no_letter")
    assert words in str(renderer.words("en").item(item))


@pytest.mark.parametrize(
    ("note", "due_again", "vi", "en"),
    [
        pytest.param(
            "overdue_no_letter", 20210520170000,
            "quá hạn 3 ngày làm việc, hẹn lại 20/05/2021, <u>chưa có thư xin lỗi</u>, đang ở: X",
            "overdue by 3 working days, new appointment 20/05/2021, <u>no apology letter yet</u>,"
            " now at: X",
            id="overdue, with a new appointment",
        ),
        pytest.param(
            "overdue_with_late_letter", None,
            "quá hạn 3 ngày làm việc, đã có thư xin lỗi (chậm), đang ở: X",
            "overdue by 3 working days, apology letter sent late, now at: X",
            id="overdue, its letter came late",
        ),
        pytest.param(
            "finished_late_with_late_letter", None,
            "trễ 3 ngày làm việc, đã có thư xin lỗi (chậm), đang ở: X",
            "late by 3 working days, apology letter sent late, now at: X",
            id="finished late, its letter came late",
        ),
        pytest.param(
            "supplement_long", None, "chờ bổ sung lâu: 3 ngày làm việc, đang ở: X",
            "has waited long for supplements: 3 working days, now at: X", id="waits for papers",
        ),
        pytest.param(
            "fee_long", None, "chờ thực hiện nghĩa vụ tài chính lâu: 3 ngày làm việc, đang ở: X",
            "has waited long for its fee: 3 working days, now at: X", id="waits for a fee",
        ),
    ],
)  # fmt: skip
def test_a_dossier_says_what_became_of_it(
    renderer: Renderer, note: str, due_again: int | None, vi: str, en: str
) -> None:
    item = Item(key="A", label="B", days_late=3, note=note, detail="X", due_again=due_again)
    for language, words in (("vi", vi), ("en", en)):
        assert str(renderer.words(language).item(item)).strip() == f"• <code>A</code> – B, {words}"


@pytest.mark.parametrize(
    ("note", "said"),
    [("due_soon", True), ("due_today", True), ("complaint_due_soon", False),
     ("appointment_soon", False)],
)  # fmt: skip
def test_when_a_letter_is_owed_is_said_where_a_dossier_may_need_one(
    renderer: Renderer, note: str, said: bool
) -> None:
    facts = {"unit": UNIT, "working_days": 2, "count": 1, "page": 1, "pages": 1,
             "items": [Item(key="A", label="B", due=20210520, note=note)]}  # fmt: skip
    for language, words in (("vi", "thư xin lỗi"), ("en", "apology letter")):
        assert (words in renderer.render(language, "due", facts)) is said


@pytest.mark.parametrize(
    ("note", "today"),
    [("appointment_soon", ""), ("appointment_today", " <u>({})</u>")],
    ids=["in some days", "today"],
)
def test_a_new_appointment_that_falls_due_is_named_with_its_day(
    renderer: Renderer, note: str, today: str
) -> None:
    item = Item(key="A", label="B", due=20210520170000, note=note)
    vi, en = today.format("hôm nay"), today.format("today")
    assert str(renderer.words("vi").item(item)).strip() == (
        f"• <code>A</code> – B, hạn 17:00 ngày 20/05/2021{vi}, theo lịch hẹn lại"
    )
    assert str(renderer.words("en").item(item)).strip() == (
        f"• <code>A</code> – B, due 17:00 on 20/05/2021{en}, by its new appointment"
    )


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [
        ("1", "points", "1 percentage point"),
        ("0.5", "points", "0.5 percentage points"),
        ("1", "working_days", "1 working day"),
        ("2", "checks", "2 checks"),
    ],
)
def test_a_threshold_has_its_measure_in_the_right_number(
    renderer: Renderer, value: str, measure: str, words: str
) -> None:
    assert str(renderer.words("en").threshold_value(value, measure)) == words


def test_a_target_of_settings_may_have_no_english_name(tmp_path: Path) -> None:
    target: Target = replace(TARGETS["mailboxes"], names={"vi": "Hộp thư"})
    made = Renderer([target], ZONE)
    assert made.target_names("en") == {"mailboxes": "Hộp thư"}
