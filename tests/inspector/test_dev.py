"""``mcp-sidecar dev`` as a process: an MCP client, a real server, and the page beside them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import TextContent
from playwright.async_api import Page, expect

from tests.inspector.echo import server as echo_server
from tests.support.http_proxy import serving

ECHO = Path(__file__).with_name("echo.py")
LIMIT_S = 60
MAIL = "jane.doe@example.com"


@contextmanager
def error_file(path: Path) -> Iterator[Any]:
    with path.open("w") as file:
        yield file


async def line_with(path: Path, part: str) -> str:
    """The rest of the line of ``path`` that has ``part``, once it is complete."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            for line in path.read_text().splitlines(keepends=True):  # noqa: ASYNC240
                if part in line and line.endswith("\n"):
                    return line.partition(part)[2].strip()
            await asyncio.sleep(0.02)


async def shows_the_call(page: Page, url: str) -> None:
    await page.goto(url)
    row = page.locator(".row").filter(has_text="tools/call").first
    await expect(row).to_contain_text("echo", timeout=15_000)
    await expect(row.locator(".chip").first).to_contain_text("EMAIL_ADDRESS")
    await row.click()
    await expect(page.locator("#message mark").first).to_have_text(MAIL)
    await expect(page.locator("#message .why tbody tr").first).to_contain_text("strict#1")


def said(result: Any) -> str:
    block = result.content[0]
    assert isinstance(block, TextContent)
    return block.text


async def test_a_wrapped_stdio_server_works_and_its_call_is_on_the_page(tmp_path: Path, browser_page: Page) -> None:
    errors = tmp_path / "stderr"
    command = ["-m", "sidecar", "dev", "--policy", "strict", "--", sys.executable, str(ECHO)]
    with error_file(errors) as file:
        transport = stdio_client(StdioServerParameters(command=sys.executable, args=command), errlog=file)
        async with Client(transport, read_timeout_seconds=LIMIT_S) as client:
            await client.list_tools()
            result = await client.call_tool("echo", {"text": "hello"})
            assert said(result) == "hello, says <EMAIL_ADDRESS>"
            await shows_the_call(browser_page, await line_with(errors, "page at "))
            # The server's end is the page's end; the browser reports the lost connection as an error, so it leaves first.
            await browser_page.goto("about:blank")
    assert MAIL not in errors.read_text()


async def test_an_http_server_works_and_its_call_is_on_the_page(tmp_path: Path, browser_page: Page) -> None:
    errors = tmp_path / "stderr"
    async with serving(echo_server.streamable_http_app()) as upstream:
        command = [sys.executable, "-m", "sidecar", "dev", "--listen", "127.0.0.1:0", "--upstream", upstream]
        with error_file(errors) as file:
            process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL, stderr=file)
        try:
            url = await line_with(errors, "listening on ")
            async with Client(url, read_timeout_seconds=LIMIT_S) as client:
                await client.list_tools()
                assert said(await client.call_tool("echo", {"text": "hello"})) == "hello, says <EMAIL_ADDRESS>"
            await shows_the_call(browser_page, await line_with(errors, "page at "))
            # The page is still open when the process is told to end: its standing stream must not keep it.
            process.terminate()
            assert await asyncio.wait_for(process.wait(), LIMIT_S) == 0
            await expect(browser_page.locator("#status")).to_have_text("reconnecting")
            await browser_page.goto("about:blank")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert MAIL not in errors.read_text()


def dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sidecar", "dev", *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said_about"),
    [
        ((), "command after '--', or --upstream"),
        (("--upstream", "http://127.0.0.1:1/mcp", "--", "true"), "command after '--', or --upstream"),
        (("--page", "0.0.0.0:0", "--", "true"), "--page"),
        (("--page", "127.evil.example:0", "--", "true"), "--page"),
        (("--listen", "127.0.0.1:1", "--", "true"), "--listen goes with --upstream"),
        (("--allow-host", "x", "--", "true"), "--allow-host goes with --upstream"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(arguments: tuple[str, ...], said_about: str) -> None:
    done = dev(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said_about in done.stderr


def test_in_a_cluster_it_does_not_start_unless_forced() -> None:
    done = dev("--", sys.executable, "-c", "print('started')", KUBERNETES_SERVICE_HOST="192.0.2.1")
    assert done.returncode == 2
    assert "page at" not in done.stderr
    forced = dev("--force", "--", sys.executable, "-c", "", KUBERNETES_SERVICE_HOST="192.0.2.1")
    assert forced.returncode == 0
    assert "page at http://127.0.0.1:" in forced.stderr


def test_a_port_that_is_taken_is_an_error_and_the_server_is_not_started(tmp_path: Path) -> None:
    import socket

    mark = tmp_path / "started"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = dev(
            "--page", f"127.0.0.1:{taken.getsockname()[1]}", "--", sys.executable, "-c", f"open({str(mark)!r}, 'w')"
        )
    assert done.returncode == 125
    assert "--page: " in done.stderr
    assert not mark.exists()


def test_run_loads_no_http_stack() -> None:
    code = (
        "import sys, sidecar.cli.main, sidecar.cli.run, sidecar.transports.stdio\n"
        "sys.exit(any(name.split('.')[0] == 'aiohttp' or name.startswith('sidecar.inspector') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=LIMIT_S, check=False).returncode == 0
