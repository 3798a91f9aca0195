"""Which services does the invented district offer, how long do they take, and who works on them?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo import offices

CIVIL_STATUS = "Hộ tịch"
CERTIFICATION = "Chứng thực"
WELFARE = "Bảo trợ xã hội"


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """`working_days` until the appointment; 0: the same day; None: no appointment is made."""

    code: str
    name: str
    field: str
    working_days: int | None
    share: int
    holder: str | None = None  # who works on it, where it is not the office that received it


def _offer(
    number: str,
    name: str,
    field: str,
    working_days: int | None,
    share: int,
    holder: str | None = None,
) -> Procedure:
    return Procedure(
        code=f"{number}.000.00.00.H29",
        name=name,
        field=field,
        working_days=working_days,
        share=share,
        holder=holder,
    )


BIRTH = _offer("1.001193", "Đăng ký khai sinh", CIVIL_STATUS, 0, 14)
DEATH = _offer("1.000656", "Đăng ký khai tử", CIVIL_STATUS, 0, 5)
SINGLE = _offer("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", CIVIL_STATUS, 3, 12)
ALLOWANCE = _offer("1.001776", "Trợ cấp xã hội hằng tháng", WELFARE, 3, 6)
COPIES = _offer("2.000815", "Chứng thực bản sao từ bản chính", CERTIFICATION, None, 18)
SIGNATURE = _offer("2.000884", "Chứng thực chữ ký", CERTIFICATION, None, 7)
CONTRACT = _offer("2.001035", "Chứng thực hợp đồng, giao dịch về tài sản", CERTIFICATION, 2, 9)

COMMUNE = (
    BIRTH,
    DEATH,
    SINGLE,
    _offer("1.000894", "Đăng ký kết hôn", CIVIL_STATUS, 0, 6),
    _offer("1.004859", "Thay đổi, cải chính, bổ sung hộ tịch", CIVIL_STATUS, 3, 4),
    COPIES,
    SIGNATURE,
    CONTRACT,
    ALLOWANCE,
    _offer("1.001653", "Cấp giấy xác nhận khuyết tật", WELFARE, 15, 2),
    _offer("1.003554", "Hòa giải tranh chấp đất đai", "Đất đai", 30, 1),
    _offer("1.010816", "Xác nhận hồ sơ người có công", "Người có công", 5, 3),
)
# What the office of the story receives besides its civil status: its figures must not wander.
QUIET = (COPIES, SIGNATURE, CONTRACT, CONTRACT)
DISTRICT = (
    _offer("1.001612", "Đăng ký thành lập hộ kinh doanh", "Đăng ký kinh doanh", 3, 20,
           offices.FINANCE.name),
    _offer("2.000720", "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", "Đăng ký kinh doanh", 3,
           9, offices.FINANCE.name),
    _offer("1.007262", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", 15, 14,
           offices.BUILDING.name),
    _offer("1.003003", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu", "Đất đai", 20, 7,
           offices.LAND_REGISTRY),
    _offer("2.000889", "Chuyển nhượng quyền sử dụng đất", "Đất đai", 10, 12,
           offices.LAND_REGISTRY),
    _offer("1.002255", "Chuyển mục đích sử dụng đất", "Đất đai", 15, 6, offices.RESOURCES.name),
    _offer("1.004138", "Xác nhận kế hoạch bảo vệ môi trường", "Môi trường", 10, 3,
           offices.RESOURCES.name),
    _offer("2.000748", "Thay đổi, cải chính hộ tịch có yếu tố nước ngoài", CIVIL_STATUS, 6, 5,
           offices.JUSTICE.name),
    _offer("2.000843", "Chứng thực bản dịch", CERTIFICATION, 1, 8, offices.JUSTICE.name),
    _offer("2.000286", "Tiếp nhận đối tượng vào cơ sở trợ giúp xã hội", WELFARE, 10, 3,
           offices.LABOUR.name),
    _offer("1.004494", "Thành lập nhóm trẻ độc lập", "Giáo dục và Đào tạo", 15, 2,
           offices.EDUCATION.name),
    _offer("1.003243", "Cấp giấy phép kinh doanh karaoke", "Văn hóa", 5, 2, offices.CULTURE.name),
    _offer("2.000633", "Cấp giấy phép bán lẻ sản phẩm thuốc lá", "Lưu thông hàng hóa", 10, 4,
           offices.ECONOMY.name),
    _offer("1.002425", "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm",
           "An toàn thực phẩm", 15, 3, offices.HEALTH.name),
)  # fmt: skip
