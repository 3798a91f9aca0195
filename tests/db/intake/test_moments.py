"""Is a date understood in each of the ways people type it, and refused when it is none?"""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.intake.values import BadValue, is_month_first, parse_day, parse_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("", None, id="an empty cell is nothing"),
        pytest.param("  ", None, id="blanks are nothing"),
        pytest.param("-", None, id="a dash is nothing"),
        pytest.param("22/03/2021", 20210322000000, id="a day begins at midnight"),
        pytest.param("22/03/2021 08:30", 20210322083000, id="a day and a time"),
        pytest.param("22/03/2021 08:30:15", 20210322083015, id="with seconds"),
        pytest.param("22/03/2021  8:30", 20210322083000, id="an hour of one digit"),
        pytest.param("2/3/2021", 20210302000000, id="a day and month of one digit"),
        pytest.param("22-03-2021", 20210322000000, id="with hyphens"),
        pytest.param("22.3.21", 20210322000000, id="with dots and a short year"),
        pytest.param("2021-03-22", 20210322000000, id="an ISO day"),
        pytest.param("2021-03-22T08:00", 20210322080000, id="an ISO moment"),
        pytest.param("2021-03-19 10:22:05", 20210319102205, id="a database's moment"),
        pytest.param("2021-03-19 10:22:05.123", 20210319102205, id="with thousandths"),
        pytest.param("2021-03-22T01:00:00Z", 20210322080000, id="UTC is seven hours behind"),
        pytest.param("2021-03-22T23:30:00+00:00", 20210323063000, id="and may be the day before"),
        pytest.param("2021-03-22T08:00+07:00", 20210322080000, id="with the district's offset"),
        pytest.param("44278", 20210323000000, id="a spreadsheet's day"),
        pytest.param("44278.34", 20210323080936, id="a spreadsheet's moment"),
        pytest.param("44278,5", 20210323120000, id="with a decimal comma"),
        pytest.param("22/03/2021 11:30 SA", 20210322113000, id="in the morning"),
        pytest.param("22/03/2021 01:30 CH", 20210322133000, id="in the afternoon"),
        pytest.param("22/03/2021 12:15 SA", 20210322001500, id="twelve in the morning is midnight"),
        pytest.param("22/03/2021 12:15 CH", 20210322121500, id="twelve in the afternoon is noon"),
        pytest.param("22/03/2021 13:30 CH", 20210322133000, id="an afternoon said twice"),
        pytest.param("22/03/2021 1:30:00 PM", 20210322133000, id="in English"),
        pytest.param("22/03/2021 24:00", 20210322235959, id="24:00 ends the day"),
        pytest.param("22/03/2021 8h30", 20210322083000, id="hours with an h"),
        pytest.param("22/03/2021 8h", 20210322080000, id="an h alone"),
        pytest.param("22/03/2021 8 giờ 30", 20210322083000, id="hours in words"),
        pytest.param("22/03/2021 8 giờ 30 phút", 20210322083000, id="minutes in words"),
        pytest.param("08:30 22/03/2021", 20210322083000, id="the time first"),
        pytest.param("8h30 ngày 22/03/2021", 20210322083000, id="the time first, in words"),
        pytest.param("ngày 22 tháng 3 năm 2021", 20210322000000, id="a day in words"),
        pytest.param("20210322", 20210322000000, id="eight digits"),
        pytest.param("3/22/2021", 20210322000000, id="a day above 12 tells the US order"),
        pytest.param("3/22/2021 8:30 AM", 20210322083000, id="the US order with a time"),
        pytest.param("29/02/2020", 20200229000000, id="a leap day"),
    ],
)
def test_a_date_is_understood(text: str, moment: int | None) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(text) == moment  # once more, from what was remembered


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("abc", "not a date: 'abc' (write 22/03/2021", id="a word"),
        pytest.param("31/02/2021", "no such day", id="a day that February lacks"),
        pytest.param("29/02/2021", "no such day", id="a leap day in an ordinary year"),
        pytest.param("13/13/2021", "no such day", id="no month at all"),
        pytest.param("22/03/1921", "outside 1990..2100", id="a century early"),
        pytest.param("22/03/2201", "outside 1990..2100", id="a century late"),
        pytest.param("22/03/2021 25:00", "no such time", id="an hour too many"),
        pytest.param("22/03/2021 24:01", "no such time", id="a minute after the end of the day"),
        pytest.param("22/03/2021 08:61", "no such time", id="a minute too many"),
        pytest.param("22/03/2021 13:30 SA", "no such time", id="an afternoon hour in the morning"),
        pytest.param("22/03/2021 8:30 hoặc 9:00", "not a date", id="two times"),
        pytest.param("99999", "not a date", id="a number too large for a spreadsheet's day"),
        pytest.param("20214", "not a date", id="a number too small for one"),
        pytest.param("22/03", "not a date", id="no year"),
        pytest.param("#VALUE!", "not a date", id="a spreadsheet's error"),
    ],
)
def test_what_is_no_date_is_refused_with_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(BadValue) as bad:
        parse_moment(text)
    assert says in bad.value.reason


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("22/03/2021", 20210322235959, id="without an hour"),
        pytest.param("22/03/2021 00:00", 20210322235959, id="with the zeros of a system"),
        pytest.param("2021-03-22 00:00:00", 20210322235959, id="with the zeros of a database"),
        pytest.param("44277", 20210322235959, id="as a spreadsheet's day"),
        pytest.param("22/03/2021 17:00", 20210322170000, id="an hour is kept"),
    ],
)
def test_a_due_date_ends_with_its_day(text: str, moment: int) -> None:
    assert parse_moment(text, end_of_day=True) == moment
    assert parse_moment(text, end_of_day=True) == moment


@pytest.mark.parametrize(
    ("text", "hint", "day"),
    [
        pytest.param("03/04/2021", None, 20210403, id="nothing else known: the day comes first"),
        pytest.param("03/04/2021", 20210304, 20210304, id="the code agrees with the month first"),
        pytest.param("03/04/2021", 20210403, 20210403, id="the code agrees with the day first"),
        pytest.param("03/04/2021", 20210405, 20210403, id="the code agrees with neither"),
        pytest.param("04/04/2021", 20210405, 20210404, id="both orders are the same"),
        pytest.param("13/04/2021", 20210304, 20210413, id="only one order is possible"),
    ],
)
def test_the_code_decides_between_two_orders(text: str, hint: int | None, day: int) -> None:
    parse_moment("03/04/2021")  # what was remembered must not decide
    assert parse_day(text, hint=hint) == day


def test_a_row_of_us_dates_is_told_by_its_code_and_then_read_so() -> None:
    assert is_month_first("3/4/2021 08:00", 20210304)
    assert not is_month_first("3/4/2021", 20210403)
    assert not is_month_first("3/3/2021", 20210303)
    assert not is_month_first("chưa rõ", 20210303)
    assert not is_month_first("3/4/2021", None)
    assert parse_moment("3/5/2021 08:00", month_first=True) == 20210305080000
    assert parse_moment("3/5/2021 08:00") == 20210503080000


FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%H:%M:%S %d/%m/%Y",
    "%d/%m/%Y %I:%M:%S %p",
)


@given(
    moment=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 12, 31)),  # noqa: DTZ001
    form=st.sampled_from(FORMATS),
)
def test_a_moment_printed_in_any_form_comes_back(moment: datetime, form: str) -> None:
    assert parse_moment(moment.strftime(form)) == int(moment.strftime("%Y%m%d%H%M%S"))


@given(text=st.text(st.sampled_from("0123456789/:-. hTSACPM"), max_size=20))
def test_any_text_is_a_moment_or_a_refusal(text: str) -> None:
    try:
        moment = parse_moment(text)
    except BadValue:
        return
    assert moment is None or 19900101000000 <= moment <= 21001231235959
