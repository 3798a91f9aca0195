"""How settings are read: what they hold, from where they come, and how a fault is told."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path

import pytest

from db.records import Goal, Policy, Rung
from settings import SHIPPED, ZONE, SettingsWrong, read_settings

SHIPPED_FILE = SHIPPED / "settings.toml"
WHOLE = SHIPPED_FILE.read_text("utf-8")
TOKEN = "4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, **environment: str) -> list[str]:
    with pytest.raises(SettingsWrong) as told:
        read_settings(path, environment)
    assert str(told.value) == "\n".join(told.value.faults)
    return told.value.faults


def test_the_shipped_file_is_right_and_names_the_plans_targets() -> None:
    settings = read_settings(SHIPPED_FILE, {})
    targets = {target.id: target for target in settings.plan_targets()}
    assert targets["on_time"].goal == Goal(operator=">", percent=95)
    assert targets["on_time"].per_field
    assert targets["apology_letters"].goal == Goal(operator="=", percent=100)
    assert {targets[t].item for t in ("electronic_documents", "mailboxes")} == {"8.1", "8.2"}
    assert settings.schedule.checks == (time(7, 30), time(14, 0))


@pytest.mark.parametrize(
    ("name", "value", "where", "expected"),
    [
        pytest.param("DATABASE__URL", "sqlite:///x.db", "database.url", "sqlite:///x.db",
                     id="a text"),
        pytest.param("TELEGRAM__ADMINS", "[11, 12]", "telegram.admins", (11, 12),
                     id="a list as JSON"),
        pytest.param("LIMITS__ATTEMPTS", "7", "limits.attempts", 7, id="a number"),
        pytest.param("SCHEDULE__CHECKS", '["08:00"]', "schedule.checks", (time(8),), id="times"),
        pytest.param("TELEGRAM__BASE_URL", "http://127.0.0.1:8155/", "telegram.base_url",
                     "http://127.0.0.1:8155", id="an address, without its last stroke"),
        pytest.param("SOURCES__DOSSIERS__MAX_AGE_DAYS", "3", "sources.dossiers.max_age_days", 3,
                     id="a value within a source"),
    ],
)  # fmt: skip
def test_the_environment_wins(name: str, value: str, where: str, expected: object) -> None:
    found: object = read_settings(SHIPPED_FILE, {f"DUNGHEN_{name}": value})
    for part in where.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[database]\nurll = 'x'", ["database.urll", "unknown", "did you mean url?"],
                     id="an unknown key, with the nearest"),
        pytest.param("[datenbank]\nurl = 'x'", ["datenbank", "unknown"], id="an unknown table"),
        pytest.param("[limits]\nattempts = 0", ["limits.attempts", "not 0", "attempts = 100"],
                     id="a number too small"),
        pytest.param("[limits]\nattempts = 'many'", ["limits.attempts", "many"], id="no number"),
        pytest.param("[schedule]\nchecks = ['7.30']",
                     ["schedule.checks", "HH:MM", '["07:30", "14:00"]'], id="no time"),
        pytest.param("[schedule]\nchecks = []", ["schedule.checks"], id="no check at all"),
        pytest.param("[schedule]\nchecks = ['06:30', '18:00']",
                     ["schedule.checks", "nobody would ever be told", "quiet_until"],
                     id="only checks that push nothing"),
        pytest.param("[alerts]\nrecent_days = 6", ["recent_days", "not 6", "recent_days = 30"],
                     id="a window too short for a trend"),
        pytest.param("[alerts]\npushes_per_day = 1", ["alerts.pushes_per_day", "not 1"],
                     id="one push a day, which leaves none for what nobody answered"),
        pytest.param("[telegram]\nbase_url = 'api'", ["telegram.base_url", "http"],
                     id="no address"),
        pytest.param("[clock]\nstart = 'soon'", ["clock.start", "2021-03-23T08:00"],
                     id="no moment"),
        pytest.param("[clock]\nstart = '2021-13-45T08:00'", ["clock.start", "2021-03-23T08:00"],
                     id="a moment that is in no calendar"),
        pytest.param(WHOLE.replace('goal = "> 95 %"', 'goal = "95"', 1), ["goal", "> 95 %"],
                     id="no goal"),
        pytest.param(WHOLE.replace('item = "5"', "", 1), ["targets.on_time.item: is missing"],
                     id="a target without its item"),
        pytest.param("[sources.dossiers]\nage_in = 'weeks'", ["sources.dossiers.age_in", "weeks"],
                     id="no way to count age"),
        pytest.param("[schedule]\ncalendar_extra_days_off = [2026-01-02]\n"
                     "calendar_working_days = [2026-01-02]",
                     ["calendar_working_days", "2026-01-02"],
                     id="a day that is worked and off"),
        pytest.param('[schedule]\noffice_hours = ["17:00-13:00"]',
                     ["schedule.office_hours", "the earlier time first", "07:30-11:30"],
                     id="office hours turned round"),
        pytest.param('[schedule]\noffice_hours = ["07:30-11:30", "11:00-17:00"]',
                     ["schedule.office_hours", "follow each other"],
                     id="office hours that overlap"),
        pytest.param("x = ", ["not valid TOML", 'name = "text"'], id="no TOML"),
        pytest.param(f"[telegram]\ntoken = '{TOKEN}'",
                     ["telegram.token", "DUNGHEN_TELEGRAM__TOKEN"],
                     id="a token"),
    ],
)  # fmt: skip
def test_a_fault_names_the_file_the_key_and_what_is_right(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    path = write(tmp_path, text)
    told = "\n".join(faults(path))
    assert TOKEN not in told
    for word in [str(path), *words]:
        assert word in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "[limits]\nattempts = 0\n[intake]\nfolderr = 'x'\n[telegram]\nproxy = 1")
    told = faults(path, DUNGHEN_CLOCK__START="soon")
    keys = ("limits.attempts", "intake.folderr", "telegram.proxy", "clock.start")
    assert all(any(key in line for line in told) for key in keys)
    assert all("\n" not in line for line in told)
    (clock,) = [line for line in told if "clock.start" in line]
    assert clock.startswith("DUNGHEN_CLOCK__START:"), "the place where it was written"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("DUNGHEN_DATABAS__URL", "x", id="an unknown table"),
        pytest.param("DUNGHEN_DATABASE__UR", "x", id="an unknown key"),
        pytest.param("DUNGHEN_TOKEN", "x", id="a key without its table"),
        pytest.param("DUNGHEN_TELEGRAM__ADMINS", "[11", id="a list that is no JSON"),
        pytest.param("DUNGHEN_TELEGRAM__ADMINS", '["An"]', id="a list of the wrong sort"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(name: str, value: str) -> None:
    (told,) = faults(SHIPPED_FILE, **{name: value})
    assert name in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "no such settings file", id="a file that is not there"),
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="a file of another encoding"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "settings.toml"
    if content is not None:
        path.write_bytes(content)
    (told,) = faults(path)
    assert words in told
    assert str(path) in told


def test_a_token_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", "utf-8")
    path = write(tmp_path, "[telegram]\ntoken_file = 'token'")
    for settings in (
        read_settings(path, {}),
        read_settings(SHIPPED_FILE, {"DUNGHEN_TELEGRAM__TOKEN": TOKEN}),
    ):
        assert settings.telegram.token.get_secret_value() == TOKEN
        assert TOKEN not in repr(settings)
    (tmp_path / "token").unlink()
    (told,) = faults(path)
    assert "telegram.token_file" in told


def test_names_are_looked_up_beside_the_file_then_among_the_shipped(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, ""), {})
    name = settings.district.organisation
    assert settings.find(name) == SHIPPED / name
    own = tmp_path / name
    own.parent.mkdir(parents=True)
    own.touch()
    assert settings.find(name) == own
    assert settings.beside("var/x") == tmp_path / "var" / "x"


def test_the_clock_may_start_elsewhere() -> None:
    assert read_settings(SHIPPED_FILE, {}).clock_start() is None
    moved = read_settings(SHIPPED_FILE, {"DUNGHEN_CLOCK__START": "2021-03-23T08:00"})
    assert moved.clock_start() == datetime(2021, 3, 23, 8, 0, tzinfo=ZONE)


LADDER = (Rung(to="leader", after_working_days=3), Rung(to="chairman", after_working_days=7))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(
            "on_time", Policy(pending_checks=2, small_sample=21, ladder=LADDER),
            id="a rate wavers: two checks confirm it",
        ),
        pytest.param(
            "on_time_complaints", Policy(pending_checks=2, small_sample=10, ladder=LADDER),
            id="so does one that is to be reached",
        ),
        pytest.param(
            "apology_letters", Policy(ladder=LADDER), id="one letter breaks a goal of all letters"
        ),
        pytest.param("mailboxes", Policy(ladder=LADDER), id="one mailbox that of all mailboxes"),
        pytest.param("epayment_district", Policy(ladder=LADDER), id="a no is a no at once"),
        pytest.param("par_index", Policy(ladder=LADDER), id="and a grade is a grade"),
    ],
)  # fmt: skip
def test_a_target_says_how_its_alerts_live(target: str, expected: Policy) -> None:
    targets = {each.id: each for each in read_settings(SHIPPED_FILE, {}).plan_targets()}
    assert targets[target].policy == expected


def test_alerts_have_general_values_and_a_target_its_own(tmp_path: Path) -> None:
    text = WHOLE.replace("rate_checks = 2 ", "rate_checks = 4 ")
    text = text.replace("recover_points = 0 ", "recover_points = 2 ")
    text = text.replace('escalation = ["leader 3", "chairman 7"]', 'escalation = ["head 1"]')
    text = text.replace(
        "[targets.on_time]\n",
        "[targets.on_time]\npending_checks = 3\npending_working_days = 5\nrecover_points = 0\n"
        "keep_open_checks = 2\n",
    )
    targets = {each.id: each for each in read_settings(write(tmp_path, text), {}).plan_targets()}
    ladder = (Rung(to="head", after_working_days=1),)
    assert targets["on_time"].policy == Policy(
        pending_checks=3, pending_working_days=5, recover_points=0, keep_open_checks=2,
        small_sample=21, ladder=ladder,
    )  # fmt: skip
    assert targets["on_time_complaints"].policy == Policy(
        pending_checks=4, recover_points=2, small_sample=10, ladder=ladder
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        pytest.param("ESCALATION", '["boss 3"]', '"boss 3" is no rung', id="an unknown rung"),
        pytest.param(
            "ESCALATION", '["leader 7", "chairman 3"]', "must rise", id="a falling ladder"
        ),
        pytest.param("QUIET_FROM", "24:00", "a time is HH:MM", id="no such time"),
        pytest.param("PUSHES_PER_DAY", "11", "less than or equal to 10", id="too many pushes"),
        pytest.param("REPEAT_WORKING_DAYS", "0", "greater than or equal to 1", id="told for ever"),
        pytest.param("RECOVER_POINTS", "6", "less than or equal to 5", id="too far to recover"),
    ],
)
def test_a_wrong_value_of_alerts_is_told(name: str, value: str, says: str) -> None:
    (fault,) = faults(SHIPPED_FILE, **{f"DUNGHEN_ALERTS__{name}": value})
    assert fault.startswith(f"DUNGHEN_ALERTS__{name}: alerts.{name.lower()}: ")
    assert says in fault
    assert f"(a right value: {name.lower()} = " in fault


def test_an_option_that_a_copy_lacks_has_the_value_that_ships(tmp_path: Path) -> None:
    text = (SHIPPED / "settings.toml").read_text("utf-8")
    kept = "options = { idle_working_days = 3 }"
    old, found = re.subn(r"options = \{ idle_working_days[^}]*\}", kept, text)
    assert found == 1
    (tmp_path / "settings.toml").write_text(old, "utf-8")
    targets = {t.id: t for t in read_settings(tmp_path / "settings.toml", {}).plan_targets()}
    assert targets["mailboxes"].options == {
        "idle_working_days": 3, "young_working_days": 5, "official_domain": "tphcm.gov.vn",
    }  # fmt: skip
