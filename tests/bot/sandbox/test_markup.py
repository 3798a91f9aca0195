"""Does the sandbox read Telegram HTML as Telegram does, and refuse it in the same words?"""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import find_entities, utf16_length, write_html
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import RefusedError
from tests.bot.sandbox.conftest import AN, Call

PREFIX = "Bad Request: can't parse entities: "

REFUSED = {
    "a tag Telegram does not know": (
        "dòng một<br>",
        'Unsupported start tag "br" at byte offset 11',
    ),
    "a list is not supported": (
        "<ul><li>x</li></ul>",
        'Unsupported start tag "ul" at byte offset 0',
    ),
    "a lone less-than before a number": ("5 <7", "Unclosed start tag at byte offset 2"),
    "a lone less-than before a space": ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
    "the end is missing": ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    "the inner end is missing": (
        "<b><i>x</b>",
        'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    "an end without a start": ("x</b>", "Unexpected end tag at byte offset 1"),
    "an end tag that stays open": ("<b>x</b", "Unclosed end tag at byte offset 4"),
    "an attribute without end": ('<a href="x', "Unclosed start tag at byte offset 0"),
    "an attribute without a name": (
        '<a ="x">y</a>',
        'Empty attribute name in the tag "a" at byte offset 0',
    ),
    "an unquoted address": (
        "<a href=http://a.vn>x</a>",
        "Unexpected end of name token at byte offset 8",
    ),
    "a span that is no spoiler": (
        '<span class="x">y</span>',
        'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    "the offset counts bytes, not letters": (
        "ằ😀<p>",
        'Unsupported start tag "p" at byte offset 7',
    ),
    "a quote within a quote": (
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
        "blockquote entities can't be nested at byte offset 13",
    ),
}


@pytest.mark.parametrize(("source", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_telegrams_words(refused_call: Call, source: str, words: str) -> None:
    answer = refused_call("sendMessage", chat_id=AN, text=source, parse_mode="HTML")
    assert answer == {"ok": False, "error_code": 400, "description": PREFIX + words}


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


READ: dict[str, tuple[str, str, list[dict[str, Any]]]] = {
    "bold by either name": (
        "<b>a</b><strong>b</strong>",
        "ab",
        [entity("bold", 0, 1), entity("bold", 1, 1)],
    ),
    "offsets are UTF-16 units": ("😀<i>ệ</i>", "😀ệ", [entity("italic", 2, 1)]),
    "names of tags in capitals": ("<B>a</B>", "a", [entity("bold", 0, 1)]),
    "an end without a name closes the last": ("<b>a</>", "a", [entity("bold", 0, 1)]),
    "references that Telegram knows": ("&lt;b&gt; &amp; &quot;&#8211;&#x1F600;", '<b> & "–😀', []),
    "an ampersand alone stays": ("Sở & ban, A&B &nbsp; &copy;", "Sở & ban, A&B &nbsp; &copy;", []),
    "an empty tag leaves nothing": ("x<b></b>y", "xy", []),
    "a link": (
        '<a href="https://a.vn/?x=1&amp;y=2">đây</a>',
        "đây",
        [entity("text_link", 0, 3, url="https://a.vn/?x=1&y=2")],
    ),
    "a link that leads nowhere is dropped": ('<a href="nowhere">x</a>', "x", []),
    "a language of code": (
        '<pre><code class="language-sql">SELECT</code></pre>',
        "SELECT",
        [entity("pre", 0, 6, language="sql")],
    ),
    "a spoiler by either name": (
        '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
        "ab",
        [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
    ),
    "quotes, folded or not": (
        "<blockquote>a</blockquote><blockquote expandable>b</blockquote>",
        "ab",
        [entity("blockquote", 0, 1), entity("expandable_blockquote", 1, 1)],
    ),
    "the outer comes before the inner": (
        "<b>a<i>b</i></b>",
        "ab",
        [entity("bold", 0, 2), entity("italic", 1, 1)],
    ),
}


@pytest.mark.parametrize(("source", "plain", "entities"), READ.values(), ids=READ.keys())
def test_read(source: str, plain: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (plain, entities)


@pytest.mark.parametrize("source", [row[0] for row in READ.values()], ids=READ.keys())
def test_what_was_written_back_is_read_the_same(source: str) -> None:
    plain, entities = parse_html(source)
    assert parse_html(write_html(plain, entities)) == (plain, entities)


@given(st.text())
def test_any_text_survives_escaping(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


SCRAPS = [
    "<",
    ">",
    "/",
    "b",
    "<b>",
    "</b>",
    "<a href=",
    '"',
    "&lt;",
    "&#",
    "&",
    "x",
    "ằ",
    "😀",
    " ",
]


@given(st.lists(st.sampled_from(SCRAPS)).map("".join))
def test_any_scraps_are_read_or_refused(source: str) -> None:
    try:
        plain, entities = parse_html(source)
    except RefusedError as refused:
        assert refused.description.startswith(PREFIX)  # noqa: PT017
    else:
        assert all(e["offset"] + e["length"] <= utf16_length(plain) for e in entities)


def test_an_unclosed_tag_is_never_read() -> None:
    with pytest.raises(RefusedError):
        parse_html("<b")


FOUND: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a command at the start": ("/start abc", [("bot_command", "/start")]),
    "a command for this bot": ("x /due@dunghen_bot", [("bot_command", "/due@dunghen_bot")]),
    "a fraction is no command": ("120/130 hồ sơ", []),
    "an end tag is no command": ("<b>x</b>", []),
    "a path is no command": ("/a/b", []),
    "a date is no command": ("23/03/2021", []),
    "a link without its full stop": ("xem https://a.vn/b.", [("url", "https://a.vn/b")]),
    "a mention": ("hỏi @nguyen_an", [("mention", "@nguyen_an")]),
    "an address is no mention": ("an@cangio.vn", []),
}


@pytest.mark.parametrize(("text", "wanted"), FOUND.values(), ids=FOUND.keys())
def test_what_telegram_finds_by_itself(text: str, wanted: list[tuple[str, str]]) -> None:
    found = find_entities(text, [])
    assert [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in found] == wanted


def test_length_is_counted_in_utf16_units() -> None:
    assert utf16_length("aệ😀") == 4
