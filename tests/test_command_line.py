"""The command line: help without heavy imports, wrong use, the clock, one file as a whole house."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from settings import SHIPPED
from tests.db.intake.delivering import CODE, DOSSIER_HEADER, dossier, write_table
from tests.journeys.installation import SAMPLES, Installation, install, run_here

START = "2021-03-23T08:00"
# Not pydantic, which the parser of the command line may bring along by itself.
HEAVY = ("sqlalchemy", "telegram", "alembic", "jinja2", "apscheduler", "holidays", "settings")
COMMANDS = ("migrate", "import", "check", "status", "items", "units", "alerts", "invite", "run",
            "daemon", "bot", "doctor", "demo", "thresholds")  # fmt: skip

ASK_FOR_HELP = """
import sys
import dunghen
for words in [["--help"]] + [[name, "--help"] for name in sys.argv[1].split()]:
    sys.argv = ["dunghen", *words]
    try:
        dunghen.main()
    except SystemExit as end:
        assert not end.code, (words, end.code)
heavy = sorted(m for m in HEAVY if m in sys.modules)
print("HEAVY:", heavy)
"""


def test_the_help_of_every_command_needs_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {HEAVY!r}\n{ASK_FOR_HELP}", " ".join(COMMANDS)],
        cwd=SHIPPED, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("HEAVY: []")
    for command in COMMANDS:
        assert f"dunghen {command}" in done.stdout
    assert done.stdout.count("Usage:") == len(COMMANDS) + 1


def test_every_command_that_there_is_has_its_help_looked_at() -> None:
    import dunghen

    known = {c.name or (c.callback.__name__ if c.callback else "")
             for c in dunghen.app.registered_commands}  # fmt: skip
    groups = {group.name for group in dunghen.app.registered_groups}
    assert set(COMMANDS) <= known | groups


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["sattus"], id="a command that is none"),
        pytest.param(["status"], id="an argument that is missing"),
        pytest.param(["status", "x", "--nothing"], id="an option that is none"),
        pytest.param(["import"], id="a file that is missing"),
        pytest.param(["demo", "--port", "much"], id="a number that is none"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(tmp_path: Path, words: list[str]) -> None:
    done = run_here(tmp_path, words, {})
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith("dunghen: ")


@pytest.fixture
def rehearsal(tmp_path: Path) -> Installation:
    made = install(tmp_path / "house", "sqlite:///var/dunghen.db")
    made.must("migrate", DUNGHEN_CLOCK__START=START)
    return made


def test_the_clock_may_start_in_the_past(rehearsal: Installation) -> None:
    rehearsal.must("import", SAMPLES / "ho_so.csv", DUNGHEN_CLOCK__START=START)
    (delivery,) = rehearsal.contents()["deliveries"]
    assert delivery["day"] == 20210323
    check = rehearsal.answer("check", DUNGHEN_CLOCK__START=START)
    assert check["as_of"] == "2021-03-23T08:00:00+07:00"
    link = rehearsal.answer("invite", "--role", "admin", DUNGHEN_CLOCK__START=START)
    assert link["link"] is None
    assert link["token"]
    expires = datetime.fromisoformat(link["expires_at"]) - timedelta(hours=72)
    assert expires.isoformat(timespec="minutes") == "2021-03-23T08:00+07:00"


@pytest.mark.parametrize(
    ("words", "now"),
    [
        pytest.param(
            ["check", "--at", "2021-03-23T08:30"], "it is 2021-03-23T08:00", id="a later check"
        ),
        pytest.param(
            ["check", "--at", "2021-03-24T07:30", "--dry-run"], "it is", id="even to try it"
        ),
        pytest.param(
            ["check", "--at", "2021-03-23T02:00+00:00"], "it is", id="in another zone's words"
        ),
        pytest.param(
            ["import", str(SAMPLES / "ho_so.csv"), "--day", "24/03/2021"],
            "today is 2021-03-23",
            id="a file of tomorrow",
        ),
    ],
)
def test_what_has_not_come_yet_is_wrong_use(
    rehearsal: Installation, words: list[str], now: str
) -> None:
    done = rehearsal.run(*words, DUNGHEN_CLOCK__START=START)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert "lies in the future" in done.err
    assert now in done.err
    stored = rehearsal.contents()
    assert (stored["snapshots"], stored["deliveries"]) == ([], [])


def test_the_present_is_no_future(rehearsal: Installation) -> None:
    rehearsal.must("check", "--at", START, DUNGHEN_CLOCK__START=START)
    day = ("--day", "2021-03-23")
    rehearsal.must("import", SAMPLES / "ho_so.csv", *day, DUNGHEN_CLOCK__START=START)


def test_the_clock_of_the_settings_file_is_honoured_too(rehearsal: Installation) -> None:
    file = rehearsal.settings_file
    file.write_text(file.read_text("utf-8").replace('start = ""', f'start = "{START}"'), "utf-8")
    assert rehearsal.answer("check")["as_of"] == "2021-03-23T08:00:00+07:00"


def test_a_copy_of_the_settings_alone_in_an_empty_folder_works(tmp_path: Path) -> None:
    """As a process of its own, from a folder that holds nothing of the project."""
    shutil.copy(SHIPPED / "settings.toml", tmp_path)
    bare = {n: v for n, v in os.environ.items() if not n.startswith("DUNGHEN_")}

    def dunghen(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dunghen", *words],
            cwd=tmp_path, env=bare | {"PYTHONPATH": str(SHIPPED)}, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), words
        return done.stdout

    dunghen("migrate")
    dunghen("import", str(SAMPLES / "ho_so.csv"), "--day", "2021-03-23")
    dunghen("check", "--at", "2021-03-23T07:30")
    assert "66.67 % (2/3)" in dunghen("status", "Bình Khánh")
    assert {path.name for path in tmp_path.iterdir()} == {"settings.toml", "var"}
    assert {path.name for path in (tmp_path / "var").iterdir()} >= {"archive", "dunghen.db"}


def test_the_settings_may_lie_elsewhere(rehearsal: Installation, tmp_path: Path) -> None:
    done = run_here(tmp_path, ["units", "--json", "--settings", rehearsal.settings_file], {})
    assert done.code == 0
    assert {"slug", "name", "kind", "parent", "code"} <= set(done.answer["units"][0])
    assert not (tmp_path / "var").exists(), "the database lies beside the settings"


def test_doctor_says_one_fault_once(tmp_path: Path) -> None:
    bare = install(tmp_path / "house", "sqlite:///var/dunghen.db")
    token = {"DUNGHEN_TELEGRAM__TOKEN": "123456:test"}
    before = bare.run("doctor", **token)
    assert before.code == 1
    (fault,) = [line for line in before.out.splitlines() if not line.startswith("ok")]
    assert fault.endswith("dunghen migrate")

    bare.must("migrate")
    checks = {c["check"]: c for c in bare.run("doctor", "--json", **token).answer}
    assert all(check["ok"] for check in checks.values()), checks
    assert {"organisation", "calendar", "last check"} <= checks.keys()

    nowhere = {"DUNGHEN_DATABASE__URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    gone = bare.run("doctor", **token, **nowhere)
    (fault,) = [line for line in gone.out.splitlines() if not line.startswith("ok")]
    assert fault.startswith("FAIL database:")


def test_what_a_file_lacks_is_one_line(rehearsal: Installation) -> None:
    day = ("--day", "2021-03-23")
    said = rehearsal.must("import", SAMPLES / "truong.csv", *day).out.splitlines()
    assert said == [
        "truong.csv (schools): accepted: 8 of 8 rows",
        "  not in the file: 30 (school_missing): mn_can_thanh, mn_can_thanh_2, mn_dong_tranh, ...",
    ]


def test_what_a_file_tells_otherwise_than_the_last_is_not_called_missing(
    rehearsal: Installation,
) -> None:
    done = dossier(status="Đã trả kết quả", finished="12/03/2021 10:00")
    again = dossier(due="30/03/2021 17:00")
    for day, row in (("2021-03-22", done), ("2021-03-23", again)):
        path = write_table(rehearsal.folder / f"{day}.csv", [row], DOSSIER_HEADER)
        said = rehearsal.must("import", path, "--day", day).out.splitlines()
    assert said[1:] == [
        f"  unlike before: 1 (due_moved): {CODE}", f"  unlike before: 1 (status_backwards): {CODE}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["check", "--at", ""], id="no moment is not now"),
        pytest.param(["import", str(SAMPLES / "ho_so.csv"), "--day", ""], id="no day is not today"),
        pytest.param(["status", "xa_binh_khanh", "--day", ""], id="no day is not the newest"),
        pytest.param(["units", "--day", ""], id="nor of the units"),
        pytest.param(["items", "xa_binh_khanh", "on_time", "--field", ""],
                     id="no field is not all fields"),
        pytest.param(["alerts", "--unit", ""], id="no unit is not the district"),
        pytest.param(["thresholds", "set", "margin_points", "2", "--target", "on_time", "--unit",
                      "", "--reason", "x"], id="a threshold of no unit is not everybody's"),
        pytest.param(["calendar", "stop", "--from", "2021-07-01", "--to", "2021-07-09", "--unit",
                      "", "--reason", "x", "--document", "1/QĐ", "--approved-by", "x"],
                     id="the clock of no unit is not everybody's"),
    ],
)  # fmt: skip
def test_an_option_that_a_script_left_empty_is_wrong(
    rehearsal: Installation, words: list[str]
) -> None:
    done = rehearsal.run(*words)
    assert done.code in (1, 2)
    assert len(done.err.splitlines()) == 1
    assert "''" in done.err
    kept = rehearsal.contents()
    assert [kept[table] for table in ("thresholds", "clock_stops", "deliveries")] == [[], [], []]


def test_lateness_is_told_in_the_days_that_the_law_counts(rehearsal: Installation) -> None:
    day = ("--day", "2021-03-23")
    rehearsal.must("import", SAMPLES / "don_thu.csv", SAMPLES / "ho_so.csv", *day)
    rehearsal.must("check", "--at", "2021-03-23T07:30")
    complaints = rehearsal.must("items", "huyen_can_gio", "on_time_complaints").out
    dossiers = rehearsal.must("items", "huyen_can_gio", "on_time").out
    assert ", 7 days" in complaints
    assert "working days" not in complaints
    assert ", 19 working days" in dossiers


def test_a_day_outside_every_plan_says_that_nothing_is_counted(rehearsal: Installation) -> None:
    rehearsal.must("check", "--at", "2020-06-01T07:30")
    said = rehearsal.must("status", "huyen_can_gio", "--day", "2020-06-01").out.splitlines()
    assert said[-1].startswith("nothing is counted for it on that day")
