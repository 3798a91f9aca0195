"""What does Telegram read in a text written with parse_mode HTML, and what does it refuse?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.entities import utf16_length
from bot.sandbox.refusals import JSON, RefusedError, bad_request

KINDS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(?P<decimal>\d+)|#x(?P<hex>[0-9a-fA-F]+)|(?P<name>[A-Za-z]+));?")
SPACE = " \t\r\n\0\v"
NAME_END = re.compile(r"[\s\0=>/\"']")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
USER_LINK = re.compile(r"tg://user\?id=(\d+)")
WEB_LINK = re.compile(
    r"(?:https?://)?[^\s/?#:@]+\.[^\s/?#:@]+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)


@dataclass
class Open:
    """A tag that waits for its end; `start` counts characters of the plain text."""

    tag: str
    argument: str
    start: int


def parse_html(source: str) -> tuple[str, list[JSON]]:
    """Telegram HTML -> plain text and entities (offsets in UTF-16 units).

    Refused with Telegram's words, `byte offset` counting UTF-8 bytes of the source: unknown tags,
    unclosed tags and attributes, crossing or missing ends. An ampersand that begins no reference
    Telegram knows (`&lt; &gt; &amp; &quot;` and numbers) is taken as it stands.
    """
    return Reader(source).read()


class Reader:
    """Walks once through the source; keeps what is open and what was read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.length = 0
        self.open: list[Open] = []
        self.found: list[JSON] = []

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            here = self.source[self.at]
            if here == "<":
                begin = self.at
                self.at += 1
                if self.peek() == "/":
                    self.read_end(begin)
                else:
                    self.read_start(begin)
            else:
                self.add(self.read_reference() if here == "&" else self.take())
        if self.open:
            tag = self.open[-1].tag
            raise refuse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self.found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.plain), self.found

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def skip_space(self) -> None:
        while self.peek() and self.peek() in SPACE:
            self.at += 1

    def add(self, text: str) -> None:
        self.plain.append(text)
        self.length += utf16_length(text)

    def offset(self, position: int) -> str:
        return f"at byte offset {len(self.source[:position].encode())}"

    def read_reference(self) -> str:
        match = REFERENCE.match(self.source, self.at)
        letter = named_letter(match) if match else ""
        if not match or not letter:
            return self.take()
        self.at = match.end()
        return letter

    def read_start(self, begin: int) -> None:
        while self.peek() and self.peek() not in SPACE and self.peek() != ">":
            self.at += 1
        if not self.peek():
            raise refuse(f"Unclosed start tag {self.offset(begin)}")
        tag = self.source[begin + 1 : self.at].lower()
        if tag not in KINDS:
            raise refuse(f'Unsupported start tag "{tag}" {self.offset(begin)}')
        argument = self.read_attributes(tag, begin)
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise refuse(f'Tag "span" must have class "tg-spoiler" {self.offset(begin)}')
        if tag == "blockquote" and any(other.tag == tag for other in self.open):
            # The official description forbids it; the words of the refusal are ours.
            raise refuse(f"blockquote entities can't be nested {self.offset(begin)}")
        self.open.append(Open(tag, argument, self.length))

    def read_attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self.skip_space()
            if self.peek() == ">":
                return argument
            if not self.peek():
                raise refuse(f"Unclosed start tag {self.offset(begin)}")
            name = self.read_name(tag, begin)
            self.skip_space()
            value = ""
            if self.peek() == "=":
                self.at += 1
                self.skip_space()
                value = self.read_attribute_value(begin)
            argument = useful_argument(tag, name, value) or argument

    def read_name(self, tag: str, begin: int) -> str:
        end = NAME_END.search(self.source, self.at)
        if end is None:
            raise refuse(f"Unclosed start tag {self.offset(begin)}")
        name = self.source[self.at : end.start()]
        if not name:
            raise refuse(f'Empty attribute name in the tag "{tag}" {self.offset(begin)}')
        self.at = end.start()
        return name

    def read_attribute_value(self, begin: int) -> str:
        quote = self.peek()
        if quote not in ('"', "'") or not quote:
            start = self.at
            match = TOKEN.match(self.source, start)
            self.at = match.end() if match else start
            if not self.peek():
                raise refuse(f"Unclosed start tag {self.offset(begin)}")
            if self.peek() not in SPACE and self.peek() != ">":
                raise refuse(f"Unexpected end of name token {self.offset(start)}")
            return self.source[start : self.at].lower()
        self.at += 1
        value = []
        while self.peek() and self.peek() != quote:
            value.append(self.read_reference() if self.peek() == "&" else self.take())
        self.at += 1
        if not self.peek():
            raise refuse(f"Unclosed start tag {self.offset(begin)}")
        return "".join(value)

    def read_end(self, begin: int) -> None:
        if not self.open:
            raise refuse(f"Unexpected end tag {self.offset(begin)}")
        while self.peek() and self.peek() not in SPACE and self.peek() != ">":
            self.at += 1
        name = self.source[begin + 2 : self.at].lower()
        self.skip_space()
        if self.peek() != ">":
            raise refuse(f"Unclosed end tag {self.offset(begin)}")
        self.at += 1
        closed = self.open.pop()
        if name and name != closed.tag:
            raise refuse(
                f'Unmatched end tag {self.offset(begin)}, expected "</{closed.tag}>", '
                f'found "</{name}>"'
            )
        if self.length > closed.start:
            self.note(closed)

    def note(self, closed: Open) -> None:
        entity: JSON = {
            "type": KINDS[closed.tag], "offset": closed.start, "length": self.length - closed.start,
        }  # fmt: skip
        same = [e for e in self.found if spans(e) == spans(entity)]
        if closed.tag == "a":
            covered = "".join(self.plain).encode("utf-16-le")[2 * closed.start :]
            link = read_link(closed.argument or covered.decode("utf-16-le", "replace"))
            if link is None:
                return
            entity |= link
        elif closed.tag == "blockquote" and closed.argument:
            entity["type"] = "expandable_blockquote"
        elif closed.tag == "code" and closed.argument and self.open and self.open[-1].tag == "pre":
            self.open[-1].argument = closed.argument
            return
        elif closed.tag == "pre":
            self.found = [e for e in self.found if not (e in same and e["type"] == "code")]
            if closed.argument:
                entity["language"] = closed.argument
        self.found.append(entity)


def spans(entity: JSON) -> tuple[int, int]:
    return entity["offset"], entity["length"]


def refuse(text: str) -> RefusedError:
    return bad_request(f"can't parse entities: {text}")


def named_letter(match: re.Match[str]) -> str:
    if match["name"]:
        return NAMED.get(match["name"], "")
    code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""


def useful_argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "1"
    return ""


def read_link(address: str) -> JSON | None:
    """A link that Telegram keeps; it drops others silently and leaves the text."""
    if user := USER_LINK.fullmatch(address):
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    if address.startswith("tg://"):
        return {"url": address}
    if not WEB_LINK.fullmatch(address):
        return None
    return {"url": address if "://" in address else f"http://{address}"}
