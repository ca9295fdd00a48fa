"""A real App with the dev page beside it, and a real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from sidecar.inspector.access import Access
from sidecar.inspector.app import Inspector, inspecting
from sidecar.inspector.ring import Ring
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Side
from sidecar.transports.base import Outcome
from sidecar.wire.jsonrpc import Envelope, Message

CHROMIUM = Path("/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Lab:
    """A conversation through an inspected App."""

    app: App
    ring: Ring
    access: Access

    def __post_init__(self) -> None:
        self.conversation = self.app.conversation()
        self._lane = self.conversation.lane()

    async def send(self, sender: Side, body: Any) -> Outcome:
        return await self.conversation.submit(sender, Envelope(Message(body)), self._lane)

    async def client(self, method: str, params: Any, number: int = 1) -> Outcome:
        return await self.send(Side.CLIENT, {"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    async def result(self, result: Any, number: int = 1) -> Outcome:
        return await self.send(Side.SERVER, {"jsonrpc": "2.0", "id": number, "result": result})

    async def announce(self, *names: str, read_only: bool = True) -> None:
        """The server lists tools."""
        await self.client("tools/list", {}, 900)
        annotations = {"readOnlyHint": read_only}
        tools = [{"name": name, "inputSchema": {"type": "object"}, "annotations": annotations} for name in names]
        await self.result({"tools": tools}, 900)

    async def answer(self, text: str, tool: str = "find_contact", number: int = 1) -> None:
        """A call of ``tool`` whose result is ``text``."""
        await self.client("tools/call", {"name": tool, "arguments": {}}, number)
        await self.result({"content": [{"type": "text", "text": text}]}, number)


Start = Callable[..., AbstractAsyncContextManager[Lab]]


@asynccontextmanager
async def _started(policy: str = "strict") -> AsyncIterator[Lab]:
    ring = Ring()
    app = App(Settings(policy=policy, engine="none"), [ring.record], ring.add)
    async with inspecting(Inspector(ring, lambda: app.kit, app.pool.detect), "127.0.0.1", 0) as access:
        lab = Lab(app, ring, access)
        try:
            yield lab
        finally:
            await lab.conversation.close()
            await app.close()


@pytest.fixture
def started() -> Start:
    return _started


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with _started() as running:
        yield running


@pytest.fixture
async def browser_page() -> AsyncIterator[Page]:
    """A page that fails the test when the browser reports an error (a script's, or one of the CSP)."""
    if not HAS_CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1400, "height": 860})
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        try:
            yield page
        finally:
            await browser.close()
    assert errors == []
