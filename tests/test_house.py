"""The rules of the house that no linter knows: imports, the clock, words, names and lengths."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from settings import SHIPPED, Settings, read_settings

FLOORS = ("alerts", "bot", "db")
MODULES = sorted(
    [SHIPPED / "settings.py", SHIPPED / "dunghen.py"]
    + [path for floor in FLOORS for path in (SHIPPED / floor).rglob("*.py")]
)
PYTHON = sorted([*MODULES, *(SHIPPED / "tests").rglob("*.py")])
LONGEST = 300  # lines; what is longer answers more than one question
# Lists that are read from top to bottom, and files that may shrink but not grow.
MAY_BE_LONGER = {"settings.py": 600, "dunghen.py": 380}  # one file each, beside settings.toml
TOP = {
    "alerts", "bot", "db", "templates", "tests", "settings.toml", "settings.py", "dunghen.py", "do",
    "pyproject.toml", "requirements.lock", "README.md", "README.vi.md", "CHANGELOG.md", "LICENSE",
    "SECURITY.md", ".gitignore", ".ci", "docs",
}  # fmt: skip
MADE_HERE = re.compile(
    r"\.git|\.venv|var|build|.*\.egg-info|__pycache__|\..*cache|\.coverage.*|\.hypothesis"
)
ENTRY_POINTS = re.compile(
    r"dunghen\.py|bot/commands/.*|bot/demo/.*|bot/sandbox/.*|bot/running\.py"
    r"|alerts/(daemon|attempt)\.py"
)


def name_of(path: Path) -> str:
    return path.relative_to(SHIPPED).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_only_the_records_floor_imports_the_database_library() -> None:
    drivers = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
    guilty = [
        name_of(path)
        for path in MODULES
        if not name_of(path).startswith("db/")
        and drivers & {module.partition(".")[0] for module in imported(tree_of(path))}
    ]
    assert guilty == []


def test_only_the_speaking_floor_knows_telegram_and_templates() -> None:
    guilty = [
        name_of(path)
        for path in MODULES
        if not name_of(path).startswith("bot/")
        and {"telegram", "jinja2"} & {m.partition(".")[0] for m in imported(tree_of(path))}
    ]
    assert guilty == []


def test_every_module_says_first_which_question_it_answers() -> None:
    written = [path for path in PYTHON if path.stat().st_size and path.parent.name != "versions"]
    silent = [
        name_of(path)
        for path in written
        if not re.match(r"\S.*[.?:!]", ast.get_docstring(tree_of(path)) or "")
    ]
    assert silent == []


def test_no_module_is_too_long() -> None:
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines())
        for path in MODULES
        if path.parent.name != "versions"  # migrations grow with the tables
    }
    long = {n: c for n, c in lengths.items() if c > MAY_BE_LONGER.get(n, LONGEST)}
    assert long == {}


def test_only_entry_points_read_the_clock() -> None:
    reads = re.compile(
        r"(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)"
        r"|arrow\.now|func\.now)\("
    )
    sql = re.compile(r"CURRENT_(TIMESTAMP|DATE|TIME)|\bnow\(\)|datetime\('now'", re.IGNORECASE)
    guilty = [
        name_of(path)
        for path in MODULES
        if not ENTRY_POINTS.fullmatch(name_of(path)) and reads.search(path.read_text("utf-8"))
    ]
    guilty += [
        name_of(path)
        for path in (SHIPPED / "db").rglob("*.sql")
        if sql.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_every_message_exists_in_both_languages() -> None:
    vi, en = (
        {path.name for path in (SHIPPED / "templates" / language).iterdir()}
        for language in ("vi", "en")
    )
    assert vi
    assert vi ^ en == set()
    assert {Path(name).suffix for name in vi} == {".html"}, "others are not escaped"


def models(model: type[BaseModel], found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """The settings' model and every one within it."""
    found.add(model)

    def within(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        for argument in typing.get_args(annotation):
            yield from within(argument)

    for field in model.model_fields.values():
        for inner in within(field.annotation):
            if inner not in found:
                models(inner, found)
    return found


def test_every_setting_says_what_it_is() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in models(Settings, set())
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_every_setting_of_one_value_stands_in_the_shipped_file() -> None:
    shipped = tomllib.loads((SHIPPED / "settings.toml").read_text("utf-8"))
    missing = [
        f"{table}.{name}"
        for table, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
        if name not in shipped[table] and (table, name) != ("telegram", "token")
    ]
    assert missing == []


def test_the_shipped_values_are_the_defaults() -> None:
    shipped = read_settings(SHIPPED / "settings.toml", {})
    free = {"sources", "targets", "plan", "plans", "folder"}
    bare = Settings().model_dump(exclude=free)
    assert shipped.model_dump(exclude=free) == bare


def test_every_target_has_its_two_files_and_each_says_what_it_counts() -> None:
    folder = SHIPPED / "db" / "targets"
    for target in read_settings(SHIPPED / "settings.toml", {}).plan_targets():
        for ending in (".sql", ".items.sql"):
            path = folder / f"{target.id}{ending}"
            assert path.exists(), path.name
            assert path.read_text("utf-8").startswith("-- "), path.name


def test_nothing_else_lies_at_the_top() -> None:
    found = {path.name for path in SHIPPED.iterdir() if not MADE_HERE.fullmatch(path.name)}
    assert found - TOP == set()


def test_no_file_is_called_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert [name_of(path) for path in PYTHON if path.stem in empty] == []


def test_the_floors_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=SHIPPED, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["alerts", "db"])
def test_what_officials_read_is_not_written_in_python(folder: str) -> None:
    """A heuristic: markup of messages belongs to the templates."""
    markup = re.compile(r"</?(b|i|code|pre|blockquote)>")
    guilty = [
        f"{name_of(path)}: {node.value[:60]}"
        for path in (SHIPPED / folder).rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and markup.search(node.value)
    ]
    assert guilty == []
