"""Are the demo's exports repeatable, consistent from day to day, plausible and dirty enough?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.demo.cases import cases_until
from bot.demo.days import after, is_working, working_days
from bot.demo.exports import write_afternoon, write_exports
from bot.demo.story import FIRST_MORNING, PARTIAL_MORNINGS
from tests.bot.demo import reading

OFFICE = "UBND xã Bình Khánh"
LAST = date(2021, 4, 1)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every morning from the first one to 01/04/2021."""
    folder = tmp_path_factory.mktemp("exports")
    for day in working_days(FIRST_MORNING, LAST + timedelta(days=1)):
        write_exports(folder, day)
    return folder


@pytest.mark.parametrize("seed", [1215, 7])
def test_the_same_day_and_seed_give_the_same_bytes(tmp_path: Path, seed: int) -> None:
    first = write_exports(tmp_path / "a", FIRST_MORNING, seed=seed)
    write_exports(tmp_path / "b", after(FIRST_MORNING, 6), seed=seed)
    again = write_exports(tmp_path / "c", FIRST_MORNING, seed=seed)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_another_seed_is_another_district(tmp_path: Path) -> None:
    here = write_exports(tmp_path / "a", FIRST_MORNING, seed=1)
    there = write_exports(tmp_path / "b", FIRST_MORNING, seed=2)
    assert all(a.read_bytes() != b.read_bytes() for a, b in zip(here, there, strict=True))


def test_nothing_comes_on_a_day_off(tmp_path: Path) -> None:
    days_off = [date(2021, 3, 27), date(2021, 3, 28), date(2021, 2, 12), date(2021, 4, 21)]
    assert [write_exports(tmp_path, day) for day in days_off] == [()] * 4
    assert not list(tmp_path.iterdir())


def test_other_years_were_not_invented(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2021 only"):
        write_exports(tmp_path, date(2022, 3, 1))


def test_each_list_holds_all_that_the_list_before_held(exports: Path) -> None:
    before: dict[str, set[object]] = {}
    for day in working_days(FIRST_MORNING, LAST):
        if day in PARTIAL_MORNINGS:
            continue
        files = reading.files_of(exports, day)
        now: dict[str, set[object]] = {
            "ho_so": {row["Số hồ sơ"] for row in reading.dossiers(files["ho_so"])},
            "thu_xin_loi": {
                (row["Số hồ sơ"], row["Số thư xin lỗi"], row["Ngày thư"])
                for row in reading.letters(files["thu_xin_loi"])
            },
            "hop_thu": {row["Địa chỉ thư"] for row in reading.mailboxes(files["hop_thu"])},
            "van_ban": {
                (row["Số ký hiệu"], row["Đơn vị ban hành"], row["Ngày ban hành"])
                for row in reading.documents(files["van_ban"])
            },
        }
        for kind, keys in before.items():
            assert keys <= now[kind], (day, kind)
        assert not before or before["ho_so"] < now["ho_so"]
        before = now


def test_a_finished_dossier_stays_as_it_was_finished(exports: Path) -> None:
    first = reading.dossiers(reading.files_of(exports, FIRST_MORNING)["ho_so"])
    later = reading.dossiers(reading.files_of(exports, LAST)["ho_so"])
    finish = {(row["Số hồ sơ"], row["Ngày xử lý xong"]) for row in later}
    done = [row for row in first if row["Ngày xử lý xong"]]
    assert len(done) > 1500
    assert {(row["Số hồ sơ"], row["Ngày xử lý xong"]) for row in done} <= finish


def test_the_size_is_that_of_a_rural_district(exports: Path) -> None:
    files = reading.files_of(exports, FIRST_MORNING)
    rows = reading.dossiers(files["ho_so"])
    assert 1500 <= len(rows) <= 2500
    assert len({row["Số hồ sơ"][4:6] for row in rows}) >= 8
    assert len({row["Lĩnh vực"] for row in rows}) >= 10
    assert 100 <= len(reading.mailboxes(files["hop_thu"])) <= 250
    assert 500 <= len(reading.documents(files["van_ban"])) <= 2000
    assert len(reading.letters(files["thu_xin_loi"])) >= 15


def test_nobody_works_during_tet() -> None:
    cases = cases_until(date(2021, 3, 1), 1215)
    moments = [m for c in cases for m in (c.received, c.due, c.finished, c.returned) if m]
    assert not [m for m in moments if date(2021, 2, 10) <= m.date() <= date(2021, 2, 16)]
    assert all(is_working(moment.date()) for moment in moments)


def test_every_life_runs_forward() -> None:
    for case in cases_until(date(2021, 4, 1), 1215):
        steps = [case.received, case.asked, case.supplied, case.finished, case.returned]
        known = [step for step in steps if step]
        assert known == sorted(known), case
        assert case.due is None or case.due > case.received


def test_codes_are_unique_and_well_formed(exports: Path) -> None:
    codes = [case.code for case in cases_until(LAST, 1215)]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("000.0") and ".16.H29-2" in code for code in codes)


def test_one_morning_brings_only_the_first_page(exports: Path) -> None:
    (day,) = PARTIAL_MORNINGS
    partial = reading.dossiers(reading.files_of(exports, day)["ho_so"])
    whole = reading.dossiers(reading.files_of(exports, after(day, -1))["ho_so"])
    assert len(partial) == 500
    assert len(partial) < len(whole) * 0.8


def test_the_afternoons_list_is_whole_and_newer_than_the_mornings(tmp_path: Path) -> None:
    (day,) = PARTIAL_MORNINGS
    morning = reading.dossiers(write_exports(tmp_path, day)[0])
    (file,) = write_afternoon(tmp_path, day)
    afternoon = reading.dossiers(file)
    assert len(morning) == 500
    assert len(afternoon) > 1500
    assert {row["Số hồ sơ"] for row in morning} < {row["Số hồ sơ"] for row in afternoon}
    received = [row["Ngày tiếp nhận"] for row in afternoon]
    assert any(moment.startswith(f"{day:%d/%m/%Y} 0") for moment in received)
    assert not write_afternoon(tmp_path, date(2021, 3, 28)), "nothing on a Sunday"


def test_one_dossier_is_promised_for_the_late_morning(tmp_path: Path) -> None:
    """It is overdue at the afternoon's check, and not before."""
    (file,) = write_afternoon(tmp_path, date(2021, 3, 25))
    (row,) = [r for r in reading.dossiers(file) if r["Số hồ sơ"].startswith("000.02.16.H29-210322")
              and r["Ngày hẹn trả"] == "25/03/2021 11:00"]  # fmt: skip
    assert not row["Ngày xử lý xong"]


def test_the_story_of_binh_khanh_is_told_whatever_the_seed(tmp_path: Path) -> None:
    """Day by day: what the head of the commune sees change."""
    seed = 3  # test_past.py reads the shipped one

    def morning(day: int, month: int = 3) -> reading.Standing:
        on = date(2021, month, day)
        write_exports(tmp_path, on, seed=seed)
        return reading.standing(tmp_path, on, OFFICE, "Hộ tịch")

    first = morning(23)
    assert (first.on_time, first.counted) == (111, 117), "below 95 %: three more are not enough"
    (overdue,) = first.without_letter
    assert overdue.startswith("000.02.16.H29-210316-")
    assert len(first.idle) == 1
    assert len(first.on_paper) == 1

    then = morning(24)
    assert not then.without_letter, "the letter of the day before is in the book"
    assert (then.on_time, then.counted) == (113, 119)
    assert then.idle == first.idle

    then = morning(25)
    assert (then.on_time, then.counted) == (115, 121), "over 95 % again"
    assert not then.idle, "the mailbox was used on 24/03"
    assert then.on_paper == first.on_paper

    then = morning(26)
    (allowance,) = then.without_letter
    assert allowance.startswith("000.02.16.H29-210322-")
    assert then.on_paper == first.on_paper

    then = morning(30)
    assert not then.without_letter
    assert len(then.idle) == 1
    assert then.idle != first.idle
    assert not then.on_paper, "the electronic copy followed on 29/03"

    then = morning(31)
    assert not then.without_letter, "the next late dossier had its letter in time"
    assert (then.on_time, then.counted) == (124, 131), "and pulls civil status below 95 %"
    assert len(then.on_paper) == 1

    assert not morning(1, 4).idle
    assert not morning(6, 4).on_paper
    assert len(morning(8, 4).without_letter) == 1
    assert not morning(12, 4).without_letter


def test_dirt_is_there_and_stays_below_the_gate(exports: Path) -> None:
    files = reading.files_of(exports, FIRST_MORNING)
    rows = reading.dossiers(files["ho_so"])
    codes = [row["Số hồ sơ"] for row in rows]
    offices = [row["Đơn vị tiếp nhận"] for row in rows]
    assert len(codes) > len(set(codes)), "a dossier printed twice"
    assert any("h29 – " in code for code in codes)
    assert {"123/HS-LN", "2.10304E+15"} <= set(codes)
    assert "UBND xã Hiệp Phước" in offices
    assert {"UBND X.Bình Khánh", "TT Cần Thạnh", "UBND xã Long Hoà"} <= set(offices)
    moments = [row["Ngày tiếp nhận"] for row in rows]
    assert any(moment.endswith((" SA", " CH")) for moment in moments)
    assert any("T" in moment for moment in moments)
    unreadable = [row for row in rows if row["Ngày trả kết quả"] == "31/02/2021"]
    assert unreadable
    assert len(unreadable) + 2 < len(rows) * 0.05
    sent = reading.documents(files["van_ban"])
    assert any(row["Trạng thái liên thông"] == "Thu hồi" for row in sent)
    secret = [row for row in sent if row["Độ mật"] == "Mật"]
    assert secret
    assert not any(row["Số ký hiệu"] or row["Trích yếu"] for row in secret)
