"""Which messages show an alert, and which are forgotten: gone, or long over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from db import redraws, shown
from db.engine import reading, writing
from db.tables import OutboxRow
from tests.db.walls import NOW, Wall, wall_of

OLD = NOW - timedelta(days=61)
RECENT = NOW - timedelta(days=59)


@pytest.fixture
def wall(engine: Engine) -> Wall:
    return wall_of(engine)


def test_what_is_gone_is_forgotten(wall: Wall) -> None:
    alert, an = wall.alert(), wall.person()
    wall.told(an, alert)
    with writing(wall.engine) as tx:
        shown.forget(tx, wall.chat(an), 9)
        assert shown.what_shows(tx, wall.chat(an), 9) is None
    assert wall.change(alert) == 0


@pytest.mark.parametrize(
    ("queued", "told", "card", "marked", "stays"),
    [
        pytest.param(OLD, [OLD, OLD], [], False, False, id="all that it tells of has long ended"),
        pytest.param(OLD, [OLD, None], [], False, True, id="one of its alerts is open"),
        pytest.param(OLD, [OLD, RECENT], [], False, True, id="one of them ended lately"),
        pytest.param(RECENT, [OLD], [], False, True, id="the message is not old"),
        pytest.param(OLD, [OLD], [OLD], False, False, id="it shows a card that has ended, too"),
        pytest.param(OLD, [OLD], [None], False, True, id="it shows a card that is open"),
        pytest.param(OLD, [OLD], [], True, True, id="it is just about to be drawn"),
        pytest.param(None, [], [OLD], False, False, id="a card from a list, of an ended alert"),
        pytest.param(None, [], [RECENT], False, True, id="one of an alert that ended lately"),
        pytest.param(None, [], [None], False, True, id="one of an open alert"),
    ],
)
def test_a_message_is_forgotten_long_after_its_alerts_have_ended(
    wall: Wall,
    queued: datetime | None,
    told: list[datetime | None],
    card: list[datetime | None],
    marked: bool,
    stays: bool,
) -> None:
    person = wall.person()
    tells = [wall.alert(ended=at) for at in told]
    shows = [wall.alert(ended=at) for at in card]
    outbox_id = wall.told(person, *tells) if queued else None
    with writing(wall.engine) as tx:
        if queued:
            tx.execute(update(OutboxRow).values(created_at=queued))
        for alert_id in shows:
            shown.remember(tx, 101, 9, person, outbox_id=outbox_id, alert_id=alert_id)
        if marked:
            redraws.redraw_message(tx, 101, 9, NOW)
    with writing(wall.engine) as tx:
        assert shown.forget_old(tx, NOW - timedelta(days=60)) == (not stays)
    with reading(wall.engine) as tx:
        assert (shown.what_shows(tx, 101, 9) is not None) is stays
