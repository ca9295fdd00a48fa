"""Undoing Content-Encoding piece by piece."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import pytest

from sidecar.errors import TooLarge
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
