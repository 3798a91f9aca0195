"""Do all pauses of a dossier count, whichever file told of them and in whatever order they came?"""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import vietnamese_calendar
from db.calendar_days import StopBook
from db.engine import writing
from db.intake.pauses import Pause, pauses_of, tidied, told
from db.intake.resettling import Touched, resettle
from tests.db.intake.delivering import Desk, dossier

CODE = "000.02.16.H29-210401-0001"
JUDGED = "deadline, on_time, late, running, left_out, flags"
APRIL = 20210400


@pytest.mark.parametrize(
    ("newest", "earlier", "expected"),
    [
        pytest.param((12, 14), "", [(12, 14)], id="one pause is itself"),
        pytest.param((12, None), "", [(12, None)], id="an open one too"),
        pytest.param((12, 14), "9:2-8", [(2, 8), (12, 14)], id="a closed one before counts too"),
        pytest.param((12, None), "9:2-8", [(2, 8), (12, None)],
                     id="a closed one before counts while another is open"),
        pytest.param((12, 14), "5:2-", [(12, 14)], id="one whose end nobody saw does not"),
        pytest.param((12, 14), "9:2-8 10:2-9", [(2, 9), (12, 14)],
                     id="of one start the newest telling holds"),
        pytest.param((12, 14), "10:2-9 9:2-8", [(2, 9), (12, 14)],
                     id="also where the older one was told later"),
        pytest.param((12, 14), "9:2-8 10:2-", [(12, 14)], id="reopened, it is not closed"),
        pytest.param((3, 8), "9:2-8", [(3, 8)], id="a corrected start is the same pause"),
        pytest.param((2, 9), "9:2-8", [(2, 9)], id="a corrected end is the same pause"),
        pytest.param((3, None), "9:2-8", [(3, None)], id="an open one takes the place of its days"),
        pytest.param((8, 12), "9:2-8", [(2, 8), (8, 12)],
                     id="one may begin on the day on which the other ends"),
        pytest.param((20, 22), "9:2-8 10:4-9", [(4, 9), (20, 22)],
                     id="of two that overlap the one told last holds"),
        pytest.param((2, 8), "15:12-14", [(2, 8), (12, 14)], id="in the order of their days"),
        pytest.param((None, None), "9:2-8", [], id="the newest file shows none: there is none"),
    ],
)  # fmt: skip
def test_which_pauses_a_dossier_had(
    newest: tuple[int | None, int | None], earlier: str, expected: list[tuple[int, int | None]]
) -> None:
    def at(day: int | None) -> int | None:
        return None if day is None else (APRIL + day) * 1_000_000

    kept = []
    for entry in earlier.split():
        day, times = entry.split(":")
        first, last = times.split("-")
        kept.append(told(APRIL + int(day), at(int(first)) or 0, at(int(last)) if last else None))
    found = pauses_of(at(newest[0]), at(newest[1]), " ".join(kept) or None)
    assert [(a, b) for a, b in found] == [(at(a), at(b)) for a, b in expected]


TELLING = st.tuples(
    st.integers(20210401, 20210430), st.integers(20210401, 20210410),
    st.none() | st.integers(20210401, 20210420),
)  # fmt: skip
TELLINGS = st.lists(TELLING, min_size=1, max_size=6, unique_by=lambda each: each[0])


@given(TELLINGS, st.randoms())
def test_they_are_the_same_in_whatever_order_they_were_told(
    tellings: list[tuple[int, int, int | None]], random: object
) -> None:
    entries = [
        told(day, start * 1_000_000, end * 1_000_000 if end else None)
        for day, start, end in tellings
    ]
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    whole, again = " ".join(entries), " ".join(shuffled)
    newest: Pause = (20210429080000, None)
    assert pauses_of(*newest, whole) == pauses_of(*newest, again)
    assert tidied(whole) == tidied(again) == tidied(tidied(whole))
    assert pauses_of(*newest, whole) == pauses_of(*newest, tidied(whole))


def april(day: int) -> date:
    return date(2021, 4, day)


def told_on(desk: Desk, day: int, paused: str = "", resumed: str = "", **given: str) -> list[str]:
    """One file of that day with one dossier, due on Friday 09/04; the flags of its report."""
    days = {"paused": paused, "resumed": resumed}
    moments = {name: f"{text}/04/2021 08:00" if text else "" for name, text in days.items()}
    base = {"received": "01/04/2021 09:00", "due": "09/04/2021 17:00"}
    base["field"] = f"Hộ tịch {desk.delivered}"  # the same bytes again would be no delivery
    report = desk.dossiers(dossier(CODE, **(base | moments | given)), day=april(day))
    assert report.outcome == "accepted"
    return [flag.flag for flag in report.flags]


DONE = {"finished": "16/04/2021 09:00", "status": "Đã xử lý xong"}
WAITS = {"status": "Yêu cầu bổ sung giấy tờ"}
TWICE = "second_request"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([(9, "02", "08", {}), (16, "12", "14", DONE)],
                     (20210419170000, 1, 0, 0, None, TWICE),
                     id="both pauses move the deadline, and the finish is on time"),
        pytest.param([(9, "02", "08", {}), (13, "12", "", WAITS)],
                     (20210415170000, 0, 0, 0, "paused", TWICE),
                     id="while the second is open, the dossier waits"),
        pytest.param([(9, "02", "08", {}), (13, "12", "", WAITS), (16, "12", "14", {})],
                     (20210419170000, 0, 0, 1, None, TWICE), id="closed in a third file"),
        pytest.param([(8, "02", "07", {}), (9, "02", "08", {}), (16, "12", "14", DONE)],
                     (20210419170000, 1, 0, 0, None, TWICE),
                     id="corrected before another came, its corrected end counts"),
        pytest.param([(8, "02", "07", {}), (9, "02", "08", {})],
                     (20210415170000, 0, 0, 1, None, ""),
                     id="a correction of the only pause takes its place"),
        pytest.param([(9, "02", "08", {}), (14, "12", "13", {}), (16, "12", "14", {})],
                     (20210419170000, 0, 0, 1, None, TWICE),
                     id="a correction of the second leaves the first"),
        pytest.param([(9, "02", "08", {}), (16, "05", "08", {})],
                     (20210414170000, 0, 0, 1, None, ""),
                     id="a corrected start is no second request"),
        pytest.param([(6, "02", "05", {}), (8, "06", "07", {}), (16, "12", "14", {})],
                     (20210415170000, 0, 0, 1, None, TWICE),
                     id="three of them, all within the time that those before gave"),
        pytest.param([(9, "02", "08", {}), (14, "", "", {})],
                     (20210409170000, 0, 0, 1, None, ""),
                     id="the newest file shows none, and is believed"),
        pytest.param([(9, "02", "08", {}), (12, "", "", {}), (16, "12", "14", {})],
                     (20210419170000, 0, 0, 1, None, TWICE),
                     id="shown no longer for a while, it counts with the next"),
        pytest.param([(16, "19", "21", {}), (9, "02", "08", {})],
                     (20210415170000, 0, 0, 1, None, TWICE),
                     id="a second one after the deadline heals nothing and is flagged"),
    ],
)  # fmt: skip
def test_whatever_the_order_of_the_files_the_dossier_is_judged_the_same(
    desk: Desk, files: list[tuple[int, str, str, dict[str, str]]],
    expected: tuple[int | str | None, ...],
) -> None:  # fmt: skip
    for order in permutations(files):
        with writing(desk.engine) as tx:
            for table in ("dossiers", "deliveries", "delivery_units"):
                tx.exec_driver_sql(f"DELETE FROM {table}")
        for day, paused, resumed, given_ in order:
            told_on(desk, day, paused, resumed, **given_)
        assert desk.known(JUDGED) == [expected], order


def test_the_second_request_is_told_of_once_it_comes_and_the_files_again_change_nothing(
    desk: Desk,
) -> None:
    assert told_on(desk, 9, "02", "08") == []
    assert told_on(desk, 16, "12", "14") == [TWICE]
    kept = desk.known(f"earlier_pauses, {JUDGED}")
    assert kept[0][0] == "20210409:20210402080000-20210408080000"
    # The same rows in other files: of the older day, of the same and of a later one.
    assert told_on(desk, 9, "02", "08") == []
    assert told_on(desk, 16, "12", "14") == [TWICE]
    assert told_on(desk, 17, "12", "14") == [TWICE]
    assert desk.known(f"earlier_pauses, {JUDGED}") == kept


def test_two_rows_of_one_file_are_one_telling(desk: Desk) -> None:
    rows = [dossier(CODE, received="01/04/2021 09:00", due="09/04/2021 17:00", paused=paused,
                    resumed=resumed) for paused, resumed in
            (("02/04/2021", "08/04/2021"), ("12/04/2021", "14/04/2021"))]  # fmt: skip
    desk.dossiers(*rows, day=april(16))
    assert desk.known("pause_from, earlier_pauses") == [(20210412000000, None)]


def test_an_ordinary_dossier_remembers_nothing(desk: Desk) -> None:
    told_on(desk, 6)
    told_on(desk, 7, "02")
    told_on(desk, 9, "02", "08")
    told_on(desk, 12, "02", "08")
    assert desk.known("earlier_pauses") == [None]


def test_a_changed_calendar_moves_the_deadline_by_all_pauses(desk: Desk) -> None:
    told_on(desk, 9, "02", "08")
    told_on(desk, 16, "12", "14", **DONE)
    closed = date(2021, 4, 6)  # in the first pause: one working day less is taken off
    calendar = vietnamese_calendar(days_off=[closed])
    touched = Touched(first=closed, last=closed, units=frozenset(), paused=True)
    with writing(desk.engine) as tx:
        effect = resettle(tx, touched, calendar, StopBook(of_units={}), write=True)
    assert effect.moved == 1
    assert desk.known("deadline, on_time") == [(20210416170000, 1)]


@pytest.mark.parametrize(
    ("given", "flagged"),
    [
        pytest.param({"finished": "09/04/2021 16:00"}, True, id="returned on the due day"),
        pytest.param({"finished": "08/04/2021 16:00"}, False, id="returned the day before"),
        pytest.param({"finished": "09/04/2021 18:00"}, False, id="returned late it is late anyhow"),
        pytest.param({"finished": "09/04/2021 10:00", "due": "10/04/2021"}, True,
                     id="due on a Saturday: the last working day is Friday"),
        pytest.param({"finished": "09/04/2021 16:00", "status": "Đã xử lý xong"}, False,
                     id="a result on the due day is in order"),
        pytest.param({"finished": "01/04/2021 16:00", "due": "01/04/2021"}, False,
                     id="what came in on its due day had no other day"),
    ],
)  # fmt: skip
def test_a_return_at_the_very_end_is_flagged(
    desk: Desk, given: dict[str, str], flagged: bool
) -> None:
    flags = told_on(desk, 16, **({"status": "Dừng xử lý"} | given))
    assert ("returned_on_the_last_day" in flags) is flagged
    assert [("returned_on_the_last_day" in kept) for kept in desk.known("flags")] == [flagged]
