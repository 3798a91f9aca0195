"""Which items do the lines of a message name in full, and which by their code alone?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alerts.telling.lines import DigestLine
from db.records import Item


def named_once(lines: Sequence[DigestLine], named: set[str]) -> tuple[DigestLine, ...]:
    """The lines; a dossier that was named in full before has only its code. Adds to `named`."""
    return tuple(replace(line, items=items_once(line.items, named)) for line in lines)


def items_once(items: Iterable[Item], named: set[str]) -> tuple[Item, ...]:
    found = []
    for item in items:
        # Only a code says by itself what is meant: it begins with a figure.
        again = item.key in named and item.key[:1].isdigit()
        found.append(replace(item, label="", field=None, detail=None) if again else item)
        named.add(item.key)
    return tuple(found)
