"""When two spellings mean the same, and under which keys a unit's name is known."""

from __future__ import annotations

import unicodedata

import pytest

from db.names import as_seen, fold, unit_keys


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("Nguyễn Văn Ă", "Nguyễn Văn Ă", id="a name stays as it is"),
        pytest.param(" chờ\n bàn\tgiao\u00a0", "chờ bàn giao", id="it is one line"),
        pytest.param("An\u202egnàb", "Angnàb", id="nothing turns the direction of reading"),
        pytest.param("A\u200bn\ufeff\x00", "An", id="nothing is without width"),
        pytest.param("\u200b\u3164 \u2800", "", id="what is only blank is nothing"),
        pytest.param("<b>& ⚠️", "<b>& ⚠️", id="signs are for templates to escape"),
    ],
)
def test_a_typed_text_is_what_others_see_of_it(text: str, seen: str) -> None:
    assert as_seen(text) == seen
    assert as_seen(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", seen)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("UBND X. Bình Khánh", "ubnd x binh khanh", id="marks, case and points go"),
        pytest.param("Đường ĐỎ", "duong do", id="both đ"),
        pytest.param("Ðảo Thạnh An", "dao thanh an", id="an Icelandic letter that looks like Đ"),
        pytest.param("Tài chính – Kế hoạch", "tai chinh ke hoach", id="a dash is a blank"),
        pytest.param("  a\u00a0\u200bb\t c ", "a b c", id="blanks of every sort"),
        pytest.param("TN&MT", "tn mt", id="signs between letters"),
        pytest.param("Long Hoà / Long Hòa", "long hoa long hoa", id="either place of the tone"),
        pytest.param("123/HS-BK", "123 hs bk", id="digits stay"),
        pytest.param("???", "", id="nothing of it is left"),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param("Phòng Nội vụ", ("phong noi vu",), id="a plain name is its only key"),
        pytest.param("UBND xã Lý Nhơn", ("xa ly nhon", "ubnd xa ly nhon"),
                     id="the place comes before its committee"),
        pytest.param("Ủy ban nhân dân huyện", ("huyen", "uy ban nhan dan huyen"),
                     id="the committee in full"),
        pytest.param("UBND", ("ubnd",), id="the bare committee"),
        pytest.param("TT Cần Thạnh",
                     ("tt can thanh", "thi tran can thanh", "trung tam can thanh"),
                     id="a word with two readings gives both"),
        pytest.param("UBND X. Bình Khánh",
                     ("x binh khanh", "ubnd x binh khanh", "xa binh khanh"),
                     id="a shortened word within"),
        pytest.param("THCS Bình Khánh", ("thcs binh khanh", "truong thcs binh khanh"),
                     id="a school by its initials"),
    ],
)  # fmt: skip
def test_a_name_has_keys(text: str, keys: tuple[str, ...]) -> None:
    assert unit_keys(text) == keys
