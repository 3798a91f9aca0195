"""When do two spellings of a name mean the same, and what of a typed text is seen?"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_D = str.maketrans("đĐðÐ", "dddd")  # ð and Ð come from old fonts and look the same
_OTHER = re.compile(r"[^0-9a-z]+")

# The words an office writes before a place or a school, and what they stand for. Several readings
# of one word are all tried: "TT" is a town before a place and a centre before a task.
_OPENINGS: dict[str, tuple[str, ...]] = {
    "tt": ("thi tran", "trung tam"),
    "x": ("xa",),
    "p": ("phong", "phuong"),
    "mn": ("truong mam non",),
    "mam non": ("truong mam non",),
    "th": ("truong tieu hoc",),
    "tieu hoc": ("truong tieu hoc",),
    "thcs": ("truong thcs",),
    "truong trung hoc co so": ("truong thcs",),
    "h": ("huyen",),
}
_KINDS = tuple(sorted({r for each in _OPENINGS.values() for r in each}, key=len, reverse=True))
_PEOPLES_COMMITTEE = re.compile(r"^(ubnd|uy ban nhan dan|uy ban nd)(?: |$)")


# What is there and is not seen (Cf: no width, or turning the direction of reading), and what no
# text should have; some letters are blank.
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def as_seen(text: str) -> str:
    """What a person typed, as others see it: one line, nothing invisible; empty where there was
    nothing else.
    """
    spaced = (" " if c.isspace() or c in _BLANK else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Accent-less, lower-case words: 'UBND X. Bình Khánh' -> 'ubnd x binh khanh'."""
    bare = unicodedata.normalize("NFD", text.translate(_D))
    letters = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return _OTHER.sub(" ", letters).strip()


@lru_cache(maxsize=65536)
def unit_keys(text: str) -> tuple[str, ...]:
    """Every folded form under which a unit so written may be known, the likeliest first."""
    key = fold(text)
    bare = _PEOPLES_COMMITTEE.sub("", key).strip()
    # The People's Committee of nothing further is no unit; "UBND huyện" is the district itself.
    forms = [key] if not bare else [bare] if bare == key else [bare, key]
    for form in tuple(forms):
        for opening, readings in _OPENINGS.items():
            if form.startswith(opening + " "):
                forms += [reading + form[len(opening) :] for reading in readings]
    return tuple(dict.fromkeys(forms))


def proper_part(key: str) -> str:
    """A folded name without the words for what it names: 'ubnd xa binh khanh' -> 'binh khanh'."""
    bare = _PEOPLES_COMMITTEE.sub("", key)
    kind = next((kind for kind in _KINDS if bare.startswith(kind + " ")), "")
    return bare[len(kind) :].strip()
