"""Is a dossier code mended where it can be, kept where it is odd, refused where it is lost?"""

from __future__ import annotations

import pytest

from db.intake.values import BadValue, clean_code, code_day

CODE = "000.02.16.H29-210301-0001"


@pytest.mark.parametrize(
    ("text", "code", "well_formed"),
    [
        pytest.param(CODE, CODE, True, id="a code of the circular"),
        pytest.param(CODE + "2", CODE + "2", True, id="with a running number of five digits"),
        pytest.param("H29.16-250312-0001", "H29.16-250312-0001", True, id="a code since 2020"),
        pytest.param("H29.16.2-250312-0001", "H29.16.2-250312-0001", True, id="of a commune"),
        pytest.param("H29-250312-0001", "H29-250312-0001", True, id="of the city itself"),
        pytest.param(f"  {CODE}\xa0", CODE, True, id="blanks around"),
        pytest.param("000.02.16.H29 – 210301 — 0001", CODE, True, id="long dashes and blanks"),
        pytest.param("OOO.O2.16.H29-21O301-OOO1", CODE, True, id="letters O for zeros"),
        pytest.param("000.02.16.h29-210301-0001", CODE, True, id="a small h"),
        pytest.param("０００．０２.16.H29-210301-0001", CODE, True, id="full-width digits"),
        pytest.param("000.02.16.H29-\u200b210301-0001", CODE, True, id="an invisible character"),
        pytest.param("123/HS-BK", "123/HS-BK", False, id="an old paper number is kept"),
        pytest.param("123/HS–BK ", "123/HS-BK", False, id="with its dash made plain"),
        pytest.param("000.02.16.H29-210301-1", "000.02.16.H29-210301-1", False, id="cut short"),
        pytest.param("000.02.16.H29-21030a-0001", "000.02.16.H29-21030a-0001", False, id="a slip"),
        pytest.param("", "", False, id="no code"),
    ],
)
def test_a_code_is_cleaned(text: str, code: str, well_formed: bool) -> None:
    clean_code(CODE)  # the unit's prefix is known by now
    assert clean_code(text) == (code, well_formed)
    assert clean_code(code) == (code, well_formed)


def test_signs_that_only_look_like_digits_are_no_digits() -> None:
    clean_code(CODE)
    assert clean_code("000.02.16.H29-²¹0301-0001")[1] is False


@pytest.mark.parametrize("text", ["2.00016E+15", "2,00016E+15", "2e15"])
def test_a_code_that_became_a_number_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="became a number"):
        clean_code(text)


@pytest.mark.parametrize(
    ("code", "day"),
    [
        pytest.param(CODE, 20210301, id="the day of receipt"),
        pytest.param("H29.16.2-250312-0001", 20250312, id="in a code since 2020"),
        pytest.param("H29.16-250312-00012", 20250312, id="before a long running number"),
        pytest.param("000.02.16.H29-211301-0001", None, id="no such month"),
        pytest.param("000.02.16.H29-210230-0001", None, id="no such day"),
        pytest.param("123/HS-BK", None, id="an old paper number names no day"),
        pytest.param("", None, id="no code names no day"),
    ],
)
def test_the_code_names_its_day(code: str, day: int | None) -> None:
    assert code_day(code) == day
