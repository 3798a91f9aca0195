"""Is what an installation keeps for its owner alone, even where new files are for everybody?"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from alerts.arriving.inbox import Inbox
from db.private import private_file, private_folder
from db.records import ImportReport
from tests.journeys.installation import SAMPLES, install

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


@pytest.fixture(params=[0o000, 0o022], ids=["everybody may read", "the usual mask"])
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("mask")
def test_all_that_lies_in_var_is_the_owners_alone(tmp_path: Path) -> None:
    made = install(tmp_path / "house", "sqlite:///var/dunghen.db")
    made.must("migrate")
    day = ("--day", "2021-03-23")
    made.must("import", SAMPLES / "ho_so.csv", SAMPLES / "van_ban.csv", *day)
    with made.house() as house:
        Inbox(house.inbox, "office", 0).sweep(_nothing_comes, date(2021, 3, 23), 0.0)
        with house.engine.connect() as open_one:
            open_one.exec_driver_sql("SELECT 1")
            kept = [tmp_path / "house" / "var", *(tmp_path / "house" / "var").rglob("*")]
            others = {path.name: oct(rights(path)) for path in kept if rights(path) & 0o077}
    names = {path.name for path in kept}
    assert {"archive", "inbox", "dunghen.db"} <= names
    assert {path.suffix for path in kept} >= {".csv", ".gz"}, "whole copies and redacted ones"
    assert others == {}


def _nothing_comes(_file: Path) -> ImportReport:
    raise AssertionError("the inbox is empty")


@pytest.mark.usefixtures("mask")
def test_what_an_administrator_has_shared_stays_shared(tmp_path: Path) -> None:
    shared = tmp_path / "inbox"
    shared.mkdir()
    shared.chmod(0o770)
    file = shared / "x.db"
    file.write_text("kept")
    file.chmod(0o640)
    assert private_folder(shared) == shared
    assert private_file(file) == file
    assert (rights(shared), rights(file), file.read_text()) == (0o770, 0o640, "kept")
    assert rights(private_folder(shared / "a" / "b").parent) == 0o700
