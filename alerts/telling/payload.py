"""How does a frozen record become JSON for the outbox, and come back from it, equal?"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Self


class Payload:
    """A frozen record of plain values, days, instants, words, records, and tuples of them."""

    __slots__ = ()

    def to_payload(self) -> dict[str, Any]:
        """The record as JSON types; `from_payload` reads it back, equal."""
        return typing.cast(dict[str, Any], _to_json(self))

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The record; what a message queued by an older version lacks gets its default.

        Raises TypeError where a needed fact is missing or one is not known.
        """
        return typing.cast(Self, _record(cls, payload))


def _to_json(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, tuple):
        return [_to_json(one) for one in value]
    return value


def _record(form: type, payload: Mapping[str, Any]) -> Any:
    kinds = _kinds(form)
    return form(**{name: _read(kinds.get(name, Any), value) for name, value in payload.items()})


def _read(kind: Any, value: Any) -> Any:
    """The JSON value as the kind of value that a field holds."""
    if value is None or kind is Any:
        return value
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (kind,) = (one for one in arguments if one is not type(None))
        return _read(kind, value)
    if origin is tuple:
        each = arguments[:1] * len(value) if arguments[-1] is ... else arguments
        return tuple(_read(one, part) for one, part in zip(each, value, strict=True))
    if is_dataclass(kind):
        return _record(typing.cast(type, kind), value)
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, date):
        return kind.fromisoformat(value)
    return value


@cache
def _kinds(form: type) -> dict[str, Any]:
    return typing.get_type_hints(form)
