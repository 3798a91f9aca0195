"""A desk that takes files: a database with the organisation, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import open_engine
from tests.db.intake.delivering import Desk
from tests.journeys.fixtures import organised_file, organised_name, organised_url

__all__ = ["desk", "organised_file", "organised_name", "organised_url"]


@pytest.fixture
def desk(organised_url: str, tmp_path: Path) -> Iterator[Desk]:
    engine = open_engine(organised_url)
    yield Desk(engine=engine, folder=tmp_path)
    engine.dispose()
