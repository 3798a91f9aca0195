"""How do facts become words? The templates of one language, their filters, and the length limit."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.judge import rate_decimals, rate_text
from db.records import Goal, State, Target

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
LANGUAGES = ("vi", "en")
LONGEST = 4096  # UTF-16 units of a message, counted after the tags are read
CALLBACK_LONGEST = 200
SLUG = re.compile(r"^[a-z]+(_[a-z0-9]+)*( \d[\dQ-]*)?$")  # xa_ly_nhon, xa_ly_nhon 2021-Q3
TAG = re.compile(r"</?[a-z][^>]*>")

MARKS = {
    State.MET: "🟢",
    State.ON_TRACK: "🟢",
    State.AT_RISK: "🟡",
    State.BEHIND: "🟡",
    State.MISSED: "🔴",
}
SEPARATORS = {"vi": (".", ","), "en": (",", ".")}  # thousands, decimals


class Renderer:
    """The templates of both languages; names of targets come from the settings."""

    def __init__(self, targets: Iterable[Target], zone: ZoneInfo, folder: Path = TEMPLATES) -> None:
        self.targets = {target.id: target for target in targets}
        self.zone = zone
        self.environments = {name: self._environment(name, folder / name) for name in LANGUAGES}
        self.words = cache(self._words)

    def render(self, language: str, template: str, facts: Mapping[str, Any]) -> str:
        """One message as Telegram HTML, cut to what fits. Raises jinja2's errors."""
        text = self.environments[language].get_template(f"{template}.html").render(**facts)
        more = str(self.words(language).cut_short)
        return fit(_tidy(text), LONGEST, more)

    def plain(self, language: str, template: str, facts: Mapping[str, Any]) -> str:
        """One message without tags, short enough for a pop-up."""
        text = TAG.sub("", _tidy(self.render(language, template, facts)))
        return html.unescape(text)[:CALLBACK_LONGEST]

    def label(self, language: str, word: str) -> str:
        """The words on a button."""
        return str(self.words(language).labels[word])

    def menu(self, language: str) -> dict[str, str]:
        """What the command menu says: {command: description}."""
        return dict(self.words(language).menu)

    def refusal(self, language: str, code: str | None, facts: Any, reason: str | None) -> str:
        """Why a file was refused, in plain words."""
        told = str(self.words(language).refusal(code, facts, reason))
        return html.unescape(TAG.sub("", _tidy(told)))

    def flag(self, language: str, kind: str) -> str:
        """What a flag of a row means, in plain words."""
        return html.unescape(str(self.words(language).flag(kind)).strip())

    def target_names(self, language: str) -> dict[str, str]:
        return {name: self._target_name(name, language) for name in self.targets}

    def _words(self, language: str) -> Any:
        return self.environments[language].get_template("words.html").module

    def _environment(self, language: str, folder: Path) -> Environment:
        made = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(filters(language, self.zone))
        made.tests["slug"] = lambda key: bool(SLUG.match(str(key)))
        made.globals["targets"] = self.targets
        made.globals["target_name"] = lambda target: self._target_name(target, language)
        return made

    def _target_name(self, target: str, language: str) -> str:
        names = self.targets[target].names if target in self.targets else {}
        return names.get(language) or names.get("vi") or target


def filters(language: str, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    """The filters of one language, by name."""
    thousands, decimals = SEPARATORS[language]

    def number(value: float) -> str:
        return f"{value:,}".translate(str.maketrans(",.", thousands + decimals))

    def rate(line: Any, goal: Goal | None = None, least: int = 2) -> str:
        """The rate of a line that has numerator and denominator: '95,00%'; whole ones '100%'.

        `least`: decimals, where no more are needed to tell it from the goal.
        """
        numerator, denominator = line.numerator, line.denominator
        places = rate_decimals(numerator, denominator, goal, least) if goal else least
        text = rate_text(numerator, denominator, places)
        text = {0: "0", denominator: "100"}.get(numerator, text)
        return text.replace(".", decimals) + "%"

    def local(value: datetime | str) -> datetime:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(zone)

    def day(value: date | datetime | int | str) -> str:
        """dd/MM/yyyy of a day, an instant, or a wall day or moment."""
        if isinstance(value, int):
            text = str(value)
            return f"{text[6:8]}/{text[4:6]}/{text[:4]}"
        if isinstance(value, str) and len(value) == len("2021-03-23"):
            value = date.fromisoformat(value)
        if isinstance(value, (datetime, str)):
            value = local(value)
        return value.strftime("%d/%m/%Y")

    def clock(value: datetime | int | str) -> str:
        """HH:MM of an instant or of a wall moment; empty for a wall day."""
        if isinstance(value, int):
            text = str(value)
            return f"{text[8:10]}:{text[10:12]}" if len(text) > len("20210323") else ""
        return local(value).strftime("%H:%M")

    def plural(count: float | str, one: str, many: str = "") -> str:
        """The word after a number: English has two forms of it."""
        return one if str(count) == "1" else many or f"{one}s"

    return {
        "number": number,
        "plural": plural,
        "rate": rate,
        "day": day,
        "clock": clock,
        "mark": lambda state: MARKS.get(State(state), "⚪"),
    }


def _tidy(text: str) -> str:
    """No blanks at line ends, never two empty lines, none at the ends."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def length(text: str) -> int:
    """How long Telegram finds an HTML text: UTF-16 units without the tags."""
    return len(html.unescape(TAG.sub("", text)).encode("utf-16-le")) // 2


def fit(text: str, longest: int, more: str) -> str:
    """The text, or its first lines and a closing one. Tags end in the line in which they begin."""
    if length(text) <= longest:
        return text
    kept: list[str] = []
    room = longest - length(more) - 1
    for line in text.splitlines():
        room -= length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, more])
