"""Ways a text can stand inside another, and back: each takes the text and a bystander of any characters. It judges nothing."""

from __future__ import annotations

import base64
import csv
import gzip
import html
import io
import json
import quopri
import re
import unicodedata
import urllib.parse
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Wrap:
    """``undo`` takes what ``do`` made; what came of a changed one may make it fail."""

    name: str
    mime: str
    do: Callable[[str, str], str]
    undo: Callable[[str], str]


def printable(text: str) -> str:
    """What XML may hold."""
    return "".join(char for char in text if char.isprintable())


def readable(text: str) -> str:
    """A quarter of what is packed may be control characters; with more of them it is a binary."""
    controls = sum(unicodedata.category(char) == "Cc" for char in text)
    return text if 8 * controls <= len(text) else printable(text)


def _html(inner: str, text: str) -> str:
    return f"<div title='{html.escape(text)}'><p>{html.escape(text)}</p><pre><b>{html.escape(inner)}</b></pre></div>"


def _attribute(inner: str, text: str) -> str:
    return f'<ul><li data-note="{html.escape(inner)}">{html.escape(text)}</li></ul>'


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _csv(inner: str, text: str) -> str:
    return f"id,note,said\n1,{_cell(text)},{_cell(inner)}\n2,{_cell(text)},nobody\n"


def _markdown(inner: str, text: str) -> str:
    cells = [cell.replace("|", "/").translate(dict.fromkeys(map(ord, _BREAKS), " ")) for cell in (text, inner)]
    return f"| note | said |\n|---|---|\n| {cells[0]} | {cells[1]} |\n"


_BREAKS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def _xml(inner: str, text: str) -> str:
    return f'<?xml version="1.0"?><r><a said="{html.escape(inner)}">{html.escape(printable(text))}</a></r>'


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _unpacked(text: str) -> str:
    raw = base64.b64decode(text)
    return (zlib.decompress(raw, 47) if raw[:1] in b"\x1f\x78" else raw).decode()


def _between(before: str, after: str) -> Callable[[str], str]:
    """What stands in markup between two of its pieces."""
    return lambda text: html.unescape(text.split(before, 1)[1].split(after, 1)[0])


def _third(text: str) -> str:
    return list(csv.reader(io.StringIO(text, newline="")))[1][2]


def _twice(inner: str, text: str) -> str:
    return json.dumps({"note": text, "more": json.dumps({"said": inner, text: 1})})


def _undone_twice(text: str) -> str:
    return str(json.loads(json.loads(text)["more"])["said"])


OUTER: Final = (
    Wrap("html", "text/html", _html, _between("<b>", "</b>")),
    Wrap("attribute", "text/html", _attribute, _between('data-note="', '"')),
    Wrap("csv", "text/csv", _csv, _third),
    Wrap("markdown", "text/markdown", _markdown, lambda text: text.split("|")[-2].strip()),
    Wrap("xml", "application/xml", _xml, _between('said="', '"')),
    Wrap("json", "application/json", lambda inner, text: json.dumps({"said": inner, "note": text}), lambda text: str(json.loads(text)["said"])),
    Wrap("unescaped", "application/json", lambda inner, text: json.dumps([text, {"said": inner}], ensure_ascii=False), lambda text: str(json.loads(text)[1]["said"])),
    Wrap("twice", "application/json", _twice, _undone_twice),
    Wrap("base64", "text/plain", lambda inner, _: _encoded(_raw(readable(inner))), _unpacked),
    Wrap("gzip", "text/plain", lambda inner, _: _encoded(gzip.compress(_raw(readable(inner)), mtime=0)), _unpacked),
    Wrap("zlib", "text/plain", lambda inner, _: _encoded(zlib.compress(_raw(readable(inner)))), _unpacked),
    Wrap("hex", "text/plain", lambda inner, _: _raw(readable(inner)).hex(), lambda text: bytes.fromhex(text).decode()),
)  # fmt: skip
"""Texts inside texts, one in the other as often as one likes up to ``MAX_DEPTH``."""

PACKED: Final = OUTER[-4:]
"""These may stand in a sentence too."""

INNER: Final = (
    Wrap("plain", "", lambda inner, _: inner, str),
    Wrap("percent", "", lambda inner, _: urllib.parse.quote(inner, safe=""), urllib.parse.unquote),
    Wrap("query", "", lambda inner, _: f"https://www.example.com/a/b?said={urllib.parse.quote(inner, safe='')}&n=1", lambda text: urllib.parse.unquote(_between("?said=", "&n=")(text))),
    Wrap("quoted", "", lambda inner, _: quopri.encodestring(_raw(inner), quotetabs=True).decode("ascii"), lambda text: quopri.decodestring(text).decode("utf-8", "replace")),
    Wrap("entities", "", lambda inner, _: "".join(f"&#{ord(char)};" for char in inner), html.unescape),
    Wrap("backslash", "", lambda inner, _: json.dumps(inner)[1:-1].replace("@", "\\u0040"), lambda text: re.sub(r"\\+u0040", "@", text)),
    *PACKED,
)  # fmt: skip
"""Spellings of a value within one passage, of which two at a time are read (``tests/evasion``)."""
