"""What did somebody write after /thresholds? A place, a threshold, a value, a day and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from alerts.thresholds.kinds import THRESHOLDS, Measure, Scope
from bot.typed.words import DayWrong, read_day
from db.names import fold
from db.records import Target

BACK_TO_SETTINGS = ("mặc định", "mac dinh", "default", "reset")
RUNG = r"(?:deputy|head|leader|chairman)\s+\d{1,3}"
VALUES = {
    Measure.PERCENT: re.compile(r"(?:>=|>|=)?\s*\d{1,3}\s*%?"),
    Measure.LADDER: re.compile(rf"{RUNG}(?:\s*,?\s*{RUNG})*"),
}
VIETNAMESE_RUNGS = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), rung)
    for said, rung in (
        ("cấp phó|cap pho", "deputy"),
        ("thủ trưởng|thu truong", "head"),
        ("lãnh đạo|lanh dao", "leader"),
        ("chủ tịch|chu tich", "chairman"),
    )
)
NUMBER = re.compile(r"\S+")
REASON = re.compile(r"(?:^|\s)(?:lý do|ly do|reason)(?:\s*:\s*|\s+)(.*)$", re.IGNORECASE)
DOCUMENT = re.compile(r"(?:^|\s)(?:văn bản|van ban|document)(?:\s*:\s*|\s+)(.*)$", re.IGNORECASE)
FROM = re.compile(r"(?:^|\s)(?:từ|tu|from)\s+(\S+)\s*$", re.IGNORECASE)


Meaning = TypeVar("Meaning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What was understood; `unit` is words still to be looked up. `value` None: back to the
    settings. Of `/thresholds on_time` alone there is no name, and no value was `given`.
    """

    target: str | None = None
    source: str | None = None
    name: str = ""
    given: bool = False
    value: str | None = None
    unit: str = ""
    valid_from: date | DayWrong | None = None
    reason: str = ""
    document: str = ""


def read_typed(
    words: Sequence[str],
    targets: Iterable[Target],
    sources: Mapping[str, str],
    names: Mapping[str, str],
) -> Typed | None:
    """`/nguong on_time margin_points 2 xã Bình Khánh từ 01/04/2021 văn bản 12/UBND lý do …`

    Targets by id, number in the plan or name; `sources` and `names` (of thresholds) by id or the
    name in the person's language. None where no such thing is named.
    """
    places: dict[str, tuple[str | None, str | None]] = {}
    for target in targets:
        for word in (target.id, target.item, *target.names.values()):
            places.setdefault(fold(word), (target.id, None))
    for kind, called in sources.items():
        for word in (kind, called):
            # Some sources are called as a target is: which is meant the threshold says.
            of_target, _ = places.get(fold(word), (None, None))
            places[fold(word)] = of_target, kind
    place, rest = _longest(words, places)
    target_id, source = place or (None, None)
    known = {fold(word): name for name in THRESHOLDS for word in (name, names.get(name, name))}
    found, rest = _longest(rest, known)
    # A source has one threshold only: its name may be left out.
    if found is None and (source is None or target_id is not None or not rest):
        source = source if target_id is None else None
        return Typed(target=target_id, source=source) if place and not rest else None
    name = found or "max_age_days"
    of_source = THRESHOLDS[name].scope is Scope.SOURCE
    target_id, source = (None, source) if of_source else (target_id, None)
    text = " ".join(rest)
    if not text:
        return Typed(target=target_id, source=source, name=name)
    read = _value(name, text)
    if read is None:
        return None
    value, text = read
    text, reason = _cut(REASON, text)
    text, document = _cut(DOCUMENT, text)
    text, day = _cut(FROM, text)
    valid_from = (read_day(day) or DayWrong(day)) if day else None
    return Typed(
        target=target_id,
        source=source,
        name=name,
        given=True,
        value=value,
        unit=text.strip(),
        valid_from=valid_from,
        reason=reason,
        document=document,
    )


def _longest(
    words: Sequence[str], known: Mapping[str, Meaning]
) -> tuple[Meaning | None, Sequence[str]]:
    """The meaning of the longest beginning that is known, and the words after it."""
    for length in range(len(words), 0, -1):
        found = known.get(fold(" ".join(words[:length])))
        # A sign alone (the ">" of a goal) folds to nothing: it belongs to what follows.
        if found is not None and fold(words[length - 1]):
            return found, words[length:]
    return None, words


def _value(name: str, text: str) -> tuple[str | None, str] | None:
    """The value at the beginning, as it is kept, and what follows."""
    for word in BACK_TO_SETTINGS:
        if text.lower() == word or text.lower().startswith(f"{word} "):
            return None, text[len(word) :]
    if (measure := THRESHOLDS[name].measure) is Measure.LADDER:
        text = _with_rungs(text)
    found = VALUES.get(measure, NUMBER).match(text)
    if found is None:
        return None
    value, rest = found[0].strip(), text[found.end() :]
    if measure is Measure.LADDER:
        value = ", ".join(" ".join(rung.split()) for rung in re.findall(RUNG, value))
    return value, rest


def _with_rungs(text: str) -> str:
    """The Vietnamese words of a ladder as settings.toml writes them; the rest as it was."""
    for said, rung in VIETNAMESE_RUNGS:
        text = said.sub(rung, text)
    return text


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The text before a keyword, and what the keyword says."""
    found = pattern.search(text)
    return (text, "") if found is None else (text[: found.start()], found[1].strip())
