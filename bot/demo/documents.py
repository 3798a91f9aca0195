"""Which documents did the offices of the invented district send out, and in which form?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from random import Random

from bot.demo import story
from bot.demo.days import YEAR, after, at, working_days
from bot.demo.offices import COMMUNES, DEPARTMENTS, STORY_SLUG, Office

COLUMNS = (
    "STT", "Số ký hiệu", "Ngày ban hành", "Loại văn bản", "Trích yếu", "Đơn vị ban hành",
    "Nơi nhận", "Loại nơi nhận", "Hình thức gửi", "Ký số", "Độ mật", "Ngày gửi",
    "Trạng thái liên thông",
)  # fmt: skip
ELECTRONIC, BOTH, PAPER = "Điện tử", "Điện tử + giấy", "Văn bản giấy"
AGENCY = "Cơ quan hành chính"
_KINDS = (
    ("Công văn", "UBND", "V/v rà soát hộ nghèo"),
    ("Công văn", "UBND-VP", "V/v báo cáo công tác cải cách hành chính"),
    ("Báo cáo", "BC-UBND", "Kết quả phòng, chống dịch"),
    ("Báo cáo", "BC-UBND", "Tình hình tiếp nhận, giải quyết hồ sơ trong tuần"),
    ("Tờ trình", "TTr-UBND", "Bổ sung kinh phí hoạt động"),
    ("Kế hoạch", "KH-UBND", "Tuyên truyền cải cách hành chính"),
    ("Thông báo", "TB-UBND", "Kết luận cuộc họp giao ban"),
)
_RECEIVERS = (
    "UBND huyện", "Phòng Nội vụ", "Phòng Tư pháp", "Phòng Tài chính – Kế hoạch", "Phòng LĐ-TB&XH",
    "Phòng Tài nguyên và Môi trường", "Thanh tra huyện", "Văn phòng HĐND và UBND",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    number: str
    issued: date
    kind: str
    subject: str
    office: Office
    receiver: str
    receiver_kind: str
    form: str
    signed: bool
    sent: datetime
    secret: bool = False
    copy_followed: date | None = None  # when paper alone was mended by an electronic copy


@lru_cache(maxsize=8)
def documents_until(day: date, seed: int) -> tuple[Document, ...]:
    """What was sent before a day, day by day; each office numbers its own documents."""
    numbers: dict[str, int] = {}
    return tuple(
        document
        for issued in working_days(YEAR, day)
        for office in (*COMMUNES, *DEPARTMENTS)
        for document in _of_office(office, issued, numbers, seed)
    )


def _of_office(office: Office, day: date, numbers: dict[str, int], seed: int) -> Iterator[Document]:
    chance = Random(f"{seed}-documents-{office.slug}-{day}")  # noqa: S311
    for minute in range(chance.choice((0, 1, 1, 2, 2) if office in COMMUNES else (0, 1, 1, 2))):
        numbers[office.slug] = numbers.get(office.slug, 0) + 1
        yield _sent(office, day, numbers[office.slug], minute, chance)
    if office.slug == STORY_SLUG and day in story.PAPER:
        numbers[office.slug] = numbers.get(office.slug, 0) + 1
        yield Document(
            number=f"{numbers[office.slug]}/BC-UBND",
            issued=day,
            kind="Báo cáo",
            subject="Kết quả phòng, chống dịch",
            office=office,
            receiver="Phòng Nội vụ",
            receiver_kind=AGENCY,
            form=PAPER,
            signed=False,
            sent=at(day, 16, 5),
            copy_followed=story.PAPER[day],
        )


def _sent(office: Office, day: date, number: int, minute: int, chance: Random) -> Document:
    kind, mark, subject = chance.choice(_KINDS)
    dice = chance.random()
    receiver, receiver_kind = chance.choice(_RECEIVERS), AGENCY
    form = chance.choices((ELECTRONIC, BOTH), (94, 6))[0]
    if dice < 0.06:
        receiver, receiver_kind, form = "Công dân", "Công dân", PAPER
        kind, mark, subject = "Công văn", "UBND", "Trả lời đơn kiến nghị"
    elif dice < 0.10:
        receiver, receiver_kind, form = "Nội bộ", "Nội bộ", PAPER
        kind, mark, subject = "Quyết định", "QĐ-UBND", "Khen thưởng"
    elif dice < 0.105 and office.slug != STORY_SLUG:
        form = PAPER
    if office not in COMMUNES:
        mark = mark.replace("UBND", office.mail.upper())
    secret = receiver_kind == AGENCY and dice > 0.98
    mended = receiver_kind == AGENCY and form == PAPER and chance.random() < 0.5
    return Document(
        number=f"{number}/{mark}",
        issued=day,
        kind=kind,
        subject=subject,
        office=office,
        receiver="UBND huyện" if receiver == office.name else receiver,
        receiver_kind=receiver_kind,
        form=form,
        signed=form != PAPER and chance.random() < 0.97,
        sent=at(day, 8 + 3 * minute, chance.randrange(60)),
        secret=secret,
        copy_followed=after(day, 4) if mended else None,
    )


def document_rows(day: date, seed: int) -> list[Mapping[str, object]]:
    """The document system's list on a morning; secret rows carry no number and no subject."""
    rows: list[Mapping[str, object]] = []
    for document in documents_until(day, seed):
        row = _row(document, day)
        rows.append({"STT": len(rows) + 1, **row})
        if len(rows) % 400 == 7 and document.receiver_kind == AGENCY and not document.secret:
            # Sent twice by mistake and taken back: the list keeps both.
            sent = document.sent.replace(minute=(document.sent.minute + 2) % 60)
            again = {"Ngày gửi": f"{sent:%d/%m/%Y %H:%M}", "Trạng thái liên thông": "Thu hồi"}
            rows.append({"STT": len(rows) + 1, **row, **again})
    return rows


def _row(document: Document, day: date) -> Mapping[str, object]:
    mended = document.copy_followed is not None and document.copy_followed < day
    form = BOTH if document.form == PAPER and mended else document.form
    return {
        "Số ký hiệu": "" if document.secret else document.number,
        "Ngày ban hành": f"{document.issued:%d/%m/%Y}",
        "Loại văn bản": document.kind,
        "Trích yếu": "" if document.secret else document.subject,
        "Đơn vị ban hành": document.office.name,
        "Nơi nhận": "Công an huyện" if document.secret else document.receiver,
        "Loại nơi nhận": document.receiver_kind,
        "Hình thức gửi": PAPER if document.secret else form,
        "Ký số": "" if document.secret or form == PAPER else "Có" if document.signed else "Không",
        "Độ mật": "Mật" if document.secret else "Thường",
        "Ngày gửi": f"{document.sent:%d/%m/%Y %H:%M}",
        "Trạng thái liên thông": "" if form == PAPER or document.secret else "Đã nhận",
    }
