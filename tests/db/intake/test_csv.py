"""Does a csv come in whatever its delimiter, quotes and line ends, without filling the memory?"""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from db.intake.delimited import find_delimiter, read_delimited
from db.intake.refusals import Limits

LIMITS = Limits()


def rows_of(path: Path, content: bytes) -> list[list[str]]:
    path.write_bytes(content)
    return list(read_delimited(path, LIMITS))


@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"]
)
def test_the_delimiter_is_the_one_that_cuts_the_lines_alike(tmp_path: Path, delimiter: str) -> None:
    lines = [
        "DANH SÁCH HỒ SƠ, quý I; năm 2021",
        delimiter.join(["STT", "Số hồ sơ", "Tỷ lệ"]),
        delimiter.join(["1", "A-1", "96.5"]),
        delimiter.join(["2", "Văn phòng HĐND và UBND", "97"]),
    ]
    rows = rows_of(tmp_path / "a.csv", "\n".join(lines).encode())
    assert rows[1:] == [
        ["STT", "Số hồ sơ", "Tỷ lệ"],
        ["1", "A-1", "96.5"],
        ["2", "Văn phòng HĐND và UBND", "97"],
    ]


def test_a_line_that_names_the_delimiter_is_believed() -> None:
    assert find_delimiter("sep=;\na,b;c,d\ne,f;g,h\n") == ";"


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b"a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]], id="line ends of Windows"),
        pytest.param(b"a,b\rc,d\r", [["a", "b"], ["c", "d"]], id="line ends of the old Mac"),
        pytest.param(b"a,b\nc,d", [["a", "b"], ["c", "d"]], id="no end on the last line"),
        pytest.param(b'a,"b\nc"\nd,e\n', [["a", "b\nc"], ["d", "e"]], id="a line end in quotes"),
        pytest.param(b'"a, b","c ""d"""\n', [["a, b", 'c "d"']], id="a delimiter in quotes"),
        pytest.param(b" a , b\t\n", [["a", "b"]], id="blanks around cells"),
        pytest.param(b"a,b\n\nc,d\n", [["a", "b"], [], ["c", "d"]], id="a blank line is a row"),
        pytest.param(b"=1+1,@x\n-2,+3\n", [["=1+1", "@x"], ["-2", "+3"]], id="formulas stay text"),
        pytest.param("Ðất\u200b,\uff11\uff12\n".encode(), [["Đất", "12"]], id="odd characters"),
        pytest.param("X\xa0Y,\xa0Z\n".encode(), [["X Y", "Z"]], id="no-break spaces"),
    ],
)
def test_cells_come_out_stripped_and_whole(
    tmp_path: Path, content: bytes, rows: list[list[str]]
) -> None:
    assert rows_of(tmp_path / "a.csv", content) == rows


def test_a_letter_and_a_quoted_cell_across_two_reads_stay_whole(tmp_path: Path) -> None:
    # Reads are some 256 KB: the pattern of line lengths puts letters and quotes on each border.
    lines = [f'{number},"Xã\nBình {"ặ" * (number % 97)}",x' for number in range(12_000)]
    rows = rows_of(tmp_path / "a.csv", "\n".join(lines).encode())
    assert len(rows) == 12_000
    assert all(
        cells == [str(number), f"Xã\nBình {'ặ' * (number % 97)}".strip(), "x"]
        for number, cells in enumerate(rows)
    )


def test_the_first_accent_may_come_late_in_the_file(tmp_path: Path) -> None:
    content = b"1,abc\n" * 40_000 + "2,Xã Bình Khánh\n".encode()
    assert rows_of(tmp_path / "a.csv", content)[-1] == ["2", "Xã Bình Khánh"]


def test_a_long_file_is_streamed_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    line = "1,000.02.16.H29-210301-0001,Đăng ký khai sinh,UBND xã Bình Khánh,01/03/2021 08:10\n"
    path.write_text(line * 60_000, encoding="utf-8")
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_delimited(path, LIMITS))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60_000
    assert peak < 4_000_000 < path.stat().st_size
