"""Is a dossier code mended where it can be, kept where it is odd, refused where it is lost?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
OLD_FORM = st.builds(
    "{:03}.{:02}.{:02}.{}{:02}-{:%y%m%d}-{:0{}}".format,
    st.integers(0, 999), st.integers(0, 99), st.integers(0, 99), st.sampled_from("GHKN"),
    st.integers(0, 99), DAYS, st.integers(0, 9999), st.sampled_from([4, 5]),
)  # fmt: skip
NEW_FORM = st.builds(
    "{}{:02}{}-{:%y%m%d}-{:0{}}".format,
    st.sampled_from("GHKN"), st.integers(0, 99),
    st.lists(st.integers(0, 999), max_size=3).map(lambda path: "".join(f".{n}" for n in path)),
    DAYS, st.integers(0, 9999), st.sampled_from([4, 5]),
)  # fmt: skip


def slipped(code: str, slips: st.DataObject) -> str:
    """The code as hands and programs spoil it: dashes, widths, blanks, letters for digits."""
    typed = []
    for place, sign in enumerate(code):
        looks = {sign, sign.lower(), chr(ord(sign) + 0xFEE0)}
        if sign == "-":
            looks |= set("‐–—−")
        if sign == "0":
            looks |= {"O", "o"}
        typed.append(slips.draw(st.sampled_from(sorted(looks)), label=f"sign {place}"))
        typed.append(slips.draw(st.sampled_from(["", "", "", " ", "\u200b", "\xa0"])))
    return "".join(typed)


@given(code=OLD_FORM | NEW_FORM, slips=st.data())
def test_a_code_comes_back_from_any_slips(code: str, slips: st.DataObject) -> None:
    typed = slipped(code, slips)
    assert clean_code(typed) == (code, True)
    assert clean_code(code) == (code, True)


@given(code=OLD_FORM, day=DAYS, running=st.integers(0, 9999))
def test_the_day_of_a_code_is_the_one_that_was_written(code: str, day: date, running: int) -> None:
    whole = f"{code[:14]}{day:%y%m%d}-{running:04}"
    assert code_day(whole) == int(f"{day:%Y%m%d}")


@given(text=st.text(max_size=40) | st.text(st.sampled_from("0O1.-H e+ ２–"), max_size=30))
def test_a_cleaned_code_is_clean(text: str) -> None:
    try:
        code, well_formed = clean_code(text)
    except BadValue:
        return
    assert clean_code(code) == (code, well_formed)
