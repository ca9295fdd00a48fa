"""``serve`` from listener to drain: what is up, what the probes see, how it ends.

It moves no messages; the HTTP edge does.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Protocol

from sidecar.admin import AdminState, start_admin
from sidecar.config.addresses import Address
from sidecar.config.secrets import Secret, Secrets
from sidecar.errors import SidecarError
from sidecar.events import ListenerOpened
from sidecar.observe.metrics import MetricsSink
from sidecar.runtime.build import App
from sidecar.runtime.reload import watching

_BEAT_S = 1.0
_STALE_S = 30.0
_PROBE_S = 2.0


class Listening(Protocol):
    """A transport that listens."""

    @property
    def in_flight(self) -> int: ...

    async def start(self) -> int:
        """The port; 0 on a unix socket. Raises ``OSError``."""

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Serving:
    """``admin`` is the probes' (host, port), or None for no admin port; ``upstream`` None for one that is started when needed."""

    edge: Listening
    at: Address
    upstream: Address | None
    admin: tuple[str, int] | None = None
    drain_token: Secret | None = None
    secrets: Secrets | None = None
    """Read again at SIGHUP and when a file of theirs changes."""


class Latches:
    """What the probes ask. The watchdog is a heartbeat of the event loop itself."""

    def __init__(self, app: App, edge: Listening, upstream: Address | None) -> None:
        self._app = app
        self._edge = edge
        self._upstream = upstream
        self._beat = time.monotonic()
        self._is_bound = False
        self._is_draining = False
        self._is_reachable = False
        self.drained = asyncio.Event()

    @property
    def watchdog_fresh(self) -> bool:
        return time.monotonic() - self._beat < _STALE_S

    @property
    def config_valid(self) -> bool:
        return True  # a bad configuration never gets this far

    @property
    def models_warm(self) -> bool:
        return self._app.is_warm

    @property
    def selfcheck_clean(self) -> bool:
        return self._app.is_clean

    @property
    def listener_bound(self) -> bool:
        return self._is_bound

    @property
    def draining(self) -> bool:
        return self._is_draining

    @property
    def upstream_reachable(self) -> bool:
        return self._is_reachable

    @property
    def vault_usable(self) -> bool:
        return self._app.store is None or self._app.store.is_usable  # a vault in memory lives and dies with the process

    def in_flight(self) -> int:
        return self._edge.in_flight

    def start_draining(self) -> None:
        self._is_draining = True

    def bound(self) -> None:
        self._is_bound = True

    async def watch(self) -> None:
        """Beat, and see whether the upstream's port answers (a connection, never a request: era locks)."""
        while True:
            self._beat = time.monotonic()
            self._is_reachable = await self._connects()
            if self._app.store is not None:
                await self._app.store.ping()
            await asyncio.sleep(_BEAT_S)

    async def _connects(self) -> bool:
        if self._upstream is None:
            return True
        if self._upstream.socket:
            opening = asyncio.open_unix_connection(self._upstream.socket)
        else:
            opening = asyncio.open_connection(self._upstream.host, self._upstream.port)
        try:
            _, writer = await asyncio.wait_for(opening, _PROBE_S)
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True


def _admin(latches: Latches, metrics: MetricsSink, serving: Serving) -> AdminState:
    token = serving.drain_token
    return AdminState(latches, metrics.render, None if token is None else lambda: token.value)


def _probe(app: App, metrics: MetricsSink) -> None:
    metrics.probe("mcp_sidecar_analysis_queue_depth", lambda: app.pool.waiting)
    metrics.probe("mcp_sidecar_analysis_inflight", lambda: min(app.pool.waiting, 1))
    vault = app.kit.vault
    if isinstance(vault, Sized):
        metrics.probe("mcp_sidecar_vault_tokens", lambda: len(vault))


async def serve(app: App, serving: Serving, metrics: MetricsSink, announce: Callable[[int], None]) -> int:
    """Serve until SIGTERM or SIGINT, drain, and return the exit code."""
    edge = serving.edge
    latches = Latches(app, edge, serving.upstream)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    admin = None
    watch = loop.create_task(latches.watch())
    _probe(app, metrics)
    try:
        if serving.admin is not None:
            admin = await start_admin(_admin(latches, metrics, serving), *serving.admin)
        port = await edge.start()
        latches.bound()
        app.record(ListenerOpened(serving.at.host, port))
        if admin is not None and serving.admin is not None:
            sys.stderr.write(f"mcp-sidecar: admin on http://{serving.admin[0]}:{admin.addresses[0][1]}\n")
        announce(port)
        app.warm()
        async with watching(app, has_signal=True, secrets=serving.secrets):
            await stop.wait()
        latches.start_draining()
    except OSError as error:
        raise SidecarError(f"cannot listen: {error.strerror or 'failed'}") from None
    else:
        return 0
    finally:
        watch.cancel()
        await edge.stop()
        if admin is not None:
            await admin.cleanup()
        await app.close()
