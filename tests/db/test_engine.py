"""How a database is opened: which addresses, what a transaction keeps, what is said when not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db.engine import (
    Connection,
    DatabaseAddressWrong,
    DatabaseUnavailable,
    open_engine,
    reading,
    writing,
)

ADD = text("INSERT INTO fields (key, name) VALUES (:key, :key)")


def fields(engine: Engine) -> list[str]:
    with reading(engine) as tx:
        return list(tx.execute(text("SELECT key FROM fields ORDER BY key")).scalars())


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        pytest.param("sqlite:///x.db", "sqlite+pysqlite", id="sqlite"),
        pytest.param("postgresql://a@h/n", "postgresql+psycopg", id="postgresql"),
        pytest.param("postgres://a@h/n", "postgresql+psycopg", id="postgres, as others write it"),
        pytest.param("postgresql+asyncpg://a@h/n", "postgresql+psycopg", id="another's driver"),
    ],
)
def test_an_address_is_opened_with_our_driver(tmp_path: Path, url: str, driver: str) -> None:
    engine = open_engine(url, beside=tmp_path)
    assert engine.url.drivername == driver
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("mysql://a@h/n", "names 'mysql'", id="another database"),
        pytest.param("nonsense", "not an address", id="no address"),
        pytest.param("", "not an address", id="nothing"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(url: str, words: str) -> None:
    with pytest.raises(DatabaseAddressWrong, match=words) as told:
        open_engine(url)
    assert "sqlite:///var/dunghen.db" in str(told.value)


def test_a_relative_file_lies_beside_the_settings(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///var/deep/x.db", beside=tmp_path)
    with writing(engine) as tx:
        tx.execute(text("CREATE TABLE t (a INTEGER)"))
    assert (tmp_path / "var" / "deep" / "x.db").exists()


def test_a_transaction_keeps_all_or_nothing(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as tx:
            tx.execute(ADD, {"key": "a"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert fields(engine) == []
    with writing(engine) as tx:
        tx.execute(ADD, {"key": "b"})
    assert fields(engine) == ["b"]


def test_a_view_shows_one_moment_and_writes_nothing(engine: Engine) -> None:
    with reading(engine) as before:
        before.execute(text("SELECT COUNT(*) FROM fields"))
        if engine.dialect.name == "sqlite":  # PostgreSQL shows each statement its own moment
            with writing(engine) as tx:
                tx.execute(ADD, {"key": "later"})
            assert before.scalar(text("SELECT COUNT(*) FROM fields")) == 0
    with reading(engine) as tx:
        tx.execute(ADD, {"key": "lost"})
    assert "lost" not in fields(engine)


def test_of_two_writers_none_loses_the_others_work(engine: Engine) -> None:
    with writing(engine) as tx:
        tx.execute(ADD, {"key": "n"})
        tx.execute(text("UPDATE fields SET name = '0'"))
    start = threading.Barrier(4)

    def count_up() -> None:
        start.wait()
        for _ in range(5):
            with writing(engine) as tx:
                add_one(tx)

    def add_one(tx: Connection) -> None:
        lock = "" if tx.dialect.name == "sqlite" else " FOR UPDATE"
        found = int(tx.scalar(text(f"SELECT name FROM fields{lock}")) or 0)
        tx.execute(text("UPDATE fields SET name = :n"), {"n": str(found + 1)})

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as tx:
        assert tx.scalar(text("SELECT name FROM fields")) == "20"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://u:geheim@127.0.0.1:1/n?connect_timeout=2", id="nobody listens"),
        pytest.param("postgresql://u:geheim@/n?host=/nowhere", id="no such socket"),
    ],
)
def test_an_unreachable_server_is_one_sentence_without_the_password(url: str) -> None:
    engine = open_engine(url)

    def ask() -> None:
        with reading(engine):
            pass

    with pytest.raises(DatabaseUnavailable) as told:
        ask()
    assert "\n" not in str(told.value)
    assert "geheim" not in str(told.value)


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(DatabaseUnavailable, match="dunghen migrate"):
        fields(engine)


def test_postgresql_without_tables_says_so_too(postgres_url: str) -> None:
    # The server's own database: no test ever migrates it.
    engine = open_engine(postgres_url)
    with pytest.raises(DatabaseUnavailable, match="dunghen migrate"):
        fields(engine)
    with (
        pytest.raises(DatabaseUnavailable, match="cannot be used: column"),
        writing(engine) as tx,
    ):
        tx.execute(text("SELECT nothing_there"))
    engine.dispose()
