"""A district whose targets are counted, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.db.targets.counted import Counted, open_counted


@pytest.fixture
def counted(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Counted]:
    opened = open_counted(engine, database_url, tmp_path / "office")
    yield opened
    opened.house.engine.dispose()
