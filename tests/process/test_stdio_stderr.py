"""The server's stderr: redacted, in order, never a reason for the server to wait."""

from __future__ import annotations

import asyncio

from sidecar.transports.stderr import MAX_PIECE_BYTES, TOO_LONG, WITHHELD
from tests.process.wrapped import wrapped


async def test_lines_are_scrubbed_and_keep_their_order() -> None:
    async with wrapped() as client:
        await client.call("test/stderr", lines=["one secret\ntw", "o\nsec", "ret three\n"])
        assert [await client.read_error() for _ in range(3)] == [b"one <S>\n", b"two\n", b"<S> three\n"]


async def test_a_line_that_cannot_be_scrubbed_is_replaced_by_a_notice() -> None:
    async with wrapped() as client:
        await client.call("test/stderr", lines=["a poison secret\nnext\n"])
        assert [await client.read_error() for _ in range(2)] == [WITHHELD, b"next\n"]


async def test_the_last_line_needs_no_newline() -> None:
    async with wrapped("sh", "-c", "printf 'last secret' >&2") as client:
        assert await client.finish() == 0
        assert (await client.errors()).startswith(b"last <S>\n")


async def test_a_long_line_is_cut_between_words_only() -> None:
    words = "secret " * (3 * MAX_PIECE_BYTES // 7)
    async with wrapped() as client:
        await client.call("test/stderr", lines=[words + "\n"])
        assert await client.read_error() == words.replace("secret", "<S>").encode() + b"\n"


async def test_a_long_word_is_withheld_to_its_end_and_what_follows_is_not() -> None:
    word = "half-a-value" * MAX_PIECE_BYTES
    async with wrapped() as client:
        await client.call("test/stderr", lines=[word, word + " same line\n", "next\n", word + "\n", "last\n"])
        lines = [await client.read_error() for _ in range(5)]
        assert lines == [TOO_LONG, b" same line\n", b"next\n", TOO_LONG, b"last\n"]


async def test_the_stderr_of_a_server_that_failed_is_waited_for() -> None:
    async with wrapped("sh", "-c", "echo no secret key is set >&2; exit 2", options=("--grace", "0.01")) as client:
        assert await client.code() == 2
        assert b"no <S> key is set\n" in await client.errors()


async def test_lines_that_were_never_shown_are_counted_at_the_end() -> None:
    async with wrapped(options=("--grace", "0.2")) as client:
        await client.call("test/stderr", lines=["stall\n", "two\n"])
        assert await client.finish() == 0
        assert b"3 lines of the server's stderr were dropped" in await client.errors()


async def test_a_flood_does_not_stop_the_server_and_what_is_dropped_is_counted() -> None:
    """Scrubbing never finishes, nobody reads stderr, and the server writes 11 MB to it before it answers."""
    async with wrapped() as client:
        await client.call("test/stderr", lines=["stall\n"])
        assert await client.call("test/flood", count=100_000) == {"count": 100_000}


async def test_a_reader_of_stderr_that_stalls_loses_lines_and_is_told_how_many() -> None:
    async with wrapped(buffer_bytes=1024) as client:
        assert await client.call("test/flood", count=100_000) == {"count": 100_000}
        client.end_input()
        errors = asyncio.create_task(client.errors())
        lines = (await errors).splitlines()
        shown = [line for line in lines if line.startswith(b"line ")]
        dropped = [int(line.split()[1]) for line in lines if b"were dropped]" in line]
        assert shown[0].startswith(b"line 0 ")
        assert dropped
        assert len(shown) + sum(dropped) == 100_000
        assert await client.code() == 0
