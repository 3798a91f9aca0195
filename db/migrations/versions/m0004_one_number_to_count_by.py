"""Keeps what a dossier is counted by in one number, which a narrow index holds in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TALLY_KEY = (
    "((CAST(year AS BIGINT) * 4 + on_time + 2 * late) * 1048576 + unit_id) * 4194304"
    " + field_id * 4 + late * letter"
)
OFFERED_KEY = (
    "CASE WHEN offered > 0 THEN"
    " ((CAST(year AS BIGINT) * 8 + offered) * 2 + online) * 1048576 + unit_id END"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # A page is not only rows: at 50 the last new versions of each found no room beside the old.
        op.execute("ALTER TABLE dossiers SET (fillfactor = 45)")
    # SQLite cannot add a column that it stores: it makes the table anew, once.
    with op.batch_alter_table("dossiers", schema=None) as batch_op:
        batch_op.drop_index("ix_dossiers_counting")
        batch_op.drop_index("ix_dossiers_offered")
        batch_op.add_column(
            sa.Column("tally_key", sa.BigInteger(), sa.Computed(TALLY_KEY, persisted=True))
        )
        batch_op.add_column(
            sa.Column("offered_key", sa.BigInteger(), sa.Computed(OFFERED_KEY, persisted=True))
        )
        batch_op.create_index("ix_dossiers_tally_key", ["tally_key"])
        batch_op.create_index(
            "ix_dossiers_offered_key",
            ["offered_key"],
            sqlite_where=sa.text("offered_key IS NOT NULL"),
            postgresql_where=sa.text("offered_key IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_dossiers_late",
            ["year"],
            sqlite_where=sa.text("late = 1"),
            postgresql_where=sa.text("late = 1"),
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE dossiers SET (fillfactor = 50)")
    with op.batch_alter_table("dossiers", schema=None) as batch_op:
        batch_op.drop_index("ix_dossiers_late")
        batch_op.drop_index("ix_dossiers_offered_key")
        batch_op.drop_index("ix_dossiers_tally_key")
        batch_op.drop_column("offered_key")
        batch_op.drop_column("tally_key")
        batch_op.create_index(
            "ix_dossiers_offered",
            ["year", "offered", "online", "unit_id"],
            sqlite_where=sa.text("offered > 0"),
            postgresql_where=sa.text("offered > 0"),
        )
        batch_op.create_index(
            "ix_dossiers_counting",
            ["year", "on_time", "late", "unit_id", "field_id", "letter"],
        )
