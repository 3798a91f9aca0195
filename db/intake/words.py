"""Which words do exports use for columns, statuses and other closed lists? Read from words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from db.names import fold

_SHIPPED = Path(__file__).with_name("words.toml")

Meaning = str | int
STATUS_TABLES = ("statuses", "states", "exchange_states")  # what a kind calls its list of statuses


@dataclass(frozen=True, kw_only=True)
class SourceWords:
    """The words of one kind of source."""

    kind: str
    key: str  # the column that every row fills
    required: tuple[str, ...]
    stored: frozenset[str]  # the only columns that may be kept
    columns: Mapping[str, tuple[str, ...]]  # canonical name -> headers as an office writes them
    tables: Mapping[str, Mapping[str, Meaning]]  # "statuses" -> folded word -> 1..10, or a name

    @cached_property
    def headers(self) -> Mapping[str, frozenset[str]]:
        """Canonical name -> folded headers."""
        return {name: frozenset(map(fold, words)) for name, words in self.columns.items()}

    @cached_property
    def spoken(self) -> Mapping[str, str]:
        """Canonical name -> the header that we would print."""
        return {name: words[0] for name, words in self.columns.items()}

    @property
    def status_table(self) -> str | None:
        """The name of its list of statuses; None where a row of the kind has none."""
        return next((name for name in STATUS_TABLES if name in self.tables), None)

    def with_statuses(self, own: Mapping[str, Meaning]) -> SourceWords:
        """The statuses and an office's own words for them, which win. Raises ValueError."""
        if (table := self.status_table) is None:
            raise ValueError(f"{self.kind} has no statuses to name (leave the line out)")
        known = {str(meaning): meaning for meaning in self.tables[table].values()}
        for word, meaning in own.items():
            if str(meaning) not in known:
                raise ValueError(
                    f"status {word!r} of {self.kind} is {meaning!r}: one of {', '.join(known)}"
                )
        folded = {fold(word): known[str(meaning)] for word, meaning in own.items()}
        return replace(self, tables={**self.tables, table: {**self.tables[table], **folded}})

    def meaning_at_start(self, table: str, text: str) -> Meaning | None:
        """What the longest word of the table means with which the cell begins."""
        folded = fold(text) + " "
        begins = [word for word in self.tables[table] if folded.startswith(word + " ")]
        return self.tables[table][max(begins, key=len)] if begins else None


@dataclass(frozen=True, kw_only=True)
class Words:
    kinds: Mapping[str, SourceWords] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> SourceWords:
        return self.kinds[kind]

    @cached_property
    def synonyms(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        return {kind: words.headers for kind, words in self.kinds.items()}

    @cached_property
    def required(self) -> Mapping[str, tuple[str, ...]]:
        return {kind: words.required for kind, words in self.kinds.items()}

    @cached_property
    def keys(self) -> Mapping[str, str]:
        return {kind: words.key for kind, words in self.kinds.items()}

    def extended(
        self,
        kind: str,
        *,
        columns: Mapping[str, str] | None = None,
        statuses: Mapping[str, Meaning] | None = None,
    ) -> Words:
        """These words and an office's own: header -> canonical name, status -> what it means.

        The office's word wins over ours. Raises ValueError for a name or meaning that the kind does
        not have; the message says which there are.
        """
        if kind not in self.kinds:
            raise ValueError(f"no source kind {kind!r}: one of {', '.join(sorted(self.kinds))}")
        words = self.kinds[kind]
        headers = dict(words.columns)
        for header, name in (columns or {}).items():
            if name not in headers:
                raise ValueError(f"{kind} has no column {name!r}: one of {', '.join(headers)}")
            for other, known in headers.items():
                headers[other] = tuple(word for word in known if fold(word) != fold(header))
            headers[name] = (*headers[name], header)
        extended = replace(words, columns=headers)
        if statuses:
            extended = extended.with_statuses(statuses)
        return Words(kinds={**self.kinds, kind: extended})


@lru_cache(maxsize=1)
def shipped_words() -> Words:
    """The words that ship with the project."""
    return read_words(_SHIPPED)


def read_words(path: Path) -> Words:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(kinds={kind: _source_words(kind, table) for kind, table in tables.items()})


def _source_words(kind: str, table: Mapping[str, object]) -> SourceWords:
    parts = {name: part for name, part in table.items() if isinstance(part, dict)}
    columns: dict[str, list[str]] = parts.pop("columns")
    required, stored = table["required"], table["stored"]
    if not isinstance(required, list) or not isinstance(stored, list):
        raise TypeError(f"{kind}: 'required' and 'stored' are lists of column names")
    return SourceWords(
        kind=kind,
        key=str(table["key"]),
        required=tuple(required),
        stored=frozenset(stored),
        columns={name: tuple(words) for name, words in columns.items()},
        tables={
            name: {
                fold(word): int(meaning) if meaning.isdigit() else meaning
                for meaning, words in part.items()
                for word in words
            }
            for name, part in parts.items()
        },
    )
