"""Who receives dossiers, owns mailboxes and sends documents in the invented district?"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

DISTRICT = "UBND huyện Cần Giờ"
STORY_SLUG = "xa_binh_khanh"


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """A unit as exports write it; `number` stands in its dossier codes, `mail` in addresses."""

    slug: str
    name: str
    number: str
    mail: str
    volume: int  # dossiers a working day, about
    late_per_mille: int
    spellings: tuple[str, ...] = ()
    staff: int = 12


COMMUNES = (
    Office(slug="xa_an_thoi_dong", name="UBND xã An Thới Đông", number="01", mail="anthoidong",
           volume=4, late_per_mille=10, spellings=("UBND X. An Thới Đông", "ATĐ")),
    Office(slug=STORY_SLUG, name="UBND xã Bình Khánh", number="02", mail="binhkhanh",
           volume=3, late_per_mille=0, spellings=("UBND X.Bình Khánh", "Xã Bình Khánh")),
    Office(slug="xa_long_hoa", name="UBND xã Long Hòa", number="03", mail="longhoa",
           volume=4, late_per_mille=15, spellings=("UBND xã Long Hoà", "Xa Long Hoa")),
    Office(slug="xa_ly_nhon", name="UBND xã Lý Nhơn", number="04", mail="lynhon",
           volume=3, late_per_mille=35, spellings=("Xã Lý Nhơn", "UBND X. Lý Nhơn")),
    Office(slug="thi_tran_can_thanh", name="UBND thị trấn Cần Thạnh", number="05", mail="canthanh",
           volume=5, late_per_mille=15, spellings=("TT Cần Thạnh", "UBND TT. Cần Thạnh")),
    Office(slug="xa_tam_thon_hiep", name="UBND xã Tam Thôn Hiệp", number="06", mail="tamthonhiep",
           volume=3, late_per_mille=20, spellings=("Xã Tam Thôn Hiệp",)),
    Office(slug="xa_thanh_an", name="UBND xã Thạnh An", number="07", mail="thanhan",
           volume=2, late_per_mille=20, spellings=("Xã đảo Thạnh An",), staff=9),
)  # fmt: skip
ONE_STOP = Office(slug="huyen_can_gio", name=DISTRICT, number="00", mail="", volume=11,
                  late_per_mille=30)  # fmt: skip


def _department(slug: str, name: str, mail: str, staff: int) -> Office:
    return Office(
        slug=slug, name=name, number="00", mail=mail, volume=0, late_per_mille=0, staff=staff
    )


OFFICE = _department("van_phong_hdnd_ubnd", "Văn phòng HĐND và UBND", "vp", 11)
HOME_AFFAIRS = _department("phong_noi_vu", "Phòng Nội vụ", "pnv", 7)
JUSTICE = _department("phong_tu_phap", "Phòng Tư pháp", "ptp", 5)
FINANCE = _department("phong_tai_chinh_ke_hoach", "Phòng Tài chính – Kế hoạch", "tckh", 9)
RESOURCES = _department("phong_tai_nguyen_moi_truong", "Phòng Tài nguyên và Môi trường", "tnmt", 9)
LABOUR = _department("phong_lao_dong_tbxh", "Phòng Lao động – Thương binh và Xã hội", "ldtbxh", 7)
CULTURE = _department("phong_van_hoa_thong_tin", "Phòng Văn hóa và Thông tin", "vhtt", 5)
EDUCATION = _department("phong_giao_duc_dao_tao", "Phòng Giáo dục và Đào tạo", "gddt", 8)
HEALTH = _department("phong_y_te", "Phòng Y tế", "pyt", 4)
ECONOMY = _department("phong_kinh_te", "Phòng Kinh tế", "pkt", 6)
BUILDING = _department("phong_quan_ly_do_thi", "Phòng Quản lý đô thị", "qldt", 8)
INSPECTORATE = _department("thanh_tra_huyen", "Thanh tra huyện", "ttra", 4)
DEPARTMENTS = (
    OFFICE, HOME_AFFAIRS, JUSTICE, FINANCE, RESOURCES, LABOUR, CULTURE, EDUCATION, HEALTH, ECONOMY,
    BUILDING, INSPECTORATE,
)  # fmt: skip
LAND_REGISTRY = "Chi nhánh VPĐKĐĐ"  # works for the district and does not belong to it

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
_MIDDLE = ("Văn", "Thị", "Minh", "Hoàng", "Ngọc", "Thanh", "Quốc", "Kim", "Hữu", "Thu", "Đức", "Mỹ")
_GIVEN = (
    "An", "Bình", "Cường", "Dung", "Em", "Phúc", "Giang", "Hạnh", "Khoa", "Lan", "Mai", "Nam",
    "Oanh", "Phượng", "Quang", "Sơn", "Tâm", "Uyên", "Vinh", "Xuân", "Yến", "Hải", "Trung", "Loan",
)  # fmt: skip


def invent_official(chance: Random) -> str:
    """A name for an official who does not exist; no citizen is ever named."""
    return f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
