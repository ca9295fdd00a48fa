"""Undoes Content-Encoding piece by piece, so that nothing crosses compressed and unread: gzip, deflate, and with the extra br and zstd.

An encoding it cannot undo is refused, never passed (fail closed). What comes out is bounded by who asks for it; what is held
inside, by the pieces here and the encodings' windows.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any, Final, Protocol

from sidecar.errors import TooLarge, Unanalysable

_PIECE_BYTES: Final = 64 * 1024
"""Decoded bytes are handed on in pieces of this size: a small bomb never becomes one big string."""

_EITHER_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_ZSTD_WINDOW_LOG: Final = 23
"""8 MiB, the most a server may ask of who undoes its zstd (RFC 9659, 3)."""
_BROKEN: Final = "the response's Content-Encoding is broken"


def _is_raw_deflate(first: bytes) -> bool:
    """``deflate`` means zlib (RFC 9110, 8.4.1.2), but some servers send it without zlib's two-byte header."""
    return first[0] & 0x0F != zlib.DEFLATED or (len(first) > 1 and int.from_bytes(first[:2], "big") % 31 != 0)


class _Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` completes, in bounded pieces. Raises ``Unanalysable``."""

    @property
    def is_complete(self) -> bool:
        """The encoding's own end has come."""


class _Unbrotli:
    def __init__(self) -> None:
        self._brotli: Final = _module("brotli")
        self._inner: Final = self._brotli.Decompressor()
        self._is_fresh = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._is_fresh = False
        try:
            piece = self._inner.process(data, output_buffer_limit=_PIECE_BYTES)
            while piece:
                yield piece
                piece = self._inner.process(b"", output_buffer_limit=_PIECE_BYTES)
        except self._brotli.error:
            raise Unanalysable(_BROKEN) from None

    @property
    def is_complete(self) -> bool:
        return self._is_fresh or bool(self._inner.is_finished())


class _Unzstd:
    def __init__(self) -> None:
        self._zstd: Final = _module("compression.zstd", "backports.zstd")
        self._inner = self._new()
        self._is_fresh = True

    def _new(self) -> Any:
        return self._zstd.ZstdDecompressor(options={self._zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not self._inner.needs_input:
                self._is_fresh = False
                piece = self._inner.decompress(data, _PIECE_BYTES)
                data = b""
                if piece:
                    yield piece
                if self._inner.eof:  # frames may be concatenated (RFC 8878, 3)
                    data, self._inner, self._is_fresh = self._inner.unused_data, self._new(), True
        except self._zstd.ZstdError:
            raise Unanalysable(_BROKEN) from None

    @property
    def is_complete(self) -> bool:
        return self._is_fresh


def _module(*names: str) -> Any:
    """The first that is installed. Raises ``Unanalysable``."""
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise Unanalysable(
        "the response has a Content-Encoding that cannot be undone; the extra 'compress' knows br and zstd"
    )


def _decoder(coding: str) -> _Decoder:
    match coding:
        case "gzip" | "x-gzip" | "deflate":
            return _Inflater(coding)
        case "br":
            return _Unbrotli()
        case "zstd":
            return _Unzstd()
        case _:
            raise Unanalysable("the response has a Content-Encoding that cannot be undone")


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
                raise Unanalysable(_BROKEN) from None
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
    if coding in {"", "identity"}:
        async for chunk in chunks:
            yield chunk
        return
    decoder = _decoder(coding)
    async for chunk in chunks:
        for piece in decoder.feed(chunk):
            yield piece
    if not decoder.is_complete:
        raise Unanalysable("the response's Content-Encoding ends too early")


async def read_all(chunks: AsyncIterator[bytes], max_bytes: int) -> bytes:
    """The whole body. Raises ``TooLarge`` as soon as it is over ``max_bytes``."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(f"a body over {max_bytes} bytes")
    return bytes(body)
