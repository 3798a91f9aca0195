"""Are the shipped words of one mind, and does an office's own word win over them?"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import db.intake.words as words_module
from db.intake.words import shipped_words
from db.names import fold

WORDS = shipped_words()
TABLES = tomllib.loads(Path(words_module.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NAMES_OF_PEOPLE = {"signer", "owner", "subject", "position", "note"}


@pytest.mark.parametrize("kind", TABLES)
def test_a_word_means_one_thing_only(kind: str) -> None:
    for table, meanings in TABLES[kind].items():
        if isinstance(meanings, dict):
            pairs = {(fold(word), meaning) for meaning, words in meanings.items() for word in words}
            folded = [word for word, _ in pairs]
            assert sorted(folded) == sorted(set(folded)), (kind, table)


@pytest.mark.parametrize("kind", TABLES)
def test_required_stored_and_key_are_columns_and_nobody_is_named(kind: str) -> None:
    words = WORDS[kind]
    assert {*words.required, *words.stored, words.key} <= set(words.columns)
    assert words.key in words.required
    assert not words.stored & NAMES_OF_PEOPLE


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Mới đăng ký", 1),
        ("ĐƯỢC TIẾP NHẬN", 2),
        ("Không được tiếp nhận", 3),
        ("đang xử lý", 4),
        ("Yêu cầu bổ sung giấy tờ", 5),
        ("Yêu cầu thực hiện nghĩa vụ tài chính", 6),
        ("Công dân yêu cầu rút hồ sơ", 7),
        ("Dừng xử lý", 8),
        ("Đã xử lý xong", 9),
        ("Đã trả kết quả", 10),
    ],
)
def test_the_ten_statuses_of_the_portal(text: str, status: int) -> None:
    assert WORDS["dossiers"].tables["statuses"][fold(text)] == status


@pytest.mark.parametrize(
    ("text", "channel"), [("Trực tiếp", 1), ("Trực tuyến", 2), ("Bưu chính công ích", 3), ("2", 2)]
)
def test_the_channels_of_the_portal(text: str, channel: int) -> None:
    assert WORDS["dossiers"].tables["channels"][fold(text)] == channel


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Nghỉ thai sản 05/01/2021–05/07/2021", "maternity"),
        ("Nghỉ hưu", "left"),
        ("Đi học lớp trung cấp", "study"),
        ("Quên mật khẩu", None),
        ("", None),
    ],
)
def test_a_reason_of_absence_is_told_by_its_beginning(text: str, meaning: str | None) -> None:
    assert WORDS["mailboxes"].meaning_at_start("absences", text) == meaning


def test_an_office_adds_its_own_words_and_they_win() -> None:
    own = WORDS.extended(
        "dossiers", columns={"Mã BN": "code", "Ngày nhận": "returned"}, statuses={"Tạm dừng": 4}
    )
    headers = own.synonyms["dossiers"]
    assert "ma bn" in headers["code"]
    assert "ngay nhan" in headers["returned"]
    assert "ngay nhan" not in headers["received"]
    assert own["dossiers"].tables["statuses"]["tam dung"] == 4
    assert WORDS["dossiers"].tables["statuses"]["tam dung"] == 5


@pytest.mark.parametrize(
    ("kind", "table", "meaning"),
    [
        pytest.param("dossiers", "statuses", 4, id="dossiers, by the portal's number"),
        pytest.param("dossiers", "statuses", "4", id="the number as the environment gives it"),
        pytest.param("complaints", "statuses", "stopped", id="complaints"),
        pytest.param("milestones", "statuses", "cancelled", id="milestones"),
        pytest.param("inspections", "statuses", "cancelled", id="inspections"),
        pytest.param("mailboxes", "states", "locked", id="mailboxes"),
        pytest.param("documents", "exchange_states", "recalled", id="documents"),
        pytest.param("schools", "states", "suspended", id="schools"),
        pytest.param("equipment", "states", "broken", id="equipment"),
    ],
)
def test_every_list_of_statuses_takes_an_offices_words(
    kind: str, table: str, meaning: int | str
) -> None:
    words = WORDS.extended(kind, statuses={"Chờ XYZ": meaning})[kind]
    found = words.tables[table]["cho xyz"]
    assert str(found) == str(meaning)
    assert found in WORDS[kind].tables[table].values(), "of the sort that the reader compares with"
    own = {word: m for word, m in words.tables[table].items() if word != "cho xyz"}
    assert own == WORDS[kind].tables[table]


@pytest.mark.parametrize(
    ("kind", "columns", "statuses", "says"),
    [
        ("dosiers", {}, {}, "no source kind 'dosiers': one of .*dossiers"),
        ("dossiers", {"x": "codes"}, {}, "no column 'codes': one of ordinal, code"),
        ("dossiers", {}, {"x": 11}, "status 'x' of dossiers is 11: one of 1, 2, 3, 4, 5, 6, 7"),
        ("dossiers", {}, {"x": "stopped"}, "'stopped': one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
        (
            "complaints", {}, {"x": "ended"},
            "is 'ended': one of done, stopped, forwarded, refused, paused, open",
        ),
        ("complaints", {}, {"x": 4}, "is 4: one of done, stopped"),
        ("inspections", {}, {"x": "done"}, "is 'done': one of cancelled"),
        ("letters", {}, {"x": "done"}, "letters has no statuses to name"),
    ],
    ids=[
        "an unknown kind", "an unknown column", "an unknown status", "a word for a number",
        "an unknown word", "a number for a word", "a status of another kind",
        "a kind without statuses",
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused(
    kind: str, columns: dict[str, str], statuses: dict[str, int | str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        WORDS.extended(kind, columns=columns, statuses=statuses)
