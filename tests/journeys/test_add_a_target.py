"""Does the README's "add a target" hold? Follows it in an empty folder, without any Python."""

from __future__ import annotations

import re

import pytest

from settings import SHIPPED
from tests.journeys.installation import DAY, SAMPLES, Installation

COUNT = """
-- How many of the year's documents to agencies were signed.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(d.signed) AS numerator, COUNT(*) AS denominator
FROM documents d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.counts = 1 AND d.year = :year AND d.issued <= :now
GROUP BY s.unit_id
"""
ITEMS = """
SELECT d.unit_id, CAST(NULL AS INTEGER) AS field_id, d.number AS key, d.number AS label,
       CAST(NULL AS BIGINT) AS due, d.issued AS late_from, CAST(NULL AS BIGINT) AS late_until,
       'not_signed' AS note, CAST(NULL AS TEXT) AS detail,
       CASE WHEN d.issued < :some_working_days_ago THEN 0 ELSE 1 END AS place
FROM documents d
WHERE d.counts = 1 AND d.year = :year AND d.signed = 0
"""


@pytest.fixture
def with_my_line(installation: Installation) -> Installation:
    readme = (SHIPPED / "README.md").read_text("utf-8")
    block = re.search(r"```toml\n(\[targets\.my_line\].*?)```", readme, re.DOTALL)
    assert block is not None, "the README shows the block of a new target"
    with installation.settings_file.open("a", encoding="utf-8") as settings:
        settings.write("\n" + block[1])
    folder = installation.folder / "targets"
    folder.mkdir()
    (folder / "my_line.sql").write_text(COUNT, "utf-8")
    (folder / "my_line.items.sql").write_text(ITEMS, "utf-8")
    return installation


def test_a_target_is_two_sql_files_and_a_block_of_settings(with_my_line: Installation) -> None:
    house = with_my_line
    house.must("import", SAMPLES / "van_ban.csv", "--day", DAY)
    house.must("check", "--at", f"{DAY}T08:00")

    status = house.must("status", "huyen_can_gio", "--json").answer
    (mine,) = [r for r in status["readings"] if r["target"] == "my_line"]
    assert (mine["item"], mine["goal"]) == ("8.9", ">= 90 %")
    # 215/UBND-VP and 41/TTr-UBND are signed; 216/UBND and the paper 33/BC-UBND are not.
    assert (mine["numerator"], mine["denominator"], mine["state"]) == (2, 4, "missed")

    items = house.must("items", "huyen_can_gio", "my_line", "--json").answer["items"]
    assert [item["key"] for item in items] == ["216/UBND", "33/BC-UBND"]
    assert all(item["note"] == "not_signed" for item in items)


def test_doctor_names_the_file_that_is_missing(with_my_line: Installation) -> None:
    (with_my_line.folder / "targets" / "my_line.items.sql").unlink()
    done = with_my_line.run("doctor", "--json", DUNGHEN_TELEGRAM__TOKEN="123456:test")
    (targets,) = [c for c in done.answer if c["check"] == "targets"]
    assert not targets["ok"]
    assert "my_line.items.sql" in targets["detail"]


FAULTS = {
    "a column that is not there": ("my_line.sql", COUNT.replace("AS numerator", "AS good")),
    "a word that is none": ("my_line.sql", COUNT.replace("SELECT", "SELEC")),
    "a table that is not there": ("my_line.sql", COUNT.replace("documents", "papers")),
    "a parameter that nobody gives": ("my_line.sql", COUNT.replace(":year", ":ywar")),
    "more than a question": ("my_line.sql", "DELETE FROM documents"),
    "items without their place": ("my_line.items.sql", ITEMS.replace("AS place", "AS order_")),
}


@pytest.mark.parametrize(("name", "sql"), FAULTS.values(), ids=FAULTS)
def test_a_statement_that_cannot_be_run_is_named(
    with_my_line: Installation, name: str, sql: str
) -> None:
    with_my_line.must("import", SAMPLES / "van_ban.csv", "--day", DAY)
    (with_my_line.folder / "targets" / name).write_text(sql, "utf-8")
    done = with_my_line.run("doctor", "--json", DUNGHEN_TELEGRAM__TOKEN="123456:test")
    (fault,) = [c for c in done.answer if not c["ok"]]
    assert fault["check"] == "statements"
    assert fault["detail"].startswith(f"targets.my_line: {name} cannot be run: ")
    check = with_my_line.run("check", "--at", f"{DAY}T08:00")
    assert check.code == 2
    assert check.err.startswith(f"dunghen: targets.my_line: {name} cannot be run: ")
    assert len(check.err.splitlines()) == 1


def test_a_second_plan_stands_beside_the_first_with_its_own_dates(
    installation: Installation,
) -> None:
    """Next period's line is silent before its plan begins, and judged from then on."""
    text = installation.settings_file.read_text("utf-8")
    text += """
[plans.next]
title = "Kế hoạch giai đoạn sau"
counts_from = 2021-03-24
signed = 2021-03-24
ends = 2030-12-31

[targets.my_line]
plan = "next"
item = "1"
goal = ">= 50 %"
sources = ["documents"]
applies_to = ["district"]
names = { vi = "Chỉ tiêu giai đoạn sau", en = "Next period" }
"""
    installation.settings_file.write_text(text, "utf-8")
    folder = installation.folder / "targets"
    folder.mkdir()
    (folder / "my_line.sql").write_text(COUNT, "utf-8")
    (folder / "my_line.items.sql").write_text(
        ITEMS.replace("CASE WHEN d.issued < :some_working_days_ago THEN 0 ELSE 1 END", "0"), "utf-8"
    )
    installation.must("import", SAMPLES / "van_ban.csv", "--day", DAY)

    seen = []
    for day in (DAY, "2021-03-24"):
        installation.must("check", "--at", f"{day}T08:00")
        readings = installation.must("status", "huyen_can_gio", "--json").answer["readings"]
        seen.append({r["target"] for r in readings})
    assert "my_line" not in seen[0]
    assert "my_line" in seen[1]
    assert "electronic_documents" in seen[0] & seen[1]
