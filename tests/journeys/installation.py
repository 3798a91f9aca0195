"""How does a test run the commands of an installation? A folder, its settings, and what it says."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, text

import dunghen
from alerts.house import House
from bot.commands.opening import opened
from db.engine import open_engine, reading
from db.tables import Base
from settings import SHIPPED, read_settings

SAMPLES = Path(__file__).parents[1] / "samples"
DAY = "2021-03-23"


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


def run_here(folder: Path, arguments: Sequence[str | Path], environment: dict[str, str]) -> Done:
    """The command line in this process: as `dunghen ARGUMENTS` in the folder, exit code and all."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["dunghen", *(str(argument) for argument in arguments)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")}
    with (
        patch.object(sys, "argv", argv),
        patch.dict(os.environ, bare | environment, clear=True),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            dunghen.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(code=code, out=out.getvalue(), err=err.getvalue())


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """A folder with the shipped settings.toml, and a database of its own."""

    folder: Path
    database_url: str

    @property
    def settings_file(self) -> Path:
        return self.folder / "settings.toml"

    def run(self, *arguments: str | Path, **environment: str) -> Done:
        address = {"DUNGHEN_DATABASE__URL": self.database_url}
        return run_here(self.folder, arguments, address | environment)

    def must(self, *arguments: str | Path, **environment: str) -> Done:
        """The same, of a command that has to succeed."""
        done = self.run(*arguments, **environment)
        assert (done.code, done.err) == (0, ""), done
        return done

    def answer(self, *arguments: str | Path, **environment: str) -> Any:
        return self.must(*arguments, "--json", **environment).answer

    @contextlib.contextmanager
    def house(self, **environment: str) -> Iterator[House]:
        given = {"DUNGHEN_DATABASE__URL": self.database_url} | environment
        with opened(read_settings(self.settings_file, given)) as house:
            yield house

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        engine = open_engine(self.database_url, beside=self.folder)
        try:
            return contents(engine)
        finally:
            engine.dispose()


def install(folder: Path, database_url: str) -> Installation:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SHIPPED / "settings.toml", folder)
    return Installation(folder=folder, database_url=database_url)


def contents(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in an order that says nothing of how it came there."""
    with reading(engine) as tx:
        return {
            name: sorted(
                (dict(row) for row in tx.execute(text(f"SELECT * FROM {name}")).mappings()),
                key=repr,
            )
            for name in Base.metadata.tables
        }
