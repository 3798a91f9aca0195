"""A file goes in: does the head read how the year will end, and is what is lost told in time?"""

from __future__ import annotations

import pytest

from db.records import State
from tests.journeys.test_lately import (
    UNIT,
    Commune,
    commune,
    digest_facts,
    line_with,
    office,
    organised_file,
    organised_name,
    organised_url,
)

__all__ = ["commune", "office", "organised_file", "organised_name", "organised_url"]


def state_of(commune: Commune) -> tuple[str, str]:
    readings = commune.office.installation.answer("status", UNIT)["readings"]
    (found,) = [r for r in readings if r["target"] == "on_time"]
    return found["state"], found["reason"]


def test_a_goal_that_is_met_and_forecast_to_be_missed_says_why_it_is_amber(
    commune: Commune,
) -> None:
    commune.day("2021-03-22", in_time=400)
    commune.day("2021-06-17", in_time=49, late=12)
    assert state_of(commune) == (State.AT_RISK, "forecast_to_miss")
    clause = {
        "vi": "dự báo cuối năm 94,2%, còn được phép trễ tối đa 18 hồ sơ trong năm nay"
        " (dự kiến vượt vào ngày 01/12)",
        "en": "forecast for the year's end 94.2%, the year allows at most 18 more late dossiers"
        " (passed on 01/12 at this pace)",
    }  # fmt: skip
    for language, words in clause.items():
        assert words in line_with("(449/461)", commune.status(language))
    assert "Dự báo cuối năm: 94,2% (93,3% – 95,2%), ước tính cả năm 602 hồ sơ" in commune.why()

    # On Monday the digest comes though nothing is to be done.
    commune.day("2021-06-21")
    told = line_with("(449/461)", commune.said("digest", digest_facts(commune)))
    assert "dự báo cuối năm 94," in told
    assert "còn được phép trễ tối đa" in told


@pytest.mark.parametrize(
    ("in_time", "opens"),
    [
        pytest.param(18, True, id="a handful late beyond what the whole year allows is told"),
        pytest.param(19, False, id="with one more expected it can still be reached and waits"),
    ],
)
def test_a_small_sample_is_told_when_the_year_is_lost(
    commune: Commune, in_time: int, opens: bool
) -> None:
    # On 15/12 nineteen so far make twenty of the year, of which none may be late; of 21 one may.
    commune.day("2021-12-15", in_time=in_time, late=1)
    commune.day("2021-12-16")
    assert (("on_time", "Hộ tịch", "open") in commune.office.alerts(UNIT)) is opens
