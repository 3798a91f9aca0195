"""Where does a delivered file go, and what stands beside it? Moves that never overwrite."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from db.records import ImportReport, Outcome, Reject, UnreadColumn

LONGEST_NAME = 255  # bytes; what the usual file systems allow
NOTE_SUFFIX = ".reason.txt"
SHOWN_REJECTS = 50
SHOWN_VALUE = 200

FlagWords = Callable[[str, str], str]  # language, kind of flag -> what it means

# The note is for the official who delivered the file: Vietnamese first, English beside it.
OUTCOMES = {
    Outcome.ACCEPTED: "đã nhận / accepted",
    Outcome.ACCEPTED_WITH_REJECTS: "đã nhận, trừ các dòng dưới đây / accepted except these rows",
    Outcome.UNCHANGED: "không có gì mới / unchanged",
    Outcome.REFUSED: "bị từ chối, không dòng nào được nạp / refused whole, no row was loaded",
}


def file_away(file: Path, folder: Path, name: str, note: str | None = None) -> Path:
    """Moves `file` to folder/name, or to `name (2)`, `name (3)` … where that is taken.

    The note (UTF-8, `name.reason.txt`) is there before the file is.
    Raises OSError; then the file is where it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        place = folder / _numbered(name, number)
        reserved = [place]
        if note is not None:
            reserved.append(folder / _numbered(name, number, NOTE_SUFFIX))
        if not _reserve(reserved):
            continue
        try:
            if note is not None:
                reserved[1].write_text(note, encoding="utf-8", errors="backslashreplace")
            file.replace(place)
        except OSError:
            for path in reserved:
                path.unlink(missing_ok=True)
            raise
        return place
    raise FileExistsError(f"{folder} already holds 9,999 files of one name")


DOUBTS = {
    "one_page": "Tệp có đúng {rows} dòng, bằng một trang kết xuất; đề nghị kiểm tra đã kết xuất đủ"
    " chưa / Exactly {rows} rows, as a page of an export has: is that all of it?",
    "repaired_text": "Chữ trong tệp theo bảng mã {encoding}, đã được chuyển đổi; đề nghị kết xuất"
    " theo UTF-8 / The text was in {encoding} and has been set right: export it as UTF-8",
}


def explain(
    report: ImportReport,
    refusal: str | None = None,
    flag_words: FlagWords = lambda _language, kind: kind,
) -> str | None:
    """The note that goes with a file; None where there is nothing to explain.

    `refusal`: in Vietnamese, why the file was refused; `flag_words` says what a flag means.
    """
    told = report.outcome in (Outcome.REFUSED, Outcome.ACCEPTED_WITH_REJECTS)
    if not (told or report.unread or report.doubts or report.flag_counts):
        return None
    source = report.source or "không nhận ra / not recognised"
    lines = [
        *_head(report.file, report.day, OUTCOMES[report.outcome], report.reason, refusal),
        f"Nguồn / Source: {source}",
        f"Số dòng / Rows: {report.rows}; đã nạp / loaded: {report.loaded}",
    ]
    lines += [_unread(each) for each in report.unread]
    lines += [DOUBTS[doubt.kind].format(**doubt.facts) for doubt in report.doubts]
    if report.flag_counts:
        lines += ["", "Dòng được nạp nhưng cần xem lại / Rows that were taken but are odd:"]
        lines += [
            f"- {count}: {flag_words('vi', kind)} / {flag_words('en', kind)} ({kind})"
            for kind, count in sorted(report.flag_counts.items(), key=lambda kc: (-kc[1], kc[0]))
        ]
    if report.rejects:
        shown = report.rejects[:SHOWN_REJECTS]
        lines += ["", f"Dòng bị loại / Rejected rows ({len(shown)}/{len(report.rejects)}):"]
        lines += [_reject(reject) for reject in shown]
    if report.suggestions:
        lines += ["", "Có thể thêm vào settings.toml / To be added to settings.toml:"]
        lines += [_printable(line) for line in report.suggestions]
    return "\n".join(lines) + "\n"


def explain_failure(name: str, day: date, tries: int, fault: str) -> str:
    """The note beside a file at which the import itself failed `tries` times."""
    reason = (
        f"đã thử đọc tệp {tries} lần mà không được; hãy báo người quản trị"
        f" / the import failed {tries} times at it; please tell the administrator: {fault}"
    )
    return "\n".join(_head(name, day, OUTCOMES[Outcome.REFUSED], reason)) + "\n"


def _head(
    name: str, day: date, outcome: str, reason: str | None, vietnamese: str | None = None
) -> list[str]:
    told = [f"Lý do / Reason: {_printable(reason)}"] if reason else []
    if reason and vietnamese:
        told = [f"Lý do: {_printable(vietnamese)}", f"Reason: {_printable(reason)}"]
    return [
        f"Tệp / File: {_printable(name)}",
        f"Ngày nhận / Received: {day:%d/%m/%Y}",
        f"Kết quả / Outcome: {outcome}",
        *told,
    ]


def _reject(reject: Reject) -> str:
    value = _printable(reject.value)
    if len(value) > SHOWN_VALUE:
        value = value[:SHOWN_VALUE] + "…"
    return (
        f"- dòng / row {reject.row}, cột / column “{_printable(reject.column)}”,"
        f" giá trị / value “{value}”: {_printable(reject.reason)}"
    )


def _unread(each: UnreadColumn) -> str:
    heading, read = _printable(each.heading)[:SHOWN_VALUE], _printable(each.read_heading)
    return (
        f"Cột {each.column} “{heading}” không được đọc, vì cột {each.read}"
        f" “{read[:SHOWN_VALUE]}” đứng trước và có cùng ý nghĩa; đề nghị bỏ hoặc đổi tên cột thừa"
        f" / Column {each.column} is not read: column {each.read} says the same and comes first"
    )


def _printable(text: str) -> str:
    """One line: a cell or a file name may hold line breaks that would forge lines of the note."""
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def _reserve(paths: list[Path]) -> bool:
    """Creates all of them empty, or none: a name that exists is somebody else's."""
    made: list[Path] = []
    for path in paths:
        try:
            path.open("xb").close()
        except FileExistsError:
            for ours in made:
                ours.unlink()
            return False
        except OSError:
            for ours in made:
                ours.unlink()
            raise
        made.append(path)
    return True


def _numbered(name: str, number: int, tail: str = "") -> str:
    """`name (2).csv` and so on, and the tail; cut where it is too long, but never the number."""
    stem, suffix = _split(name)
    return _fit(stem, (f" ({number})" if number > 1 else "") + suffix + tail)


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(os.fsencode(suffix)) > 10:  # '.hidden', or a dot somewhere in a sentence
        return name, ""
    return stem, dot + suffix


def _fit(stem: str, tail: str) -> str:
    """Stem and tail within the longest name, cut between characters and never inside one."""
    while len(os.fsencode(stem + tail)) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + tail
