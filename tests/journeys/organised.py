"""How does a test get a database with the organisation quickly? Loaded once, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy.engine import make_url

from db import organisation
from db.engine import open_engine, writing
from tests.conftest import _administer

ORGANISATION = Path(__file__).parents[2] / "db" / "organisations" / "can_gio_2021.csv"
FIRST_DAY = date(2021, 3, 23)


def load_organisation(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as tx:
        organisation.load_units(tx, organisation.read_organisation(ORGANISATION), FIRST_DAY)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def organised_sqlite(template: Path, folder: Path) -> Path:
    copy = folder / "organised.db"
    shutil.copy(template, copy)
    load_organisation(f"sqlite:///{copy}")
    return copy


def organised_postgres(url: str, template: str) -> str:
    name = template.replace("template", "organised")
    _administer(
        url, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
    )
    load_organisation(address(url, name))
    return name


def address(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def copied(kind: str, folder: Path, worker: str, given: Callable[[str], object]) -> Iterator[str]:
    """The address of a copy that one test uses; `given` answers for the session's fixtures."""
    if kind == "sqlite":
        shutil.copy(str(given("organised_file")), folder / "dunghen.db")
        yield f"sqlite:///{folder / 'dunghen.db'}"
        return
    url, template = str(given("postgres_url")), str(given("organised_name"))
    name = f"own_{worker}"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _administer(url, drop, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield address(url, name)
    _administer(url, drop)
