"""Which rows below the header are data, and which totals, signatures or group titles?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from db.intake.header import HEADER_WITHIN, Header, Synonyms, find_header, fold

_DIGITS = frozenset("0123456789")
_TOTAL = re.compile(r"(tổng cộng|tổng số|tổng|cộng)(?![^\W\d_])")
_PLAIN_TOTAL = re.compile(r"tong cong|tong so( ho so)?|cong|tong")
# Words that begin like a total and are none.
_NO_TOTAL = re.compile(r"tổng (cục|công ty|hợp|đội|đài|kho|thanh|biên)|cộng (đồng|tác|sản|hòa|hoà)")
_GRAND = re.compile(r"tong (cong|so)|tong$")
_COUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_SIGNED = re.compile(
    r"(nguoi lap|lap bieu|nguoi tong hop|nguoi ky|ky ten|ky va ghi|thu truong|truong phong|"
    r"chanh van phong|pho chanh|chu tich|pho chu tich|giam doc|hieu truong|ke toan|xac nhan cua|"
    r"t[ml] uy ban|tm ubnd|kt chu tich|tuq|noi nhan)\b|.*\bngay (.{1,5} )?thang (.{1,5} )?nam\b"
)
_SIGNATURE_TAIL = 6  # rows in which the names under a signature block may stand
_NUMBERING = re.compile(r"\(?(\d{1,2}|[A-Z])\)?")
_ORDINAL = re.compile(r"(?:[IVXL]+|[A-H]|\d{1,3})[.)]?")
_LETTERED = re.compile(r"(?:[IVXL]+|[A-H])[.)]?")
_GROUP = re.compile(r"(?:(?:[IVXL]+|[A-H]|\d{1,3})[.)]\s*)?([^:]{3,40}):\s*(\S.*)")
_UNIT_NAME = re.compile(r"(ubnd|uy ban|phong|xa|thi tran|phuong|ban|van phong|truong)\b")


class Body:
    """The data rows of a table, walked once: (row number in the file, cells).

    Group titles ("Lĩnh vực: Hộ tịch") fill the field or the unit of the rows below them where the
    table has no such column or leaves it blank. After the walk ``dropped`` counts what was left
    out by sort (blank, total, signature, header, numbering, group) and ``printed_total`` is the
    grand total that the file prints of itself.
    """

    def __init__(
        self,
        rows: Iterable[list[str]],
        header: Header,
        *,
        key: str,
        groups: Mapping[str, frozenset[str]],
    ) -> None:
        """``key`` is the column that every data row should fill; ``groups`` the columns that a
        group title may fill, with the labels (folded) that announce each."""
        self.columns: dict[str, int] = dict(header.columns)
        self.width = header.width
        for name in groups:
            if name not in self.columns:
                self.columns[name] = self.width
                self.width += 1
        self.dropped: Counter[str] = Counter()
        self.printed_total: int | None = None
        self.wider = False  # a row has more cells than the header has titles
        self._rows = rows
        self._header = header
        self._key_at = self.columns.get(key)
        self._groups = groups
        self._levels: list[str] = []  # group columns in the order in which they nest
        self._filled: dict[str, str] = {}
        self._signed_at = -_SIGNATURE_TAIL
        self._fresh = True  # just below a header, where columns may be numbered

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        width = self.width
        key_at = self._key_at
        for number, cells in enumerate(self._rows, self._header.last_row + 1):
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            elif len(cells) > width and any(cells[width:]):
                self.wider = True
            key = "" if key_at is None else cells[key_at]
            # A key without a blank that begins or ends in a digit is surely data: the usual row.
            if (
                not key
                or self._fresh
                or " " in key
                or (key[-1] not in _DIGITS and key[0] not in _DIGITS and "@" not in key)
                or key.isdigit()
            ) and (sort := self._sort_to_drop(number, cells, key)):
                self.dropped[sort] += 1
                continue
            if self._filled:
                for name, text in self._filled.items():
                    if not cells[self.columns[name]]:
                        cells[self.columns[name]] = text
            yield number, cells

    def _sort_to_drop(self, number: int, cells: list[str], key: str) -> str | None:
        texts = [cell for cell in cells if cell]
        if not texts:
            return "blank"
        if self._repeats_header(cells):
            self._fresh = True
            return "header"
        fresh, self._fresh = self._fresh, False
        if fresh and _is_numbering(texts):
            return "numbering"
        if _holds_code(key):
            return None
        if total := next((text for text in texts[:2] if _is_total(text)), None):
            self._note_total(texts, total)
            return "total"
        if len(texts) <= 3:
            if self._note_group(texts):
                return "group"
            if any(_SIGNED.match(fold(text)) for text in texts):
                self._signed_at = number
                return "signature"
            if number - self._signed_at < _SIGNATURE_TAIL:
                return "signature"
        return None

    def _repeats_header(self, cells: Sequence[str]) -> bool:
        folded = [fold(cell) if len(cell) < 200 else cell for cell in cells]
        filled = sum(map(bool, folded))
        for row in self._header.texts:
            same = sum(1 for a, b in zip(folded, row, strict=False) if a and a == b)
            if same >= 3 and same * 2 > filled:
                return True
        return False

    def _note_total(self, texts: Sequence[str], total: str) -> None:
        if not _GRAND.match(fold(total)):
            return
        after = texts[texts.index(total) :]
        counts = (_COUNT.search(text) for text in after)
        found = next(filter(None, counts), None)
        if found:
            self.printed_total = int(found[0].replace(".", ""))

    def _note_group(self, texts: Sequence[str]) -> bool:
        titles = texts[1:] if len(texts) > 1 and _ORDINAL.fullmatch(texts[0]) else texts
        for name, labels in self._groups.items():
            found = _GROUP.fullmatch(titles[0])
            if found and fold(found[1]) in labels:
                self._fill(name, found[2].strip())
                return True
        if len(texts) == 2 and _LETTERED.fullmatch(texts[0]) and titles is not texts:
            name = "unit" if _UNIT_NAME.match(fold(titles[0])) else "field"
            if name in self._groups:
                self._fill(name, titles[0])
                return True
        return False

    def _fill(self, name: str, text: str) -> None:
        if name not in self._levels:
            self._levels.append(name)
        for inner in self._levels[self._levels.index(name) + 1 :]:
            self._filled.pop(inner, None)
        self._filled[name] = text


def read_table(
    rows: Iterable[list[str]],
    synonyms: Synonyms,
    *,
    required: Mapping[str, Sequence[str]],
    keys: Mapping[str, str],
    kind: str | None = None,
) -> tuple[Header, Body] | None:
    """The header and the body of the first table in the rows; None when there is no header."""
    walked = iter(rows)
    head = list(islice(walked, HEADER_WITHIN + 1))
    header = find_header(head, synonyms, required=required, kind=kind)
    if header is None:
        return None
    columns = synonyms[header.kind]
    groups = {name: columns[name] for name in ("field", "unit") if name in columns}
    rest = chain(head[header.last_row :], walked)
    return header, Body(rest, header, key=keys[header.kind], groups=groups)


def _holds_code(key: str) -> bool:
    """A key of one word with a digit, or an address; a bare number may be a printed total."""
    if not key or " " in key or key.isdigit():
        return False
    return "@" in key or not _DIGITS.isdisjoint(key)


def _is_total(text: str) -> bool:
    lowered = text.casefold().lstrip("*-+ ")
    if _TOTAL.match(lowered):
        return not _NO_TOTAL.match(lowered)
    # Typed without marks, "cong" may as well be the first word of "Công an": it must stand alone.
    return lowered.isascii() and _PLAIN_TOTAL.fullmatch(fold(lowered)) is not None


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether the row only numbers the columns: ``A | B | (1) | (2) | (3)``."""
    found = [_NUMBERING.fullmatch(text) for text in texts]
    if len(texts) < 3 or not all(found):
        return False
    numbers = [int(one[1]) for one in found if one and one[1].isdigit()]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
