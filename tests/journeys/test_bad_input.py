"""Whatever comes wrong is told in one clear line with the right exit code, and nothing is lost."""

from __future__ import annotations

import csv
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier, write_csv, write_table
from tests.db.intake.made import make_xlsx
from tests.journeys.installation import DAY, SAMPLES, Done, Installation, install, run_here

TOKEN = "4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def one_line(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("dunghen: ")
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in done.err + done.out


# --- settings and database ------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return install(tmp_path / "house", "").folder


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, ["settings.toml", "no such settings file"], id="no settings file"),
        pytest.param("[database\nurl = 3", ["not valid TOML"], id="malformed TOML"),
        pytest.param("[database]\nfile = 'x'", ["database.file", "unknown"], id="unknown setting"),
        pytest.param(f"[telegram]\ntoken = '{TOKEN}'", ["DUNGHEN_TELEGRAM__TOKEN"],
                     id="a token in the file"),
    ],
)  # fmt: skip
def test_wrong_settings_end_a_command(folder: Path, text: str | None, words: list[str]) -> None:
    file = folder / "settings.toml"
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="utf-8")
    done = run_here(folder, ["status", "xa_binh_khanh"], {})
    one_line(done, 2, *words)
    assert TOKEN not in done.err
    assert not (folder / "var").exists(), "nothing was made on the way"


def test_several_faults_are_told_at_once_each_in_its_line(folder: Path) -> None:
    (folder / "settings.toml").write_text("[limits]\nattempts = 0\n[intake]\nx = 1\n", "utf-8")
    done = run_here(folder, ["migrate"], {"DUNGHEN_CLOCK__START": "soon"})
    assert done.code == 2
    assert len(done.err.splitlines()) == 3
    assert all(line.startswith("dunghen: ") for line in done.err.splitlines())


def test_an_unknown_variable_of_ours_is_told(folder: Path) -> None:
    done = run_here(folder, ["migrate"], {"DUNGHEN_TELEGRAM__TOKENN": TOKEN})
    one_line(done, 2, "DUNGHEN_TELEGRAM__TOKENN")
    assert TOKEN not in done.err


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        pytest.param("mysql://u:geheim@h/n", 2, ["database.url", "mysql"], id="another database"),
        pytest.param("nonsense", 2, ["database.url", "sqlite:///var/dunghen.db"], id="nonsense"),
        pytest.param("postgresql://u:geheim@127.0.0.1:1/n?connect_timeout=2", 1, ["database"],
                     id="a server that is not there"),
        pytest.param("sqlite:///var/new.db", 1, ["dunghen migrate"], id="not migrated"),
    ],
)  # fmt: skip
def test_a_wrong_database_ends_a_command(
    folder: Path, url: str, code: int, words: list[str]
) -> None:
    for command in (["status", "xa_binh_khanh"], ["import", str(SAMPLES / "ho_so.csv")], ["check"]):
        done = run_here(folder, command, {"DUNGHEN_DATABASE__URL": url})
        one_line(done, code, *words)
        assert "geheim" not in done.err


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Only asked, and wrongly: one is enough for all."""
    made = install(tmp_path_factory.mktemp("asked"), "sqlite:///var/dunghen.db")
    made.must("migrate", DUNGHEN_CLOCK__START=f"{DAY}T08:00")
    return made


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        pytest.param(["status"], 2, ["UNIT"], id="an argument is missing"),
        pytest.param(["statuss"], 2, ["statuss"], id="no such command"),
        pytest.param(["status", "xa_binh_khanh", "--dya"], 2, ["--dya"], id="no such option"),
        pytest.param(["status", "xa_binh_khanh", "--day", "soon"], 2, ["2021-03-23"], id="no day"),
        pytest.param(["check", "--at", "soon"], 2, ["2021-03-23T07:30"], id="no moment"),
        pytest.param(["import", "x.csv", "--source", "y"], 2, ["dossiers"], id="no such source"),
        pytest.param(["status", "xã Bình Khán"], 1, ["xa_binh_khanh"], id="a unit, with proposals"),
        pytest.param(["items", "xa_binh_khanh", "late"], 2, ["on_time", "due"],
                     id="no such target"),
        pytest.param(["items", "xa_binh_khanh", "ontime"], 2, ["did you mean: on_time"],
                     id="a target, with proposals"),
        pytest.param(["items", "xa_binh_khanh", "deu"], 2, ["did you mean: due"],
                     id="or what falls due"),
        pytest.param(["why", "xa_binh_khanh", "Mailboxs"], 2, ["did you mean: mailboxes"],
                     id="to be explained, too"),
        pytest.param(["items", "xa_binh_khanh", "on_time", "--field", "X"], 1, ["X"],
                     id="no such field"),
        pytest.param(["status", "xa_binh_khanh", "--day", "2021-03-23"], 1, ["dunghen check"],
                     id="a day without a check"),
        pytest.param(["invite", "--role", "king"], 2, ["head"], id="no such role"),
        pytest.param(["invite", "--role", "head"], 2, ["unit"], id="a head of nothing"),
    ],
)  # fmt: skip
def test_wrong_use_ends_a_command(
    asked: Installation, command: list[str], code: int, words: list[str]
) -> None:
    one_line(asked.run(*command), code, *words)


# --- files ----------------------------------------------------------------------------------------


def empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.touch()
    return path


def truncated(folder: Path) -> Path:
    rows = [list(DOSSIER_HEADER), *([code] * len(DOSSIER_HEADER) for code in codes(50))]
    path = make_xlsx(folder / "cut.xlsx", rows)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def bomb(folder: Path) -> Path:
    path = make_xlsx(folder / "bomb.xlsx", [["a"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet9.xml", b"0" * 30_000_000)
    return path


def picture(folder: Path) -> Path:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    path = folder / "picture.xlsx"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
        + chunk(b"IEND", b"")
    )
    return path


def headless(folder: Path) -> Path:
    return write_csv(folder / "headless.csv", [list(dossier(c).values()) for c in codes(9)])


def rowless(folder: Path) -> Path:
    return write_csv(folder / "rowless.csv", [list(DOSSIER_HEADER)])


def novel(folder: Path) -> Path:
    rows = [dossier(codes(1)[0], field="x" * 1_000_000)]
    return write_table(folder / "novel.csv", rows, DOSSIER_HEADER)


def nowhere(folder: Path) -> Path:
    return folder / "nowhere.csv"


def a_folder(folder: Path) -> Path:
    (folder / "many").mkdir()
    return folder / "many"


def strangers(folder: Path) -> Path:
    rows = [dossier(code, unit="Sở Lạ") for code in codes(9)]
    return write_table(folder / "strangers.csv", rows, DOSSIER_HEADER)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(empty, "empty", id="an empty file"),
        pytest.param(truncated, "cut off", id="a workbook cut off in transfer"),
        pytest.param(bomb, "not an honest export", id="a zip bomb"),
        pytest.param(picture, "", id="a picture named .xlsx"),
        pytest.param(headless, "no header", id="a table without a header"),
        pytest.param(rowless, "no rows", id="a header without a table"),
        pytest.param(novel, "", id="a megabyte in one cell"),
        pytest.param(nowhere, "no file", id="a file that is not there"),
        pytest.param(a_folder, "folder", id="a folder"),
        pytest.param(strangers, "9 of 9 rows", id="rows of units that nobody knows"),
    ],
)
def test_a_refused_file_is_told_and_leaves_the_earlier_data_alone(
    installation: Installation, tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    installation.must("import", SAMPLES / "ho_so.csv", "--day", "2021-03-22")
    before = installation.contents()
    done = installation.run("import", make(tmp_path), "--day", DAY, "--json")
    assert (done.code, done.err) == (1, "")
    (file,) = done.answer["files"]
    assert (file["outcome"], file["loaded"]) == ("refused", 0)
    assert words in file["reason"]
    assert "\n" not in file["reason"]
    assert len(file["reason"]) < 400
    after = installation.contents()
    told = {"deliveries", "delivery_units", "rejects", "outbox"}
    for table, rows in before.items():
        if table not in told:
            assert after[table] == rows, table
    spoken = installation.run("import", make_again(tmp_path, make), "--day", DAY)
    assert (spoken.code, "refused" in spoken.out.splitlines()[0]) == (1, True)


def make_again(folder: Path, make: Callable[[Path], Path]) -> Path:
    again = folder / "again"
    again.mkdir()
    return make(again)


def test_odd_rows_are_taken_and_told(installation: Installation, tmp_path: Path) -> None:
    first, second, third, fourth = codes(4)
    path = write_table(
        tmp_path / "odd.csv",
        [
            dossier(first, finished="30/12/2021", status="Đã xử lý xong", due="31/12/2021"),
            dossier(second, finished="01/03/2021", status="Đã xử lý xong"),
            dossier(third, unit="Xã Bình Khăn"),
            dossier(fourth),
        ],
        DOSSIER_HEADER,
    )
    (file,) = installation.answer("import", path, "--day", DAY)["files"]
    assert (file["outcome"], file["rows"], file["loaded"]) == ("accepted_with_rejects", 4, 3)
    assert {(f["row"], f["flag"]) for f in file["flagged"]} == {
        (2, "future_date"), (3, "impossible_order"),
    }  # fmt: skip
    (reject,) = file["rejects"]
    assert (reject["row"], reject["column"], reject["value"]) == (
        4, "Đơn vị tiếp nhận", "Xã Bình Khăn",
    )  # fmt: skip
    line = '[units.aliases] "Xã Bình Khăn" = "xa_binh_khanh"'
    assert line in file["suggestions"]
    left_out = {row["code"]: row["left_out"] for row in installation.contents()["dossiers"]}
    assert left_out == {first: "future_date", second: "impossible_order", fourth: None}

    # The line that was proposed does what it promises.
    text = installation.settings_file.read_text("utf-8")
    new = text.replace("aliases = {}", 'aliases = { "Xã Bình Khăn" = "xa_binh_khanh" }')
    assert new != text
    installation.settings_file.write_text(new, "utf-8")
    with path.open("a", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow([])
    (file,) = installation.answer("import", path, "--day", DAY)["files"]
    assert (file["outcome"], file["loaded"]) == ("accepted", 4)


def test_a_folder_without_a_name_is_named_as_it_was_typed(installation: Installation) -> None:
    done = installation.run("import", Path(), "--day", DAY)
    assert done.out.splitlines()[0].startswith(".: refused: . is a folder")


def test_of_two_columns_that_say_the_same_the_report_names_the_one_that_is_not_read(
    installation: Installation, tmp_path: Path
) -> None:
    (code,) = codes(1)
    header = [*DOSSIER_HEADER, "Ngày hẹn trả", "STT", "TT"]
    row = [dossier(code).get(name, "") for name in DOSSIER_HEADER]
    path = tmp_path / "twice.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, [*row, "01/01/2021", "1", "1"]])
    due = DOSSIER_HEADER.index("Ngày hẹn trả") + 1
    says = (
        f"column {len(DOSSIER_HEADER) + 1} 'Ngày hẹn trả' is not read: column {due} 'Ngày hẹn trả'"
        " says the same and comes first (rename or remove the one that is not meant)"
    )
    (file,) = installation.answer("import", path, "--day", DAY)["files"]
    assert (file["outcome"], file["loaded"], file["warnings"]) == ("accepted", 1, [says])
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    told = installation.run("import", path, "--day", DAY).out.splitlines()
    assert [line for line in told if "is not read" in line] == [f"  {says}"]


@pytest.mark.parametrize(
    ("heading", "suggested"),
    [
        pytest.param("Ngày xử lý xongg",
                     ['[sources.dossiers.columns] "Ngày xử lý xongg" = "finished"'],
                     id="one that is nearly ours is proposed with its column"),
        pytest.param("Số điện thoại", [], id="a telephone number is no column of ours"),
        pytest.param("Ngày sinh", [], id="a birthday neither"),
        pytest.param("Lĩnh vựcc", [], id="nor a second field of procedures"),
    ],
)  # fmt: skip
def test_which_unknown_heading_is_proposed_to_the_settings(
    installation: Installation, tmp_path: Path, heading: str, suggested: list[str]
) -> None:
    (code,) = codes(1)
    row = dossier(code)
    path = tmp_path / "unknown.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([[*row, heading], [*row.values(), "1"]])
    (file,) = installation.answer("import", path, "--day", DAY)["files"]
    assert file["suggestions"] == suggested


def test_a_formula_is_read_as_its_value_and_never_run(
    installation: Installation, tmp_path: Path
) -> None:
    header = ["Địa chỉ thư", "Đơn vị", "Lần đăng nhập cuối", "Trạng thái"]
    path = make_xlsx(
        tmp_path / "formula.xlsx",
        [
            header,
            ["a@tphcm.gov.vn", "UBND xã Bình Khánh", "=NOW()", "Hoạt động"],
            ['=HYPERLINK("http://x","b@tphcm.gov.vn")', "UBND xã Bình Khánh", "", "Hoạt động"],
        ],
    )
    (file,) = installation.answer("import", path, "--day", DAY)["files"]
    assert (file["rows"], file["loaded"]) == (2, 1)
    assert [(r["row"], r["column"]) for r in file["rejects"]] == [(3, "Địa chỉ thư")]
    assert "HYPERLINK" not in repr(installation.contents())


def test_the_same_files_again_change_nothing(installation: Installation) -> None:
    files = [SAMPLES / f"{name}.csv" for name in ("ho_so", "thu_xin_loi", "hop_thu", "van_ban")]
    installation.must("import", *files, "--day", DAY)
    installation.must("check", "--at", f"{DAY}T08:00")
    before = installation.contents()
    again = installation.answer("import", *files, "--day", DAY)["files"]
    assert {file["outcome"] for file in again} == {"unchanged"}
    installation.must("check", "--at", f"{DAY}T08:00")
    assert installation.contents() == before


def test_migrating_again_changes_nothing(installation: Installation) -> None:
    before = installation.contents()
    installation.must("migrate")
    assert installation.contents() == before
