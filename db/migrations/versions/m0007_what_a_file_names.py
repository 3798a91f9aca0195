"""Remembers what each delivered file named, and what was odd in it that was not before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of files from before nothing is known: they are compared by their scope.
    op.add_column("deliveries", sa.Column("named", sa.JSON(), nullable=True))
    op.add_column("deliveries", sa.Column("news", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "news")
    op.drop_column("deliveries", "named")
