"""The health, metrics and drain endpoints, on a port of their own; it never sees a message and decides nothing about one.

GET /livez          200 while the event loop answers and the watchdog is fresh; never depends on upstream or models
GET /startupz       200 once the configuration is valid, the models are warm and the listener is bound; never on upstream,
                    because Kubernetes starts the upstream container only after a native sidecar's startup probe passed
GET /readyz         200 when started, not draining, upstream reachable, vault usable and self-check clean; `?verbose` lists every latch
GET /metrics        200, Prometheus text
GET, POST /drain    starts draining; 200 when idle, 503 with the number of calls still in flight once the deadline passed;
                    only from loopback, or with `Authorization: Bearer TOKEN`

A failed check is 503 and names its latches. Answers hold latch names and counts, nothing else.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Final, Protocol

from aiohttp import web

METRICS_CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""What `prometheus_client.generate_latest` writes by default (Prometheus text exposition format 0.0.4)."""

DRAIN_DEADLINE_S: Final = 15.0
"""As long as the upstream container's preStop sleep in k8s/components/sidecar: after it the upstream is told to stop."""

_IDLE_POLL_S: Final = 0.02
_PLAIN: Final = "text/plain; charset=utf-8"


class Health(Protocol):
    """What the rest of the program knows about itself; read at each request, so each latch must be cheap."""

    @property
    def watchdog_fresh(self) -> bool:
        """False once work handed to the analysis worker has made no progress for longer than the watchdog allows."""

    @property
    def config_valid(self) -> bool: ...
    @property
    def models_warm(self) -> bool: ...
    @property
    def listener_bound(self) -> bool: ...
    @property
    def draining(self) -> bool: ...
    @property
    def upstream_reachable(self) -> bool: ...
    @property
    def vault_usable(self) -> bool: ...
    @property
    def selfcheck_clean(self) -> bool:
        """True once synthetic people crossed as the policy in force says."""

    def in_flight(self) -> int:
        """Calls received and not yet answered."""

    def start_draining(self) -> None:
        """Sets `draining`: new sessions are refused, calls in flight go on. Calling it again changes nothing."""


@dataclass(frozen=True, slots=True)
class AdminState:
    """Everything the endpoints read. Without a `drain_token` only loopback may drain."""

    health: Health
    metrics: Callable[[], bytes]
    drain_token: Callable[[], str] | None = field(default=None, repr=False)
    """Asked at each request: it may be rotated."""
    drain_deadline_s: float = DRAIN_DEADLINE_S


def alive(health: Health) -> Mapping[str, bool]:
    return {"watchdog_fresh": health.watchdog_fresh}


def started(health: Health) -> Mapping[str, bool]:
    return {
        "config_valid": health.config_valid,
        "models_warm": health.models_warm,
        "listener_bound": health.listener_bound,
    }


def ready(health: Health) -> Mapping[str, bool]:
    return {
        **started(health),
        "not_draining": not health.draining,
        "upstream_reachable": health.upstream_reachable,
        "vault_usable": health.vault_usable,
        "selfcheck_clean": health.selfcheck_clean,
    }


def may_drain(peer: str | None, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether this caller may drain, by the first rule that decides.

    1. A request that carries `Authorization` is judged by its token alone, in constant time.
    2. A request a web page sent (`Origin` or `Sec-Fetch-Site` is there) may not: a page open on a developer's machine
       can make the browser send GET requests to loopback.
    3. A loopback peer may. The peer is the socket's; forwarding headers are not read.
    4. Nobody else may.
    """
    offered = headers.get("Authorization")
    if offered is not None:
        return token is not None and hmac.compare_digest(
            offered.encode("utf-8", "surrogateescape"), f"Bearer {token}".encode("utf-8", "surrogateescape")
        )
    if "Origin" in headers or "Sec-Fetch-Site" in headers:
        return False
    return _is_loopback(peer)


def _is_loopback(peer: str | None) -> bool:
    try:
        address = ip_address(peer or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback


def _verdict(latches: Mapping[str, bool], *, verbose: bool = False) -> web.Response:
    failed = [name for name, holds in latches.items() if not holds]
    lines = [f"[{'+' if holds else '-'}] {name}" for name, holds in latches.items()] if verbose else []
    lines.append(f"failed: {', '.join(failed)}" if failed else "ok")
    return _text("\n".join(lines), status=503 if failed else 200)


def _text(body: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Type": _PLAIN, "Cache-Control": "no-store"}
    return web.Response(body=f"{body}\n".encode(), status=status, headers=headers)


async def _until_idle(health: Health) -> None:
    # Polled, not signalled: the count belongs to the session side, which must not know who waits for it.
    while health.in_flight() > 0:  # noqa: ASYNC110
        await asyncio.sleep(_IDLE_POLL_S)


async def _drain(state: AdminState, request: web.Request) -> web.Response:
    token = state.drain_token() if state.drain_token is not None else None
    if not may_drain(request.remote, request.headers, token or None):
        return _text("forbidden: /drain answers loopback or a bearer token", status=403)
    state.health.start_draining()
    try:
        async with asyncio.timeout(state.drain_deadline_s):
            await _until_idle(state.health)
    except TimeoutError:
        return _text(f"deadline passed: {state.health.in_flight()} in flight", status=503)
    return _text("idle")


def build_admin(state: AdminState) -> web.Application:
    """The application without a listener."""

    async def livez(_: web.Request) -> web.Response:
        return _verdict(alive(state.health))

    async def startupz(_: web.Request) -> web.Response:
        return _verdict(started(state.health))

    async def readyz(request: web.Request) -> web.Response:
        return _verdict(ready(state.health), verbose="verbose" in request.query)

    async def metrics(_: web.Request) -> web.Response:
        headers = {"Content-Type": METRICS_CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=state.metrics(), headers=headers)

    async def drain(request: web.Request) -> web.Response:
        return await _drain(state, request)

    app = web.Application()
    probes: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {
        "/livez": livez,
        "/startupz": startupz,
        "/readyz": readyz,
        "/metrics": metrics,
    }
    for path, answer in probes.items():
        app.router.add_get(path, answer)
    # No HEAD: a link checker must not be able to start a drain.
    app.router.add_get("/drain", drain, allow_head=False)
    app.router.add_post("/drain", drain)
    return app


async def start_admin(state: AdminState, host: str, port: int) -> web.AppRunner:
    """Listens until the runner's `cleanup()`; with port 0 the chosen one is in `addresses`. OSError if it cannot bind."""
    # aiohttp's own logger prints the bytes of a request it could not parse; this port logs nothing of what it is sent.
    # A logger outside the logging tree, so that no root configuration can switch it on again.
    mute = logging.Logger("sidecar.admin", level=logging.CRITICAL + 1)  # noqa: LOG001
    runner = web.AppRunner(build_admin(state), access_log=None, logger=mute, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
