"""An installation for the journeys: migrated, with the organisation of 2021, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.fixtures import organised_file, organised_name, organised_url
from tests.journeys.installation import Installation, install

__all__ = ["installation", "organised_file", "organised_name", "organised_url"]


@pytest.fixture
def installation(tmp_path: Path, organised_url: str) -> Installation:
    made = install(tmp_path / "house", organised_url)
    made.must("migrate")
    return made
