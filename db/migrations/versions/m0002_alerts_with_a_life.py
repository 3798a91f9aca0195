"""Gives alerts a life: their phases, who was told, silences, absences, thresholds, the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_outbox_id"), ["outbox_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_unit_id_at"), ["unit_id", "at"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("stand_in", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_absences_created_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["stand_in"], ["people.id"], name=op.f("fk_absences_stand_in_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_person_id"), ["person_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_drafts_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_drafts_person_id_kind")),
    )
    op.create_table(
        "mutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("summed_up_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_mutes_alert_id_alerts")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_mutes_by_people")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_mutes_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
    )
    with op.batch_alter_table("mutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mutes_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_thresholds_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_thresholds_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thresholds")),
    )
    op.create_table(
        "shown_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("redraw_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_shown_messages_alert_id_alerts")
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_shown_messages_outbox_id_outbox")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_shown_messages_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_messages")),
        sa.UniqueConstraint(
            "chat_id", "message_id", name=op.f("uq_shown_messages_chat_id_message_id")
        ),
    )
    with op.batch_alter_table("shown_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_messages_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_shown_messages_outbox_id"), ["outbox_id"], unique=False
        )
        batch_op.create_index(
            "ix_shown_messages_redraw",
            ["redraw_at"],
            unique=False,
            sqlite_where=sa.text("redraw_at IS NOT NULL"),
            postgresql_where=sa.text("redraw_at IS NOT NULL"),
        )

    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_told_alert_id_alerts")),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_told_outbox_id_outbox")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_told_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        sa.UniqueConstraint("outbox_id", "alert_id", name=op.f("uq_told_outbox_id_alert_id")),
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_told_alert_id_person_id"), ["alert_id", "person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_told_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("alert_steps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.alter_column("snapshot_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_alert_steps_person_id_people"), "people", ["person_id"], ["id"]
        )

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phase", sa.Text(), server_default="open", nullable=False))
        batch_op.add_column(
            sa.Column("bad_checks", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("good_checks", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("critical", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("waits_since", Instant(), nullable=True))
        batch_op.add_column(sa.Column("ladder", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("rungs_told", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("claimed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("claimed_at", Instant(), nullable=True))
        batch_op.add_column(
            sa.Column("claimed_keys", sa.JSON(), server_default="[]", nullable=False)
        )
        batch_op.add_column(sa.Column("disputed_at", Instant(), nullable=True))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_readings_snapshot_id_snapshots"), type_="foreignkey"
        )

    # What ended before there were phases has ended.
    op.execute("UPDATE alerts SET phase = 'resolved' WHERE resolved_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_readings_snapshot_id_snapshots"),
            "snapshots",
            ["snapshot_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("thread_id")

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_column("disputed_at")
        batch_op.drop_column("claimed_keys")
        batch_op.drop_column("claimed_at")
        batch_op.drop_column("claimed_by")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("taken_by")
        batch_op.drop_column("rungs_told")
        batch_op.drop_column("ladder")
        batch_op.drop_column("waits_since")
        batch_op.drop_column("critical")
        batch_op.drop_column("good_checks")
        batch_op.drop_column("bad_checks")
        batch_op.drop_column("phase")

    with op.batch_alter_table("alert_steps", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_steps_person_id_people"), type_="foreignkey")
        batch_op.alter_column("snapshot_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("person_id")

    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_person_id"))
        batch_op.drop_index(batch_op.f("ix_told_alert_id_person_id"))

    op.drop_table("told")
    with op.batch_alter_table("shown_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_shown_messages_redraw",
            sqlite_where=sa.text("redraw_at IS NOT NULL"),
            postgresql_where=sa.text("redraw_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_shown_messages_outbox_id"))
        batch_op.drop_index(batch_op.f("ix_shown_messages_alert_id"))

    op.drop_table("shown_messages")
    op.drop_table("thresholds")
    with op.batch_alter_table("mutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mutes_ends_at"))

    op.drop_table("mutes")
    op.drop_table("drafts")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_person_id"))

    op.drop_table("absences")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_unit_id_at"))
        batch_op.drop_index(batch_op.f("ix_audit_outbox_id"))
        batch_op.drop_index(batch_op.f("ix_audit_alert_id"))

    op.drop_table("audit")
