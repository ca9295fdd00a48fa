"""Undoing Content-Encoding piece by piece."""

from __future__ import annotations

import sys
import zlib
from collections.abc import AsyncIterator, Callable
from importlib import import_module

import pytest

from sidecar.errors import TooLarge, Unanalysable
from sidecar.transports import encoded
from sidecar.transports.encoded import _Inflater, decoded, read_all


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def test_everything_that_has_arrived_is_handed_on_and_nothing_waits_for_more() -> None:
    packed = zlib.compress(b"a" * 300_000, wbits=31)
    for length in range(1, len(packed)):
        handed_on = b"".join(_Inflater("gzip").feed(packed[:length]))
        assert handed_on == zlib.decompressobj(31).decompress(packed[:length])


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("wbits", [31, 15, -15])
async def test_a_body_is_the_same_however_it_was_split(size: int, wbits: int) -> None:
    body = bytes(number * number % 251 for number in range(20_000)) + b"b" * 200_000
    coding = "gzip" if wbits == 31 else "deflate"
    assert await read_all(decoded(pieces(zlib.compress(body, wbits=wbits), size), coding), 10**6) == body


async def test_a_bomb_is_stopped_at_the_limit() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9, wbits=31)
    seen = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal seen
        async for piece in decoded(pieces(bomb, 2**20), "gzip"):
            seen += len(piece)
            assert len(piece) <= 64 * 1024
            yield piece

    with pytest.raises(TooLarge):
        await read_all(counted(), 100_000)
    assert seen <= 200_000


def _zstd(body: bytes) -> bytes:
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return bytes(zstd.compress(body))


def _brotli(body: bytes) -> bytes:
    return bytes(import_module("brotli").compress(body, quality=5))


EXTRA = pytest.mark.parametrize(("coding", "pack"), [("br", _brotli), ("zstd", _zstd)])
BODY = bytes(number * number % 251 for number in range(20_000)) + b"b" * 300_000


@EXTRA
@pytest.mark.parametrize("size", [1, 7, 4096, 10**6])
async def test_the_extras_encodings_give_the_same_body_however_it_was_split(
    coding: str, pack: Callable[[bytes], bytes], size: int
) -> None:
    assert await read_all(decoded(pieces(pack(BODY), size), coding.upper()), 10**6) == BODY


@EXTRA
async def test_a_bomb_of_the_extras_is_stopped_at_the_limit(coding: str, pack: Callable[[bytes], bytes]) -> None:
    seen = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal seen
        async for piece in decoded(pieces(pack(bytes(20_000_000)), 2**20), coding):
            seen += len(piece)
            assert len(piece) <= 128 * 1024
            yield piece

    with pytest.raises(TooLarge):
        await read_all(counted(), 100_000)
    assert seen <= 300_000


@EXTRA
@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-1], lambda body: b"no such thing" + body, lambda body: body + b"x"]
)
async def test_what_is_cut_or_broken_is_refused(
    coding: str, pack: Callable[[bytes], bytes], spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Unanalysable):
        await read_all(decoded(pieces(spoil(pack(BODY)), 4096), coding), 10**6)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_without_a_byte_is_empty_in_every_encoding(coding: str) -> None:
    assert await read_all(decoded(pieces(b"", 1), coding), 1) == b""


async def test_frames_of_zstd_may_follow_each_other() -> None:
    assert await read_all(decoded(pieces(_zstd(b"one") + _zstd(b"two"), 4), "zstd"), 100) == b"onetwo"


@pytest.mark.parametrize("coding", ["br", "zstd"])
async def test_without_the_extra_its_encodings_are_refused(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(encoded, "import_module", missing)
    with pytest.raises(Unanalysable, match="compress"):
        await read_all(decoded(pieces(b"x", 1), coding), 100)


@pytest.mark.parametrize("coding", ["compress", "gzip, br", "dcb", "*"])
async def test_an_encoding_nobody_knows_is_refused(coding: str) -> None:
    with pytest.raises(Unanalysable):
        await read_all(decoded(pieces(b"x", 1), coding), 100)
