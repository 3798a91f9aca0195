"""How does Alembic reach the database? Through the connection that `db.migrate` hands it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from db.tables import Base, Instant


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Writes our own column type into a migration as what it is."""
    if kind == "type" and isinstance(item, Instant):
        autogen_context.imports.add("from db.tables import Instant")
        return "Instant()"
    return False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
