"""Which parts of a message's text are special, and how is it written as HTML?"""

from __future__ import annotations

import re
from html import escape

from bot.sandbox.refusals import JSON

# What Telegram finds by itself in any message, whoever wrote it.
COMMAND = re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
MENTION = re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")
LINK = re.compile(r"(?<![\w@])https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
FOUND_BY_ITSELF = (("url", LINK), ("bot_command", COMMAND), ("mention", MENTION))

TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers; offset and length in UTF-16 units."""
    raw = text.encode("utf-16-le")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def find_entities(text: str, given: list[JSON]) -> list[JSON]:
    """The given entities with those that Telegram finds by itself, in reading order."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    result = list(given)
    for kind, pattern in FOUND_BY_ITSELF:
        for match in pattern.finditer(text):
            start, length = utf16_length(text[: match.start()]), utf16_length(match.group())
            if all(start + length <= a or start >= b for a, b in taken):
                taken.append((start, start + length))
                result.append({"type": kind, "offset": start, "length": length})
    return sorted(result, key=lambda e: (e["offset"], -e["length"]))


# Nothing is looked for inside these.
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "url", "mention", "bot_command"})


def tags_of(entity: JSON) -> tuple[str, str]:
    if entity["type"] == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if entity["type"] == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if entity["type"] == "pre" and entity.get("language"):
        language = escape(entity["language"])
        return f'<pre><code class="language-{language}">', "</code></pre>"
    return TAGS.get(entity["type"], ("", ""))


def write_html(text: str, entities: list[JSON]) -> str:
    """The text as Telegram HTML; of entities that cross one another the inner is cut short."""
    raw = text.encode("utf-16-le")
    result: list[str] = []
    open_ends: list[tuple[int, str]] = []
    at = 0

    def copy_up_to(position: int) -> None:
        nonlocal at
        piece = raw[2 * at : 2 * position].decode("utf-16-le", "replace")
        result.append(escape(piece, quote=False))
        at = position

    def close_up_to(position: int) -> None:
        while open_ends and open_ends[-1][0] <= position:
            end, tag = open_ends.pop()
            copy_up_to(max(at, end))
            result.append(tag)

    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        close_up_to(entity["offset"])
        copy_up_to(entity["offset"])
        start, end = tags_of(entity)
        if start:
            last = entity["offset"] + entity["length"]
            open_ends.append((min([last, *(e for e, _ in open_ends)]), end))
            result.append(start)
    close_up_to(len(raw) // 2)
    copy_up_to(len(raw) // 2)
    return "".join(result)
