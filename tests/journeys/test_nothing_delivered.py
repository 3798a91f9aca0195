"""Does a district that has delivered nothing yet hear of no work? Every line of the plan."""

from __future__ import annotations

import pytest

from settings import SHIPPED, read_settings
from tests.journeys.installation import Installation

TARGETS = [target.id for target in read_settings(SHIPPED / "settings.toml", {}).plan_targets()]
DAYS = ("2021-03-23T07:30", "2021-10-04T07:30", "2021-12-31T07:30")


@pytest.mark.parametrize("target", TARGETS)
def test_a_line_whose_source_never_came_lists_nothing_to_do(
    installation: Installation, target: str
) -> None:
    assert installation.answer("items", "huyen_can_gio", target) == {"items": []}
    for moment in DAYS:
        installation.must("check", "--at", moment)
        assert installation.answer("items", "huyen_can_gio", target) == {"items": []}
        assert installation.answer("why", "huyen_can_gio", target)["items"] == []
