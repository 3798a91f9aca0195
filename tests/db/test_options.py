"""What is said of an option that no statement would understand, and what becomes of a right one?"""

from __future__ import annotations

from pathlib import Path

import pytest

from db.options import WORDS, Option, options_in_force, wrong_options
from settings import SHIPPED, SettingsWrong, read_settings, shipped_options

# A shipped target and a value of one of its options -> what is said (nothing: it is right).
TOLD: dict[str, tuple[str, str, Option, str]] = {
    "the third formula": ("on_time", "formula", "portal_766", ""),
    "the same of complaints": ("on_time_complaints", "formula", "portal_766", ""),
    "a formula that is none": (
        "on_time", "formula", "qg766",
        'formula: is one of finished_and_overdue, finished, portal_766, not "qg766"'
        ' (a right value: formula = "finished_and_overdue")',
    ),
    "a right word in capitals": (
        "on_time", "formula", "Finished",
        'formula: is one of finished_and_overdue, finished, portal_766, not "Finished"'
        ' (a right value: formula = "finished_and_overdue")',
    ),
    "a base that is none": (
        "online_procedures", "base", "everything",
        'base: is one of eligible, all, not "everything" (a right value: base = "eligible")',
    ),
    "a word of another option": (
        "online_procedures", "base", "finished",
        'base: is one of eligible, all, not "finished" (a right value: base = "eligible")',
    ),
    "a number where a word belongs": (
        "on_time", "formula", 2,
        'formula: is a text, not 2 (a right value: formula = "finished_and_overdue")',
    ),
    "negative days": (
        "mailboxes", "idle_working_days", -1,
        "idle_working_days: is a number from 0 to 3660, not -1"
        " (a right value: idle_working_days = 5)",
    ),
    "more days than any calendar has": (
        "epayment_district", "payment_days", 4_000_000,
        "payment_days: is a number from 0 to 3660, not 4000000 (a right value: payment_days = 90)",
    ),
    "days ahead in words": (
        "organisation", "warn_days_ahead", "many",
        'warn_days_ahead: is a whole number, not "many" (a right value: warn_days_ahead = 15)',
    ),
    "a number for a switch": (
        "electronic_documents", "require_signature", 1,
        "require_signature: is true or false, not 1 (a right value: require_signature = false)",
    ),
    "a yes for a number": (
        "online_dossiers", "least_level", True,
        "least_level: is a whole number, not true (a right value: least_level = 3)",
    ),
    "a level that no service has": (
        "online_procedures", "least_level", 5,
        "least_level: is a number from 1 to 4, not 5 (a right value: least_level = 3)",
    ),
    "a month that no year has": (
        "inspections", "both_kinds_from_month", 13,
        "both_kinds_from_month: is a number from 1 to 12, not 13"
        " (a right value: both_kinds_from_month = 10)",
    ),
    "a day that every year has": ("par_index", "published_by", "03-31", ""),
    "a day that some years lack": (
        "par_index", "published_by", "02-29",
        'published_by: is a day of each year, MM-DD, not "02-29"'
        ' (a right value: published_by = "06-30")',
    ),
    "a day the other way round": (
        "par_index", "published_by", "30/06",
        'published_by: is a day of each year, MM-DD, not "30/06"'
        ' (a right value: published_by = "06-30")',
    ),
    "mailboxes of every domain": ("mailboxes", "official_domain", "", ""),
    "an address for a domain": (
        "mailboxes", "official_domain", "an@tphcm.gov.vn",
        'official_domain: is a domain, or nothing, not "an@tphcm.gov.vn"'
        ' (a right value: official_domain = "tphcm.gov.vn")',
    ),
    "a name with a slip of the pen": (
        "on_time", "formul", "finished",
        "formul: no .sql of this target asks for :formul (did you mean formula?)",
    ),
    "a name that is like no other": (
        "on_time", "xyz", 1, "xyz: no .sql of this target asks for :xyz",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("target", "name", "value", "says"), TOLD.values(), ids=TOLD)
def test_a_wrong_option_is_told_in_one_sentence(
    target: str, name: str, value: Option, says: str
) -> None:
    told = wrong_options(target, {name: value}, shipped_options()[target], ())
    assert told == ([says] if says else [])


def test_every_shipped_option_is_right_and_every_text_has_a_rule() -> None:
    ruled = {*WORDS, "published_by", "official_domain"}
    for target, options in shipped_options().items():
        assert wrong_options(target, options, options, ()) == [], target
        assert {name for name, value in options.items() if isinstance(value, str)} <= ruled


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        pytest.param("idle_working_days", "7", 7, id="a number of the environment is a number"),
        pytest.param("some_days", "7", 7, id="so is one of an office's own"),
        pytest.param("switch", "true", True, id="a yes of the environment is a yes"),
        pytest.param("idle_working_days", "many", 5, id="a wrong one stays as it ships"),
        pytest.param("word", "of one's own", "of one's own", id="a word of one's own is free"),
    ],
)
def test_an_option_is_what_its_statements_need(name: str, value: str, right: Option) -> None:
    shipped: dict[str, Option] = {"idle_working_days": 5, "switch": False}
    assert options_in_force({name: value}, shipped) == {**shipped, name: right}


def test_an_offices_own_statement_says_which_options_it_has(tmp_path: Path) -> None:
    given: dict[str, Option] = {"some_days": 3, "other": 1, "word": "x", "wort": "x"}
    assert wrong_options("mine", given, {}, (tmp_path,)) == [], "they are not there: doctor says so"
    (tmp_path / "mine.sql").write_text("SELECT :some_days_ago, :other_end", "utf-8")
    (tmp_path / "mine.items.sql").write_text("SELECT :word", "utf-8")
    assert wrong_options("mine", given, {}, (tmp_path,)) == [
        "wort: no .sql of this target asks for :wort"
    ]
    assert wrong_options("mine", {"some_days": -3}, {}, (tmp_path,)) == [
        "some_days: is a number from 0 to 3660, not -3 (a right value: some_days = 5)"
    ]


def test_the_settings_name_the_file_and_the_key_of_each_wrong_option(tmp_path: Path) -> None:
    text = (SHIPPED / "settings.toml").read_text("utf-8")
    text = text.replace('formula = "finished_and_overdue"', 'formula = "portal"')
    text = text.replace("warn_days_ahead = 15", "warn_days_ahead = -15")
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsWrong) as told:
        read_settings(path, {})
    keys = (
        "on_time", "on_time_complaints", "organisation", "workforce", "epayment_district",
    )  # fmt: skip
    assert len(told.value.faults) == len(keys)
    for key in keys:
        assert any(f.startswith(f"{path}: targets.{key}.options.") for f in told.value.faults)


def test_a_number_of_the_environment_reaches_the_target() -> None:
    name = "DUNGHEN_TARGETS__MAILBOXES__OPTIONS__IDLE_WORKING_DAYS"
    settings = read_settings(SHIPPED / "settings.toml", {name: "7"})
    (mailboxes,) = [t for t in settings.plan_targets() if t.id == "mailboxes"]
    assert mailboxes.options["idle_working_days"] == 7
