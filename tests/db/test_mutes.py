"""Does a silence hold exactly from its start to its end, and for just what it names?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db import mutes
from db.engine import reading, writing
from db.records import Mute
from db.tables import AlertRow, PersonRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(engine: Engine) -> Engine:
    """Person 1, units 1 and 2, alert 1."""
    with writing(engine) as tx:
        tx.execute(insert(PersonRow).values(id=1, user_id=1, chat_id=1, name="An", joined_at=NOW))
        for number in (1, 2):
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name="U", kind="commune",
                    valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
        tx.execute(
            insert(AlertRow).values(
                id=1, unit_id=1, target="on_time", opened_at=NOW, state="missed", numerator=1,
                denominator=2,
            )
        )  # fmt: skip
    return engine


def silence(engine: Engine, **given: Any) -> int:
    values = {"reason": "waits_for_parts", "by": 1, "starts_at": NOW, "ends_at": NOW + 3 * DAY}
    with writing(engine) as tx:
        return mutes.add(tx, **{"alert_id": 1, **values, **given})


def active(engine: Engine, now: datetime) -> list[int]:
    with reading(engine) as tx:
        return [mute.id for mute in mutes.active(tx, now)]


def test_a_silence_comes_back_with_its_author_by_name(office: Engine) -> None:
    mute_id = silence(office)
    with reading(office) as tx:
        assert mutes.mute_by_id(tx, mute_id) == Mute(
            id=mute_id, alert_id=1, reason="waits_for_parts", by=1, by_name="An", starts_at=NOW,
            ends_at=NOW + 3 * DAY,
        )  # fmt: skip
        assert mutes.mute_by_id(tx, 99) is None


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        pytest.param(NOW - HOUR, False, id="before its start"),
        pytest.param(NOW, True, id="at its start"),
        pytest.param(NOW + 3 * DAY - timedelta(seconds=1), True, id="just before its end"),
        pytest.param(NOW + 3 * DAY, False, id="at its end it is over"),
    ],
)
def test_a_silence_holds_from_its_start_until_its_end(
    office: Engine, now: datetime, silent: bool
) -> None:
    mute_id = silence(office)
    assert active(office, now) == ([mute_id] if silent else [])


@pytest.mark.parametrize(
    ("first", "ended", "found"),
    [
        pytest.param(NOW + DAY, False, True, id="it was in force then"),
        pytest.param(NOW - DAY, False, True, id="it began later"),
        pytest.param(NOW + 3 * DAY, False, False, id="it had ended by then"),
        pytest.param(NOW + DAY, True, False, id="it had been ended before its time"),
    ],
)
def test_what_was_silent_since(office: Engine, first: datetime, ended: bool, found: bool) -> None:
    mute_id = silence(office)
    with writing(office) as tx:
        if ended:
            mutes.end(tx, mute_id, NOW + HOUR)
        later = NOW + 9 * DAY
        assert [m.id for m in mutes.since(tx, first, later)] == ([mute_id] if found else [])
        assert mutes.since(tx, first, NOW - HOUR) == (), "it has not begun yet"


def test_an_active_mute_keeps_its_start_when_its_end_is_moved(office: Engine) -> None:
    mute_id = silence(office)
    with writing(office) as tx:
        mutes.was_reminded(tx, mute_id, NOW + HOUR)
        assert mutes.move_end(tx, mute_id, NOW + 9 * DAY, "still", now=NOW + DAY)
    with reading(office) as tx:
        moved = mutes.mute_by_id(tx, mute_id)
    assert moved is not None
    assert (moved.starts_at, moved.ends_at) == (NOW, NOW + 9 * DAY)
    assert moved.reason == "still"
    assert moved.reminded_at is None, "of its new end nobody was reminded"


@pytest.mark.parametrize("ended_early", [False, True])
def test_an_expired_mute_never_comes_back(office: Engine, ended_early: bool) -> None:
    mute_id = silence(office)
    over = NOW + 3 * DAY
    with writing(office) as tx:
        if ended_early:
            over = NOW + DAY
            assert mutes.end(tx, mute_id, over)
        assert not mutes.move_end(tx, mute_id, NOW + 30 * DAY, "still", now=over)
        assert not mutes.end(tx, mute_id, over), "it is over, and once is enough"
    assert active(office, over + HOUR) == []
    again = silence(office, starts_at=over, ends_at=over + DAY)
    assert again != mute_id, "a new silence is a new one"
    assert active(office, over) == [again]


@pytest.mark.parametrize(
    ("named", "alert", "silent"),
    [
        pytest.param({"alert_id": 1}, (1, "on_time", 1), True, id="the alert itself"),
        pytest.param({"alert_id": 1}, (1, "on_time", 7), False, id="another one of its target"),
        pytest.param(
            {"unit_id": 1, "target": "on_time"}, (1, "on_time", 7), True, id="its target here"
        ),
        pytest.param(
            {"unit_id": 1, "target": "on_time"}, (2, "on_time", 8), False, id="the target elsewhere"
        ),
        pytest.param(
            {"unit_id": 1, "target": "on_time"}, (1, "mailboxes", 9), False, id="another target"
        ),
        pytest.param({"target": "on_time"}, (2, "on_time", 8), True, id="a target everywhere"),
        pytest.param({"target": "on_time"}, (2, "mailboxes", 8), False, id="not every target"),
        pytest.param({"unit_id": 1}, (1, "mailboxes", 9), True, id="the whole unit"),
        pytest.param({"unit_id": 1}, (2, "mailboxes", 9), False, id="not another unit"),
        pytest.param({"unit_id": 1}, (1, "mailboxes", None), True, id="an alert not yet begun"),
        pytest.param({"alert_id": 1}, (1, "on_time", None), False, id="no alert, none silenced"),
    ],
)
def test_what_a_silence_is_of(
    office: Engine, named: dict[str, Any], alert: tuple[int, str, int | None], silent: bool
) -> None:
    mute_id = silence(office, **{"alert_id": None, **named})
    with reading(office) as tx:
        found = [mute.id for mute in mutes.active(tx, NOW) if mutes.covers(mute, *alert)]
    assert found == ([mute_id] if silent else [])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        pytest.param({"alert_id": None}, "of one alert", id="of nothing"),
        pytest.param({"unit_id": 1}, "of one alert", id="of an alert and a unit"),
        pytest.param({"ends_at": NOW}, "ends after", id="over before it begins"),
    ],
)
def test_a_silence_that_cannot_be(office: Engine, given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        silence(office, **given)


def test_its_author_is_reminded_once_a_day_before_its_end(office: Engine) -> None:
    mute_id = silence(office)
    silence(office, alert_id=None, unit_id=2, ends_at=NOW + 2 * HOUR)  # too short for a reminder

    def to_remind(now: datetime, **ahead: timedelta) -> list[int]:
        with reading(office) as tx:
            return [mute.id for mute in mutes.to_remind(tx, now, **ahead)]

    assert to_remind(NOW + HOUR) == []
    assert to_remind(NOW + 2 * DAY - timedelta(seconds=1)) == []
    assert to_remind(NOW + 2 * DAY) == [mute_id]
    assert to_remind(NOW, ahead=3 * DAY) == [mute_id], "over a weekend: earlier"
    assert to_remind(NOW + 3 * DAY) == [], "it is over"
    with writing(office) as tx:
        mutes.was_reminded(tx, mute_id, NOW + 2 * DAY)
    assert to_remind(NOW + 2 * DAY + HOUR) == []


def test_its_end_is_summed_up_once(office: Engine) -> None:
    by_time, by_hand = silence(office), silence(office, alert_id=None, unit_id=2)
    with writing(office) as tx:
        assert mutes.ended_unsummed(tx, NOW + DAY) == ()
        mutes.end(tx, by_hand, NOW + DAY)
        assert [m.id for m in mutes.ended_unsummed(tx, NOW + DAY)] == [by_hand]
        mutes.was_summed_up(tx, by_hand, NOW + DAY)
        assert [m.id for m in mutes.ended_unsummed(tx, NOW + 3 * DAY)] == [by_time]
        mutes.was_summed_up(tx, by_time, NOW + 3 * DAY)
        assert mutes.ended_unsummed(tx, NOW + 9 * DAY) == ()
