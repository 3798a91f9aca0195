"""What did the text mean that an old Vietnamese font or a wrong code page has garbled?

TCVN3 is the 1993 standard TCVN 5712 as the .VnTime fonts use it; VNI-Windows writes the marks as
letters of their own. Both are met as Latin-1 characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from db.intake.syllables import vietnamese_share

# TCVN3 letters by byte, from 0xA1; a dot stands for a byte that the standard leaves to capitals
# with accents, which these fonts do not use (they share the small letters' bytes).
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ......"  # A1..B4
    "àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ."
)

_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {
    **{"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"},
}
_VNI_BREVE = {
    **{"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"},
}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


@lru_cache(maxsize=1)
def _tcvn3_table() -> dict[int, str]:
    return {0xA1 + place: letter for place, letter in enumerate(_TCVN3) if letter != "."}


@lru_cache(maxsize=1)
def _vni_table() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for base in "aeo":
        for sign, tone in _VNI_CIRCUMFLEX.items():
            pairs[base + sign] = base + "\u0302" + tone
    for sign, tone in _VNI_BREVE.items():
        pairs["a" + sign] = "a\u0306" + tone
    for base, letter in {**dict(zip("aeouy", "aeouy", strict=True)), "ô": "ơ", "ö": "ư"}.items():
        for sign, tone in _VNI_TONES.items():
            pairs[base + sign] = letter + tone
    pairs.update(_VNI_ALONE)
    composed = {key: unicodedata.normalize("NFC", value) for key, value in pairs.items()}
    capitals = {key.upper(): value.upper() for key, value in composed.items()}
    # A capital first letter with small signs ("Aâ") is as common as all capitals.
    titles = {key[0].upper() + key[1:]: value.upper() for key, value in composed.items()}
    return titles | capitals | composed


@lru_cache(maxsize=1)
def _page_bytes() -> dict[int, int]:
    """windows-1252 characters to their bytes; the five unused bytes stand for themselves."""
    table: dict[int, int] = {}
    for byte in range(0x80, 0x100):
        try:
            table[ord(bytes([byte]).decode("cp1252"))] = byte
        except UnicodeDecodeError:
            table[byte] = byte
    return table


def decode_tcvn3(text: str) -> str:
    return text.translate(_tcvn3_table())


def decode_vni(text: str) -> str:
    table = _vni_table()
    decoded: list[str] = []
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if len(pair) == 2 and pair in table:
            decoded.append(table[pair])
            place += 2
        else:
            decoded.append(table.get(pair[0], pair[0]))
            place += 1
    return "".join(decoded)


def decode_windows_1258(text: str) -> str:
    """windows-1258 bytes that were read as windows-1252 ("XaÞ BiÌnh")."""
    raw = text.translate(_page_bytes()).encode("latin-1")
    return unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))


def decode_utf8(text: str) -> str:
    """UTF-8 bytes that were read as windows-1252 ("BÃ¬nh"); text that was not is left alone."""
    try:
        # "à" is the bytes C3 A0, and A0 read as a no-break space often became a plain one.
        raw = text.replace("Ã ", "Ã\xa0").translate(_page_bytes()).encode("latin-1")
        return raw.decode("utf-8")
    except UnicodeError:
        return text


def repair_lines(decode: Callable[[str], str]) -> Callable[[str], str]:
    """A repair that judges line by line, because one sheet often mixes old and new fonts."""

    def repair_line(line: str) -> str:
        if line.isascii():
            return line
        try:
            line.translate(_page_bytes()).encode("latin-1")
        except UnicodeError:  # holds letters that no old encoding had: it is not garbled
            return line
        repaired = decode(line)
        return repaired if vietnamese_share(repaired) >= vietnamese_share(line) else line

    def repair(text: str) -> str:
        if text.isascii():
            return text
        return "\n".join(map(repair_line, text.split("\n")))

    return repair
