"""One process leads at a time, and the next one follows when it is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from db.engine import open_engine
from db.leadership import Leadership


def test_one_leads_until_it_lets_go(engine: Engine) -> None:
    other_engine = open_engine(engine.url.render_as_string(hide_password=False))
    first, second = Leadership(engine, "polling"), Leadership(other_engine, "polling")
    try:
        assert first.acquire()
        assert first.acquire()
        assert not second.acquire()
        first.release()
        assert not first.leads()
        assert second.acquire()
        second.release()
        second.release()
        assert first.acquire()
    finally:
        first.release()
        second.release()
        other_engine.dispose()


# A file cannot be lost while its process lives; a connection can.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_loses_the_database_leads_no_more(engine: Engine) -> None:
    leader, next_one = Leadership(engine, "polling"), Leadership(engine, "polling")
    assert leader.acquire()
    with engine.connect() as tx:
        tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not leader.leads()
    assert next_one.acquire()
    next_one.release()


def test_a_database_in_memory_has_one_process() -> None:
    alone = Leadership(open_engine("sqlite:///:memory:"), "polling")
    assert alone.acquire()
    assert alone.leads()
    alone.release()
    assert not alone.leads()
