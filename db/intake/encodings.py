"""In which encoding is a text, and what does it say once that is set right?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from db.intake.legacy_fonts import (
    decode_tcvn3,
    decode_utf8,
    decode_vni,
    decode_windows_1258,
    repair_lines,
)
from db.intake.refusals import UnreadableFile
from db.intake.syllables import accented_words, vietnamese_share

Repair = Callable[[str], str]
UNICODE = frozenset({"utf-8", "utf-16-le", "utf-16-be"})

_SPACES = "\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NOTHING = "\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
# Full-width letters and digits, but not the signs that separate or quote the cells of a csv.
_FULL_WIDTH = "\uff01\uff03-\uff0b\uff0d-\uff1a\uff1c-\uff5b\uff5d\uff5e"
_JUNK = re.compile(f"[{_SPACES}{_NOTHING}{_FULL_WIDTH}\xd0\xf0]")
_SPACE = re.compile(f"[{_SPACES}]")

# First bytes, in UTF-8, of what may need cleaning and is rare in Vietnamese text: signs of Latin-1
# such as the no-break space, combining marks, ideographic spaces, full-width forms.
_RARE_LEADS = (b"\xc2", b"\xcc", b"\xe3", b"\xef")
_GENERAL_PUNCTUATION = re.compile(rb"\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoding:
    """How to turn bytes into text: decode with ``codec``, then ``repair`` where there is one."""

    name: str
    codec: str
    errors: str = "strict"
    bom: int = 0  # bytes to leave out at the beginning
    repair: Repair | None = None

    @property
    def is_repaired(self) -> bool:
        """Whether the text was written otherwise than anybody expects today: in no Unicode."""
        return self.repair is not None or self.codec not in UNICODE


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_GARBLED: tuple[tuple[str, Repair], ...] = (
    ("utf-8 read as windows-1252", decode_utf8),
    ("windows-1258 read as windows-1252", decode_windows_1258),
    ("TCVN3", decode_tcvn3),
    ("VNI-Windows", decode_vni),
)


def find_encoding(sample: bytes) -> Encoding:
    """The encoding of a text file, judged by its first bytes (some 64 KB with accents in them).

    Raises UnreadableFile when it is neither Unicode nor one of the old Vietnamese encodings.
    """
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            text = sample[len(bom) :].decode(codec, "ignore")
            return _with_repair(Encoding(name=codec, codec=codec, bom=len(bom)), text)
    if wide := _utf16_without_bom(sample):
        return _with_repair(Encoding(name=wide, codec=wide), sample.decode(wide, "ignore"))
    try:
        text = sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # The sample may end in the middle of a letter; and a few damaged bytes make no other
        # encoding of it: whoever decodes it strictly says where they are.
        text = sample.decode("utf-8", "replace")
        if error.start < len(sample) - 3 and not _is_mostly_sound(text):
            return _old_encoding(sample)
    return _with_repair(Encoding(name="utf-8", codec="utf-8"), text)


def find_repair(sample: str) -> tuple[str, Repair] | None:
    """The name and the repair of a garbled text; None when it reads well as it is."""
    as_it_is = vietnamese_share(sample)
    if as_it_is >= 0.75:
        return None
    best: tuple[float, str, Repair] | None = None
    for name, decode in _GARBLED:
        repair = repair_lines(decode)
        share = vietnamese_share(repair(sample))
        if best is None or share > best[0]:
            best = (share, name, repair)
    if best is None or best[0] < max(0.6, as_it_is + 0.2):
        return None
    return best[1], best[2]


def clean_text(text: str) -> str:
    """NFC; spaces of any kind as plain ones; invisible characters gone; full-width as plain; Đ."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _JUNK.sub(_replace_junk, text)


def may_need_cleaning(utf8: bytes, text: str) -> bool:
    """Whether clean_text could change the text; quick, and never wrongly False for Vietnamese.

    Takes the text in both forms, as each search is many times faster in one of them.
    """
    return (
        "\xd0" in text
        or "\xf0" in text
        or any(lead in utf8 for lead in _RARE_LEADS)
        or _GENERAL_PUNCTUATION.search(utf8) is not None
    )


def _replace_junk(match: re.Match[str]) -> str:
    letter = match[0]
    if letter in "\xd0\xf0":  # Icelandic eth, which looks like our letter and is not
        return "Đ" if letter == "\xd0" else "đ"
    if letter >= "\uff01" and letter != "\ufeff":
        return chr(ord(letter) - 0xFEE0)
    return " " if _SPACE.match(letter) else ""


def _is_mostly_sound(text: str) -> bool:
    damaged = text.count("\ufffd")
    accented = sum(1 for letter in text if letter > "\x7f") - damaged
    return accented > 5 * damaged


def _utf16_without_bom(sample: bytes) -> str | None:
    """Plain letters and commas in UTF-16 have a zero in every other byte, always the same one."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 5
    if odd > enough and even * 20 < odd:
        return "utf-16-le"
    if even > enough and odd * 20 < even:
        return "utf-16-be"
    return None


def _with_repair(encoding: Encoding, text: str) -> Encoding:
    found = find_repair(text)
    if found is None:
        return encoding
    return Encoding(
        name=found[0],
        codec=encoding.codec,
        errors=encoding.errors,
        bom=encoding.bom,
        repair=found[1],
    )


def _old_encoding(sample: bytes) -> Encoding:
    latin = sample.decode("latin-1")
    candidates = (
        (
            sample.decode("cp1258", "replace"),
            Encoding(name="windows-1258", codec="cp1258", errors="replace"),
        ),
        (
            decode_tcvn3(latin),
            Encoding(name="TCVN3", codec="latin-1", repair=repair_lines(decode_tcvn3)),
        ),
        (
            decode_vni(latin),
            Encoding(name="VNI-Windows", codec="latin-1", repair=repair_lines(decode_vni)),
        ),
    )
    scored = [
        (vietnamese_share(unicodedata.normalize("NFC", text)), encoding)
        for text, encoding in candidates
    ]
    share, encoding = max(scored, key=lambda pair: pair[0])
    if share < 0.5:
        seen = ", ".join(repr(word) for word in accented_words(latin)[:3])
        raise UnreadableFile(
            "unknown_encoding",
            "the text is neither Unicode nor windows-1258, TCVN3 or VNI-Windows"
            f" (it shows {seen}): save it again as 'CSV UTF-8'",
        )
    return encoding
