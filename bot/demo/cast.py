"""Who plays in the demo, and with which roles are they invited?"""

from __future__ import annotations

from dataclasses import dataclass

from db.records import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    role: Role
    unit: str | None = None  # slug
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """A person of the sandbox chat; nobody of them exists."""

    id: int
    name: str
    note: str  # what the page says about them
    invitations: tuple[Invited, ...] = ()


HEAD = Player(
    id=1001,
    name="Nguyễn Thị Bình",
    note="Chủ tịch UBND xã Bình Khánh – head of the commune",
    invitations=(Invited(role=Role.HEAD, unit="xa_binh_khanh"),),
)
CAST = (
    HEAD,
    Player(
        id=1002,
        name="Trần Văn Lý",
        note="Chủ tịch UBND xã Lý Nhơn – head of another commune",
        invitations=(Invited(role=Role.HEAD, unit="xa_ly_nhon"),),
    ),
    Player(
        id=1003,
        name="Lê Quốc Tài",
        note="Trưởng phòng Tài chính – Kế hoạch – head of a department",
        invitations=(Invited(role=Role.HEAD, unit="phong_tai_chinh_ke_hoach"),),
    ),
    Player(
        id=1004,
        name="Phạm Minh Huy",
        note="Chủ tịch UBND huyện – leader of the district",
        invitations=(Invited(role=Role.LEADER, unit="huyen_can_gio"),),
    ),
    Player(
        id=1005,
        name="Võ Thu Vân",
        note="Văn phòng HĐND và UBND – admin, looks after the data",
        invitations=(
            Invited(role=Role.ADMIN),
            Invited(role=Role.STEWARD, source="dossiers"),
        ),
    ),
    Player(
        id=1006,
        name="Đặng Ngọc Chi",
        note="Chuyên viên Phòng Nội vụ – official",
        invitations=(Invited(role=Role.OFFICIAL),),
    ),
    Player(id=1007, name="Hồ Văn Minh", note="Người lạ, chưa được mời – a stranger"),
)
