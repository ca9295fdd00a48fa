"""One JSON-RPC message: decode with limits, encode so that untouched parts leave as they came.

It does not know methods or fields. Numbers keep their literal text: a frame that orjson writes exactly as it came is taken as
orjson reads it; of any other, integers of at most 15 digits become ``int`` (their text is canonical), every other number a
:class:`Number`. Duplicate keys, NaN and Infinity are refused, because two peers read them differently and one of them would see
what we did not (parse-forward consistency).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from sidecar.errors import Malformed, NotJsonRpc, TooLarge

Json: TypeAlias = Any
"""None, bool, int, float, Number, str, list[Json] or dict[str, Json]."""

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""HTTP header fields in order, names as received."""


class Number:
    """A JSON number exactly as it was written, e.g. ``1.10``, ``1E400`` or a 30-digit integer."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and other.text == self.text

    def __hash__(self) -> int:
        return hash((Number, self.text))

    def __repr__(self) -> str:
        return "Number(…)"

    @property
    def is_integer(self) -> bool:
        return not any(mark in self.text for mark in ".eE")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one frame may weigh. ``max_depth`` stays under orjson's 254 levels.

    ``max_line_bytes`` and ``max_event_bytes`` are what clients read: of a line over stdio (the TypeScript SDK: 10 MiB) and of an
    event over HTTP (the Python SDK: 1 MiB). A server's own message of any size passes; one that grew beyond on the way does not.
    ``max_header_bytes`` is for one header field, or the first line, of either side.
    """

    max_bytes: int = 16 * 1024 * 1024
    max_depth: int = 128
    max_line_bytes: int = 10 * 1024 * 1024
    max_event_bytes: int = 1024 * 1024
    max_header_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """``raw`` is the frame it came in, only while untouched."""

    body: dict[str, Json]
    raw: bytes | None = field(default=None, repr=False)

    @property
    def method(self) -> str | None:
        value = self.body.get("method")
        return value if isinstance(value, str) else None

    @property
    def has_id(self) -> bool:
        return "id" in self.body

    @property
    def id(self) -> Json:
        return self.body.get("id")

    @property
    def is_request(self) -> bool:
        return "method" in self.body and self.body.get("id") is not None

    @property
    def is_notification(self) -> bool:
        return "method" in self.body and self.body.get("id") is None

    @property
    def is_response(self) -> bool:
        return "method" not in self.body

    def __repr__(self) -> str:
        return "Message(…)"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a message: ``principal`` is an opaque digest, never a credential."""

    principal: str = ""
    counted_as: str = ""
    """Whose rates and violations these are, where that is another: an anonymous caller's address."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with what travels beside it. Transports hand it to the session and get one back."""

    message: Message
    headers: Headers = ()
    caller: Caller = Caller()
    max_bytes: int = 0
    """What whoever reads the next hop's frame takes; 0: any size."""


_SAFE_INT_DIGITS: Final = 15


def _integer(text: str) -> int | Number:
    return int(text) if len(text) <= _SAFE_INT_DIGITS and text != "-0" else Number(text)


def _constant(_text: str) -> Json:
    raise Malformed("NaN and Infinity are not JSON")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed("an object has the same key twice")
    return result


class _TooDeep(Malformed):
    """Deeper than the parser's stack: ``decode`` says so as ``TooLarge``."""


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=Number, parse_constant=_constant
)


_SCANNER: Final = json.JSONDecoder(parse_int=len, parse_float=len)
"""Only says where a value ends."""
_BLANKS: Final = re.compile(r"[ \t\r\n]*")


def loads(text: str) -> Json:
    """Decode JSON text, numbers kept as written. Raises ``Malformed``, also for nesting beyond the interpreter's stack."""
    try:
        return _DECODER.decode(text)
    except ValueError:
        raise Malformed("not JSON") from None
    except RecursionError:
        raise _TooDeep("nested too deeply") from None


def _canonical(frame: bytes) -> Json:
    """The frame's value if it is written as orjson writes it, else None: a third of the cost of ``loads``.

    What comes out again byte for byte has no key twice, no number that would change and no lone surrogate.
    """
    if b"\\u" in frame or b'": ' in frame[:64]:
        return None
    try:
        value = orjson.loads(frame)
        return value if orjson.dumps(value) == frame else None
    except (ValueError, TypeError):  # TypeError: nested deeper than orjson writes
        return None  # ``loads`` says what is wrong


def check_depth(value: Json, max_depth: int) -> None:
    """Raises ``TooLarge``."""
    level = [value]
    for _ in range(max_depth):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise TooLarge(f"nested deeper than {max_depth} levels")


def decode(frame: bytes, limits: Limits) -> Message | list[Message]:
    """Decode one frame: an object, or a non-empty array of objects (JSON-RPC batch, MCP 2025-03-26), each with its own bytes.

    A frame with a line break keeps no raw bytes: the next hop may be framed by lines, and a peer that takes a bare CR
    for one would read another message than this.

    Raises ``TooLarge`` (bytes, depth) and ``Malformed`` (not UTF-8, not JSON, duplicate keys, not a message).
    """
    if len(frame) > limits.max_bytes:
        raise TooLarge(f"message of {len(frame)} bytes, limit {limits.max_bytes}")
    value = _canonical(frame)
    if value is None:
        value = _decoded(frame, limits)
    if not isinstance(value, (dict, list)):
        raise NotJsonRpc("not a JSON-RPC message")
    if frame.count(b"[") + frame.count(b"{") > limits.max_depth:
        check_depth(value, limits.max_depth)
    if isinstance(value, dict):
        return Message(value, None if b"\n" in frame or b"\r" in frame else frame)
    if not value or not all(isinstance(item, dict) for item in value):
        raise NotJsonRpc("a batch must hold JSON-RPC messages")
    return _batch(frame.decode(), value)


def _batch(text: str, items: list[dict[str, Json]]) -> list[Message]:
    """Each with the bytes it came in, blanks around it included, so that joined again untouched ones are what came."""
    messages = []
    at = text.index("[") + 1
    for item in items:
        _, end = _SCANNER.raw_decode(text, _BLANKS.match(text, at).end())  # type: ignore[union-attr]
        end = _BLANKS.match(text, end).end()  # type: ignore[union-attr]
        part = text[at:end]
        messages.append(Message(item, None if "\n" in part or "\r" in part else part.encode()))
        at = end + 1
    return messages


def _decoded(frame: bytes, limits: Limits) -> Json:
    try:
        text = frame.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    try:
        return loads(text)
    except _TooDeep:
        raise TooLarge(f"nested deeper than {limits.max_depth} levels") from None


def _default(value: object) -> orjson.Fragment:
    if isinstance(value, Number):
        return orjson.Fragment(value.text)
    raise TypeError


def _slow(value: Json) -> str:
    """Lone surrogates are legal in JSON escapes and not in UTF-8; orjson refuses them."""
    match value:
        case Number():
            return value.text
        case dict():
            return "{" + ",".join(f"{_text(key)}:{_slow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ",".join(map(_slow, value)) + "]"
        case str():
            return _text(value)
        case _:
            return json.dumps(value)


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


def dumps(value: Json) -> bytes:
    """Encode compactly as UTF-8; numbers as they were written, lone surrogates escaped."""
    try:
        return orjson.dumps(value, default=_default)
    except TypeError:
        return _slow(value).encode()


def encode(message: Message) -> bytes:
    """The frame without its delimiter: the bytes it came in while untouched."""
    return message.raw if message.raw is not None else dumps(message.body)


def encode_batch(messages: list[Message]) -> bytes:
    return b"[" + b",".join(encode(message) for message in messages) + b"]"
