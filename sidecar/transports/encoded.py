"""Undoes Content-Encoding gzip and deflate piece by piece, so that nothing crosses compressed and unread.

It knows no br or zstd: an encoding it cannot undo is refused, never passed (fail closed).
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

from sidecar.errors import TooLarge, Unanalysable

_PIECE_BYTES: Final = 64 * 1024
"""Decoded bytes are handed on in pieces of this size: a small bomb never becomes one big string."""

_EITHER_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


def _is_raw_deflate(first: bytes) -> bool:
    """``deflate`` means zlib (RFC 9110, 8.4.1.2), but some servers send it without zlib's two-byte header."""
    return first[0] & 0x0F != zlib.DEFLATED or (len(first) > 1 and int.from_bytes(first[:2], "big") % 31 != 0)


class _Inflater:
    def __init__(self, coding: str) -> None:
        self._coding: Final = coding
        self._inflate = zlib.decompressobj(_EITHER_GZIP_OR_ZLIB)
        self._is_fresh = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        is_full = False  # then the decompressor may hold back output that no input is left for
        while data or is_full:
            if self._is_fresh and self._coding == "deflate" and data and _is_raw_deflate(data):
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._is_fresh = False
            try:
                piece = self._inflate.decompress(data, _PIECE_BYTES)
            except zlib.error:
                raise Unanalysable("the response's Content-Encoding is broken") from None
            is_full = len(piece) == _PIECE_BYTES
            if piece:
                yield piece
            data = self._inflate.unconsumed_tail
            if self._inflate.eof:  # gzip files may be concatenated (RFC 1952, 2.2)
                data = self._inflate.unused_data
                self._inflate = zlib.decompressobj(_EITHER_GZIP_OR_ZLIB)
                self._is_fresh = True
                is_full = False

    @property
    def is_complete(self) -> bool:
        return self._is_fresh


async def decoded(chunks: AsyncIterator[bytes], content_encoding: str) -> AsyncIterator[bytes]:
    """The body without its encoding. Raises ``Unanalysable`` when that cannot be done."""
    coding = content_encoding.strip().lower()
    match coding:
        case "" | "identity":
            async for chunk in chunks:
                yield chunk
        case "gzip" | "x-gzip" | "deflate":
            inflater = _Inflater(coding)
            async for chunk in chunks:
                for piece in inflater.feed(chunk):
                    yield piece
            if not inflater.is_complete:
                raise Unanalysable("the response's Content-Encoding ends too early")
        case _:
            raise Unanalysable("the response has a Content-Encoding that cannot be undone")


async def read_all(chunks: AsyncIterator[bytes], max_bytes: int) -> bytes:
    """The whole body. Raises ``TooLarge`` as soon as it is over ``max_bytes``."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(f"a body over {max_bytes} bytes")
    return bytes(body)
