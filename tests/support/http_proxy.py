"""A running proxy with a pass-through core, and a running ASGI server, for tests of the HTTP edge."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.passthrough_core import PassthroughCore


@asynccontextmanager
async def proxied(
    upstream: str, core: PassthroughCore | None = None, **settings: Any
) -> AsyncIterator[tuple[int, HttpProxy]]:
    settings.setdefault("drain_s", 0.2)
    proxy = HttpProxy(core or PassthroughCore(), HttpSettings(upstream, **settings))
    port = await proxy.start()
    try:
        yield port, proxy
    finally:
        await asyncio.wait_for(proxy.stop(), 10)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The URL of ``app``'s MCP endpoint; it listens before this returns."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            await asyncio.wait_for(task, 10)
