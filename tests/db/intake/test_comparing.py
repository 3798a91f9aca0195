"""Which files are compared with each other, and what becomes of those that are not?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from db.engine import reading, writing
from db.freshness import FreshnessBook
from db.intake.comparing import are_comparable
from db.odd_files import odd_files
from db.records import ImportReport
from tests.db.intake.delivering import Desk, codes, dossier
from tests.db.intake.test_letters import HEADER as LETTER_HEADER
from tests.db.intake.test_letters import changed
from tests.db.intake.test_offers import HEADER as OFFER_HEADER
from tests.db.intake.test_offers import offer
from tests.db.intake.test_school_surveys import schooled
from tests.db.intake.test_schools import HEADER as SCHOOL_HEADER
from tests.db.intake.test_schools import school

__all__ = ["schooled"]

MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
BINH_KHANH, LY_NHON, THANH_AN = "UBND xã Bình Khánh", "UBND xã Lý Nhơn", "UBND xã Thạnh An"
LONG_HOA, DISTRICT, JUSTICE = "UBND xã Long Hòa", "UBND huyện Cần Giờ", "Phòng Tư pháp"
HOME_AFFAIRS = "Phòng Nội vụ"


@pytest.mark.parametrize(
    ("named", "before", "comparable"),
    [
        pytest.param("A", "A", True, id="a commune's file with its last one"),
        pytest.param("AB", "AB", True, id="two communes' file with their last one"),
        pytest.param("A", "B", False, id="a commune's file never with another's"),
        pytest.param("AB", "CD", False, id="two communes' file never with two others'"),
        pytest.param("A", "ABCDEF", False, id="a commune's file is no part of the district's"),
        pytest.param("ABCDEF", "A", False, id="nor the district's a commune's that has grown"),
        pytest.param("ABC", "ABCDEF", True, id="half of the units: the export broke off"),
        pytest.param("AB", "ABCDEF", True, id="two of six: the same"),
        pytest.param("ABCDEF", "ABCDE", True, id="a unit more than last time"),
        pytest.param("ABCDEG", "ABCDEF", True, id="one unit more, another one less"),
        pytest.param("AB", "BC", False, id="two files that share one of two"),
        pytest.param("ABC", "CDE", False, id="or one of three"),
        pytest.param("*AB", "*CD", True, id="two exports of the district's own system"),
        pytest.param("*", "*ABCD", True, id="one that broke off after the district's own rows"),
        pytest.param("*", "AB", False, id="the district's own rows with two communes' file"),
        pytest.param("", "", True, id="books that name nobody"),
        pytest.param("", "AB", False, id="one that names nobody with one that does"),
    ],
)
def test_which_files_are_compared(named: str, before: str, comparable: bool) -> None:
    assert are_comparable(frozenset(named), frozenset(before)) is comparable


def test_a_list_of_pieces_may_come_down_to_one() -> None:
    whole, one = frozenset("ABC"), frozenset("A")
    assert are_comparable(one, whole, of_offices=False)
    assert not are_comparable(frozenset("D"), whole, of_offices=False)


def letters(count: int, office: str = "02") -> list[tuple[str, ...]]:
    return [changed(code=code, number=f"{code}/TXL") for code in codes(count, office)]


def procedures(count: int, level: str, first: int = 0) -> list[list[str]]:
    return [offer(f"1.{n:06}.000.00.00.H29", level=level) for n in range(first, first + count)]


def schools(count: int, first: int = 0) -> list[list[str]]:
    return [school(code=f"{n:07}") for n in range(first, first + count)]


BOX_HEADER = ("Địa chỉ thư", "Đơn vị", "Lần đăng nhập cuối")


def boxes(count: int, *units: str) -> list[tuple[str, str, str]]:
    return [
        (f"{units[n % len(units)].encode().hex()}{n}@tphcm.gov.vn", units[n % len(units)],
         "22/03/2021") for n in range(count)
    ]  # fmt: skip


def mixed(count: int, *units: str) -> list[dict[str, str]]:
    return [
        dossier(f"000.{hash_of(units[n % len(units)])}.16.H29-210310-{n + 1:04}",
                unit=units[n % len(units)]) for n in range(count)
    ]  # fmt: skip


def hash_of(unit: str) -> str:
    order = [DISTRICT, BINH_KHANH, LY_NHON, THANH_AN, LONG_HOA, JUSTICE, HOME_AFFAIRS]
    return f"{order.index(unit):02}"


Deliver = Callable[[Desk], ImportReport]


def of(header: tuple[str, ...], *rows: object) -> Deliver:
    return lambda desk: desk.table(header, *rows)  # type: ignore[arg-type]


def of_dossiers(count: int, *units: str) -> Deliver:
    return lambda desk: desk.dossiers(*mixed(count, *units))


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        pytest.param(of(LETTER_HEADER, *letters(30)), of(LETTER_HEADER, *letters(10, "03")), True,
                     id="letters of one commune after those of another"),
        pytest.param(of(LETTER_HEADER, *letters(30)), of(LETTER_HEADER, *letters(10)), False,
                     id="fewer letters of the same commune"),
        pytest.param(of(LETTER_HEADER, *letters(20), *letters(20, "03")),
                     of(LETTER_HEADER, *letters(5), *letters(5, "03")), False,
                     id="fewer letters of the same two communes"),
        pytest.param(of(OFFER_HEADER, *procedures(60, "Cấp huyện")),
                     of(OFFER_HEADER, *procedures(25, "Cấp xã", 100)), True,
                     id="the communes' procedures after the district's"),
        pytest.param(of(OFFER_HEADER, *procedures(60, "Cấp huyện"), *procedures(9, "Cấp xã", 100)),
                     of(OFFER_HEADER, *procedures(60, "Cấp huyện")), True,
                     id="the district's procedures after a list of both"),
        pytest.param(of(OFFER_HEADER, *procedures(60, "Cấp huyện"), *procedures(9, "Cấp xã", 100)),
                     of(OFFER_HEADER, *procedures(30, "Cấp huyện")), False,
                     id="half of the district's procedures after a list of both"),
        pytest.param(of(BOX_HEADER, *boxes(30, JUSTICE, HOME_AFFAIRS)),
                     of(BOX_HEADER, *boxes(12, BINH_KHANH, LY_NHON, THANH_AN)), True,
                     id="mailboxes of three communes after those of two departments"),
        pytest.param(of(BOX_HEADER, *boxes(40, JUSTICE, HOME_AFFAIRS, BINH_KHANH, LY_NHON)),
                     of(BOX_HEADER, *boxes(20, JUSTICE, HOME_AFFAIRS)), False,
                     id="mailboxes of half of the units"),
        pytest.param(of_dossiers(40, BINH_KHANH, LY_NHON), of_dossiers(15, THANH_AN, LONG_HOA),
                     True, id="dossiers of two communes after those of two others"),
        pytest.param(of_dossiers(60, BINH_KHANH, LY_NHON, THANH_AN, LONG_HOA),
                     of_dossiers(30, BINH_KHANH, LY_NHON), False,
                     id="dossiers of half of the communes"),
        pytest.param(of_dossiers(40, DISTRICT, BINH_KHANH, LY_NHON),
                     of_dossiers(20, DISTRICT, THANH_AN), False,
                     id="half of the district's own export, whomever it names beside"),
    ],
)  # fmt: skip
def test_fewer_rows_are_held_against_files_of_the_same_offices_only(
    desk: Desk, first: Deliver, second: Deliver, taken: bool
) -> None:
    assert first(desk).outcome == "accepted"
    report = second(desk)
    assert (report.outcome != "refused", report.reason_code) == (
        taken, None if taken else "fewer_rows",
    )  # fmt: skip


def test_schools_may_come_level_by_level_on_whichever_day(schooled: Desk) -> None:
    schooled.table(SCHOOL_HEADER, *schools(25), day=MONDAY)
    primary = schooled.table(SCHOOL_HEADER, *schools(12, 100), day=TUESDAY)
    assert (primary.outcome, primary.loaded) == ("accepted", 12)
    assert len(schooled.known("code", "schools")) == 37, "the preschools of Monday stay"
    short = schooled.table(SCHOOL_HEADER, *schools(10), day=TUESDAY)
    assert (short.outcome, short.reason_code) == ("refused", "fewer_rows")
    whole = schooled.table(SCHOOL_HEADER, *schools(24), *schools(12, 100), day=date(2021, 3, 24))
    assert whole.outcome == "accepted"
    assert len(schooled.known("code", "schools")) == 36, "and go where the newest list lacks them"


def test_a_list_that_comes_down_to_one_school_is_held(schooled: Desk) -> None:
    schooled.table(SCHOOL_HEADER, *schools(25), day=MONDAY)
    assert schooled.table(SCHOOL_HEADER, *schools(1), day=TUESDAY).reason_code == "fewer_rows"


def test_procedures_are_not_compared_across_a_new_year(desk: Desk) -> None:
    desk.table(OFFER_HEADER, *procedures(60, "Cấp huyện"), day=date(2021, 12, 1))
    report = desk.table(OFFER_HEADER, *procedures(30, "Cấp huyện"), day=date(2022, 1, 5))
    assert report.outcome == "accepted"


def test_a_letter_for_a_number_on_paper_is_its_dossiers_offices(desk: Desk) -> None:
    desk.dossiers(dossier("1/HS"), dossier("2/HS", unit=LY_NHON), day=MONDAY)
    desk.table(LETTER_HEADER, changed(code="1/HS"), day=MONDAY)
    unit = desk.unit("xa_binh_khanh")
    (named,) = desk.known("named", "deliveries", "id")[1:]
    assert str(unit) in str(named)


def rejected(desk: Desk, source: str, *slugs: str) -> list[bool]:
    units = [desk.unit(slug) for slug in slugs]
    with reading(desk.engine) as tx:
        book = FreshnessBook(tx, TUESDAY, desk.unit("huyen_can_gio"))
        return [book.of(source, unit).refused_since for unit in units]


def test_a_refused_file_spoils_only_what_it_speaks_of(desk: Desk) -> None:
    desk.dossiers(*mixed(40, BINH_KHANH, LY_NHON, THANH_AN), day=MONDAY)
    report = desk.dossiers(*mixed(10, BINH_KHANH, LY_NHON), day=TUESDAY)
    assert report.reason_code == "fewer_rows"
    slugs = ("xa_binh_khanh", "xa_ly_nhon", "xa_thanh_an", "xa_long_hoa", "huyen_can_gio")
    assert rejected(desk, "dossiers", *slugs) == [True, True, False, False, True]
    good = desk.dossiers(*mixed(41, BINH_KHANH, LY_NHON, THANH_AN), day=TUESDAY)
    assert good.outcome == "accepted"
    assert rejected(desk, "dossiers", *slugs) == [False] * 5


def test_a_refused_file_of_the_districts_own_spoils_all(desk: Desk) -> None:
    desk.dossiers(*mixed(40, DISTRICT, BINH_KHANH), day=MONDAY)
    desk.dossiers(*mixed(10, DISTRICT, BINH_KHANH), day=TUESDAY)
    assert rejected(desk, "dossiers", "xa_binh_khanh", "xa_long_hoa") == [True, True]


def test_a_refused_book_of_letters_spoils_those_whose_dossiers_it_is_about(desk: Desk) -> None:
    others = (dossier(code, unit=LY_NHON) for code in codes(3, "03"))
    desk.dossiers(*map(dossier, codes(30)), *others, day=MONDAY)
    desk.table(LETTER_HEADER, *letters(30), day=MONDAY)
    assert desk.table(LETTER_HEADER, *letters(4), day=TUESDAY).reason_code == "fewer_rows"
    assert rejected(desk, "letters", "xa_binh_khanh", "xa_ly_nhon") == [True, False]


def test_a_file_of_before_is_compared_by_its_scope(desk: Desk) -> None:
    desk.dossiers(*mixed(40, BINH_KHANH, LY_NHON), day=MONDAY)
    forget_what_was_named(desk)
    assert desk.dossiers(*mixed(10, THANH_AN, LONG_HOA), day=TUESDAY).reason_code == "fewer_rows"
    assert desk.dossiers(*mixed(3, BINH_KHANH), day=TUESDAY).outcome == "accepted"


def forget_what_was_named(desk: Desk) -> None:
    with writing(desk.engine) as tx:
        tx.execute(text("UPDATE deliveries SET named = NULL"))


def test_what_is_odd_is_news_only_where_the_file_before_had_less_of_it(desk: Desk) -> None:
    old = [dossier(f"{n}/HS") for n in range(3)]
    desk.dossiers(*old, *map(dossier, codes(4)), day=MONDAY)
    bad = dossier("4/HS", unit="Sở Lạ")
    desk.dossiers(*old, dossier("9/HS"), bad, *map(dossier, codes(4)), day=TUESDAY)
    desk.dossiers(*old, dossier("9/HS"), *map(dossier, codes(5)), day=TUESDAY)
    with reading(desk.engine) as tx:
        files = odd_files(tx, MONDAY, TUESDAY)
    assert [dict(file.news) for file in files] == [{"odd_code": 3}, {"rejected": 1, "odd_code": 1}]
