"""Texts inside texts: JSON in a string, base64 of a text; unfolded into passages, and folded back with edits made.

It finds nothing. What is not edited comes back character for character; what cannot be unfolded is a passage as it stands.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from sidecar.redaction.findings import Edit, Findings, Passage, apply
from sidecar.wire.places import Place
from sidecar.wire.spans import JsonText, scan

MAX_DEPTH: Final = 6
MAX_UNFOLDED: Final = 16 * 1024 * 1024
"""Characters that texts inside one text may add up to."""

_Edits = Mapping[int, Sequence[Edit]]


class _Node(Protocol):
    def fold(self, edits: _Edits) -> str | None:
        """The new text, or ``None`` when nothing in it was edited."""


@dataclass(slots=True)
class Unfolded:
    """``passages`` in reading order; ``fold`` takes edits by passage number. An integer leaf's edit must keep it an integer.

    Not frozen only because that triples the cost of making one, and a message may have thousands.
    """

    passages: tuple[Passage, ...]
    places: Mapping[int, Place]
    """By passage number: where answers for its whole text are remembered."""
    known: Mapping[int, Findings]
    """By passage number: answers remembered."""
    _text: str = field(repr=False)
    _root: _Node | None = field(repr=False, default=None)
    """``None``: the text is the one passage."""

    def fold(self, edits: _Edits) -> str:
        if self._root is None:
            return apply(self._text, edits.get(0, ()))
        new = self._root.fold(edits)
        return self._text if new is None else new


@dataclass(frozen=True, slots=True)
class _Plain:
    number: int
    text: str

    def fold(self, edits: _Edits) -> str | None:
        mine = edits.get(self.number)
        return apply(self.text, mine) if mine else None


@dataclass(frozen=True, slots=True)
class _Json:
    """``numbers``: the passage of each leaf, or -1 for a leaf that was unfolded itself and stands in ``inner``."""

    json: JsonText
    numbers: Sequence[int]
    inner: Mapping[int, _Node]

    def fold(self, edits: _Edits) -> str | None:
        leaves = self.json.leaves
        changes = {
            place: mine[0].text
            if len(mine) == 1 and _is_whole(mine[0], leaves[place].text)
            else apply(leaves[place].text, mine)
            for place, number in enumerate(self.numbers)
            if number in edits and (mine := edits[number])
        }
        changes |= {place: new for place, node in self.inner.items() if (new := node.fold(edits)) is not None}
        return self.json.splice(changes) if changes else None


def _is_whole(edit: Edit, text: str) -> bool:
    return edit[0] == 0 and edit[1] == len(text)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A text with JSON in it: pieces that, joined, are the whole."""

    pieces: tuple[tuple[str, _Node], ...]

    def fold(self, edits: _Edits) -> str | None:
        new = [(text, node.fold(edits)) for text, node in self.pieces]
        if all(piece is None for _, piece in new):
            return None
        return "".join(text if piece is None else piece for text, piece in new)


@dataclass(frozen=True, slots=True)
class _Base64:
    inner: _Node
    is_url_safe: bool
    is_padded: bool
    charset: str = "utf-8"

    def fold(self, edits: _Edits) -> str | None:
        new = self.inner.fold(edits)
        if new is None:
            return None
        try:
            raw = new.encode(self.charset)
        except UnicodeEncodeError:  # a stand-in or lone surrogate the charset lacks
            raw = new.encode(self.charset, "replace")
        encoded = (base64.urlsafe_b64encode if self.is_url_safe else base64.b64encode)(raw).decode("ascii")
        return encoded if self.is_padded else encoded.rstrip("=")


class _About(NamedTuple):
    """What is known of a text from where it stands."""

    field: str
    sibling: str
    json_type: str
    language: str
    column: bytes
    is_code: bool
    place: Place | None = None


class _Unfolding:
    """One text being unfolded: the passages so far and what may still be spent."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.places: dict[int, Place] = {}
        self.known: dict[int, Findings] = {}
        self.budget = MAX_UNFOLDED

    def text(self, text: str, about: _About, depth: int) -> _Node:
        if about.json_type == "string" and depth > 0 and len(text) <= self.budget:
            node = self._json(text, about, depth) or self._base64(text, about, depth) or self._mixed(text, about, depth)
            if node is not None:
                return node
        return self._plain(text, about)

    def _plain(self, text: str, about: _About) -> _Node:
        self.passages.append(
            Passage(text, about.field, about.sibling, about.json_type, about.language, about.column, about.is_code)
        )
        return _Plain(len(self.passages) - 1, text)

    def _json(self, text: str, about: _About, depth: int) -> _Node | None:
        if not _may_be_json(text) or (json := scan(text, about.place)) is None:
            return None
        self.budget -= len(text)
        passages, places, language, is_code = self.passages, self.places, about.language, about.is_code
        numbers: list[int] = []
        inner: dict[int, _Node] = {}
        for value, name, sibling, json_type, _, _, place, known in json.leaves:
            column = about.column if place is None else place.column
            if known is not None or json_type != "string" or not may_unfold(value):
                number = len(passages)
                if known is not None:
                    self.known[number] = known
                elif place is not None and json_type == "string":
                    places[number] = place
                numbers.append(number)
                passage = (value, name or about.field, sibling, json_type, language, column, is_code)
                passages.append(_passage(Passage, passage))
                continue
            around = _About(name or about.field, sibling, json_type, language, column, is_code, place)
            node = self.text(value, around, depth - 1)
            if type(node) is _Plain:
                numbers.append(node.number)
            else:
                inner[len(numbers)] = node
                numbers.append(-1)
        return _Json(json, numbers, inner)

    def _base64(self, text: str, about: _About, depth: int) -> _Node | None:
        found = _decode(text)
        if found is None:
            return None
        self.budget -= len(text)
        decoded, is_url_safe, is_padded = found
        return _Base64(self.text(decoded, about, depth - 1), is_url_safe, is_padded)

    def _mixed(self, text: str, about: _About, depth: int) -> _Node | None:
        """A sentence, then JSON on lines of its own; fenced blocks too."""
        if "{" not in text and "[" not in text:
            return None
        pieces: list[tuple[str, _Node]] = []
        at = 0
        for start, end in _json_blocks(text):
            node = self._json(text[start:end], about, depth)
            if node is None:
                continue
            if text[at:start].strip():
                pieces.append((text[at:start], self._plain(text[at:start], about)))
            elif at < start:
                pieces.append((text[at:start], _NOTHING))
            pieces.append((text[start:end], node))
            at = end
        if not pieces:
            return None
        if at < len(text):
            pieces.append((text[at:], self._plain(text[at:], about)))
        return _Parts(tuple(pieces))


class _Nothing:
    def fold(self, edits: _Edits) -> str | None:  # noqa: ARG002  blanks have no passage
        return None


_NOTHING: Final = _Nothing()


def may_unfold(text: str) -> bool:
    return "{" in text or "[" in text or (len(text) >= _SHORTEST and " " not in text and "@" not in text)


_passage: Final = tuple.__new__
"""A third of the cost of ``Passage(…)``, which counts when a text has thousands."""


def _may_be_json(text: str) -> bool:
    bare = text.lstrip("\ufeff \t\r\n")[:1]
    return bare in {"{", "["} and text.rstrip()[-1:] in {"}", "]"}


_BLOCK = re.compile(r"^[ \t]*(?=[\[{][ \t]*(?:[\"\[{\]}\r\n-]|\d))", re.MULTILINE)
_CLOSING = re.compile(r"[\]}][ \t]*$", re.MULTILINE)
_MAX_BLOCKS = 64


def _json_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Candidates for JSON that begins and ends a line inside a text; the scanner judges. Bounded tries."""
    at = 0
    for _ in range(_MAX_BLOCKS):
        opening = _BLOCK.search(text, at)
        if opening is None:
            return
        start = opening.end()
        end = _end_of_json(text, start)
        if end is None:
            newline = text.find("\n", start)
            if newline < 0:
                return
            at = newline
            continue
        yield start, end
        at = end


def _end_of_json(text: str, start: int) -> int | None:
    """Where the brackets opened at ``start`` are closed again, strings stepped over."""
    depth = 0
    for match in _BRACKET.finditer(text, start):
        mark = match.group()
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return None


_BRACKET = re.compile(r'"(?:[^"\\\n]|\\.)*+"|[{}\[\]]')

_STANDARD = re.compile(r"[A-Za-z0-9+/]{22,}={0,2}")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]{22,}={0,2}")
_SHORTEST: Final = 24
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _decode(text: str) -> tuple[str, bool, bool] | None:
    """(decoded, is URL-safe, is padded) of a value that is base64 of readable UTF-8, else ``None``."""
    if len(text) < _SHORTEST:
        return None
    if _STANDARD.fullmatch(text):
        is_url_safe = False
    elif _URL_SAFE.fullmatch(text):
        is_url_safe = True
    else:
        return None
    bare = text.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    is_padded = text == padded
    if len(bare) % 4 == 1 or (not is_padded and text != bare):
        return None
    try:
        raw = base64.b64decode(padded, altchars=b"-_" if is_url_safe else None, validate=True)
        decoded = raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    return (decoded, is_url_safe, is_padded) if _is_readable(decoded) else None


def _is_readable(text: str) -> bool:
    return bool(text) and _CONTROL.search(text) is None


_CODE_TYPES: Final = frozenset(
    (
        "text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript", "text/css",
        "application/typescript", "text/typescript", "application/x-sh", "application/wasm", "application/x-python",
        "text/html;profile=mcp-app",
    )
)  # fmt: skip
_TEXT_TYPES: Final = frozenset(
    (
        "application/json", "application/xml", "application/yaml", "application/x-yaml", "application/x-ndjson",
        "application/jsonl", "application/csv", "application/sql", "application/toml", "application/graphql",
        "application/x-www-form-urlencoded", "image/svg+xml", "message/rfc822", "application/rtf",
    )
)  # fmt: skip


def _essence(mime: str) -> str:
    return mime.partition(";")[0].strip().lower()


def is_code(mime: str) -> bool:
    """Source code and app pages: e-mail-like and name-like words in them are syntax."""
    essence = _essence(mime)
    return (
        essence in _CODE_TYPES
        or mime.replace(" ", "").lower() in _CODE_TYPES
        or essence.startswith(("text/x-python", "text/x-c", "text/x-java", "text/x-rust", "text/x-go", "text/x-script"))
    )


def _is_text(mime: str) -> bool:
    essence = _essence(mime)
    return (
        essence.startswith("text/")
        or essence in _TEXT_TYPES
        or essence in _CODE_TYPES
        or essence.endswith(("+json", "+xml", "+yaml"))
    )


def _charset(mime: str) -> str:
    match = re.search(r"charset\s*=\s*\"?([\w.:-]{1,40})", mime, re.IGNORECASE)
    return match.group(1) if match else "utf-8"


def unfold(
    text: str,
    *,
    field: str = "",
    sibling: str = "",
    json_type: str = "string",
    mime: str = "",
    column: bytes = b"",
    place: Place | None = None,
    language: str = "en",
    depth: int = MAX_DEPTH,
) -> Unfolded:
    """``place``: where the text stands among messages of its kind. ``depth``: how many texts inside texts are followed; deeper ones are read as they stand."""
    is_source = is_code(mime) if mime else False
    if json_type != "string" or not may_unfold(text):
        passage = _passage(Passage, (text, field, sibling, json_type, language, column, is_source))
        return Unfolded((passage,), {}, {}, text)
    about = _About(field, sibling, json_type, language, column, is_source, place)
    unfolding = _Unfolding()
    root = unfolding.text(text, about, depth)
    return Unfolded(tuple(unfolding.passages), unfolding.places, unfolding.known, text, root)


def unfold_blob(
    data: str,
    mime: str = "",
    *,
    field: str = "",
    column: bytes = b"",
    language: str = "en",
    depth: int = MAX_DEPTH,
) -> Unfolded | None:
    """The text in a base64 blob, by MIME type or because it is one; ``None``: a binary that nobody here can read."""
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    charset = _charset(mime) if _is_text(mime) else "utf-8"
    try:
        text = raw.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None
    if raw and not _is_readable(text):
        return None
    unfolding = _Unfolding()
    about = _About(field, "", "string", language, column, is_code(mime))
    root = _Base64(unfolding.text(text, about, depth), is_url_safe=False, is_padded=True, charset=charset)
    return Unfolded(tuple(unfolding.passages), {}, {}, data, root)
