"""Leaves room beside each dossier, so that the next export's version of it fits on its page.

An export names nearly every dossier again. Where the new version fits on the page of the old one
and no indexed value changed, PostgreSQL touches no index; on full pages it writes to all of them.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE dossiers SET (fillfactor = 50)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE dossiers RESET (fillfactor)")
