"""What every test may use: a database of its own on SQLite and on PostgreSQL, and a fixed time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from db import migrate
from db.engine import open_engine
from tests.postgres import postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    given = os.environ.get("DUNGHEN_TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with postgres() as url:
            yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database: copying it is faster than migrating for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, worker_id: str) -> str:
    name = f"template_{worker_id}"
    _administer(postgres_url, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    engine = open_engine(_database(postgres_url, name))
    migrate.upgrade(engine)
    engine.dispose()
    return name


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, *statements: str) -> None:
    engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    """The address of a migrated, empty database that only this test uses."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "dunghen.db")
        yield f"sqlite:///{tmp_path / 'dunghen.db'}"
        return
    url = request.getfixturevalue("postgres_url")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{worker_id}"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _administer(url, drop, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _database(url, name)
    _administer(url, drop)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()
