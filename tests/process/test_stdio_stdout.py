"""stdout carries protocol bytes and nothing else, whatever is loaded into the wrapper's process."""

from __future__ import annotations

from tests.process.wrapped import wrapped


async def test_what_python_and_c_code_print_in_our_process_goes_to_stderr() -> None:
    line = b'{"jsonrpc":"2.0","method":"test/print"}\n'
    async with wrapped("cat") as client:
        await client.write(line)
        assert await client.read() == line
        client.end_input()
        assert await client.rest() == b""
        errors = await client.errors()
        assert await client.code() == 0
    for stray in (b"stray output of a library", b"stray output of C code", b"stray bytes"):
        assert stray in errors


async def test_a_command_that_cannot_start_leaves_stdout_empty() -> None:
    async with wrapped("/nonexistent/command") as client:
        assert await client.rest() == b""
