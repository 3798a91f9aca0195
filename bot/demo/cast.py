"""Who plays in the demo, and with which roles are they invited?"""

from __future__ import annotations

from dataclasses import dataclass

from db.records import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    role: Role
    unit: str | None = None  # slug
    source: str | None = None
    deputy: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """A person of the sandbox chat, or a group (its id is negative); nobody of them exists."""

    id: int
    name: str
    note: str  # what the page says about them
    note_en: str
    invitations: tuple[Invited, ...] = ()
    brought_by: int | None = None  # of a group: who of the cast lets the bot in


HEAD = Player(
    id=1001,
    name="Nguyễn Thị Bình",
    note="Chủ tịch UBND xã Bình Khánh",
    note_en="head of Bình Khánh commune",
    invitations=(Invited(role=Role.HEAD, unit="xa_binh_khanh"),),
)
DEPUTY = Player(
    id=1008,
    name="Đỗ Minh Hoàng",
    note="Phó Chủ tịch UBND xã Bình Khánh",
    note_en="deputy head of Bình Khánh commune",
    invitations=(Invited(role=Role.HEAD, unit="xa_binh_khanh", deputy=True),),
)
GROUP = Player(
    id=-2001,
    name="Nhóm xã Bình Khánh",
    note="Nhóm trò chuyện của đơn vị",
    note_en="group chat of Bình Khánh commune",
    invitations=(Invited(role=Role.GROUP, unit="xa_binh_khanh"),),
    brought_by=HEAD.id,
)
LEADER = Player(
    id=1004,
    name="Phạm Minh Huy",
    note="Chủ tịch UBND huyện",
    note_en="leader of the district",
    invitations=(Invited(role=Role.LEADER, unit="huyen_can_gio"),),
)
CAST = (
    HEAD,
    DEPUTY,
    GROUP,
    LEADER,
    Player(
        id=1002,
        name="Trần Văn Lý",
        note="Chủ tịch UBND xã Lý Nhơn",
        note_en="head of Lý Nhơn commune",
        invitations=(Invited(role=Role.HEAD, unit="xa_ly_nhon"),),
    ),
    Player(
        id=1003,
        name="Lê Quốc Tài",
        note="Trưởng phòng Tài chính – Kế hoạch",
        note_en="head of the finance department",
        invitations=(Invited(role=Role.HEAD, unit="phong_tai_chinh_ke_hoach"),),
    ),
    Player(
        id=1009,
        name="Trịnh Hải Yến",
        note="Bộ phận Một cửa, phụ trách số liệu",
        note_en="steward of the dossiers' data",
        invitations=(
            Invited(role=Role.STEWARD, source="dossiers"),
            Invited(role=Role.STEWARD, source="letters"),
        ),
    ),
    Player(
        id=1005,
        name="Võ Thu Vân",
        note="Văn phòng UBND, quản trị hệ thống",
        note_en="admin",
        invitations=(Invited(role=Role.ADMIN),),
    ),
    Player(
        id=1006,
        name="Đặng Ngọc Chi",
        note="Chuyên viên Phòng Nội vụ",
        note_en="official of home affairs",
        invitations=(Invited(role=Role.OFFICIAL),),
    ),
    Player(
        id=1007,
        name="Hồ Văn Minh",
        note="Người lạ, chưa được mời",
        note_en="a stranger, not invited",
    ),
)
