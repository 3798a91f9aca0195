"""Keeps the pauses of a dossier that later ones displaced: all of them are taken off its time.

Empty for what is known already: a database remembers from now on, and what it was told before is in
the archived files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("earlier_pauses", sa.Text(), nullable=True))
    # Those that wait are asked for at each check, and are few.
    op.create_index(
        "ix_dossiers_waiting",
        "dossiers",
        ["pause_from"],
        sqlite_where=sa.text("left_out = 'paused'"),
        postgresql_where=sa.text("left_out = 'paused'"),
    )


def downgrade() -> None:
    op.drop_index("ix_dossiers_waiting", table_name="dossiers")
    op.drop_column("dossiers", "earlier_pauses")
