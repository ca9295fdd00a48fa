"""The emulator as one aiohttp application on one loopback port: auth, REST, SOAP and controls, routed by path.

It listens on 127.0.0.1 only and calls nobody.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from aiohttp import web

from .auth import TokenDesk, discovery, userinfo
from .clock import VirtualClock
from .control import Controls
from .errors import not_authorized
from .guard import MAX_BODY_BYTES, Guard
from .ids import guid
from .manifest import keep, truth, write_manifest
from .rest_asset_changes import AssetChangeRoutes
from .rest_assets import AssetRoutes
from .rest_async import AsyncRoutes
from .rest_audit import AuditRoutes
from .rest_automations import AutomationRoutes
from .rest_campaigns import CampaignRoutes
from .rest_contact_admin import ContactAdminRoutes
from .rest_contacts import ContactRoutes
from .rest_data import DataRoutes
from .rest_extensions import ExtensionRoutes
from .rest_imports import ImportRoutes
from .rest_journey_members import JourneyMemberRoutes
from .rest_journeys import JourneyRoutes
from .rest_messages import MessageRoutes
from .rest_mobile import MobileRoutes
from .rest_queries import QueryRoutes
from .rest_triggered import TriggeredRoutes
from .soap import SoapEndpoint
from .tenant import CHANNELS, Profile, Tenant
from .units import HOME_MID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from .guard import Route

HOST: Final = "127.0.0.1"
SOAP_PATH: Final = r"/{service:[sS][eE][rR][vV][iI][cC][eE]\.[aA][sS][mM][xX]}"


class Area(Protocol):
    """One part of the REST API."""

    def routes(self) -> list[Route]: ...


class Emulator:
    """A loopback Salesforce Marketing Cloud. `port` 0 takes a free one; `clock` gives seconds since the epoch."""

    def __init__(
        self,
        profile: Profile = "demo",
        seed: int = 7,
        port: int = 0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.clock = VirtualClock(clock)
        self._tenant = Tenant(profile, seed, self.clock)
        self._desk = TokenDesk(self.clock)
        self._controls = Controls(self._tenant, self._desk, self.clock)
        self._seed = seed
        self._port = port
        self._requests = 0
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.account_id = HOME_MID

    @property
    def client_id(self) -> str:
        return self._desk.client_id

    @property
    def client_secret(self) -> str:
        return self._desk.client_secret

    @property
    def control_key(self) -> str:
        return self._controls.key

    def truth(self) -> Iterator[dict[str, Any]]:
        """Every planted value: value, kind, person_id, locale, object, field, row_key."""
        return truth(self._tenant)

    def keep(self) -> Iterator[str]:
        """Strings of the answers that are nobody's and must survive."""
        return keep(self._tenant)

    def write_manifest(self, directory: Path) -> None:
        """`truth.jsonl` and `keep.jsonl` in `directory`."""
        write_manifest(self._tenant, directory)

    async def start(self) -> None:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{HOST}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._controls.middleware], client_max_size=MAX_BODY_BYTES)
        guard = Guard(self._desk, self._request_id, self._tenant.settle)
        app.router.add_routes(self._controls.routes())
        app.router.add_post("/v2/token", self._token)
        app.router.add_get("/v2/userinfo", self._userinfo)
        app.router.add_get("/v2/discovery", self._discovery)
        app.router.add_post(SOAP_PATH, SoapEndpoint(self._tenant, self._desk).respond)
        areas: tuple[Area, ...] = (
            ExtensionRoutes(self._tenant),
            DataRoutes(self._tenant),
            AsyncRoutes(self._tenant),
            ImportRoutes(self._tenant),
            ContactRoutes(self._tenant),
            ContactAdminRoutes(self._tenant),
            JourneyMemberRoutes(self._tenant),
            JourneyRoutes(self._tenant),
            *(MessageRoutes(self._tenant, channel) for channel in CHANNELS),
            TriggeredRoutes(self._tenant),
            MobileRoutes(self._tenant),
            AssetRoutes(self._tenant),
            AssetChangeRoutes(self._tenant),
            AutomationRoutes(self._tenant),
            QueryRoutes(self._tenant),
            CampaignRoutes(self._tenant),
            AuditRoutes(self._tenant, lambda: self.url),
        )
        for area in areas:
            for route in area.routes():
                app.router.add_route(route.method, route.path, guard.endpoint(route))
        app.router.add_route("*", "/{rest:.*}", guard.unknown)
        return app

    def _request_id(self) -> str:
        self._requests += 1
        return guid(self._seed, "restrequest", self._requests)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form: dict[str, Any] = {}
        if request.content_type == "application/json":
            try:
                body = await request.json()
            except ValueError:
                body = None
            form = body if isinstance(body, dict) else {}
        elif request.content_type == "application/x-www-form-urlencoded":
            form = dict(await request.post())
        status, answer = self._desk.issue(form, self.url)
        return web.json_response(answer, status=status)

    async def _userinfo(self, request: web.Request) -> web.StreamResponse:
        grant = self._desk.bearer(request.headers.get("Authorization"))
        if grant is None:
            refusal = not_authorized()
            return web.json_response(refusal.body, status=refusal.status)
        return web.json_response(userinfo(grant, self.url, self.client_id, self._tenant.staff(0)))

    async def _discovery(self, request: web.Request) -> web.StreamResponse:
        status, answer = discovery(request.query, self.client_id, self.url)
        return web.json_response(answer, status=status)


async def run(port: int = 0, profile: Profile = "demo", write_truth: Path | None = None) -> None:
    """Serve until cancelled, after printing the URL and the environment a client needs on stderr."""
    async with Emulator(profile, port=port) as emulator:
        lines = (
            f"Salesforce Marketing Cloud emulator ({profile}) on {emulator.url}",
            f"export SFMC_AUTH_URL={emulator.url}",
            f"export SFMC_CLIENT_ID={emulator.client_id}",
            f"export SFMC_CLIENT_SECRET={emulator.client_secret}",
            f"export SFMC_ACCOUNT_ID={emulator.account_id}",
            f"export SFMC_EMULATOR_CONTROL_KEY={emulator.control_key}",
        )
        if write_truth is not None:
            await asyncio.to_thread(emulator.write_manifest, write_truth)
        print(*lines, sep="\n", file=sys.stderr, flush=True)  # noqa: T201 - the caller's terminal is the purpose
        await asyncio.Event().wait()
