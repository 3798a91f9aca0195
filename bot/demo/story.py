"""What happens at xã Bình Khánh? The told part of the invented world, the same for every seed.

On the morning of 23/03/2021 one dossier is overdue without a letter, civil status stands at
111/117, one mailbox is idle and one document went out on paper. Each of the next mornings changes
something; see DOSSIERS, IDLE and PAPER below, where a day is the day on which it happens and the
exports of the next working morning tell of it. GUIDE says what there is to see and to press.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.demo.days import YEAR, after, at, working_days
from bot.demo.procedures import ALLOWANCE, BIRTH, DEATH, SINGLE, Procedure

FIRST_MORNING = date(2021, 3, 23)
PARTIAL_MORNINGS = frozenset({date(2021, 3, 29)})  # only the first page of the list was exported


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """A dossier of the story; `hour` is the time of day at which it was finished, `due_hour` the
    full hour by which it was promised.
    """

    procedure: Procedure
    finished: date | None = None
    hour: tuple[int, int] = (10, 5)
    letter: date | None = None
    asked: date | None = None
    due_hour: int = 17


def _day(text: str) -> date:
    return date.fromisoformat(f"2021-{text}")


# Day of receipt -> the dossier that became late (or waits for its citizen).
DOSSIERS: dict[date, Plot] = {
    _day("01-11"): Plot(procedure=SINGLE, finished=_day("01-15"), letter=_day("01-14")),
    _day("01-25"): Plot(procedure=SINGLE, finished=_day("02-01"), letter=_day("01-28")),
    _day("02-03"): Plot(procedure=SINGLE, finished=_day("02-09"), letter=_day("02-08")),
    _day("02-24"): Plot(procedure=SINGLE, finished=_day("03-02"), letter=_day("03-01")),
    _day("03-10"): Plot(procedure=SINGLE, finished=_day("03-16"), letter=_day("03-15")),
    # Waits for papers: paused, so neither late nor in need of a letter.
    _day("03-11"): Plot(procedure=ALLOWANCE, asked=_day("03-12")),
    # Due 19/03, open on the first morning; the letter comes on 23/03, the result on 24/03.
    _day("03-16"): Plot(procedure=SINGLE, finished=_day("03-24"), letter=_day("03-23")),
    # Due 25/03 before noon, so that the check of the afternoon finds it; the letter on 29/03.
    _day("03-22"): Plot(
        procedure=ALLOWANCE, finished=_day("03-30"), letter=_day("03-29"), due_hour=11
    ),
    # Due 30/03 (letter in time) and 07/04 (no letter till 09/04).
    _day("03-25"): Plot(procedure=SINGLE, finished=_day("04-01"), letter=_day("03-30")),
    _day("04-02"): Plot(procedure=ALLOWANCE, finished=_day("04-12"), letter=_day("04-09")),
}

# Who of the staff (by place in the list of mailboxes) did not sign in, first and last day.
IDLE: dict[int, tuple[date, date]] = {
    1: (_day("03-15"), _day("03-23")),
    4: (_day("03-22"), _day("03-30")),
    6: (_day("04-01"), _day("04-08")),
}

# Day of sending on paper only -> the day on which the electronic copy followed. The first waits
# for longer than the ladder does: where nobody takes it, the district's leader is told on 26/03.
PAPER: dict[date, date] = {_day("03-18"): _day("03-29"), _day("03-30"): _day("04-05")}

# Check -> what there is to see and to press then, in Vietnamese and in English.
GUIDE: dict[datetime, tuple[str, str]] = {
    at(_day("03-23"), 7, 30): (
        "Mở Nguyễn Thị Bình, bấm 1 rồi bấm Tiếp nhận: tin trong Nhóm xã Bình Khánh cũng đổi theo. Ở"
        " số 2 (Hộp thư công vụ) bấm Đã xử lý: số liệu ngày mai sẽ cho thấy chưa xong.",
        "Open Nguyễn Thị Bình, press 1, then Tiếp nhận (take): the message in the group changes"
        " too. Under 2 (mailboxes) press Đã xử lý (done): tomorrow's data will not prove it.",
    ),
    at(_day("03-23"), 14): (
        "Hồ sơ đến hạn 17:00 hôm nay mà chưa xong được nhắc thêm một lần.",
        "What is due at 17:00 today and not finished yet is named once more.",
    ),
    at(_day("03-24"), 7, 30): (
        "Thư xin lỗi đã đạt trở lại. Nếu hôm qua đã bấm Đã xử lý ở Hộp thư công vụ: cảnh báo mở"
        " lại, Phạm Minh Huy được báo cáo. Thử Tạm ẩn 1 ngày cảnh báo Văn bản điện tử.",
        "Letters have recovered. If Đã xử lý was pressed for the mailboxes yesterday, that alert"
        " is open again and Phạm Minh Huy was told. Try Tạm ẩn (mute) on the documents for a day.",
    ),
    at(_day("03-25"), 7, 30): (
        "Hộp thư công vụ và lĩnh vực Hộ tịch đã đạt trở lại. Buổi chiều sẽ có việc khẩn.",
        "Mailboxes and civil status have recovered. The afternoon brings something urgent.",
    ),
    at(_day("03-25"), 14): (
        "Một hồ sơ hẹn trả lúc 11:00 đã quá hạn, chưa có thư xin lỗi: Nguyễn Thị Bình nhận tin"
        " ngay, không đợi đến sáng mai.",
        "A dossier promised for 11:00 is overdue without a letter: Nguyễn Thị Bình is told now and"
        " not tomorrow.",
    ),
    at(_day("03-26"), 7, 30): (
        "Phạm Minh Huy nhận báo cáo những việc sau 3 ngày làm việc vẫn chưa có ai tiếp nhận. Cảnh"
        " báo đã hết hạn tạm ẩn được tổng hợp lại cho Nguyễn Thị Bình.",
        "Phạm Minh Huy is told of what nobody has taken for 3 working days. Of an alert whose mute"
        " has ended Nguyễn Thị Bình gets a summary.",
    ),
    at(_day("03-29"), 7, 30): (
        "Danh sách hồ sơ chỉ có trang đầu nên bị từ chối: Trịnh Hải Yến được báo, các cảnh báo về"
        " hồ sơ giữ nguyên. Chiều nay có danh sách đầy đủ.",
        "Only the first page of the dossiers came, and was refused: Trịnh Hải Yến is told, alerts"
        " on dossiers stay as they are. The whole list comes in the afternoon.",
    ),
    at(_day("03-30"), 7, 30): (
        "Thư xin lỗi và văn bản điện tử đã đạt trở lại. Thử Số liệu chưa đúng ở lĩnh vực Bảo trợ"
        " xã hội: Trịnh Hải Yến nhận kiến nghị.",
        "Letters and documents have recovered. Try Số liệu chưa đúng (the figures are wrong) on"
        " Bảo trợ xã hội: Trịnh Hải Yến gets the dispute.",
    ),
    at(_day("03-31"), 7, 30): (
        "Với Nguyễn Thị Bình, gõ /vangmat 01/04/2021 02/04/2021: Đỗ Minh Hoàng nhận tin thay từ"
        " ngày mai.",
        "As Nguyễn Thị Bình type /absence 01/04/2021 02/04/2021: from tomorrow on Đỗ Minh Hoàng"
        " is told instead.",
    ),
    at(_day("04-01"), 7, 30): (
        "Sau 7 ngày làm việc không ai tiếp nhận, Phạm Minh Huy được báo cáo lần thứ hai.",
        "After 7 working days without an answer Phạm Minh Huy is told for the second time.",
    ),
}


def dossiers_of(day: date) -> Iterator[Plot]:
    """What xã Bình Khánh received on a working day: a steady stream, and the story's own."""
    yield Plot(procedure=BIRTH, finished=day)
    yield Plot(procedure=SINGLE, finished=after(day, 2), hour=(15, 30))
    if day >= YEAR:
        if _place(day) % 6 == 0:
            yield Plot(procedure=DEATH, finished=day, hour=(14, 20))
        if _place(day) % 3 == 1:
            yield Plot(procedure=ALLOWANCE, finished=after(day, 2), hour=(9, 40))
    if day in DOSSIERS:
        yield DOSSIERS[day]


def _place(day: date) -> int:
    """How many working days of the year came before."""
    return len(working_days(YEAR, day))
