"""Which fixtures give a test a database that holds the organisation already?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.organised import copied, organised_postgres, organised_sqlite


@pytest.fixture(scope="session")
def organised_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return organised_sqlite(sqlite_template, tmp_path_factory.mktemp("organised"))


@pytest.fixture(scope="session")
def organised_name(postgres_url: str, postgres_template: str) -> str:
    return organised_postgres(postgres_url, postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def organised_url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    """The address of a database with Cần Giờ's units that only this test uses."""
    with copied(request.param, tmp_path, worker_id, request.getfixturevalue) as url:
        yield url
