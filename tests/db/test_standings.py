"""How an alert stands at a moment: names, times, and which silences are in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db.engine import new_id, reading, writing
from db.records import Phase, Standing, State
from db.standings import standings
from db.tables import AlertRow, MuteRow, PersonRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def office(engine: Engine) -> Engine:
    """Alert 1 of unit 1 (on_time), alert 2 of unit 2 (mailboxes); person 1 is An, person 2 Bình."""
    with writing(engine) as tx:
        for number, name in ((1, "An"), (2, "Bình")):
            tx.execute(
                insert(PersonRow).values(
                    id=number, user_id=number, chat_id=number, name=name, joined_at=NOW
                )
            )
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name="U", kind="commune",
                    valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
        tx.execute(
            insert(AlertRow).values(
                id=1, unit_id=1, target="on_time", opened_at=NOW - DAY, state="missed",
                numerator=1, denominator=2, phase="claimed", taken_by=1, taken_at=NOW - DAY,
                claimed_by=2, claimed_at=NOW, disputed_at=NOW,
            )
        )  # fmt: skip
        tx.execute(
            insert(AlertRow).values(
                id=2, unit_id=2, target="mailboxes", opened_at=NOW, state="met",
                numerator=1, denominator=1, phase="resolved", resolved_at=NOW,
            )
        )  # fmt: skip
    return engine


def look(engine: Engine, now: datetime = NOW) -> dict[int, Standing]:
    with reading(engine) as tx:
        return standings(tx, [1, 2, 99], now)


def test_an_alert_stands_with_names_and_times(office: Engine) -> None:
    assert look(office) == {
        1: Standing(
            alert_id=1, phase=Phase.CLAIMED, state=State.MISSED, unit_id=1, target="on_time",
            field_id=None, opened_at=NOW - DAY, taken_by="An", taken_at=NOW - DAY,
            claimed_by="Bình", claimed_at=NOW, disputed_at=NOW,
        ),
        2: Standing(
            alert_id=2, phase=Phase.RESOLVED, state=State.MET, unit_id=2, target="mailboxes",
            field_id=None, opened_at=NOW, resolved_at=NOW,
        ),
    }  # fmt: skip


def test_of_no_alerts_nothing_is_asked(engine: Engine) -> None:
    with reading(engine) as tx:
        assert standings(tx, [], NOW) == {}


@pytest.mark.parametrize(
    ("mute", "silent"),
    [
        pytest.param({"alert_id": 1}, [1], id="a mute of one alert"),
        pytest.param({"target": "on_time", "unit_id": 1}, [1], id="of a target in a unit"),
        pytest.param({"target": "on_time", "unit_id": 2}, [], id="not in another unit"),
        pytest.param({"target": "mailboxes"}, [2], id="of a target everywhere"),
        pytest.param({"unit_id": 2}, [2], id="of a unit"),
        pytest.param({"unit_id": 2, "ended_at": NOW - DAY / 2}, [], id="not one that was ended"),
        pytest.param({"unit_id": 2, "ends_at": NOW}, [], id="not one that has run out"),
        pytest.param({"unit_id": 2, "starts_at": NOW + DAY}, [], id="not one that is to come"),
    ],
)
def test_a_silence_is_of_what_it_names_while_it_lasts(
    office: Engine, mute: dict[str, Any], silent: list[int]
) -> None:
    silence(office, **mute)
    assert [i for i, standing in look(office).items() if standing.muted_until] == silent
    assert not any(standing.exempt_until for standing in look(office).values())


def test_of_several_silences_the_latest_end_counts_and_an_exemption_is_told_apart(
    office: Engine,
) -> None:
    silence(office, alert_id=1, ends_at=NOW + 3 * DAY)
    silence(office, unit_id=1, ends_at=NOW + 2 * DAY)
    silence(office, alert_id=1, document="12/UBND", ends_at=NOW + 9 * DAY)
    standing = look(office)[1]
    assert (standing.muted_until, standing.exempt_until) == (NOW + 3 * DAY, NOW + 9 * DAY)


def silence(engine: Engine, **given: Any) -> int:
    values = {
        "reason": "chờ", "by": 1, "starts_at": NOW - DAY, "ends_at": NOW + DAY, **given,
    }  # fmt: skip
    with writing(engine) as tx:
        return new_id(tx.execute(insert(MuteRow).values(**values)))
