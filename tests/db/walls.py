"""Whose chats show what? People, alerts and messages for the tests of what is drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, insert

from db import outbox, redraws, shown
from db.engine import new_id, reading, writing
from db.pace import Pace
from db.records import NewMessage, Role, Telling
from db.redraws import Redraw
from db.tables import AlertRow, BindingRow, OutboxRow, PersonRow, ToldRow, UnitRow

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
LEASE = timedelta(seconds=40)
FAST = Pace(per_second=30, between=timedelta(0))


@dataclass
class Wall:
    """Messages in chats, and what happens to the alerts that they show."""

    engine: Engine
    people: int = 0
    queued: int = 0

    def person(self, unit_id: int | None = 2, role: Role = Role.HEAD) -> int:
        self.people += 1
        chat = 100 + self.people
        with writing(self.engine) as tx:
            person = new_id(
                tx.execute(
                    insert(PersonRow).values(user_id=chat, chat_id=chat, name="An", joined_at=NOW)
                )
            )
            tx.execute(
                insert(BindingRow).values(
                    person_id=person, role=role.value, unit_id=unit_id,
                    valid_from=date(2021, 1, 1),
                )
            )  # fmt: skip
        return person

    def alert(self, unit_id: int = 2, ended: datetime | None = None) -> int:
        with writing(self.engine) as tx:
            return new_id(
                tx.execute(
                    insert(AlertRow).values(
                        unit_id=unit_id, target="on_time", opened_at=NOW, state="missed",
                        numerator=1, denominator=2, resolved_at=ended,
                    )
                )
            )  # fmt: skip

    def told(self, person_id: int, *alert_ids: int, unit_id: int = 2, message_id: int = 9) -> int:
        """A message of these alerts was sent to the person's chat."""
        self.queued += 1
        message = NewMessage(
            person_id=person_id, template="digest", payload={"unit_id": unit_id},
            dedupe=f"d{self.queued}", not_before=NOW,
        )  # fmt: skip
        with writing(self.engine) as tx:
            outbox.enqueue(tx, [message], NOW)
            outbox_id = tx.scalars(
                OutboxRow.__table__.select()
                .with_only_columns(OutboxRow.id)
                .where(OutboxRow.dedupe == message.dedupe)
            ).one()
            for alert_id in alert_ids:
                tx.execute(
                    insert(ToldRow).values(
                        alert_id=alert_id, person_id=person_id, outbox_id=outbox_id, step_id=1,
                        kind=Telling.DIGEST.value, at=NOW,
                    )
                )  # fmt: skip
            shown.remember(tx, self.chat(person_id), message_id, person_id, outbox_id=outbox_id)
        return outbox_id

    def chat(self, person_id: int) -> int:
        with reading(self.engine) as tx:
            return int(
                tx.scalars(
                    PersonRow.__table__.select()
                    .with_only_columns(PersonRow.chat_id)
                    .where(PersonRow.id == person_id)
                ).one()
            )

    def change(self, alert_id: int, now: datetime = NOW) -> int:
        with writing(self.engine) as tx:
            return redraws.redraw(tx, alert_id, now)

    def claim(
        self, now: datetime = NOW, owner: str = "me", limit: int = 8, pace: Pace = FAST
    ) -> tuple[Redraw, ...]:
        with writing(self.engine) as tx:
            return redraws.claim_redraws(tx, owner, now, LEASE, limit, today=TODAY, pace=pace)

    def drawn(self, claimed: Redraw, owner: str = "me") -> bool:
        with writing(self.engine) as tx:
            return redraws.redrawn(tx, claimed, owner)


def wall_of(engine: Engine) -> Wall:
    """Three units, two of them below the first; nobody yet, and no message."""
    with writing(engine) as tx:
        for number, parent in ((1, None), (2, 1), (3, 1)):
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name=f"U{number}", kind="commune",
                    parent_id=parent, valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
    return Wall(engine)
