"""Does a text read as Vietnamese? Judged by its accented syllables, to tell encodings apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_CODAS = ("c", "ch", "k", "m", "n", "ng", "nh", "p", "t")
_ONSETS = (
    *("ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g"),
    *("h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "q", ""),
)
# Rimes as "letters:where the tone mark may stand". The place of the mark is what tells real
# Vietnamese from VNI text, whose marks stand as letters of their own ("Xaõ").
_OPEN = (
    "a:0 e:0 ê:0 i:0 o:0 ô:0 ơ:0 u:0 ư:0 y:0 ai:0 ao:0 au:0 ay:0 âu:0 ây:0 eo:0 êu:0 ia:0 iu:0 "
    "oi:0 ôi:0 ơi:0 ua:0 ui:0 ưa:0 ưi:0 ưu:0 oa:01 oe:01 uy:01 uê:1 uơ:1 iêu:1 yêu:1 uôi:1 ươi:1 "
    "ươu:1 oai:1 oay:1 oeo:1 uây:1 uya:1 uyu:1"
)
_CLOSED = (
    "a:0 ă:0 â:0 e:0 ê:0 i:0 o:0 ô:0 ơ:0 u:0 ư:0 y:0 iê:1 yê:1 uô:1 ươ:1 oa:1 oă:1 oe:1 uâ:1 uê:1 "
    "uy:1 oo:1 uyê:2"
)
# Runs of letters and of anything outside ASCII: a wrong encoding turns letters into signs.
_TOKEN = re.compile(r"[^\s\x00-\x40\x5b-\x60\x7b-\x7f]+")
_QUOTES = "“”‘’…–—«»"


@lru_cache(maxsize=1)
def _rimes() -> frozenset[str]:
    found: set[str] = set()
    for rimes, codas in ((_OPEN, ("",)), (_CLOSED, _CODAS)):
        for rime in rimes.split():
            letters, places = rime.split(":")
            for place in map(int, places):
                for tone in _TONES:
                    toned = letters[: place + 1] + tone + letters[place + 1 :]
                    found.update(unicodedata.normalize("NFC", toned) + coda for coda in codas)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether the word is spelled as one Vietnamese syllable; case does not matter."""
    lowered = unicodedata.normalize("NFC", word).lower()
    rimes = _rimes()
    return any(lowered.startswith(onset) and lowered[len(onset) :] in rimes for onset in _ONSETS)


def accented_words(text: str) -> list[str]:
    """The words of the text that hold anything outside ASCII."""
    words = (token.strip(_QUOTES) for token in _TOKEN.findall(text))
    return [word for word in words if word and not word.isascii()]


def vietnamese_share(text: str) -> float:
    """The share (0..1) of accented words that are Vietnamese syllables; 1 when there are none."""
    words = accented_words(text)
    return sum(map(is_syllable, words)) / len(words) if words else 1.0
