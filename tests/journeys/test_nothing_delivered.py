"""Does a district that has delivered nothing yet hear of no work? Every line of the plan."""

from __future__ import annotations

import pytest

from db.records import Role
from settings import SHIPPED, read_settings
from tests.alerts.office import Office, office
from tests.db.intake.delivering import dossier
from tests.journeys.installation import Installation

__all__ = ["office"]

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


def test_before_the_first_book_of_letters_nobody_is_said_to_owe_one(office: Office) -> None:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.deliver("2021-03-23", dossier())
    office.check("2021-03-23T07:30")
    ask = office.installation.answer
    for unit in ("xa_binh_khanh", "huyen_can_gio"):
        assert ask("items", unit, "apology_letters") == {"items": []}
        assert [item["note"] for item in ask("items", unit, "on_time")["items"]] == ["overdue"]
    (letters,) = (
        r for r in ask("status", "xa_binh_khanh")["readings"] if r["target"] == "apology_letters"
    )
    assert (letters["state"], letters["value"]) == ("no_data", None), "as its line says"
    (digest,) = office.queued("digest")
    assert "overdue" in str(digest["payload"])
    assert "letter" not in str(digest["payload"])
