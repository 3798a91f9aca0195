"""Does Vietnamese survive each of the encodings in which offices send it?"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.intake.delimited import read_delimited
from db.intake.encodings import clean_text, find_encoding, find_repair, may_need_cleaning
from db.intake.legacy_fonts import decode_tcvn3
from db.intake.refusals import Limits
from db.intake.syllables import is_syllable, vietnamese_share
from tests.db.intake.made import SAMPLES, as_tcvn3, as_windows_1258

TEXT = (
    "Xã Bình Khánh thủ tục đất đai trợ cấp xã hội hằng tháng chứng thực quyền sử dụng khai sinh"
    " đăng ký kết hôn giấy phép xây dựng nhà ở riêng lẻ hồ sơ trễ hẹn thư xin lỗi người dân ruộng"
    " vườn nghĩa vụ tài chính tiếp nhận hẹn trả quyết định kiểm tra hướng dẫn phường huyện thôn"
    " Lý Nhơn Cần Thạnh An Thới Đông Long Hòa thuở nguyễn khuya quý giữ mướt"
)
WORDS = TEXT.split()
ROWS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=6).map(" ".join), min_size=2, max_size=30
).filter(lambda rows: sum(not row.isascii() for row in rows) >= 2)


def read(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return [cells[0] for cells in read_delimited(path, Limits())]


WRITERS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with its mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 with its mark": lambda text: text.encode("utf-16"),
    "UTF-16 big-endian with its mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-16 big-endian without a mark": lambda text: text.encode("utf-16-be"),
    "letters taken apart, as macOS does": lambda text: unicodedata.normalize("NFD", text).encode(),
    "windows-1258": as_windows_1258,
    "TCVN3": lambda text: as_tcvn3(text).encode("latin-1"),
    "TCVN3 saved as UTF-8": lambda text: as_tcvn3(text).encode(),
    "windows-1258 read as windows-1252": lambda text: (
        as_windows_1258(text).decode("cp1252").encode()
    ),
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1").encode(),
}


@pytest.mark.parametrize("encoding", WRITERS)
@given(rows=ROWS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_text_written_in_an_encoding_is_read_as_it_was(
    tmp_path: Path, encoding: str, rows: list[str]
) -> None:
    # UTF-16 without a mark is told by its plain letters: the line ends and a column of digits.
    lines = [f"{row},000.02.16.H29-210301-0001,Ho so\r\n" for row in rows]
    assert read(tmp_path / "a.csv", WRITERS[encoding]("".join(lines))) == rows


@pytest.mark.parametrize("name", ["ho_so", "thu_xin_loi", "hop_thu", "van_ban"])
@pytest.mark.parametrize(
    "encoding", ["UTF-16 without a mark", "windows-1258", "letters taken apart, as macOS does"]
)
def test_the_samples_read_the_same_in_another_encoding(
    tmp_path: Path, name: str, encoding: str
) -> None:
    path = SAMPLES / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    # The dash between Tài chính and Kế hoạch is in all of these.
    other = tmp_path / "a.csv"
    other.write_bytes(WRITERS[encoding](text))
    assert list(read_delimited(other, Limits())) == list(read_delimited(path, Limits()))


@pytest.mark.parametrize(
    ("garbled", "text"),
    [
        pytest.param("XaÞ BiÌnh Khánh", "Xã Bình Khánh", id="windows-1258 seen as windows-1252"),
        pytest.param("XÃ£ BÃ¬nh KhÃ¡nh", "Xã Bình Khánh", id="UTF-8 seen as windows-1252"),
        pytest.param("X· B×nh Kh¸nh", "Xã Bình Khánh", id="TCVN3"),
        pytest.param("Xaõ Bình Khaùnh", "Xã Bình Khánh", id="VNI-Windows"),
        pytest.param(
            "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
            id="VNI-Windows with every mark",
        ),
        pytest.param("Ñaát ñai, ngöôøi daân", "Đất đai, người dân", id="VNI-Windows, đ and ươ"),
        pytest.param(
            "Ä‘áº¥t Ä‘ai", "đất đai", id="UTF-8 seen as windows-1252, two bytes and three"
        ),
        pytest.param("Hé tÞch, thñ tôc", "Hộ tịch, thủ tục", id="TCVN3 with ordinary accents"),
    ],
)
def test_garbled_text_is_recognised_and_repaired(garbled: str, text: str) -> None:
    found = find_repair(garbled)
    assert found is not None
    assert clean_text(found[1](garbled)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Xã Bình Khánh",
        "Hòa Hoà Thủy Thuỷ",
        "Phòng Tài chính – Kế hoạch",
        "ĐẮK LẮK",
        "Xa Binh Khanh",
    ],
)
def test_good_text_is_left_as_it_is(text: str) -> None:
    assert find_repair(text) is None
    assert clean_text(text) == text


def test_one_sheet_may_mix_an_old_font_with_unicode() -> None:
    found = find_repair("X· B×nh Kh¸nh\nHé tÞch\nChøng thùc\nXã Lý Nhơn")
    assert found is not None
    assert found[1]("X· B×nh Kh¸nh\nXã Lý Nhơn, bảo trợ") == "Xã Bình Khánh\nXã Lý Nhơn, bảo trợ"


@given(
    text=st.text(
        st.sampled_from("aXãđớỳ\xa0\u200bÐð０Ａ\u0300\u031b–“,\ufeff\xad\u3000"), max_size=30
    )
)
def test_the_quick_look_misses_nothing_that_cleaning_would_change(text: str) -> None:
    if clean_text(text) != text:
        assert may_need_cleaning(text.encode(), text)


@given(text=st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@pytest.mark.parametrize(
    "word", ["nghiêng", "quyển", "giữ", "khuỷu", "ươm", "Ơ", "hoà", "hòa", "THUỶ"]
)
def test_a_vietnamese_syllable_is_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Xaõ", "Khaùnh", "BÃ¬nh", "tÞch", "Ä‘ai", "façade", "Köln"])
def test_what_is_no_syllable_is_known_too(word: str) -> None:
    assert not is_syllable(word)


def test_every_byte_of_tcvn3_is_the_letter_of_the_standard() -> None:
    signs = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§"
    letters = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ"
    assert decode_tcvn3(signs) == letters


def test_plain_text_is_vietnamese_enough() -> None:
    assert vietnamese_share("Ho so 123") == 1.0
    assert find_encoding(b"Ho so 123").name == "utf-8"
