"""Values inside URLs and query strings: percent-decoded, with the parameter's name, and the way back to where they stand.

It finds nothing and rewrites nothing: a URI is compared as an opaque string (MCP 2026-07-28, server/resources), so a value is
replaced, and later restored, in exactly the spelling it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}://|(?:mailto|tel|sms|urn|data):)[^\s<>\"'`|\\^]+")
_PAIRS = re.compile(r"[\w.~%+-]{1,64}=[^\s&;,=]*={0,2}(?:[&;,]\s?[\w.~%+-]{1,64}=[^\s&;,=]*={0,2})*")
"""A whole text of ``name=value``: a query string, a form, W3C baggage."""
_QUERY = re.compile(
    r"(?<![\w%=&?/.;{+-])[\w.~%+-]{1,64}=(?:[^\s&;,=<>\"']*(?:&(?:amp;)?[\w.~%+-]{1,64}=[^\s&;,=<>\"']*)+|[^\s&;,=<>\"'%]*%[0-9A-Fa-f]{2}[^\s&;,=<>\"']*)"
)
"""A query string in a sentence: two pairs, or one with an escape."""
_URL_PIECE = re.compile(r"[^/?#&;{}]+")
_PAIR_PIECE = re.compile(r"[^&;,\s]+")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ROUNDS: Final = 3
"""Escapes of escapes that are followed (``%2540``)."""


@dataclass(frozen=True, slots=True)
class Part:
    """``text`` as meant; ``name`` of its parameter, or empty; ``places``: where each character, and the end, stands in the whole."""

    text: str
    name: str
    places: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Part({len(self.text)} characters)"


def parts(text: str) -> Iterator[Part]:
    """The values in ``text`` that say more than the text as it stands: escaped ones and named ones."""
    if "=" not in text and "%" not in text:
        return
    if _PAIRS.fullmatch(text):
        yield from _pieces(text, 0, len(text), _PAIR_PIECE)
        return
    for url in _URL.finditer(text):
        yield from _pieces(text, url.start(), url.end(), _URL_PIECE)
    for query in _QUERY.finditer(text):
        yield from _pieces(text, query.start(), query.end(), _PAIR_PIECE)


def _pieces(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Part]:
    for piece in pattern.finditer(text, start, end):
        name, equals, value = piece.group().partition("=")
        if not equals:
            name, value = "", piece.group()
        at = piece.end() - len(value)
        meant, places = _decoded(value, at, is_form=bool(equals))
        if meant != value or name:
            yield Part(meant, _decoded(name, 0, is_form=True)[0], places)


def _decoded(raw: str, at: int, *, is_form: bool) -> tuple[str, tuple[int, ...]]:
    """``raw``, which stands at ``at``, without escapes; ``+`` is a blank in a form."""
    text, places = (raw.replace("+", " ") if is_form else raw), list(range(at, at + len(raw) + 1))
    for _ in range(_ROUNDS):
        if _ESCAPED.search(text) is None:
            break
        text, places = _unescaped(text, places)
    return text, tuple(places)


def _unescaped(text: str, places: list[int]) -> tuple[str, list[int]]:
    """One round; bytes that are no UTF-8 stay escaped."""
    said: list[str] = []
    kept: list[int] = []
    at = 0
    for run in _ESCAPED.finditer(text):
        try:
            meant = bytes.fromhex(run.group().replace("%", "")).decode()
        except UnicodeDecodeError:
            continue
        said.append(text[at : run.start()])
        kept += places[at : run.start()]
        here = run.start()
        for mark in meant:
            said.append(mark)
            kept.append(places[here])
            here += 3 * len(mark.encode())
        at = run.end()
    return "".join((*said, text[at:])), kept + places[at:]
