"""Does a source that has grown old keep the numbers and the items that it had while it was good?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.installation import Installation
from tests.journeys.test_replay import (
    FIRST,
    HEADER,
    LETTERS,
    SECOND,
    THIRD,
    Office,
    dossier,
    letter,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (f"2021-03-{day}" for day in range(22, 27))
FOURTH = "000.02.16.H29-210301-0004"
COMMUNE, CIVIL, LAND = "xa_binh_khanh", ("on_time", "Hộ tịch"), ("on_time", "Đất đai")
LETTER = ("apology_letters", None)


@pytest.fixture
def office(installation: Installation, tmp_path: Path) -> Office:
    """Dossiers came on Monday: one is late, one was in time, two fall due while they grow old."""
    made = Office(installation, tmp_path)
    made.deliver(MONDAY, LETTERS, letter(FIRST, "19/03/2021"))
    land = dossier(FOURTH, "24/03/2021")
    made.deliver(
        MONDAY, HEADER,
        dossier(FIRST, "19/03/2021"),
        dossier(SECOND, "19/03/2021", "18/03/2021"),
        dossier(THIRD, "24/03/2021"),
        (land[0], "Đất đai", *land[2:]),
    )  # fmt: skip
    made.check(f"{MONDAY}T07:30", f"{TUESDAY}T07:30")
    return made


def late(office: Office, target: str = "on_time") -> list[tuple[str, int | None]]:
    items = office.of.answer("items", COMMUNE, target)["items"]
    return [(item["key"], item["days_late"]) for item in items]


def test_a_stale_reading_keeps_the_numbers_and_items_of_its_last_good_check(
    office: Office,
) -> None:
    good, items = office.readings(COMMUNE, TUESDAY), late(office)
    assert good[CIVIL] == (1, 2, "missed")
    assert items == [(FIRST, 2)]

    for day in (THURSDAY, FRIDAY):
        office.check(f"{day}T07:30", f"{day}T14:00")
        old = office.readings(COMMUNE, day)
        assert old[CIVIL] == (1, 2, "stale"), "the dossier due on Wednesday may well be done"
        assert old[LAND][:2] == (0, 0), "nor is the other field's"
        assert late(office) == items
        assert old[LETTER] == (*good[LETTER][:2], "stale")
        assert office.readings("huyen_can_gio", day)[CIVIL] == (1, 2, "stale")
        why = office.of.answer("why", COMMUNE, "on_time", "--field", "Hộ tịch")
        assert (why["numerator"], why["denominator"]) == (1, 2)
        assert [(i["key"], i["days_late"]) for i in why["items"]] == items
        assert office.replay(day)["same"] is True


def test_new_data_end_it(office: Office) -> None:
    office.check(f"{THURSDAY}T07:30")
    office.deliver(
        FRIDAY, HEADER, dossier(FIRST, "19/03/2021"), dossier(THIRD, "24/03/2021", "24/03/2021")
    )
    office.check(f"{FRIDAY}T07:30")
    assert office.readings(COMMUNE, FRIDAY)[CIVIL] == (2, 3, "missed")
    assert late(office) == [(FIRST, 5), (FOURTH, 2)]
    assert office.replay(FRIDAY)["same"] is True


def test_a_past_stale_day_counted_from_the_archive_keeps_them_too(office: Office) -> None:
    office.deliver(FRIDAY, HEADER, dossier(FIRST, "19/03/2021"))
    office.check(f"{FRIDAY}T07:30", f"{THURSDAY}T14:00")
    assert office.readings(COMMUNE, THURSDAY)[CIVIL] == (1, 2, "stale")
    assert office.replay(THURSDAY)["same"] is True


def test_a_check_that_was_taken_again_for_an_earlier_moment_is_not_what_is_kept(
    office: Office,
) -> None:
    office.check(f"{THURSDAY}T07:30", f"{WEDNESDAY}T23:50")
    office.check(f"{THURSDAY}T14:00")
    assert office.replay(THURSDAY)["same"] is True


def test_a_refused_file_leaves_the_numbers_as_they_were(office: Office) -> None:
    path = office.of.folder / "hong.csv"
    path.write_text("Số hồ sơ,Lĩnh vực,Đơn vị tiếp nhận,Ngày tiếp nhận,Ngày hẹn trả\n")
    done = office.of.run("import", path, "--day", THURSDAY, "--source", "dossiers")
    assert done.code == 1
    office.check(f"{THURSDAY}T07:30")
    assert office.readings("huyen_can_gio", THURSDAY)[CIVIL] == (1, 2, "rejected")
    assert office.readings(COMMUNE, THURSDAY)[CIVIL] == (1, 2, "stale")
    assert late(office) == [(FIRST, 2)]
    assert office.replay(THURSDAY)["same"] is True


def test_old_data_at_the_first_check_are_shown_as_they_are_counted(
    installation: Installation, tmp_path: Path
) -> None:
    office = Office(installation, tmp_path)
    office.check(f"{MONDAY}T07:30")
    office.deliver(MONDAY, HEADER, dossier(FIRST, "19/03/2021"))
    office.check(f"{THURSDAY}T07:30", f"{FRIDAY}T07:30")
    for day in (THURSDAY, FRIDAY):
        assert office.readings(COMMUNE, day)[CIVIL] == (0, 1, "stale")
        assert office.replay(day)["same"] is True
