"""Does a status name the worst fields first, and stay within a message whatever there is?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alerts.lately import Lately
from alerts.outlook import Outlook
from bot.render import LONGEST, Renderer, length
from bot.sandbox.markup import parse_html
from bot.screens.fields import A_DOZEN, WORST, headline, named, not_named, worst_first
from bot.screens.plan import status_screen
from db.read_models import ReadingView, StatusView
from db.records import State
from settings import ZONE
from tests.bot.notice_facts import CHECK, UNIT
from tests.bot.test_templates import TARGETS, view


def field(name: str, state: State, a: int = 0, n: int = 0, target: str = "on_time") -> ReadingView:
    return view(
        state, field=name, numerator=a, denominator=n, needed=0, small_sample=False, target=target
    )


MET, MISSED, AT_RISK, NONE = State.MET, State.MISSED, State.AT_RISK, State.NONE
LAND, CIVIL = field("Đất đai", MISSED, 44, 50), field("Hộ tịch", MISSED, 45, 48)
BUILDING, TRADE = field("Xây dựng", AT_RISK, 48, 50), field("Kinh doanh", MET, 99, 100)
PROOFS, NOBODY = field("Chứng thực", MET, 310, 310), field("Y tế", NONE)
OLD = field("Bảo trợ xã hội", State.STALE, 1, 2)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([PROOFS, CIVIL, LAND], [LAND, CIVIL, PROOFS],
                     id="what is missed, the lowest first"),
        pytest.param([PROOFS, BUILDING, TRADE], [BUILDING, TRADE, PROOFS],
                     id="at risk before met, of the met ones the lowest"),
        pytest.param([NOBODY, OLD, PROOFS], [PROOFS, OLD, NOBODY],
                     id="what is not known, and at the end what has nothing to count"),
        pytest.param([field("B", MET, 1, 1), field("A", MET, 1, 1)],
                     [field("A", MET, 1, 1), field("B", MET, 1, 1)],
                     id="of the same rate by name"),
    ],
)  # fmt: skip
def test_the_worst_field_comes_first(given: list[ReadingView], expected: list[ReadingView]) -> None:
    assert worst_first(given) == tuple(expected)


def said(language: str, readings: list[ReadingView], **more: Any) -> list[str]:
    seen = StatusView(unit=UNIT, as_of=CHECK, readings=tuple(readings))
    screen = status_screen(seen, list(TARGETS.values()), None, sees_items=False, **more)
    renderer = Renderer(TARGETS.values(), ZONE)
    text = renderer.render(language, screen.template, screen.facts)
    assert length(text) <= LONGEST
    plain, _entities = parse_html(text)
    return plain.splitlines()


@pytest.mark.parametrize(
    ("given", "vietnamese", "english"),
    [
        pytest.param(
            [PROOFS, CIVIL, LAND],
            "🔴 2/3 lĩnh vực chưa đạt; thấp nhất: Đất đai 88,00%; chung: 97,79% (399/408)",
            "🔴 2 of 3 fields not met; lowest: Đất đai 88.00%; in all: 97.79% (399/408)",
            id="a total that is good enough does not hide the fields that are not",
        ),
        pytest.param(
            [PROOFS, BUILDING, NOBODY],
            "🟡 2/2 lĩnh vực đạt; thấp nhất: Xây dựng 96,00%; chung: 99,44% (358/360)",
            "🟡 all 2 fields met; lowest: Xây dựng 96.00%; in all: 99.44% (358/360)",
            id="where nothing was to be done nothing is judged",
        ),
    ],
)
def test_the_fields_have_one_headline(
    given: list[ReadingView], vietnamese: str, english: str
) -> None:
    for language, words in (("vi", vietnamese), ("en", english)):
        first, *rest = [line for line in said(language, given) if "5. " in line or "(" in line]
        assert first.endswith(f": {words}")
        assert str(worst_first(given)[0].field) in rest[0]


@pytest.mark.parametrize("given", [[CIVIL], [CIVIL, NOBODY], [OLD, NOBODY]])
def test_one_judged_field_needs_no_headline(given: list[ReadingView]) -> None:
    assert headline(given) is None


def test_a_hundred_fields_stay_within_a_message_and_hide_no_other_line() -> None:
    both = ("satisfaction_services", "on_time")
    name = "Lĩnh vực có tên gọi rất dài trong danh mục {:03}"
    many = [
        field(name.format(at), MISSED if at % 2 else MET, 40 + at % 9, 50, target)
        for target in both
        for at in range(100)
    ]
    others = [
        view(MISSED, target=t.id, field=None, numerator=1, denominator=2)
        for t in TARGETS.values()
        if t.id not in both
    ]
    last_days = Lately(numerator=12, denominator=15, days=30, into_last_year=True, turned="worse")
    late = Outlook(numerator=941, denominator=1000, allowed=3, unreachable_on=date(2021, 12, 8))
    names = [(r.target, r.field) for r in many]
    for language, rest in (
        ("vi", "… và 94 lĩnh vực khác: 44 chưa đạt, 50 đạt"),
        ("en", "… and 94 other fields: 44 not met, 50 met"),
    ):
        lines = said(
            language, [*many, *others],
            lately=dict.fromkeys(names, last_days), outlook=dict.fromkeys(names, late),
        )  # fmt: skip
        assert lines.count(rest) == 2
        assert lines[-1].startswith("10. "), "the last line of the plan is still there"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        pytest.param(A_DOZEN, A_DOZEN, id="a dozen all have their line"),
        pytest.param(A_DOZEN + 1, WORST, id="of more the six worst, and the others are counted"),
    ],
)
def test_how_many_fields_are_named(count: int, shown: int) -> None:
    fields = worst_first(field(f"Lĩnh vực {at}", MISSED, at, 50) for at in range(count))
    assert named(fields) == fields[:shown]
    assert sum(number for _state, number in not_named(fields)) == count - shown
