"""Where a fuzzer begins: for every target inputs of valid shape, made here, and the words of its formats. Nobody's files."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.fuzz import planted, targets, wraps

_CALL: Final = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":[1,-0,1.10,1E400,"\\u00e9\\ud800"]}}}'
_SAID: Final = '{"note": "x", "more": "{\\"said\\": [1, null, true]}"}'

WORDS: Final = (
    b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"data: ", b"data:", b"id: ", b"event: ",
    b"retry: 10", b":", b"{", b"}", b"[", b"]", b",", b'"', b"\\", b"\\u00e9", b"\\ud800", b"1E400", b"-0", b"NaN", b"null",
    b'{"jsonrpc":"2.0","id":1,"method":"a"}', b'"id":1', b"=?base64?", b"?=", b"Zm9v", b"<p>", b"</p>", b"<!--", b"-->",
    b"<script>", b"<![CDATA[", b"&amp;", b"&#64;", b"%40", b"=40", b"=\n", b"\\u0040", b"|", b"---", b"```", b"`", b"a,b", b'"",', b";",
    b"\t", b"%%[", b"]%%", b"{{", b"\x1f\x8b\x08", b"\x78\x9c", gzip.compress(b"abc", mtime=0),
    json.dumps({"a": [1, {"b": "c"}]}).encode(), b"data:text/plain;base64,",
)  # fmt: skip
"""What the formats are made of."""


def _embedded() -> Iterator[bytes]:
    for wrap in wraps.OUTER:
        yield wrap.do("ana@example.com", "a note").encode()
        yield wrap.do(_SAID, "a, note").encode()
    for wrap in wraps.INNER:
        yield f"see {wrap.do('ana@example.com', '')} there".encode()
    yield f"data:text/plain;base64,{base64.b64encode(b'a text')!r} and https://www.example.com/?q={urllib.parse.quote(_SAID)}".encode()
    yield b"A note:\n\n```json\n" + _SAID.encode() + b"\n```\n\na;b\n1;2\n"


def _encodings() -> Iterator[bytes]:
    for coding in range(len(targets.CODED)):
        for damage in range(len(targets.DAMAGES)):
            yield bytes((coding, damage, 7, 9)) + b"a text, a text"
    bare = targets.DAMAGES.index("bare")
    for number, (_, encode) in enumerate(targets.CODED):
        yield bytes((number, bare, 3, 0)) + encode(b"a text, a text")


def _planted() -> Iterator[bytes]:
    for stood in range(len(planted.STOOD)):
        yield bytes((0, stood, 0, 0, 0, 1))
    for one in range(len(wraps.INNER)):
        for other in range(len(wraps.INNER)):
            stood = (one + other) % len(planted.STOOD)
            yield bytes((one % 2, stood, one, other, 0, other % 2)) + b"a note"
    for one in range(len(wraps.OUTER)):
        for other in range(len(wraps.OUTER)):
            stood = (one + other) % len(planted.STOOD)
            yield bytes((other % 2, stood, 0, one % len(wraps.INNER), 2, one, other, one % 2)) + b"a note"


SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "newline": (_CALL + b"\n" + _CALL + b"\r\n\n", b"a" * 40 + b"\nb"),
    "sse": (
        b"\xef\xbb\xbf: a comment\n\nid: 1\nevent: message\nretry: 10\ndata: " + _CALL + b"\n\n",
        b"data\r\ndata: a\r\rid:\n\n:\n\ndata: cut",
    ),
    "jsonrpc": (_CALL, b"[" + _CALL + b"," + _CALL.replace(b'"id":1', b'"id":"b"') + b"]", b'{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m"}}'),
    "headers": (b"=?base64?w6k=?=", "é\r\n".encode(), b"close, X-A,=?base64?Zm9v?=", b" a ", b"=?base64?=?base64?Zm9v?=?="),
    "encodings": tuple(_encodings()),
    "embedded": (*_embedded(), zlib.compress(b"a text, a text")),
    "planted": tuple(_planted()),
}  # fmt: skip


def write(name: str, folder: Path) -> Path:
    """Puts a target's seeds and the words into ``folder``; the words' file."""
    corpus = folder / "seeds"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"{number:03}").write_bytes(seed)
    words = folder / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in WORDS))
    return words
