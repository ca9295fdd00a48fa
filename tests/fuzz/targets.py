"""One function per decoder: takes any bytes, returns nothing, raises ``AssertionError`` where a promise is broken.

The promises: no exception but those it names, the parts of a frame are its bytes, and no byte of a planted value leaves. Fed
by Hypothesis (``test_fuzz``) and, for as long as one likes, by atheris (``run``).
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import html
import json
import unicodedata
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

from sidecar.errors import Malformed, TooLarge, Unanalysable
from sidecar.redaction.embedded import unfold, unfold_blob
from sidecar.session.actions import Refuse, Send
from sidecar.transports.encoded import decoded, read_all
from sidecar.wire import headers as fields
from sidecar.wire.framing import LineDecoder, Oversized, SseComment, SseDecoder, SseEvent, encode_line
from sidecar.wire.jsonrpc import Limits, Message, decode, dumps, encode, encode_batch
from tests.playbook import Playbook, body

PLANTED: Final = "jane.planted@example.com"
_LIMITS: Final = Limits(max_bytes=1 << 20, max_depth=64)
_MOST: Final = 1 << 20


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


def encodings(data: bytes) -> None:
    async def chunks(whole: bytes) -> AsyncIterator[bytes]:
        for piece in _pieces(whole):
            yield piece

    async def undo(whole: bytes, coding: str) -> bytes:
        return await read_all(decoded(chunks(whole), coding), _MOST)

    for coding in ("gzip", "deflate", "x-gzip", "br", data[:4].decode("latin-1")):
        with suppress(Unanalysable, TooLarge):
            assert len(asyncio.run(undo(data, coding))) <= _MOST
    assert asyncio.run(undo(gzip.compress(data, mtime=0), "gzip")) == data
    assert asyncio.run(undo(zlib.compress(data), "deflate")) == data


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


def _html(text: str) -> str:
    return f"<div title='{html.escape(text)}'><p>{html.escape(text)} <b>{PLANTED}</b></p></div>"


def _csv(text: str) -> str:
    cell = text.replace('"', '""')
    return f'id,note,mail\n1,"{cell}",{PLANTED}\n2,"{cell}",nobody\n'


def _markdown(text: str) -> str:
    cell = text.replace("|", "/").replace("\n", " ").replace("\r", " ")
    return f"| note | mail |\n|---|---|\n| {cell} | {PLANTED} |\n"


def _xml(text: str) -> str:
    return f'<?xml version="1.0"?><r><a mail="{PLANTED}">{html.escape(_printable(text))}</a></r>'


def _printable(text: str) -> str:
    """What XML may hold."""
    return "".join(char for char in text if char.isprintable())


def _readable(text: str) -> str:
    """A quarter of what is packed may be control characters; with more of them it is a binary."""
    controls = [char for char in text if unicodedata.category(char) == "Cc"]
    return text if 4 * len(controls) <= len(text) else _printable(text)


def _base64(text: str) -> str:
    clean = _readable(text)
    return base64.b64encode(f"{clean} {PLANTED} {clean}".encode()).decode()


def _gzip(text: str) -> str:
    return base64.b64encode(gzip.compress(f"{_readable(text)} {PLANTED}".encode(), mtime=0)).decode()


def _json(text: str) -> str:
    return json.dumps({"note": text, "more": json.dumps({"to": PLANTED, text: 1})})


def _plain(text: str) -> str:
    return f"{text} {PLANTED} {text}"


FORMATS: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "html": (_html, "text/html"),
    "csv": (_csv, "text/csv"),
    "markdown": (_markdown, "text/markdown"),
    "xml": (_xml, "application/xml"),
    "base64": (_base64, "text/plain"),
    "gzip": (_gzip, "text/plain"),
    "json": (_json, "application/json"),
    "plain": (_plain, "text/plain"),
}


def planted(data: bytes) -> None:
    """A value within any of the formats, in a text, a resource and a blob: withheld or gone, packed or not."""
    text = data.decode("utf-8", "replace")
    for name, (wrap, mime) in FORMATS.items():
        wrapped = wrap(text)
        blob = base64.b64encode(wrapped.encode("utf-8", "replace")).decode()
        contents = [{"uri": "a:b", "mimeType": mime, "text": wrapped}, {"uri": "a:c", "mimeType": mime, "blob": blob}]
        play = Playbook("strict")
        blocks = [{"type": "text", "text": wrapped}, *({"type": "resource", "resource": each} for each in contents)]
        _, got = play.call("t", {}, {"content": blocks})
        assert isinstance(got, (Send, Refuse)), name
        out = json.dumps(body(got), ensure_ascii=False)
        assert PLANTED not in out, name
        assert json.dumps(wrapped, ensure_ascii=False)[1:-1] not in out, name
        assert blob not in out, name


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "newline": newline,
    "sse": sse,
    "jsonrpc": jsonrpc,
    "headers": header_codec,
    "encodings": encodings,
    "embedded": embedded,
    "planted": planted,
}
