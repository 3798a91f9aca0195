"""Do the messages that the daemon queues say to an official what they must, in right words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from alerts.digest import Digest, compose_digest
from alerts.lately import Lately
from alerts.telling.lines import DigestLine
from alerts.telling.notices import NOTICES, compose_group
from alerts.telling.pressing import EscalationLine, Reported, compose_escalation, compose_urgent
from alerts.telling.summaries import Silence, compose_summary
from bot.delivery.facts import facts_of
from bot.render import LANGUAGES, LONGEST, Renderer, length
from bot.sandbox.markup import parse_html
from db.records import Goal, Item, Move, OutboxMessage, Phase, Standing, State
from settings import SHIPPED, ZONE, read_settings
from tests.bot.notice_facts import NOTICE_FACTS

CHECK = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
LATER = datetime(2021, 3, 23, 8, 15, tzinfo=ZONE)
TODAY = date(2021, 3, 23)
UNIT = "UBND xã Bình Khánh"
LAPSED = {
    "vi": "Kết thúc theo dõi (không còn phát sinh hoặc không còn áp dụng)",
    "en": "Ended: nothing left to count",
}
LATE = Item(
    key="000.02.16.H29-210316-0004", label="Đăng ký lại khai sinh", field="Hộ tịch", days_late=2,
    note="overdue_no_letter",
)  # fmt: skip
LINE = DigestLine(
    unit=UNIT, target="on_time", item_no="5", field="Hộ tịch", state=State.MISSED,
    reason="below_the_goal", numerator=45, denominator=48, goal=Goal(operator=">", percent=95),
    move=Move.OPENED, needed=13, is_new=True, items=(LATE,), alert_id=1, critical=True,
)  # fmt: skip
LETTERS = replace(
    LINE, target="apology_letters", item_no="7", field=None, numerator=2, denominator=3,
    needed=None, items=(), alert_id=2, critical=False, move=Move.WORSE,
)  # fmt: skip
STANDING = Standing(
    alert_id=1, phase=Phase.OPEN, state=State.MISSED, unit_id=1, target="on_time", field_id=None,
    opened_at=CHECK, taken_by="Nguyễn Văn A", taken_at=LATER, claimed_by="Trần Thị B",
    claimed_at=LATER,
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(read_settings(SHIPPED / "settings.toml", {}).plan_targets(), ZONE)


def digest(*lines: DigestLine) -> Digest:
    return compose_digest(UNIT, lines, TODAY, CHECK)


def said(renderer: Renderer, template: str, record: Any, language: str = "vi", **facts: Any) -> str:
    """The message as it is read on a telephone, without tags."""
    given = {template: record, "slug": "", "late": False, **facts}
    plain, _entities = parse_html(renderer.render(language, template, given))
    return plain


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "", id="of an open one nothing is said"),
        pytest.param(
            {"phase": Phase.TAKEN}, "Đã tiếp nhận: Nguyễn Văn A, 08:15 ngày 23/03", id="taken"
        ),
        pytest.param(
            {"phase": Phase.CLAIMED},
            "Báo đã xử lý: Trần Thị B, 08:15 ngày 23/03, chờ số liệu xác nhận", id="claimed",
        ),
        pytest.param(
            {"disputed_at": LATER}, "Đã có kiến nghị về số liệu, ngày 23/03", id="disputed"
        ),
        pytest.param({"muted_until": LATER}, "Tạm ẩn đến 08:15 ngày 23/03", id="muted"),
        pytest.param(
            {"exempt_until": LATER}, "Tạm miễn theo dõi đến ngày 23/03/2021", id="exempt"
        ),
        pytest.param(
            {"phase": Phase.TAKEN, "muted_until": LATER},
            "Đã tiếp nhận: Nguyễn Văn A, 08:15 ngày 23/03; tạm ẩn đến 08:15 ngày 23/03",
            id="taken and muted",
        ),
        pytest.param(
            {"phase": Phase.RESOLVED, "resolved_at": LATER, "muted_until": LATER},
            "Đã kết thúc ngày 23/03/2021", id="of an ended one only that",
        ),
        pytest.param(
            {"phase": Phase.RESOLVED, "resolved_at": LATER, "state": State.NONE},
            "Đã kết thúc ngày 23/03/2021 (không còn phát sinh)", id="ended, and was not mended",
        ),
    ],
)  # fmt: skip
def test_a_line_says_where_its_alert_stands(
    renderer: Renderer, changes: Mapping[str, Any], words: str
) -> None:
    standing = {1: replace(STANDING, **changes)}
    text = said(renderer, "digest", digest(LINE), standing=standing)
    reading, *rest = text.partition("🔴")[2].splitlines()
    assert reading.endswith("(mới)")
    assert rest[0] == words or (not words and rest[0].startswith("•"))


@pytest.mark.parametrize(
    ("language", "changes", "lately", "end"),
    [
        pytest.param(
            "vi", {}, {},
            "Cần thêm 13 hồ sơ đúng hạn liên tiếp (mới); 30 ngày qua: 80,00% (12/15)",
            id="the last days, which are worse",
        ),
        pytest.param(
            "vi", {"numerator": 450, "denominator": 480},
            {"numerator": 40, "denominator": 40, "turned": "better"},
            "(mới); 30 ngày qua: 100% (40/40), đạt yêu cầu", id="which the goal holds in",
        ),
        pytest.param(
            "vi", {}, {"numerator": 1900, "denominator": 2001, "into_last_year": True},
            "(mới); 30 ngày qua (kể cả cuối năm trước): 94,95% (1.900/2.001)",
            id="which began in the old year",
        ),
        pytest.param(
            "vi",
            {"numerator": 970, "denominator": 1000, "state": State.MET, "needed": 0,
             "own_goal": Goal(operator=">", percent=98), "alert_state": State.MISSED},
            {"numerator": 40, "denominator": 40, "turned": "better"},
            "(mới); 30 ngày qua: 100% (40/40), đạt ngưỡng riêng", id="held against the own goal",
        ),
        pytest.param(
            "vi", {}, {"numerator": 19, "denominator": 20, "turned": ""},
            "; 30 ngày qua: 95,00% (19/20)", id="exactly on a strict goal, which they miss, too",
        ),
        pytest.param(
            "en", {}, {"numerator": 40, "denominator": 40, "turned": "better", "days": 31},
            "(new); last 31 days: 100% (40/40), meeting the goal", id="in English",
        ),
        pytest.param(
            "en", {}, {"turned": "worse", "into_last_year": True},
            "last 30 days (into last year): 80.00% (12/15), short of the goal",
            id="in English, the other way round",
        ),
    ],
)  # fmt: skip
def test_a_line_names_the_last_days_in_one_clause(
    renderer: Renderer, language: str, changes: Mapping[str, Any], lately: Mapping[str, Any],
    end: str,
) -> None:  # fmt: skip
    given = {"numerator": 12, "denominator": 15, "days": 30, **lately}
    line = replace(LINE, items=(), **changes, lately=Lately(**given))
    text = said(renderer, "digest", digest(line), language)
    assert next(each for each in text.splitlines() if "Hộ tịch" in each).endswith(end)


def test_a_line_of_an_older_version_without_the_last_days_is_still_told(
    renderer: Renderer,
) -> None:
    payload = digest(LINE).to_payload()
    for line in payload["to_mend"]:
        del line["lately"]
    text = said(renderer, "digest", Digest.from_payload(payload))
    assert "93,75% (45/48)" in text
    assert "ngày qua" not in text


@pytest.mark.parametrize(
    ("language", "changes"),
    [
        ("vi", "Thay đổi từ lần báo cáo trước: 1 không còn theo dõi"),
        ("en", "Changes since the last report: 1 with nothing left to count"),
    ],
)
def test_what_is_counted_no_more_has_words_of_its_own(
    renderer: Renderer, language: str, changes: str
) -> None:
    line = replace(
        LINE, state=State.NONE, denominator=0, move=Move.RESOLVED, items=(), lapsed=True
    )  # fmt: skip
    text = said(renderer, "digest", digest(line), language)
    assert changes in text
    assert LAPSED[language] in text
    assert "Đã đạt trở lại" not in text
    assert "Met again" not in text


def test_lines_have_the_numbers_of_their_buttons(renderer: Renderer) -> None:
    both = digest(LINE, LETTERS)
    numbered = [x for x in said(renderer, "digest", both).splitlines() if "🔴" in x]
    assert [line[:3] for line in numbered] == ["1. ", "2. "]
    assert both.numbered_ids == (1, 2)
    assert "1." not in said(renderer, "digest", digest(LINE)), "a single one needs no number"


def test_a_digest_says_first_what_has_changed(renderer: Renderer) -> None:
    text = said(renderer, "digest", digest(LINE, LETTERS))
    assert text.splitlines()[3] == "Thay đổi từ lần báo cáo trước: 1 mới, 1 xấu hơn"
    assert "Changes since the last report: 1 new, 1 worse" in said(
        renderer, "digest", digest(LINE, LETTERS), "en"
    )


def test_a_leader_reads_of_the_communes_in_one_line(renderer: Renderer) -> None:
    old = replace(LINE, is_new=False, alert_id=9)
    communes = [replace(old, unit=f"Xã {name}", is_new=name == "C") for name in "ABCDE"]
    text = said(renderer, "digest", digest(replace(LINE, is_new=False), *communes))
    assert "Trong đó: Xã C (mới), Xã A, Xã B và 2 đơn vị khác" in text
    assert text.count("🔴") == 1
    in_english = said(renderer, "digest", digest(LINE, *communes[:1]), "en")
    assert "Among them: Xã A\n" in in_english


def test_a_leader_reads_which_communes_have_taken_it(renderer: Renderer) -> None:
    communes = [
        replace(LINE, unit=f"Xã {n}", is_new=n == 3, alert_id=n, items=()) for n in (3, 4, 5)
    ]
    standing = {
        3: replace(STANDING, phase=Phase.TAKEN), 4: replace(STANDING, phase=Phase.CLAIMED),
        5: STANDING,
    }  # fmt: skip
    text = said(renderer, "digest", digest(LINE, *communes), standing=standing)
    assert "Trong đó: Xã 3 (mới, đã tiếp nhận), Xã 4 (đã báo xử lý), Xã 5\n" in text


OWN = Goal(operator=">", percent=98)


@pytest.mark.parametrize(
    ("language", "line", "words"),
    [
        pytest.param(
            "vi", replace(LINE, state=State.MET, numerator=56, denominator=58, needed=None,
                own_goal=OWN, alert_state=State.MISSED),
            "🟡 Đúng hạn theo lĩnh vực – Hộ tịch: 96,55% (56/58) – đạt chỉ tiêu kế hoạch; dưới"
            " ngưỡng riêng (trên 98%) (mới)", id="a stricter own goal",
        ),
        pytest.param(
            "en", replace(LINE, state=State.MET, numerator=56, denominator=58, needed=None,
                own_goal=OWN, alert_state=State.MISSED),
            "🟡 On time, by field – Hộ tịch: 96.55% (56/58) – met by the plan; below the own"
            " threshold (above 98%) (new)", id="the same in English",
        ),
        pytest.param(
            "vi", replace(LINE, needed=None, own_goal=Goal(operator=">", percent=90),
                alert_state=State.MET, move=None),
            "93,75% (45/48) – chưa đạt, yêu cầu trên 95% (đạt ngưỡng riêng trên 90%)",
            id="a looser one: officially it is missed",
        ),
        pytest.param(
            "vi", replace(LINE, needed=None, own_goal=OWN, alert_state=State.MISSED, move=None),
            "93,75% (45/48) – chưa đạt, yêu cầu trên 95%\n", id="both are missed",
        ),
    ],
)  # fmt: skip
def test_a_line_tells_the_own_goal_from_the_plans(
    renderer: Renderer, language: str, line: DigestLine, words: str
) -> None:
    assert words in said(renderer, "digest", digest(line), language)


def test_what_can_only_be_watched_stands_by_itself_and_asks_for_nothing(renderer: Renderer) -> None:
    small = replace(LINE, alert_id=None, critical=False, is_new=False, items=(), small_sample=True)
    text = said(renderer, "digest", digest(small))
    assert "Theo dõi thêm\n🔴 Đúng hạn" in text
    assert "Đề nghị" not in text
    assert "Việc cần xử lý" not in text


def test_a_reminder_says_so_and_only_what_is_open(renderer: Renderer) -> None:
    old = replace(LINE, is_new=False)
    met = replace(LETTERS, state=State.MET, alert_id=None)
    made = compose_digest(UNIT, [old, met], TODAY, CHECK, reminder=True)
    text = said(renderer, "digest", made)
    assert text.startswith("TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH (nhắc lại)\n")
    assert "Thư xin lỗi" not in text
    assert "Ngoài ra" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_monday_without_news_says_so_and_is_no_list_of_work(
    renderer: Renderer, language: str
) -> None:
    old = replace(LINE, is_new=False)
    made = compose_digest(UNIT, [old], TODAY, CHECK, nothing_new=True)
    text = said(renderer, "digest", made, language)
    new, asks, head = {
        "vi": ("Không có việc mới từ lần báo cáo trước.", "Đề nghị", "Việc đang mở"),
        "en": ("Nothing is new since the last report.", "Please", "Still open"),
    }[language]
    assert f"{new}\n\n{head}\n" in text
    assert asks not in text
    quiet = said(renderer, "digest", compose_digest(UNIT, [], TODAY, CHECK, nothing_new=True))
    assert "Không có việc mới" not in quiet, "that nothing waits says more"


def test_what_finds_no_room_is_one_line(renderer: Renderer) -> None:
    stale = replace(LETTERS, state=State.STALE, alert_id=None, is_new=False)
    stale = replace(stale, target="documents")
    met = [
        replace(LETTERS, state=State.MET, alert_id=None, is_new=False, unit=f"Xã {n}", target=t)
        for n in range(9) for t in ("mailboxes", "online_dossiers")
    ]  # fmt: skip
    text = said(
        renderer, "digest", digest(*crowd(12, UNIT), *met, stale, replace(stale, field="x"))
    )
    assert (
        "\nNgoài ra: 2 mục khác; 2 chỉ tiêu khác đạt hoặc không phát sinh;"
        " 1 chỉ tiêu chưa đánh giá được hết do thiếu số liệu (/tinhhinh)\n"
    ) in text, "18 readings of two targets are two targets"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("units", [1, 8], ids=["a head", "a leader"])
def test_a_full_digest_is_read_at_a_glance(renderer: Renderer, units: int, language: str) -> None:
    lines = []
    for n in range(units):
        unit = UNIT if n == 0 else f"Xã {n}"
        items = tuple(replace(LATE, key=f"000-{n}-{i}") for i in range(5))
        lines += [
            replace(LINE, unit=unit, field=f"Lĩnh vực {i}", items=items, alert_id=100 * n + i + 1)
            for i in range(5)
        ]
        lines += [replace(LETTERS, unit=unit, state=state, alert_id=None) for state in State]
    soon = tuple(replace(LATE, key=f"001-{i}", days_late=None, due=20210325) for i in range(9))
    made = compose_digest(UNIT, lines, TODAY, CHECK, soon)
    for template, record in (
        ("digest", made),
        ("urgent", compose_urgent(UNIT, lines, TODAY, CHECK, soon)),
        ("summary", compose_summary("mute_ended", UNIT, TODAY, CHECK, started=lines[:3],
            still_open=lines[3:], ended=[replace(LETTERS, state=State.MET, alert_id=9)] * 3)),
        ("group", compose_group(UNIT, lines, TODAY, CHECK, due_soon=9)),
        ("escalation", compose_escalation("UBND huyện", "leader",
            [replace(WAITING, line=line) for line in lines if line.alert_id], TODAY, CHECK)),
    ):  # fmt: skip
        assert len(said(renderer, template, record, language).splitlines()) <= 22, template


def crowd(number: int, name: str, times: int = 9) -> list[DigestLine]:
    items = tuple(replace(LATE, label="Đăng ký lại khai sinh " * times) for _ in range(4))
    return [
        replace(LINE, unit=f"{name} {n}", field="Bảo trợ xã hội", items=items, alert_id=n)
        for n in range(1, number + 1)
    ]


TAKEN = {n: replace(STANDING, alert_id=n, phase=Phase.TAKEN) for n in range(1, 41)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["UBND thị trấn Cần Thạnh", "Trung tâm Văn hóa, Thể thao " * 9])
def test_what_is_critical_and_finds_no_room_is_read_even_where_a_message_is_cut(
    renderer: Renderer, language: str, name: str
) -> None:
    lines, short = crowd(40, name), renderer.target_names(language)["on_time"]
    for template, record in (
        ("digest", digest(*lines)),
        ("urgent", compose_urgent(UNIT, lines, TODAY, CHECK)),
        ("summary", compose_summary("mute_ended", UNIT, TODAY, CHECK, started=lines)),
    ):
        assert record is not None
        text = said(renderer, template, record, language, standing=TAKEN)
        assert f"{short} ({40 - len(record.firing)})" in text
        assert length(text) <= LONGEST


def test_ten_lines_that_somebody_has_taken_are_still_one_message(renderer: Renderer) -> None:
    lines = crowd(40, "UBND thị trấn Cần Thạnh", times=1)
    assert "Trân trọng." in said(renderer, "digest", digest(*lines), standing=TAKEN)


# --- the other messages ---------------------------------------------------------------------------

WAITING = EscalationLine(
    line=replace(LINE, is_new=False),
    waited_working_days=6,
    reminded=(date(2021, 3, 22), date(2021, 3, 23), date(2021, 3, 26)),
    reported=(Reported(name="Trần Thị B", day=date(2021, 3, 25)),),
)


@pytest.mark.parametrize(
    ("to", "head", "end"),
    [
        ("head", "NHẮC VIỆC CHẬM XỬ LÝ", "Đề nghị đồng chí chỉ đạo xử lý và phản hồi"),
        ("deputy", "NHẮC VIỆC CHẬM XỬ LÝ", "Đề nghị đồng chí chỉ đạo xử lý và phản hồi"),
        ("leader", "BÁO CÁO VIỆC CHẬM XỬ LÝ", "Kính trình đồng chí xem xét, chỉ đạo."),
        ("chairman", "BÁO CÁO VIỆC CHẬM XỬ LÝ", "Kính trình đồng chí xem xét, chỉ đạo."),
    ],
)
def test_an_escalation_says_who_was_told_before_and_when(
    renderer: Renderer, to: str, head: str, end: str
) -> None:
    escalation = compose_escalation("UBND huyện Cần Giờ", to, [WAITING], TODAY, CHECK)
    text = said(renderer, "escalation", escalation)
    assert head in text
    assert end in text
    assert "Kính gửi: Lãnh đạo UBND huyện Cần Giờ" in text
    assert (
        "Chờ 6 ngày làm việc; đã nhắc đơn vị: 22/03, 23/03, 26/03; đã báo cáo: Trần Thị B (25/03)\n"
        "Phản hồi: chưa có\n"
    ) in text


def test_an_escalation_does_not_list_every_reminder(renderer: Renderer) -> None:
    days = tuple(date(2021, 3, day) for day in (8, 11, 16, 19))
    line = replace(WAITING, reminded=days, reported=())
    text = said(renderer, "escalation", compose_escalation("H", "head", [line], TODAY, CHECK))
    assert "Chờ 6 ngày làm việc; đã nhắc đơn vị 4 lần, gần nhất 19/03\n" in text


@pytest.mark.parametrize(
    ("changes", "phase", "words"),
    [
        pytest.param({}, Phase.TAKEN,
            "đã tiếp nhận: Nguyễn Văn A, 08:15 ngày 23/03, chưa có kết quả", id="taken by now"),
        pytest.param({}, Phase.RESOLVED, "đã kết thúc", id="ended by now"),
        pytest.param({"response": "reopened", "response_at": CHECK}, Phase.OPEN,
            "đã báo xử lý xong ngày 23/03, số liệu mới cho thấy chưa hoàn thành",
            id="a claim that the data did not prove"),
        pytest.param({"response": "muted", "response_until": LATER, "response_by": "Trần Thị B",
             "response_reason": "in_hand", "false_claims": (2, 5)}, Phase.OPEN,
            "tạm ẩn đến 08:15 ngày 23/03, người thực hiện: Trần Thị B, lý do: đang xử lý, đã có"
            " kế hoạch; trong năm 2/5 lần báo đã xử lý chưa đúng",
            id="it silenced the alert, and has said before what was not true"),
        pytest.param({"false_claims": (0, 5)}, Phase.OPEN, "chưa có",
            id="of a unit whose claims are true nothing is said"),
        pytest.param({"response": "reopened", "response_at": CHECK}, Phase.TAKEN,
            "đã tiếp nhận: Nguyễn Văn A, 08:15 ngày 23/03, chưa có kết quả",
            id="taken since that claim"),
    ],
)  # fmt: skip
def test_an_escalation_says_what_the_unit_answered(
    renderer: Renderer, changes: dict[str, Any], phase: Phase, words: str
) -> None:
    line = replace(WAITING, **changes)
    escalation = compose_escalation("UBND huyện", "leader", [line], TODAY, CHECK)
    standing = {1: replace(STANDING, phase=phase)}
    assert f"Phản hồi: {words}\n" in said(renderer, "escalation", escalation, standing=standing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_reads_numbers_and_who_acts_but_no_item(renderer: Renderer, language: str) -> None:
    group = compose_group(UNIT, [LINE, LETTERS], TODAY, CHECK, due_soon=2)
    taken = {1: replace(STANDING, phase=Phase.TAKEN)}
    text = said(renderer, "group", group, language, standing=taken)
    assert {"vi": "93,75%", "en": "93.75%"}[language] in text
    assert {"vi": "; 1 mục cần xử lý\n", "en": "; 1 to act on\n"}[language] in text
    assert "Nguyễn Văn A, 08:15" in text
    assert [line[:2] for line in text.splitlines() if "🔴" in line] == ["1.", "2."]
    assert LATE.key not in text
    assert LATE.label not in text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("mute_ended", "Đã hết thời gian tạm ẩn: Hộp thư công vụ, tất cả đơn vị"),
        ("handover", "thay đồng chí Lê Văn C."),
    ],
)
def test_a_summary_says_why_it_comes(renderer: Renderer, reason: str, words: str) -> None:
    silence = Silence(
        scope="target", unit=None, target="mailboxes", reason="nâng cấp", by="A", ends_at=LATER
    )
    summary = compose_summary(
        reason, UNIT, TODAY, CHECK, started=[LINE], still_open=[LETTERS], since=CHECK,
        silence=silence, predecessor="Lê Văn C",
        ended=[
            replace(LINE, state=State.NONE, field="Đất đai", alert_id=4, lapsed=True),
            replace(LINE, state=State.MET, field="Chứng thực", alert_id=3),
        ],
    )  # fmt: skip
    text = said(renderer, "summary", summary)
    assert words in text
    heads = [line for line in text.splitlines() if line in (
        "Mới phát sinh", "Các việc đang mở", "Vẫn chưa hoàn thành", "Đã đạt trở lại", LAPSED["vi"],
    )]  # fmt: skip
    between = "Các việc đang mở" if reason == "handover" else "Vẫn chưa hoàn thành"
    assert heads == ["Mới phát sinh", between, "Đã đạt trở lại", LAPSED["vi"]]


@pytest.mark.parametrize(
    ("language", "head", "words"),
    [
        ("vi", "TỔNG HỢP SAU THỜI GIAN MIỄN THEO DÕI", "Đã hết thời gian miễn theo dõi: Hộp thư"),
        ("en", "AFTER THE EXEMPTION", "No longer exempt: Official mailboxes"),
    ],
)
def test_a_summary_after_an_exemption_calls_it_so_and_names_its_document(
    renderer: Renderer, language: str, head: str, words: str
) -> None:
    exemption = Silence(
        scope="alert", unit=UNIT, target="mailboxes", reason="nâng cấp", by="A", ends_at=LATER,
        document="45/UBND-NV",
    )  # fmt: skip
    summary = compose_summary(
        "mute_ended", UNIT, TODAY, CHECK, still_open=[LETTERS], since=CHECK, silence=exemption
    )
    text = said(renderer, "summary", summary, language)
    assert text.startswith(f"{head}\n")
    assert words in text
    assert "45/UBND-NV" in text


def test_a_summary_of_several_mutes_names_none_of_them(renderer: Renderer) -> None:
    summary = compose_summary("mute_ended", UNIT, TODAY, CHECK, started=[LINE], since=CHECK)
    assert "Đã hết thời gian tạm ẩn của một số nội dung (từ ngày 23/03/2021)." in said(
        renderer, "summary", summary
    )


@pytest.mark.parametrize("template", sorted(NOTICES))
def test_a_queued_message_comes_out_of_the_outbox_in_words(
    renderer: Renderer, template: str
) -> None:
    for facts in NOTICE_FACTS[template]:
        message = OutboxMessage(
            id=1, person_id=1, chat_id=1, language="vi", template=template, attempt=1,
            payload={template: facts[template].to_payload(), "slug": "xa_binh_khanh"},
            not_before=CHECK,
        )  # fmt: skip
        found = facts_of(message, CHECK)
        assert found[template] == facts[template]
        assert renderer.render("vi", template, found)


def test_a_silent_source_that_was_queued_by_an_older_version_can_be_told(
    renderer: Renderer,
) -> None:
    source = {
        "kind": "stale", "source": "dossiers", "unit": UNIT, "is_district": False,
        "newest": "2021-03-18", "working_days": 3,
    }  # fmt: skip

    def words(payload: dict[str, Any]) -> str:
        message = OutboxMessage(
            id=1, person_id=1, chat_id=1, language="vi", template="stale_source", attempt=1,
            payload=payload, not_before=CHECK,
        )  # fmt: skip
        return renderer.render("vi", "stale_source", facts_of(message, CHECK))

    assert words(source) == words({"sources": [source]})
    both = words({"sources": [source, {**source, "source": "letters"}]})
    assert both.count("Lần cập nhật gần nhất: <b>18/03/2021</b>") == 2


@pytest.mark.parametrize("template", sorted({*NOTICES, "refused_file"}))
def test_a_message_shows_no_pictures_but_the_marks_of_states(
    renderer: Renderer, template: str
) -> None:
    for facts in NOTICE_FACTS.get(template, []):
        text = renderer.render("vi", template, facts)
        pictures = {letter for letter in text if ord(letter) > 0x2300 and letter not in "…–•"}
        assert pictures <= {*"🟢🟡🔴⚪"}
