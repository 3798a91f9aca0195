"""Remembers by which reporting year the stored facts are dated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reporting_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Text(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_years")),
    )


def downgrade() -> None:
    op.drop_table("reporting_years")
