"""Plan item 8.2: which mailboxes count, by the domain that the City granted?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.why import explanation_of
from tests.db.targets.counted import Counted

UNIT, MAILBOXES = "xa_binh_khanh", "mailboxes"
HEADER = "Địa chỉ thư,Đơn vị,Trạng thái,Ngày tạo,Lần đăng nhập cuối"
IDLE = "{},UBND xã Bình Khánh,Hoạt động,02/01/2018,04/01/2021"


def look(counted: Counted, *addresses: str) -> None:
    counted.table("2021-03-23", HEADER, *(IDLE.format(address) for address in addresses))
    counted.check("2021-03-23T07:30")


@pytest.mark.parametrize(
    ("address", "counts"),
    [
        pytest.param("a@tphcm.gov.vn", True, id="of the City"),
        pytest.param("A@TPHCM.GOV.VN", True, id="in capitals"),
        pytest.param("a@cangio.tphcm.gov.vn", True, id="below its domain"),
        pytest.param("a@gmail.com", False, id="of somebody else"),
        pytest.param("a@xtphcm.gov.vn", False, id="of a domain that ends in its letters"),
        pytest.param("a@tphcm.gov.vn.example.com", False, id="of a domain that begins with it"),
        pytest.param("tphcm.gov.vn@gmail.com", False, id="with the City's name before the @"),
    ],
)
def test_only_mailboxes_of_the_citys_domain_count(
    counted: Counted, address: str, counts: bool
) -> None:
    look(counted, address, "b@tphcm.gov.vn")
    assert counted.reading(UNIT, MAILBOXES) == (0, 1 + counts, "missed")
    named = {item.key for item in counted.items(MAILBOXES, UNIT)}
    assert named == {"b@tphcm.gov.vn", *([address.lower()] if counts else [])}
    why = explanation_of(counted.house, UNIT, MAILBOXES, None)
    left = [(out.reason, out.count) for out in why.left_out]
    assert left == ([] if counts else [("other_domain", 1)])


@pytest.mark.parametrize(
    ("domain", "counted_ones"),
    [
        pytest.param("", 3, id="no domain: those of every one"),
        pytest.param("Example.org", 1, id="another office's, however it is written"),
    ],
)
def test_the_domain_is_an_option(counted: Counted, domain: str, counted_ones: int) -> None:
    targets = tuple(
        replace(t, options={**t.options, "official_domain": domain}) if t.id == MAILBOXES else t
        for t in counted.house.targets
    )
    counted.house = replace(counted.house, targets=targets)
    look(counted, "a@gmail.com", "b@tphcm.gov.vn", "c@example.org")
    assert counted.reading(UNIT, MAILBOXES) == (0, counted_ones, "missed")
    assert len(counted.items(MAILBOXES, UNIT)) == counted_ones


def test_the_mailbox_of_who_has_left_is_named_though_somebody_uses_it(counted: Counted) -> None:
    # It stays in the count until it is locked, and is used: no lateness is told of it.
    counted.table(
        "2021-03-23",
        f"{HEADER},Lý do vắng",
        "a@tphcm.gov.vn,UBND xã Bình Khánh,Hoạt động,02/01/2018,22/03/2021,Nghỉ hưu 01/03/2021",
        "b@tphcm.gov.vn,UBND xã Bình Khánh,Hoạt động,02/01/2018,22/03/2021,",
    )
    counted.check("2021-03-23T07:30")
    assert counted.reading(UNIT, MAILBOXES) == (2, 2, "met")
    found = [(i.key, i.note, i.days_late) for i in counted.items(MAILBOXES, UNIT)]
    assert found == [("a@tphcm.gov.vn", "mailbox_to_withdraw", None)]
