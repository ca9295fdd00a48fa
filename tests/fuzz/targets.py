"""One function per decoder: takes any bytes, returns nothing, raises ``AssertionError`` where a promise is broken.

The promises: no exception but those it names, the parts of a frame are its bytes, and no byte of a planted value leaves. Fed
by Hypothesis (``test_fuzz``) and, for as long as one likes, by atheris (``run``).
"""

from __future__ import annotations

import base64
import gzip
import io
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from importlib import import_module
from typing import Any, Final

from sidecar.errors import Malformed, TooLarge, Unanalysable
from sidecar.redaction.embedded import unfold, unfold_blob
from sidecar.transports.encoded import decoded, read_all
from sidecar.wire import headers as fields
from sidecar.wire.framing import LineDecoder, Oversized, SseComment, SseDecoder, SseEvent, encode_line
from sidecar.wire.jsonrpc import Limits, Message, decode, dumps, encode, encode_batch
from tests.fuzz import planted
from tests.fuzz.choices import Choices

_LIMITS: Final = Limits(max_bytes=1 << 20, max_depth=64)
_MOST: Final = 1 << 20
_PIECE: Final = 1 << 16


def _pieces(data: bytes) -> list[bytes]:
    """``data`` in pieces, whose sizes are in it."""
    step = 1 + (data[0] % 7 if data else 0)
    return [data[at : at + step] for at in range(0, len(data), step)]


def newline(data: bytes) -> None:
    for limit in (_MOST, 16):
        decoder = LineDecoder(limit)
        lines = [line for piece in _pieces(data) for line in decoder.feed(piece)] + decoder.flush()
        whole = LineDecoder(limit)
        assert lines == whole.feed(data) + whole.flush()
        assert all(isinstance(line, Oversized) or len(line) <= limit for line in lines)
        for line in lines:
            if not isinstance(line, Oversized):
                assert encode_line(line).count(b"\n") == 1


def sse(data: bytes) -> None:
    decoder = SseDecoder(_MOST)
    items = [item for piece in _pieces(data) for item in decoder.feed(piece)] + decoder.flush()
    written = b"".join(item.encode() for item in items)
    plain = data.removeprefix(b"\xef\xbb\xbf")
    assert plain.startswith(written)
    assert decoder.is_truncated or written == plain or plain[len(written) :].startswith(b":")
    for item in items:
        assert isinstance(item, (SseComment, SseEvent))
        if isinstance(item, SseEvent):
            again = item.with_data(b'{"a":1}')
            assert (again.data, again.id, again.retry, again.event) == (b'{"a":1}', item.id, item.retry, item.event)
    small = SseDecoder(16)
    for piece in _pieces(data):
        small.feed(piece)
    small.flush()


def jsonrpc(data: bytes) -> None:
    try:
        found = decode(data, _LIMITS)
    except (Malformed, TooLarge):
        return
    if isinstance(found, list):
        again = decode(encode_batch(found), _LIMITS)
        assert isinstance(again, list)
        assert [dumps(one.body) for one in again] == [dumps(one.body) for one in found]
        return
    assert found.raw is None or found.raw == data
    copy = decode(encode(Message(found.body)), _LIMITS)
    assert isinstance(copy, Message)
    assert dumps(copy.body) == dumps(found.body)


def header_codec(data: bytes) -> None:
    raw = data.decode("latin-1")
    value = fields.decode_value(raw)
    if value is not None:
        assert fields.decode_value(fields.encode_value(value)) == value
    text = data.decode("utf-8", "replace")
    encoded = fields.encode_value(text)
    assert encoded.isascii()
    assert not set("\r\n\0") & set(encoded)
    assert fields.decode_value(encoded) == text
    pairs = tuple((name, part) for part in raw.split(",") for name in ("Connection", "X-A", "Content-Encoding"))
    assert all(name == "X-A" for name, _ in fields.upward(pairs, "host") if name not in {"Host", "Accept-Encoding"})
    fields.downward(pairs, changed=True)


async def _arriving(whole: bytes, step: int) -> AsyncIterator[bytes]:
    for at in range(0, len(whole), step):
        yield whole[at : at + step]


def _at_once(work: Coroutine[Any, Any, bytes]) -> bytes:
    """What ``work`` answers, which waits for nothing: an event loop for each would take most of the time."""
    try:
        work.send(None)
    except StopIteration as done:
        return bytes(done.value)
    raise AssertionError("a decoder waits for something")


def _undone(whole: bytes, coding: str, step: int, most: int = _MOST) -> bytes | None:
    """``None``: refused."""
    try:
        return _at_once(read_all(decoded(_arriving(whole, step), coding), most))
    except (Unanalysable, TooLarge):
        return None


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def _members(data: bytes) -> bytes:
    half = len(data) // 2
    return _gzip(data[:half]) + _gzip(data[half:])


def _named(data: bytes) -> bytes:
    """With a file's name in its header (RFC 1952, 2.3)."""
    file = io.BytesIO()
    with gzip.GzipFile("a name", "wb", 1, file, 0) as packed:
        packed.write(data)
    return file.getvalue()


def _deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(1, wbits=-15)
    return machine.compress(data) + machine.flush()


def _stored(data: bytes) -> bytes:
    return zlib.compress(data, 0)


def _brotli(data: bytes) -> bytes:
    return bytes(import_module("brotli").compress(data, quality=1))


def _zstd(data: bytes) -> bytes:
    return bytes(
        import_module("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd").compress(data, 1)
    )


CODED: Final = (
    ("gzip", _gzip), ("x-gzip", _members), ("gzip", _named), ("deflate", zlib.compress), ("deflate", _deflate), ("deflate", _stored),
    ("br", _brotli), ("zstd", _zstd),
)  # fmt: skip
CHECKED: Final = (_gzip, _members, _named)
"""Their ends say what came before (CRC and size): one changed bit is always noticed."""
DAMAGES: Final = ("none", "bare", "cut", "flipped", "followed", "bomb")


def encodings(data: bytes) -> None:
    """What was encoded comes back, in any pieces; what was not, cut or changed is refused or bounded, and never half of it taken for all."""
    choices = Choices(data)
    (coding, encode), damage = choices.one(CODED), choices.one(DAMAGES)
    step, at = 1 + choices.below(64), choices.below(256)
    plain = choices.rest()
    if damage == "bare":
        for each in (coding, plain[:4].decode("latin-1")):
            got, other = _undone(plain, each, step), _undone(plain, each, len(plain) + 1)
            assert got == other or (each == "zstd" and None in (got, other))
        return
    whole = encode(plain)
    at %= len(whole)
    match damage:
        case "none":
            assert _undone(whole, coding, step) == plain
            assert _undone(whole, f" {coding.upper()} ", len(whole)) == plain
        case "cut":
            assert _undone(whole[:at], coding, step) in (
                (b"",) if at == 0 else (None, plain[: len(plain) // 2]) if encode is _members else (None,)
            )
        case "flipped":
            changed = whole[:at] + bytes([whole[at] ^ (1 << step % 8)]) + whole[at + 1 :]
            got, other = _undone(changed, coding, step), _undone(changed, coding, len(whole))
            assert got == other or (
                coding == "zstd" and None in (got, other)
            )  # the library looks ahead in what it gets
            assert encode not in CHECKED or got in (None, plain)
        case "followed":
            got, other = _undone(whole + plain, coding, step), _undone(whole + plain, coding, len(whole + plain))
            assert got == other or (coding == "zstd" and None in (got, other))
        case _:
            bomb = encode(plain * 64)
            most = 1 + 8 * len(plain)
            assert plain == b"" or _undone(bomb, coding, step, most) is None
            pieces = _drained(decoded(_arriving(bomb, len(bomb)), coding))
            assert b"".join(pieces) == plain * 64
            assert all(len(piece) <= _PIECE for piece in pieces)


def _drained(pieces: AsyncIterator[bytes]) -> list[bytes]:
    got: list[bytes] = []

    async def drain() -> bytes:
        got.extend([piece async for piece in pieces])
        return b""

    _at_once(drain())
    return got


def embedded(data: bytes) -> None:
    """Whatever it is, unfolding and folding without edits changes nothing."""
    text = data.decode("utf-8", "replace")
    for mime in ("", "text/html", "text/csv", "text/markdown", "application/xml", "application/json", "text/plain"):
        unfolded = unfold(text, mime=mime)
        assert unfolded.fold({}) == text
    packed = base64.b64encode(data).decode()
    blob = unfold_blob(packed, "text/html")
    assert blob is None or blob.fold({}) == packed
    unfold(packed, mime="")


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "newline": newline,
    "sse": sse,
    "jsonrpc": jsonrpc,
    "headers": header_codec,
    "encodings": encodings,
    "embedded": embedded,
    "planted": planted.planted,
}
