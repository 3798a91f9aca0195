"""Does a head read how the year will end, shortly beside a rate and whole where there is room?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from alerts.digest import Digest
from alerts.outlook import Outlook
from bot.questions.lately import Beside
from bot.render import Renderer
from bot.sandbox.markup import parse_html
from bot.screens.plan import PlanLine
from db.records import Forecast, Goal, State
from settings import ZONE
from tests.bot.alert_facts import CARD
from tests.bot.notice_facts import CHECK, LATELY, UNIT, digest, digest_line
from tests.bot.test_templates import TARGETS, WHY, view

DAY = date(2021, 12, 8)
TO_MISS = Outlook(numerator=941, denominator=1000, allowed=3, unreachable_on=DAY)
LOST = Outlook(lost=True)
SEEN = Forecast(
    value=Fraction(941, 1000), low=Fraction(926, 1000), high=Fraction(9496, 10000), volume=1252,
    late_budget=9, unreachable_on=DAY,
)  # fmt: skip


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(TARGETS.values(), ZONE)


def said(renderer: Renderer, language: str, template: str, facts: dict[str, Any]) -> str:
    plain, _entities = parse_html(renderer.render(language, template, facts))
    return plain


LINES = [
    pytest.param(
        State.AT_RISK, {}, TO_MISS, None,
        "; dự báo cuối năm 94,1%, còn được phép trễ tối đa 3 hồ sơ trong năm nay"
        " (dự kiến vượt vào ngày 08/12)",
        "; forecast for the year's end 94.1%, the year allows at most 3 more late dossiers"
        " (passed on 08/12 at this pace)",
        id="at risk by the forecast: the reason, the allowance, its day",
    ),
    pytest.param(
        State.AT_RISK, {}, Outlook(allowed=1), None,
        "; còn được phép trễ tối đa 1 hồ sơ trong năm nay",
        "; the year allows at most 1 more late dossier",
        id="at risk by its margin: the allowance",
    ),
    pytest.param(
        State.MET, {}, Outlook(allowed=0), None,
        "; không còn được phép trễ hồ sơ nào trong năm nay",
        "; the year allows no more late dossiers",
        id="met, and the next late one breaks the year",
    ),
    pytest.param(
        State.MET, {"target": "on_time_complaints"}, Outlook(allowed=2), None,
        "; còn được phép trễ tối đa 2 vụ việc trong năm nay",
        "; the year allows at most 2 more late cases", id="complaints are cases",
    ),
    pytest.param(
        State.MET, {"target": "satisfaction_services"}, Outlook(allowed=2), None,
        "; còn được phép có tối đa 2 phiếu chưa hài lòng trong năm nay",
        "; the year allows at most 2 more dissatisfied ratings", id="a rating is not late",
    ),
    pytest.param(
        State.MET, {"target": "of tomorrow"}, Outlook(allowed=2), None,
        "; còn được phép có tối đa 2 trường hợp chưa đạt trong năm nay",
        "; the year allows at most 2 more failures", id="a line of tomorrow has words as well",
    ),
    pytest.param(
        State.MISSED, {"needed": 13}, Outlook(unreachable_on=DAY), None,
        ". Cần thêm 13 hồ sơ đúng hạn liên tiếp;"
        " dự kiến từ ngày 08/12 không còn khả năng đạt yêu cầu",
        ". 13 more in a row on time would reach it; out of reach from 08/12 at this pace",
        id="missed: how many it takes, and until when",
    ),
    pytest.param(
        State.MISSED, {"needed": 13}, Outlook(unreachable_on=DAY), LATELY,
        ". Cần thêm 13 hồ sơ đúng hạn liên tiếp;"
        " 30 ngày qua (kể cả cuối năm trước): 80,00% (12/15), chưa đạt yêu cầu",
        ". 13 more in a row on time would reach it;"
        " last 30 days (into last year): 80.00% (12/15), short of the goal",
        id="never three: the last days before the day",
    ),
    pytest.param(
        State.MISSED, {"needed": 13}, LOST, LATELY,
        " – chưa đạt; dự kiến năm nay không còn khả năng đạt yêu cầu;"
        " 30 ngày qua (kể cả cuối năm trước): 80,00% (12/15), chưa đạt yêu cầu",
        " – not met; the goal is expected to stay out of reach this year;"
        " last 30 days (into last year): 80.00% (12/15), short of the goal",
        id="what is lost is not told how many more would reach it",
    ),
    pytest.param(
        State.AT_RISK, {}, Outlook(numerator=9496, denominator=10000, allowed=0), None,
        "; dự báo cuối năm 94,96%, không còn được phép trễ hồ sơ nào trong năm nay",
        "; forecast for the year's end 94.96%, the year allows no more late dossiers",
        id="a forecast just below the goal does not read as the goal",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("state", "changes", "ahead", "recent", "vietnamese", "english"), LINES)
def test_a_line_of_a_status_says_at_most_two_things_more(
    renderer: Renderer, state: State, changes: dict[str, Any], ahead: Outlook, recent: Any,
    vietnamese: str, english: str,
) -> None:  # fmt: skip
    given = {"needed": 0, "small_sample": False, "field": "Hộ tịch", **changes}
    seen = view(state, **given)
    line = PlanLine(
        target=TARGETS["on_time"], readings=(seen,), outlook={"Hộ tịch": ahead},
        lately={"Hộ tịch": recent} if recent else {},
    )  # fmt: skip
    facts = {"unit": UNIT, "as_of": CHECK, "lines": [line], "day": None}
    for language, words in (("vi", vietnamese), ("en", english)):
        text = said(renderer, language, "status", facts)
        assert text.splitlines()[-1].endswith(words)


@pytest.mark.parametrize(("state", "changes", "ahead", "recent", "vietnamese", "english"), LINES)
def test_and_so_does_a_line_of_the_morning(
    renderer: Renderer, state: State, changes: dict[str, Any], ahead: Outlook, recent: Any,
    vietnamese: str, english: str,
) -> None:  # fmt: skip
    line = digest_line(
        state, items=(), small_sample=False, outlook=ahead, lately=recent, move=None,
        is_new=False, alert_id=1, **({"needed": 0} | changes),
    )  # fmt: skip
    sent = Digest.from_payload(digest(line).to_payload())
    assert (*sent.to_mend, *sent.kept) == (line,), "it comes out of the outbox as it went in"
    for language, words in (("vi", vietnamese), ("en", english)):
        text = said(
            renderer, language, "digest", {"digest": sent, "slug": UNIT.slug, "late": False}
        )
        told = next(each for each in text.splitlines() if "Hộ tịch" in each)
        # The goal stands between the state and the clauses.
        assert told.endswith(words.rpartition(" – chưa đạt")[2].rpartition(" – not met")[2])
        assert ("Cần thêm" in told) is (language == "vi" and "Cần thêm" in words)


WHOLE = [
    pytest.param(
        SEEN,
        ["Dự báo cuối năm: 94,1% (92,6% – 94,96%), ước tính cả năm 1.252 hồ sơ",
         "Còn được phép trễ tối đa 9 hồ sơ trong năm nay; nếu tiếp tục như hiện nay, từ ngày"
         " 08/12/2021 không còn khả năng đạt yêu cầu"],
        ["Forecast for the year's end: 94.1% (92.6% – 94.96%), of about 1,252 dossiers",
         "The year allows at most 9 more late dossiers; at this pace the goal is out of reach from"
         " 08/12/2021"],
        id="its range, the volume, the allowance and the day",
    ),
    pytest.param(
        replace(SEEN, late_budget=0, unreachable_on=None, low=SEEN.value, high=SEEN.value),
        ["Dự báo cuối năm: 94,1%, ước tính cả năm 1.252 hồ sơ",
         "Không còn được phép trễ hồ sơ nào trong năm nay"],
        ["Forecast for the year's end: 94.1%, of about 1,252 dossiers",
         "The year allows no more late dossiers"],
        id="no range where nothing more comes",
    ),
    pytest.param(
        replace(SEEN, late_budget=0, unreachable_on=CHECK.date(), lost=True),
        ["Dự báo cuối năm: 94,1% (92,6% – 94,96%), ước tính cả năm 1.252 hồ sơ",
         "Dự kiến năm nay không còn khả năng đạt yêu cầu"],
        ["Forecast for the year's end: 94.1% (92.6% – 94.96%), of about 1,252 dossiers",
         "The goal is expected to stay out of reach this year"],
        id="what is lost",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "vietnamese", "english"), WHOLE)
def test_an_explanation_and_a_card_have_the_whole_forecast(
    renderer: Renderer, seen: Forecast, vietnamese: list[str], english: list[str]
) -> None:
    why = {"why": replace(WHY, forecast=seen), "items": (), "items_more": 0}
    card = {"card": replace(CARD, beside=Beside(forecast=seen)), "items": (), "items_more": 0}
    for language, words in (("vi", vietnamese), ("en", english)):
        for template, facts in (("why", why), ("alert_card", card)):
            lines = said(renderer, language, template, facts).splitlines()
            assert lines[(at := lines.index(words[0])) : at + 2] == words
            asked = "Cần thêm" if language == "vi" else "would reach it"
            takes = any(asked in line for line in lines)
            assert takes is (template == "alert_card" and not seen.lost)


@pytest.mark.parametrize(
    ("state", "goal", "said_so"),
    [
        pytest.param(State.MISSED, Goal(operator="=", percent=100), True, id="once one has failed"),
        pytest.param(State.MET, Goal(operator="=", percent=100), False, id="not while all is well"),
        pytest.param(State.STALE, Goal(operator="=", percent=100), False, id="not of old data"),
        pytest.param(State.MISSED, Goal(operator=">", percent=95), False, id="others come back"),
    ],
)  # fmt: skip
def test_no_number_of_good_ones_brings_a_hundred_per_cent_back(
    renderer: Renderer, state: State, goal: Goal, said_so: bool
) -> None:
    target = replace(TARGETS["apology_letters"], goal=goal)
    why = replace(WHY, target=target, state=state, needed=None, forecast=None)
    facts = {"why": why, "items": (), "items_more": 0}
    for language, words in (
        ("vi", "thêm trường hợp đạt không đưa tỷ lệ trở lại 100%"),
        ("en", "no number of good cases brings it back"),
    ):
        assert (words in said(renderer, language, "why", facts)) is said_so


def test_a_message_queued_by_an_older_version_is_still_told(renderer: Renderer) -> None:
    payload = digest(digest_line(State.MISSED)).to_payload()
    for line in payload["to_mend"]:
        del line["outlook"]
    facts = {"digest": Digest.from_payload(payload), "slug": UNIT.slug, "late": False}
    assert "93,75% (45/48)" in said(renderer, "vi", "digest", facts)
