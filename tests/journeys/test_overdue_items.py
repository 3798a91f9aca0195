"""What is past its own day, though no rate is missed: who hears of it when, and in which words?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from bot.delivery.wording import queued_screen
from bot.render import Renderer
from db.engine import reading
from db.records import OutboxMessage, Role
from settings import ZONE
from tests.alerts.office import (
    Office,
    at,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.journeys.installation import SAMPLES

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

PEOPLE = {
    "Phú": (Role.HEAD, "phong_tu_phap"),
    "Nội": (Role.HEAD, "phong_noi_vu"),
    "Tài": (Role.HEAD, "phong_tai_chinh_ke_hoach"),
    "Văn": (Role.HEAD, "van_phong_hdnd_ubnd"),
    "Khánh": (Role.HEAD, "xa_binh_khanh"),
    "Chủ": (Role.LEADER, "huyen_can_gio"),
}


@dataclass
class Reader:
    """Reads what each person's new messages say, as they say it."""

    office: Office
    seen: set[int] = field(default_factory=set)

    def check(self, moment: str, language: str = "vi") -> dict[str, list[str]]:
        self.office.check(moment)
        house = self.office.house
        renderer = Renderer(house.targets, ZONE)
        names = {number: name for name, number in self.office.joined.items()}
        found: dict[str, list[str]] = {}
        for row in sorted(self.office.rows("outbox"), key=lambda row: int(row["id"])):
            if row["id"] in self.seen:
                continue
            self.seen.add(row["id"])
            payload = row["payload"]
            message = OutboxMessage(
                id=row["id"], person_id=row["person_id"], chat_id=1, language=language,
                template=row["template"], attempt=0, not_before=at(moment),
                payload=payload if isinstance(payload, dict) else json.loads(payload),
            )  # fmt: skip
            with reading(self.office.engine) as tx:
                screen = queued_screen(tx, house, message, at(moment), at(moment))
            text = renderer.render(language, screen.template, screen.facts)
            found.setdefault(names[row["person_id"]], []).append(text)
        return found


def sample(office: Office, day: str, name: str, old: str = "", new: str = "") -> None:
    """Delivers a sample list on a day, with one place of it changed."""
    text = (SAMPLES / f"{name}.csv").read_text(encoding="utf-8-sig")
    assert old in text
    path: Path = office.installation.folder / f"{name}_{day}.csv"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    report = office.take(day, path)
    assert report.rejects == ()


def reader(office: Office) -> Reader:
    for name, (role, unit) in PEOPLE.items():
        office.join(name, role, unit)
    return Reader(office)


OPEN = "31/03/2021,Quyết định,,,"
DONE = "31/03/2021,Quyết định,06/04/2021,1/QĐ-UBND,"
NEAR = """<b>TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH</b>
Kính gửi: Lãnh đạo Phòng Tư pháp
Số liệu đến <b>07:30 ngày 23/03/2021</b>

<b>Việc sắp đến hạn</b>
• <code>M2-02</code> – Quyết định ủy quyền cho Trưởng phòng, hạn ngày 31/03/2021
"""
OVERDUE = """<b>TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH</b>
Kính gửi: Lãnh đạo Phòng Tư pháp
Số liệu đến <b>07:30 ngày 01/04/2021</b>
Thay đổi từ lần báo cáo trước: 1 mới

<b>Việc cần xử lý</b>
🔴 Tổ chức bộ máy: <b>1</b> mốc công việc quá hạn <i>(mới)</i>
• <code>M2-02</code> – Quyết định ủy quyền cho Trưởng phòng, hạn ngày 31/03/2021, quá hạn 1 ngày \
làm việc
"""
NOBODY_ANSWERED = """🔴 <b>BÁO CÁO VIỆC CHẬM XỬ LÝ</b>
Kính gửi: Lãnh đạo UBND huyện Cần Giờ
Số liệu đến <b>07:30 ngày 06/04/2021</b>

🔴 <b>Phòng Tư pháp</b>: Tổ chức bộ máy: <b>1</b> mốc công việc quá hạn
• <code>M2-02</code> – Quyết định ủy quyền cho Trưởng phòng, hạn ngày 31/03/2021, quá hạn 4 ngày \
làm việc
Chờ <b>3</b> ngày làm việc; đã nhắc đơn vị: 01/04, 05/04
Phản hồi: <i>chưa có</i>
"""
HAS_ENDED = """Thay đổi từ lần báo cáo trước: 1 đã đạt

<b>Đã hoàn thành</b>
🟢 Tổ chức bộ máy: không còn việc quá hạn
"""


def test_a_milestone_from_its_reminder_to_its_end(office: Office) -> None:
    """Near on 23/03, overdue on 01/04, unanswered until 06/04, done on 06/04."""
    says = reader(office)
    sample(office, "2021-03-23", "moc_cong_viec")
    first = says.check("2021-03-23T07:30")
    assert set(first) == {"Phú"}, "the reminder is its lead unit's"
    assert first["Phú"][0].startswith(NEAR)
    assert says.check("2021-03-24T07:30") == {}, "told once"
    assert says.check("2021-03-25T07:30") == {}
    said = says.check("2021-03-29T07:30")
    assert ["M2-02" in text for text in said.pop("Phú")] == [True], "two working days before"
    assert not any("M2-02" in text for texts in said.values() for text in texts)
    assert set(says.check("2021-03-31T07:30")) == {"Phú", "Tài"}, "another one is near"
    assert says.check("2021-03-31T14:00") == {}, "no message of its own after noon"

    late = says.check("2021-04-01T07:30")
    assert set(late) == {"Phú"}, "the district's leader is not told of it once more"
    assert late["Phú"][0].startswith(OVERDUE)
    (listed,) = office.installation.answer("alerts")["alerts"]
    assert (listed["unit"], listed["target"]) == ("phong_tu_phap", "organisation")
    assert (listed["level"], listed["by_items"], listed["state"]) == ("info", 1, "open")
    status = office.installation.answer("status", "phong_tu_phap")["readings"]
    states = {r["target"]: (r["numerator"], r["denominator"], r["state"]) for r in status}
    assert states["organisation"] == (0, 1, "info"), "the reading stays what it is"

    assert says.check("2021-04-01T14:00") == {}
    assert says.check("2021-04-02T07:30") == {}
    assert "M2-02" in says.check("2021-04-05T07:30")["Phú"][0], "Monday's digest"
    climbed = says.check("2021-04-06T07:30")
    assert set(climbed) == {"Chủ"}
    assert climbed["Chủ"][0].startswith(NOBODY_ANSWERED)

    sample(office, "2021-04-07", "moc_cong_viec", OPEN, DONE)
    ended = says.check("2021-04-07T07:30")
    assert HAS_ENDED in ended["Phú"][0]
    assert office.installation.answer("alerts")["alerts"] == []


ENGLISH = """<b>To act on</b>
🔴 Organisation of the apparatus: <b>1</b> overdue milestone <i>(new)</i>
• <code>M2-02</code> – Quyết định ủy quyền cho Trưởng phòng, due 31/03/2021, overdue 1 working day
"""


def test_an_old_list_freezes_it_and_english_says_the_same(office: Office) -> None:
    says = reader(office)
    sample(office, "2021-03-26", "moc_cong_viec")
    says.check("2021-03-26T07:30", "en")
    assert ENGLISH in says.check("2021-04-01T07:30", "en")["Phú"][0]
    stale = says.check("2021-05-04T07:30", "en")
    assert not any("M2-02" in text for texts in stale.values() for text in texts)
    (listed,) = office.installation.answer("alerts")["alerts"]
    assert (listed["level"], listed["by_items"]) == ("stale", 0), "neither worse nor over"


REMEDY = """🔴 Kiểm tra cơ quan, đơn vị: <b>1</b> cuộc kiểm tra có kiến nghị quá hạn khắc phục \
<i>(mới)</i>
• <code>01/BB-KT</code> – UBND xã Bình Khánh, hạn ngày 30/04/2021, quá hạn 1 ngày làm việc, 2 kiến \
nghị chưa khắc phục
"""
LATE_INSPECTION = """🔴 Kiểm tra cơ quan, đơn vị: <b>8,00%</b> (2/25) – đúng tiến độ; <b>1</b> \
cuộc kiểm tra quá thời gian dự kiến, chưa thực hiện <i>(mới)</i>
• UBND xã Lý Nhơn, quá thời gian dự kiến 1 ngày làm việc, chưa kiểm tra
"""
CASE = """🔴 Xử lý hành vi nhũng nhiễu: <b>1</b> cuộc kiểm tra có vụ việc nhũng nhiễu chưa xử lý \
<i>(mới)</i>
• <code>01/BB-KT</code> – UBND xã Bình Khánh, 2 vụ việc nhũng nhiễu chưa xử lý
"""


def test_whoever_was_inspected_hears_of_what_they_were_told_to_do(office: Office) -> None:
    """Bình Khánh's recommendations are due on 30/04; Lý Nhơn was to be inspected in April."""
    says = reader(office)
    office.join("Long", Role.HEAD, "xa_long_hoa")
    sample(office, "2021-04-28", "kiem_tra")
    assert "Long" not in says.check("2021-04-29T07:30")
    told = says.check("2021-05-04T07:30")  # the first day of work after the holidays
    assert REMEDY in told["Khánh"][0]
    assert LATE_INSPECTION in told["Chủ"][0]
    assert "01/BB-KT" not in told["Chủ"][0], "it is the commune's to do"
    heard = [text for texts in told.values() for text in texts]
    assert not any("đột xuất" in text.casefold() for text in heard), "planned, and not announced"
    items = office.installation.answer("items", "xa_long_hoa", "inspections")["items"]
    assert items == []

    sample(office, "2021-05-06", "kiem_tra", ",Có,3,1,30/04/2021,", ",Có,3,3,30/04/2021,")
    done = says.check("2021-05-06T07:30")
    assert "<b>Đã hoàn thành</b>\n🟢 Kiểm tra cơ quan, đơn vị: không còn" in done["Khánh"][0]
    assert "Chủ" not in done


def test_a_case_without_a_decision_is_told_though_the_line_has_no_number(office: Office) -> None:
    says = reader(office)
    found = "Ghi chú,Số vụ nhũng nhiễu,Đã xử lý"
    sample(office, "2021-03-26", "kiem_tra", "Ghi chú", found)
    says.check("2021-03-26T07:30")
    sample(office, "2021-03-27", "kiem_tra", "Ghi chú", found)
    text = (SAMPLES / "kiem_tra.csv").read_text(encoding="utf-8-sig")
    text = text.replace("Ghi chú", found).replace(",30/04/2021,", ",30/04/2021,,3,1")
    path = office.installation.folder / "kiem_tra_cases.csv"
    path.write_text(text, encoding="utf-8")
    office.take("2021-03-29", path)
    assert CASE in says.check("2021-03-29T07:30")["Chủ"][0]


def test_a_form_of_inspection_that_the_year_lacks_is_told_from_october_on(office: Office) -> None:
    """There was no surprise; one is planned, which nobody reads of."""
    says = reader(office)
    office.take("2021-09-29", _without_surprises(office))
    before = [*says.check("2021-09-30T07:30").values(), *says.check("2021-09-30T14:00").values()]
    assert not any("đột xuất" in text for texts in before for text in texts)
    after = says.check("2021-10-01T07:30")["Chủ"][0]
    assert "• Kiểm tra đột xuất, chưa có trong năm" in after


def _without_surprises(office: Office) -> Path:
    text = (SAMPLES / "kiem_tra.csv").read_text(encoding="utf-8-sig")
    path: Path = office.installation.folder / "kiem_tra_dinh_ky.csv"
    path.write_text(text.replace("Đột xuất,,", "Định kỳ,,"), encoding="utf-8")
    return path


def test_the_milestones_of_electronic_payment_are_named(office: Office) -> None:
    """M8-01 is the office's, due on 30/06: a reminder to it, then the district's line is late."""
    says = reader(office)
    for name in ("moc_cong_viec", "tthc"):
        sample(office, "2021-06-17", name)
    assert "M8-01" in says.check("2021-06-17T07:30")["Văn"][0]
    due = office.installation.answer("items", "van_phong_hdnd_ubnd", "due")["items"]
    assert [(i["key"], i["due"], i["note"]) for i in due] == [
        ("M8-01", "2021-06-30T23:59", "milestone_due_soon")
    ]
    told = says.check("2021-07-01T07:30")["Chủ"][0]
    late = "• <code>M8-01</code> – Ký hợp đồng cổng thanh toán, hạn ngày 30/06/2021, quá hạn 1 ngày"
    assert late in told


EMPTY = """⚪ <b>CHƯA CÓ SỐ LIỆU</b>

Nguồn: Mốc công việc
Chưa nhập mốc công việc, nội dung nào của chỉ tiêu <b>Đội ngũ cán bộ, công chức, viên chức</b>.

Đề nghị đồng chí nhập bổ sung; trước khi có nội dung, chỉ tiêu nêu trên <b>chưa \
đánh giá được</b>."""


def test_who_keeps_the_list_is_told_that_nothing_was_entered(office: Office) -> None:
    """No milestone of line 3: it is not known, and no unit is asked."""
    says = reader(office)
    office.join("Mốc", Role.STEWARD, source="milestones")
    text = (SAMPLES / "moc_cong_viec.csv").read_text(encoding="utf-8-sig")
    rows = [row for row in text.splitlines() if not row.startswith("M3")]
    path = office.installation.folder / "moc.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    office.take("2021-03-23", path)
    told = says.check("2021-03-23T07:30")
    assert told["Mốc"] == [EMPTY]
    assert set(told) == {"Mốc", "Phú"}
    assert "Mốc" not in says.check("2021-03-24T07:30")
    status = office.installation.answer("status", "huyen_can_gio")["readings"]
    states = {r["target"]: r["state"] for r in status}
    assert (states["organisation"], states["workforce"]) == ("none", "no_data")
