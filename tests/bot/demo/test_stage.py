"""Does the demo keep to its own folder, settings, port and time?"""

from __future__ import annotations

import re
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import stage
from bot.demo.cast import CAST, GROUP, HEAD
from bot.demo.clock import DemoClock
from bot.demo.days import is_working
from bot.demo.guide import describe
from bot.demo.mornings import AFTERNOON, MORNING, Played
from bot.demo.story import FIRST_MORNING, GUIDE
from bot.sandbox.server import Sandbox
from db.records import Role
from settings import SHIPPED, ZONE, read_settings

START = datetime(2021, 3, 23, 0, 20, tzinfo=UTC)


class _Seconds:
    """A monotonic clock that a test turns by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_clock_goes_on_and_jumps_forward() -> None:
    seconds = _Seconds()
    clock = DemoClock(START, seconds)
    seconds.now += 90
    assert clock() == START + timedelta(seconds=90)
    clock.jump(START + timedelta(days=1))
    seconds.now += 5
    assert clock() == START + timedelta(days=1, seconds=5)


def test_the_clock_never_goes_back() -> None:
    seconds = _Seconds()
    clock = DemoClock(START, seconds)
    seconds.now += 60
    with pytest.raises(ValueError, match="already shows"):
        clock.jump(START)
    assert clock() == START + timedelta(seconds=60)


def test_a_folder_of_its_own_is_fresh_and_goes_at_the_end(tmp_path: Path) -> None:
    base = tmp_path / "var" / "demo"
    with stage.folder_of_its_own(base, None) as one, stage.folder_of_its_own(base, None) as two:
        assert one != two
        assert one.parent == base.resolve()
        (one / "file").write_text("x")
        assert not list(two.iterdir())
    assert not base.exists()


def test_a_folder_that_was_named_stays(tmp_path: Path) -> None:
    with stage.folder_of_its_own(tmp_path / "var", tmp_path / "mine") as given:
        (given / "file").write_text("x")
    assert (tmp_path / "mine" / "file").exists()
    assert not (tmp_path / "var").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(stage.StageTaken, match="not empty"),
        stage.folder_of_its_own(tmp_path / "var", tmp_path),
    ):
        raise AssertionError("it was taken")


def test_nothing_of_the_settings_reaches_outside(tmp_path: Path) -> None:
    given = read_settings(
        SHIPPED / "settings.toml",
        {
            "DUNGHEN_TELEGRAM__TOKEN": "99:secret",
            "DUNGHEN_TELEGRAM__PROXY": "socks5://127.0.0.1:9",
            "DUNGHEN_TELEGRAM__ADMINS": "[7]",
            "DUNGHEN_DATABASE__URL": "postgresql://somebody@far/away",
            "DUNGHEN_ARCHIVE__FOLDER": "/elsewhere/archive",
            "DUNGHEN_INTAKE__FOLDER": "/elsewhere/inbox",
            "DUNGHEN_CLOCK__START": "2024-01-01T08:00",
            "DUNGHEN_DISTRICT__UNIT": "huyen_khac",
        },
    )
    own = stage.settings_of(given, tmp_path, "http://127.0.0.1:1")
    assert own.telegram.token.get_secret_value() == stage.TOKEN
    assert (own.telegram.proxy, own.telegram.admins) == ("", ())
    assert own.telegram.base_url == "http://127.0.0.1:1"
    assert own.database.url == f"sqlite:///{(tmp_path / 'dunghen.db').as_posix()}"
    assert Path(own.archive.folder).parent == tmp_path
    assert Path(own.intake.folder).parent == tmp_path
    assert own.clock_start() is None
    assert own.district.unit == "huyen_can_gio"
    assert own.targets == given.targets, "the plan stays as it was tuned"


def test_a_port_in_use_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with Sandbox(stage.TOKEN, clock=lambda: START) as sandbox:
            sandbox.stop()
            url = stage.listen(sandbox, port)
            assert url.startswith("http://127.0.0.1:")
            assert int(url.rsplit(":", 1)[1]) > port


def test_a_port_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "PORTS_TRIED", 1)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        sandbox = Sandbox(stage.TOKEN, clock=lambda: START)
        with pytest.raises(stage.StageTaken, match=f"--port {port}: in use"):
            stage.listen(sandbox, port)
        with pytest.raises(stage.StageTaken, match="--port 70000: no such port"):
            stage.listen(sandbox, 70000)


def test_the_cast_has_every_role_and_a_stranger() -> None:
    roles = {invited.role for player in CAST for invited in player.invitations}
    assert roles == set(Role)
    assert any(invited.deputy for player in CAST for invited in player.invitations)
    assert [p.id < 0 for p in CAST if p.brought_by is not None] == [True]
    assert GROUP.brought_by == HEAD.id
    assert len({player.id for player in CAST}) == len(CAST)
    assert [player for player in CAST if not player.invitations], "a stranger"
    assert HEAD.invitations[0].unit == "xa_binh_khanh"


def _played(day: int, *, hour: int = 7, minute: int = 30, **more: Any) -> Played:
    counts = {"files": 4, "refused": 0, "opened": 0, "resolved": 0, "messages": 0, **more}
    return Played(moment=datetime(2021, 3, day, hour, minute, tzinfo=ZONE), **counts)


@pytest.mark.parametrize(
    ("played", "words"),
    [
        pytest.param(
            _played(24, resolved=1, messages=3),
            ["Thứ Tư 24/03/2021, 07:30: nhận 4 tệp;", "0 cảnh báo mới, 1 đã khắc phục",
             "đã gửi 3 tin.", "Wednesday", "4 files;", "3 messages."],
            id="a working day tells what came and what changed",
        ),
        pytest.param(
            _played(29, refused=1, days_off=(date(2021, 3, 27), date(2021, 3, 28))),
            ["Thứ Hai", "nhận 4 tệp (1 tệp bị từ chối)", "(1 refused)",
             "(sau ngày nghỉ 27/03, 28/03)", "không có tin nhắn", "no messages"],
            id="a refused file is named, and the days off before",
        ),
        pytest.param(
            _played(25, hour=14, minute=0, files=1, opened=1, messages=1),
            ["Thứ Năm 25/03/2021, 14:00: nhận 1 tệp", "1 cảnh báo mới", "1 file;", "1 message."],
            id="an afternoon is told by its hour",
        ),
    ],
)  # fmt: skip
def test_a_check_is_told_in_both_languages(played: Played, words: list[str]) -> None:
    told = "\n".join(describe(played))
    assert all(word in told for word in words), told


def test_a_hint_follows_where_the_story_has_one() -> None:
    vietnamese, english = describe(_played(25, hour=14, minute=0))
    assert "👉 Một hồ sơ hẹn trả lúc 11:00" in vietnamese
    assert "👉 A dossier promised for 11:00" in english
    assert "👉" not in "".join(describe(_played(26, hour=14, minute=0)))


def test_every_hint_belongs_to_a_check_of_the_demo() -> None:
    checks = {half.check_at for half in (MORNING, AFTERNOON)}
    for moment in GUIDE:
        assert is_working(moment.date()), moment
        assert (moment.hour, moment.minute) in checks, moment
    assert min(GUIDE).date() == FIRST_MORNING


def test_hints_name_people_of_the_cast_only() -> None:
    named = {player.name for player in CAST}
    for hint, _english in GUIDE.values():
        for name in re.findall(r"(?:Nguyễn|Phạm|Đỗ|Trịnh|Trần|Lê|Võ|Đặng) \w+ \w+", hint):
            assert name in named, hint
