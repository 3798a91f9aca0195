"""What may an option of a target be? The words, numbers and days that its .sql files understand."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

Option = int | str | bool

# Of the options that ship, by their name.
WORDS: Mapping[str, tuple[str, ...]] = {
    "formula": ("finished_and_overdue", "finished", "portal_766"),
    "base": ("eligible", "all"),
}
NUMBERS: Mapping[str, tuple[int, int]] = {
    "least_level": (1, 4),
    "most_level": (1, 4),
    "both_kinds_from_month": (1, 12),
}
# By how any option's name ends: such a number gives a day, see `Moment.parameters`.
DAYS = ("_days", "_days_ahead")
MOST_DAYS = 3660
SOME_DAYS = 5
DOMAIN = re.compile(r"([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?")
ENDINGS = {".sql": True, ".items.sql": True, ".why.sql": False, ".left_out.sql": False}  # needed?
SHIPPED = Path(__file__).parent / "targets"


def options_in_force(
    given: Mapping[str, Option], shipped: Mapping[str, Option]
) -> dict[str, Option]:
    """The shipped options with the given ones instead, as the statements need them; those that
    `wrong_options` names are left as they ship.
    """
    right = {**shipped}
    for name, value in given.items():
        with suppress(ValueError):
            right[name] = _read(name, value, shipped)
    return right


def wrong_options(
    target_id: str,
    given: Mapping[str, Option],
    shipped: Mapping[str, Option],
    folders: Sequence[Path],
) -> list[str]:
    """A sentence for each option that is wrong, or that no statement of the target asks for.

    `shipped`: the target's own as they ship, which say what sort of value is right; `folders`:
    where an office has statements of its own.
    """
    faults = []
    for name, value in given.items():
        try:
            _read(name, value, shipped)
        except ValueError as wrong:
            shown = json.dumps(value, ensure_ascii=False)[:60]
            example = f"{name} = {json.dumps(shipped.get(name, SOME_DAYS), ensure_ascii=False)}"
            faults.append(f"{name}: {wrong}, not {shown} (a right value: {example})")
    strange = given.keys() - shipped.keys()
    # Without its statements nothing can be said: `doctor` names those that are missing.
    if strange and (asked := _asked_for(target_id, folders)) is not None:
        for name in sorted(strange - asked):
            near = difflib.get_close_matches(name, shipped, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            faults.append(f"{name}: no .sql of this target asks for :{name}{hint}")
    return faults


def _asked_for(target_id: str, folders: Sequence[Path]) -> frozenset[str] | None:
    """The parameters that the target's statements name; None where one is missing."""
    texts = []
    for ending, needed in ENDINGS.items():
        paths = (folder / f"{target_id}{ending}" for folder in (*folders, SHIPPED))
        found = next((path for path in paths if path.exists()), None)
        if found is None and needed:
            return None
        texts.append(found.read_text("utf-8") if found else "")
    names = re.findall(r":(\w+)", " ".join(texts))
    return frozenset(re.sub("_(ago|end)$", "", name) for name in names)


def _read(name: str, value: Option, shipped: Mapping[str, Option]) -> Option:
    """Raises ValueError. A number or a yes that comes from the environment is text there."""
    like = shipped.get(name, SOME_DAYS if name.endswith(DAYS) else value)
    right = _of_its_sort(value, like)
    _check(name, right, ships=name in shipped)
    return right


def _of_its_sort(value: Option, like: Option) -> Option:
    """Raises ValueError."""
    if isinstance(like, bool):
        if str(value).lower() not in ("true", "false"):
            raise ValueError("is true or false")
        return str(value).lower() == "true"
    if isinstance(like, int):
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}", str(value)):
            raise ValueError("is a whole number")
        return int(value)
    if not isinstance(value, str):
        raise ValueError("is a text")
    return value


def _check(name: str, value: Option, *, ships: bool) -> None:
    """Raises ValueError."""
    span = (0, MOST_DAYS) if name.endswith(DAYS) else NUMBERS.get(name) if ships else None
    if span is not None and not span[0] <= int(value) <= span[1]:
        raise ValueError(f"is a number from {span[0]} to {span[1]}")
    if not ships:
        return
    if name in WORDS and value not in WORDS[name]:
        raise ValueError(f"is one of {', '.join(WORDS[name])}")
    if name == "published_by":
        _check_day(str(value))
    if name == "official_domain" and not DOMAIN.fullmatch(str(value)):
        raise ValueError("is a domain, or nothing")


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(f"2021-{text}")  # no leap year: a day that every year has
    except ValueError:
        raise ValueError("is a day of each year, MM-DD") from None
