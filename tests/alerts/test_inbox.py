"""The inbox: complete files only, each imported once, each in one place, and nothing lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from alerts.arriving.filing import NOTE_SUFFIX, file_away
from alerts.arriving.inbox import Inbox, Swept
from db.engine import DatabaseUnavailable
from db.records import Doubt, ImportReport, Outcome, Reject, UnreadColumn

DAY = date(2021, 3, 23)
TODAY = "2021-03-23"
SETTLE = 5.0


class Office:
    """A folder, our Inbox over it, a clock, and an import that answers as told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox = Inbox(folder, "office:1/a", SETTLE)
        self.now = 1000.0
        self.taken: list[str] = []
        self.answer: Callable[[Path], ImportReport] = lambda path: self.report(path)

    def report(
        self,
        path: Path,
        outcome: Outcome = Outcome.ACCEPTED,
        reason: str | None = None,
        rejects: tuple[Reject, ...] = (),
        suggestions: tuple[str, ...] = (),
    ) -> ImportReport:
        return ImportReport(
            file=path.name,
            source="dossiers",
            outcome=outcome,
            day=DAY,
            rows=10,
            loaded=10 - len(rejects),
            rejects=rejects,
            suggestions=suggestions,
            reason=reason,
        )

    def take(self, path: Path) -> ImportReport:
        self.taken.append(path.name)
        return self.answer(path)

    def drop(self, name: str, text: str = "a;b\n", mtime: int | None = None) -> Path:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_text(text)
        if mtime is not None:
            os.utime(path, (mtime, mtime))
        return path

    def sweep(self, after: float = 0.0) -> Swept:
        self.now += after
        return self.inbox.sweep(self.take, DAY, self.now)

    def settle(self) -> Swept:
        """Two looks, far enough apart."""
        self.sweep()
        return self.sweep(SETTLE)

    def everything(self) -> dict[str, str]:
        """Every file below the folder, notes apart."""
        return {
            str(path.relative_to(self.folder)): path.read_text()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith(NOTE_SUFFIX)
        }


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "hộp nhận")


def test_a_missing_folder_is_made(office: Office) -> None:
    assert office.sweep() == Swept()
    assert office.folder.is_dir()


def test_a_file_is_taken_when_it_rested_long_enough(office: Office) -> None:
    office.drop("hồ sơ.csv")
    assert office.sweep().waiting == 1
    assert office.sweep(SETTLE - 0.1).waiting == 1
    assert office.taken == []
    swept = office.sweep(0.1)
    assert [taken.place for taken in swept.taken] == [
        office.folder / "accepted" / TODAY / "hồ sơ.csv"
    ]
    assert swept.waiting == 0
    assert office.everything() == {f"accepted/{TODAY}/hồ sơ.csv": "a;b\n"}
    assert not list((office.folder / ".taking").iterdir())


def test_a_growing_file_is_left_alone_though_its_mtime_is_old(office: Office) -> None:
    text = ""
    for _ in range(10):
        text += "row\n"
        office.drop("x.csv", text, mtime=1_000_000)  # as copying tools keep the old date
        assert office.sweep(SETTLE - 1).waiting == 1
    assert office.taken == []
    office.sweep(SETTLE)
    assert office.taken == ["x.csv"]


def test_a_file_of_yesterday_is_not_taken_at_first_sight(office: Office) -> None:
    office.drop("x.csv", mtime=1_000_000)
    office.sweep()
    assert office.taken == []


def test_a_file_rewritten_with_the_same_size_settles_anew(office: Office) -> None:
    office.drop("x.csv", "1111")
    office.sweep()
    office.drop("x.csv", "2222")
    os.utime(office.folder / "x.csv", (5, 5))
    assert office.sweep(SETTLE).waiting == 1
    office.sweep(SETTLE)
    assert office.everything() == {f"accepted/{TODAY}/x.csv": "2222"}


def test_the_oldest_is_taken_first_and_names_decide_between_equals(office: Office) -> None:
    for name, mtime in (("c", 300), ("b", 200), ("ă", 200), ("a", 200), ("z", 100)):
        office.drop(f"{name}.csv", mtime=mtime)
    office.settle()
    assert office.taken == ["z.csv", "a.csv", "b.csv", "ă.csv", "c.csv"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("~$ho_so.xlsx", id="the lock of a spreadsheet program"),
        pytest.param(".hidden.csv", id="a hidden file"),
        pytest.param("ho_so.csv.part", id="a download under way"),
        pytest.param("ho_so.CRDOWNLOAD", id="a browser's, in capitals"),
        pytest.param("ho_so.xlsx.tmp", id="a temporary file"),
        pytest.param("ho_so.xlsx.filepart", id="an upload under way"),
        pytest.param("Thumbs.db", id="the system's own"),
        pytest.param("ho_so.csv.reason.txt", id="a note of ours that was moved back"),
    ],
)
def test_what_is_no_delivery_is_left_lying(office: Office, name: str) -> None:
    office.drop(name)
    office.settle()
    assert office.taken == []
    assert os.listdir(office.folder) == [name]  # noqa: PTH208


def test_links_folders_and_pipes_are_no_deliveries(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    office.folder.mkdir()
    (office.folder / "link.csv").symlink_to(secret)
    (office.folder / "folder.csv").mkdir()
    (office.folder / "folder.csv" / "inner.csv").write_text("x")
    os.mkfifo(office.folder / "pipe.csv")
    assert office.settle() == Swept()
    assert office.taken == []
    assert secret.read_text() == "secret"


def test_where_we_write_is_not_for_a_link_to_decide(office: Office, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    office.drop("x.csv")
    (office.folder / "accepted").symlink_to(elsewhere)
    swept = office.settle()
    assert office.taken == []
    assert list(elsewhere.iterdir()) == []
    assert swept.troubles == (), "told at the first sweep"
    (office.folder / "accepted").unlink()
    office.settle()
    assert office.taken == ["x.csv"]


def test_files_named_like_our_folders_are_taken_like_others(office: Office) -> None:
    office.drop("accepted")
    office.settle()
    assert office.everything() == {f"accepted/{TODAY}/accepted": "a;b\n"}


def test_nothing_is_overwritten(office: Office) -> None:
    for text in ("one", "two", "three"):
        office.drop("hồ sơ.csv", text)
        office.settle()
    assert office.everything() == {
        f"accepted/{TODAY}/hồ sơ.csv": "one",
        f"accepted/{TODAY}/hồ sơ (2).csv": "two",
        f"accepted/{TODAY}/hồ sơ (3).csv": "three",
    }


def test_a_refused_file_has_its_reason_beside_it(office: Office) -> None:
    rejects = tuple(
        Reject(
            row=row, column="Mã hồ sơ", value="x\ny" if row == 1 else "v" * 500, reason="no code"
        )
        for row in range(1, 61)
    )
    office.answer = lambda path: office.report(
        path,
        Outcome.REFUSED,
        "quá nhiều dòng hỏng",
        rejects,
        ('columns = {"Mã BN" = "code"}',),
    )
    office.drop("hồ sơ.csv")
    office.settle()
    assert office.everything() == {f"refused/{TODAY}/hồ sơ.csv": "a;b\n"}
    note = (office.folder / "refused" / TODAY / "hồ sơ.csv.reason.txt").read_bytes().decode("utf-8")
    lines = note.splitlines()
    assert "Ngày nhận / Received: 23/03/2021" in lines
    assert "Lý do / Reason: quá nhiều dòng hỏng" in lines
    assert "Dòng bị loại / Rejected rows (50/60):" in lines
    assert "- dòng / row 1, cột / column “Mã hồ sơ”, giá trị / value “x y”: no code" in lines
    assert sum(line.startswith("- dòng / row") for line in lines) == 50
    assert max(map(len, lines)) < 300
    assert lines[-1] == 'columns = {"Mã BN" = "code"}'


def test_the_note_says_the_reason_in_vietnamese_first(tmp_path: Path) -> None:
    office = Office(tmp_path / "vào")
    words = "10 dòng\nhỏng"
    office.inbox = Inbox(office.folder, "office:1/b", SETTLE, refusal_words=lambda _: words)
    office.answer = lambda path: office.report(path, Outcome.REFUSED, "too many bad rows")
    office.drop("x.csv")
    office.settle()
    note = (office.folder / "refused" / TODAY / "x.csv.reason.txt").read_text("utf-8")
    lines = note.splitlines()
    reason = next(at for at, line in enumerate(lines) if line.startswith("Lý do:"))
    assert lines[reason] == "Lý do: 10 dòng hỏng", "one line, whatever is in it"
    assert lines[reason + 1] == "Reason: too many bad rows"


def test_the_note_of_an_accepted_file_counts_its_flags_in_both_languages(tmp_path: Path) -> None:
    office = Office(tmp_path / "vào")
    office.inbox = Inbox(
        office.folder, "office:1/b", SETTLE, flag_words=lambda language, kind: f"{language} {kind}"
    )
    counts = {"orphan": 2, "bad_date:due": 12}
    office.answer = lambda path: replace(office.report(path), flag_counts=counts)
    office.drop("x.csv")
    office.settle()
    note = (office.folder / "accepted" / TODAY / "x.csv.reason.txt").read_text("utf-8")
    at = note.splitlines().index(
        "Dòng được nạp nhưng cần xem lại / Rows that were taken but are odd:"
    )
    assert note.splitlines()[at + 1 :] == [
        "- 12: vi bad_date:due / en bad_date:due (bad_date:due)",
        "- 2: vi orphan / en orphan (orphan)",
    ]


@pytest.mark.parametrize(
    ("doubt", "vietnamese", "english"),
    [
        pytest.param(Doubt(kind="one_page", facts={"rows": 500}), "đúng 500 dòng",
                     "Exactly 500 rows", id="a page of an export"),
        pytest.param(Doubt(kind="repaired_text", facts={"encoding": "TCVN3"}), "bảng mã TCVN3",
                     "was in TCVN3", id="an encoding that was set right"),
    ],
)  # fmt: skip
def test_the_note_says_what_is_odd_about_the_file(
    office: Office, doubt: Doubt, vietnamese: str, english: str
) -> None:
    office.answer = lambda path: replace(office.report(path), doubts=(doubt,))
    office.drop("x.csv")
    office.settle()
    note = (office.folder / "accepted" / TODAY / "x.csv.reason.txt").read_text("utf-8")
    assert vietnamese in note
    assert english in note


def test_the_note_names_a_column_that_was_not_read_though_every_row_was(office: Office) -> None:
    twice = UnreadColumn(
        name="received", column=5, heading="Ngày\nnộp", read=2, read_heading="Ngày nhận"
    )
    office.answer = lambda path: replace(office.report(path), unread=(twice,))
    office.drop("x.csv")
    office.settle()
    note = (office.folder / "accepted" / TODAY / "x.csv.reason.txt").read_text("utf-8")
    (line,) = [line for line in note.splitlines() if line.startswith("Cột")]
    assert "Cột 5 “Ngày nộp” không được đọc, vì cột 2 “Ngày nhận” đứng trước" in line
    assert "Column 5 is not read" in line


@pytest.mark.parametrize(
    ("outcome", "folder", "noted"),
    [
        pytest.param(Outcome.ACCEPTED, "accepted", False, id="nothing to explain"),
        pytest.param(Outcome.UNCHANGED, "accepted", False, id="no news is no refusal"),
        pytest.param(Outcome.ACCEPTED_WITH_REJECTS, "accepted", True, id="some rows were rejected"),
        pytest.param(Outcome.REFUSED, "refused", True, id="the whole file was refused"),
    ],
)
def test_where_an_outcome_leads(office: Office, outcome: Outcome, folder: str, noted: bool) -> None:
    office.answer = lambda path: office.report(path, outcome)
    office.drop("x.csv")
    office.settle()
    place = office.folder / folder / TODAY
    assert (place / "x.csv").exists()
    assert (place / "x.csv.reason.txt").exists() is noted


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("báo cáo  tuần 12 .xlsx", id="spaces"),
        pytest.param(unicodedata.normalize("NFD", "hồ sơ đất đai.csv"), id="decomposed letters"),
        pytest.param("x" * 251 + ".csv", id="as long as a name may be"),
        pytest.param("ồ" * 83 + ".xlsx", id="as long as a name may be, in letters of three bytes"),
        pytest.param("a." + "b" * 253, id="a dot near the beginning of a long name"),
        pytest.param("x%2f..%2f..%2fetc%2fpasswd", id="a path in disguise"),
        pytest.param("C:\\..\\windows.csv", id="a path of another system"),
        pytest.param("-rf *.csv", id="what a shell would understand"),
        pytest.param("dòng một\nKết quả: đã nhận.csv", id="a line break that forges a line"),
        pytest.param("\udcff\udcfe.csv", id="bytes that are no letters"),
        pytest.param("{name}%s.csv", id="what a formatter would understand"),
    ],
)
def test_any_name_arrives_as_it_is_twice(office: Office, name: str) -> None:
    office.answer = lambda path: office.report(path, Outcome.REFUSED, "không đọc được")
    for _ in range(2):
        office.drop(name)
        assert len(office.settle().taken) == 1
    assert office.taken == [name, name]
    place = office.folder / "refused" / TODAY
    files = sorted(os.listdir(place))  # noqa: PTH208
    assert name in files
    assert len([file for file in files if file.endswith(NOTE_SUFFIX)]) == 2
    assert len(files) == 4
    for note in place.glob("*" + NOTE_SUFFIX):
        assert note.read_text("utf-8").count("\nKết quả") == 1
    assert sorted(p.name for p in office.folder.parent.iterdir()) == [office.folder.name]


def test_an_import_that_fails_is_tried_three_times_and_then_refused(office: Office) -> None:
    def fail(path: Path) -> ImportReport:
        raise ValueError("row 7 is odd")

    office.answer = fail
    office.drop("bad.csv")
    office.drop("good.csv")
    for _ in range(3):
        assert office.settle().taken == () or office.taken.count("bad.csv") == 3
        office.sweep(30)
    office.settle()
    assert office.taken.count("bad.csv") == 3
    assert sorted(office.everything()) == [
        f"refused/{TODAY}/bad.csv",
        f"refused/{TODAY}/good.csv",
    ]
    note = (office.folder / "refused" / TODAY / "bad.csv.reason.txt").read_text("utf-8")
    assert "ValueError: row 7 is odd" in note
    assert "failed 3 times" in note
    # Delivered again, it gets its three tries again.
    office.taken.clear()
    office.drop("bad.csv")
    office.answer = office.report
    office.settle()
    assert f"accepted/{TODAY}/bad.csv" in office.everything()


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(DatabaseUnavailable("the database cannot be used"), id="the database is away"),
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), id="the disk is full"),
        pytest.param(
            PermissionError(errno.EACCES, "Permission denied", "/archive/ab"),
            id="the archive cannot be written",
        ),
    ],
)
def test_no_file_is_refused_for_a_fault_of_the_machine(office: Office, error: Exception) -> None:
    def fail(path: Path) -> ImportReport:
        raise error

    office.answer = fail
    for number in range(3):
        office.drop(f"{number}.csv")
    told = [line for _ in range(30) for line in office.sweep(10).troubles]
    assert len(told) == 1, "told once, for all files and all tries"
    assert str(error.args[-1]) in told[0]
    assert sorted(office.everything()) == ["0.csv", "1.csv", "2.csv"]
    office.answer = office.report
    for _ in range(10):
        office.sweep(10)
    assert len(office.everything()) == 3
    assert all(name.startswith("accepted/") for name in office.everything())
    office.answer = fail
    office.drop("later.csv")
    told = [line for _ in range(30) for line in office.sweep(10).troubles]
    assert len(told) == 1, "a new trouble is told anew"


def test_a_file_that_grows_while_it_is_read_is_taken_again(office: Office) -> None:
    path = office.drop("x.csv", "half")
    office.sweep()
    with path.open("a") as writer:

        def grow(read: Path) -> ImportReport:
            writer.write(" and half")
            writer.flush()
            office.answer = office.report
            return office.report(read)

        office.answer = grow
        assert office.sweep(SETTLE).taken == ()
    office.settle()
    assert office.taken == ["x.csv", "x.csv"]
    assert office.everything() == {f"accepted/{TODAY}/x.csv": "half and half"}


def test_what_a_dead_process_left_is_put_back_after_its_lease(office: Office) -> None:
    home = office.folder / ".taking" / "dead.1.1"
    home.mkdir(parents=True)
    (home / "hồ sơ.csv").write_text("left")
    office.sweep()
    office.sweep(59)
    assert office.everything() == {".taking/dead.1.1/hồ sơ.csv": "left"}
    os.utime(home)  # it lives after all
    office.sweep(2)
    office.sweep(59)
    assert office.taken == []
    office.sweep(1)
    office.settle()
    assert office.everything() == {f"accepted/{TODAY}/hồ sơ.csv": "left"}
    assert not home.exists()


def test_what_a_dead_process_left_does_not_overwrite_a_newer_file(office: Office) -> None:
    home = office.folder / ".taking" / "dead.1.1"
    home.mkdir(parents=True)
    (home / "x.csv").write_text("left")
    office.drop("x.csv.part", "being written")
    office.sweep()
    office.drop("x.csv", "new")
    office.sweep(60)
    office.settle()
    assert sorted(office.everything().values()) == ["being written", "left", "new"]


def test_a_file_that_kills_its_reader_three_times_is_refused(office: Office) -> None:
    """Each reader dies at once; the next process finds the claim with the number of its tries."""
    code = (
        "import os, sys; from datetime import date; from pathlib import Path;"
        "from alerts.arriving.inbox import Inbox;"
        "box = Inbox(Path(sys.argv[1]), sys.argv[2], 0, lease_seconds=0.0);"
        "[box.sweep(lambda path: os._exit(9), date(2021, 3, 23), now) for now in range(6)]"
    )
    office.drop("poison.csv")
    root = Path(__file__).parents[2]
    for number in range(4):
        command = [sys.executable, "-c", code, str(office.folder), f"reader {number}"]
        died = subprocess.run(command, cwd=root, check=False).returncode
        assert died == (9 if number < 3 else 0)
    assert list(office.everything()) == [f"refused/{TODAY}/poison.csv"]


def test_a_link_among_the_claims_leads_nowhere(office: Office, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "x.csv").write_text("private")
    (office.folder / ".taking").mkdir(parents=True)
    (office.folder / ".taking" / "a.1.1").symlink_to(private)
    office.sweep()
    office.sweep(61)
    office.settle()
    assert office.taken == []
    assert (private / "x.csv").exists()


def test_a_claim_lives_while_its_import_works(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.arriving.inbox.BEAT_SECONDS", 0.01)
    touched: list[int] = []

    def slow(path: Path) -> ImportReport:
        for _ in range(100):
            touched.append(path.parent.stat().st_mtime_ns)
            if len(set(touched)) > 2:
                break
            threading.Event().wait(0.02)
        return office.report(path)

    office.answer = slow
    office.drop("x.csv")
    office.settle()
    assert len(set(touched)) > 2


def test_of_several_processes_one_takes_each_file(tmp_path: Path) -> None:
    offices = [Office(tmp_path / "inbox") for _ in range(4)]
    for number, office in enumerate(offices):
        office.inbox = Inbox(office.folder, f"p{number}", 0)
    for number in range(60):
        offices[0].drop(f"{number:02}.csv")
    barrier = threading.Barrier(4)

    def work(office: Office) -> None:
        barrier.wait()
        for _ in range(3):
            office.sweep(1)

    threads = [threading.Thread(target=work, args=(office,)) for office in offices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [name for office in offices for name in office.taken]
    assert sorted(taken) == [f"{number:02}.csv" for number in range(60)]
    assert len(offices[0].everything()) == 60
    assert all(name.startswith("accepted/") for name in offices[0].everything())


def test_a_folder_that_cannot_be_written_is_told_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop("bà Nguyễn Thị A.csv")
    office.drop("b.csv")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(self), None, str(target))

    monkeypatch.setattr(Path, "rename", refuse)
    told = [line for _ in range(40) for line in office.sweep(3).troubles]
    assert told == [
        f"a file cannot be moved within the inbox {office.folder}: Permission denied"
    ], "once, and without the file's name"
    monkeypatch.setattr(Path, "rename", rename)
    office.sweep(60)
    office.settle()
    assert len(office.taken) == 2


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """Root may write everywhere: it becomes nobody meanwhile, who owns the folder."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for above in folder.parents:
        if above.owner() == "root" and len(above.parts) > 2:
            above.chmod(above.stat().st_mode | 0o011)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder_is_told_once(office: Office) -> None:
    office.drop("x.csv")
    with without_privileges(office.folder):
        office.folder.chmod(0o555)
        told = [line for _ in range(40) for line in office.sweep(3).troubles]
        office.folder.chmod(0o755)
    assert len(told) == 1


def test_a_file_where_the_folder_should_be_is_told_once(tmp_path: Path) -> None:
    office = Office(tmp_path / "inbox")
    office.folder.write_text("a file")
    told = [line for _ in range(5) for line in office.sweep(3).troubles]
    assert len(told) == 1
    assert str(office.folder) in told[0]


def test_a_full_disk_at_filing_keeps_the_file_and_tells_it_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop("x.csv")

    def full(file: Path, folder: Path, name: str, note: str | None = None) -> Path:
        if "accepted" in folder.parts:
            raise OSError(errno.ENOSPC, "No space left on device", str(folder / name))
        return file_away(file, folder, name, note)

    monkeypatch.setattr("alerts.arriving.inbox.file_away", full)
    told = [line for _ in range(40) for line in office.sweep(3).troubles]
    assert len(told) == 1
    assert list(office.everything()) == ["x.csv"]
    assert len(office.taken) <= 4, "not imported again and again"
    monkeypatch.setattr("alerts.arriving.inbox.file_away", file_away)
    office.sweep(60)
    office.settle()
    assert list(office.everything()) == [f"accepted/{TODAY}/x.csv"]


def test_told_to_stop_it_ends_between_two_files(office: Office) -> None:
    for number in range(5):
        office.drop(f"{number}.csv")
    office.sweep()
    office.inbox.sweep(office.take, DAY, office.now + SETTLE, lambda: len(office.taken) >= 2)
    assert len(office.taken) == 2
    assert len(office.everything()) == 5
