"""Where the copies lie, that none is written twice, and that none stays half written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from db.intake.archive import RedactedCopy, keep_whole, open_copy, place_of
from db.intake.header import Header
from db.intake.workbook import hash_file

HASH = "ab" * 32
HEADER = Header(
    kind="dossiers", columns={"code": 0, "unit": 2}, row=3, last_row=4, width=4, texts=(),
    period=(20210101, 20210331),
)  # fmt: skip


def written(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_whole_copy_has_the_same_bytes_under_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "Hồ sơ tháng 3.XLSX"
    file.write_bytes(b"\x00\x01bytes")
    sha = hash_file(file)
    archive = tmp_path / "archive"
    for _ in range(2):
        assert keep_whole(archive, file, sha) == f"{sha[:2]}/{sha}.xlsx"
    assert written(archive) == [place_of(archive, sha, ".xlsx")]
    assert open_copy(archive, f"{sha[:2]}/{sha}.xlsx", tmp_path).read_bytes() == file.read_bytes()


def redact(archive: Path) -> RedactedCopy:
    copy = RedactedCopy(archive, HASH, columns={0, 2}, masked={3})
    copy.head(HEADER, {0: "Số hồ sơ", 2: "Đơn vị", 3: "Người ký"})
    copy.add(5, ["A", "secret", "Bình Khánh", "Nguyễn"], frozenset())
    copy.add(7, ["B", "secret", "Lý Nhơn", ""], frozenset({2}))
    copy.add(8, ["C", "secret", "x", "Trần"], None)
    copy.add(9, ["D", "secret", 'a "b", c\nd', "Lê"], frozenset())
    return copy


def test_a_redacted_copy_keeps_the_allowed_cells_under_their_row_numbers(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    name = redact(archive).keep()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = open_copy(archive, name, scratch)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Từ ngày 01/01/2021 đến ngày 31/03/2021"],
        [],
        [],
        ["Số hồ sơ", "", "Đơn vị", "Người ký"],
        ["A", "", "Bình Khánh", "x"],
        [],
        ["B", "", "", ""],
        [],
        ["D", "", 'a "b", c\nd', "x"],
    ]


@pytest.mark.parametrize(
    "kept",
    [pytest.param(True, id="kept, it is there"), pytest.param(False, id="dropped, it is not")],
)
def test_no_half_written_copy_stays(tmp_path: Path, kept: bool) -> None:
    copy = redact(tmp_path)
    assert [path.suffix for path in written(tmp_path)] == [".part"]
    if kept:
        copy.keep()
    else:
        copy.drop()
    assert [path.name for path in written(tmp_path)] == ([f"{HASH}.csv.gz"] if kept else [])
