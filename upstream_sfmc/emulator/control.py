"""The emulator's own controls under `/_emu/`: reset, clock, faults, files, secret rotation, statistics, request log.

Every call needs the control key in `X-Emu-Key`; no tool of the server reaches it, and it is no part of the SFMC API.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from .errors import GENERIC, Refusal
from .faults import Fault, FaultScript, Weather, inject

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .auth import TokenDesk
    from .clock import VirtualClock
    from .tenant import Tenant

KEY_HEADER: Final = "X-Emu-Key"
_LOG_LENGTH: Final = 10_000
_BODY_CHARS: Final = 65_536
_FUELOAUTH: Final = re.compile(r"<(?:\w+:)?fueloauth\b[^>]*>\s*(?P<token>[^<\s]+)")


class Controls:
    """Switches for tests, and the record of what reached the emulator."""

    def __init__(self, tenant: Tenant, desk: TokenDesk, clock: VirtualClock) -> None:
        self.key = secrets.token_urlsafe(18)
        self.script = FaultScript()
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self._tenant = tenant
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/_emu/reset", self._guarded(self._reset)),
            web.post("/_emu/clock/advance", self._guarded(self._advance)),
            web.post("/_emu/faults", self._guarded(self._add_fault)),
            web.post("/_emu/weather", self._guarded(self._set_weather)),
            web.post("/_emu/provisioned", self._guarded(self._provision)),
            web.post("/_emu/files", self._guarded(self._put_file)),
            web.post("/_emu/secret/rotate", self._guarded(self._rotate)),
            web.get("/_emu/requests", self._guarded(self._requests)),
            web.get("/_emu/stats", self._guarded(self._stats)),
        ]

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Records every API request and lets the fault script answer first; what is over the cap goes no further.

        aiohttp chose the second parameter's name.
        """
        if request.path.startswith("/_emu/"):
            return await handler(request)
        try:
            entry = await _entry(request)
        except web.HTTPRequestEntityTooLarge:
            refusal = Refusal(413, GENERIC, "Request Entity Too Large")
            return web.json_response(refusal.body, status=refusal.status)
        entry["token"] = self._desk.number_of(_token(request, entry["body"]))
        self.log.append(entry)
        fault = self.script.take(request)

        async def answer(asked: web.Request) -> web.StreamResponse:
            """The real answer; that it was made is logged, whatever the caller sees of it."""
            made = await handler(asked)
            entry["applied"] = made.status < 400  # noqa: PLR2004 - HTTP's border of success
            return made

        if fault is None:
            response = await answer(request)
        else:
            entry["fault"] = fault.kind
            response = await inject(fault, request, answer)
        entry["status"] = response.status
        return response

    def _guarded(self, act: Callable[[Any], dict[str, Any]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def respond(request: web.Request) -> web.StreamResponse:
            if not secrets.compare_digest(request.headers.get(KEY_HEADER, "").encode(), self.key.encode()):
                return web.json_response({"error": "control key missing or wrong"}, status=403)
            raw = await request.read()
            try:
                return web.json_response(act(json.loads(raw) if raw else {}))
            except (ValueError, TypeError, KeyError) as error:
                return web.json_response({"error": type(error).__name__}, status=400)

        return respond

    def _reset(self, _: Any) -> dict[str, Any]:
        self._tenant.reset()
        self._desk.reset()
        self._clock.rewind()
        self.script.clear()
        self.log.clear()
        return {"reset": True}

    def _advance(self, body: Any) -> dict[str, Any]:
        self._clock.advance(float(body["seconds"]))
        return {"now": self._clock.now()}

    def _add_fault(self, body: Any) -> dict[str, Any]:
        self.script.faults.append(Fault.of(body))
        return {"faults": len(self.script.faults)}

    def _set_weather(self, body: Any) -> dict[str, Any]:
        """Faults at random, the same for the same seed; a share of 0 clears the sky."""
        self.script.weather = Weather.of(body)
        return {"share": self.script.weather.share}

    def _put_file(self, body: Any) -> dict[str, Any]:
        """A file on the file locations, for imports: a name and its text."""
        self._tenant.files[str(body["name"])] = str(body["text"])
        return {"files": sorted(self._tenant.files)}

    def _rotate(self, _: Any) -> dict[str, Any]:
        return {"client_secret": self._desk.rotate_secret()}

    def _provision(self, body: Any) -> dict[str, Any]:
        """Which channels beside e-mail the tenant has: a list of `sms` and `push`."""
        channels = {str(one) for one in body["channels"]}
        if not channels <= {"sms", "push"}:
            raise ValueError("unknown channel")
        self._tenant.provisioned = channels
        return {"provisioned": sorted(channels)}

    def _requests(self, _: Any) -> dict[str, Any]:
        return {"requests": list(self.log)}

    def _stats(self, _: Any) -> dict[str, Any]:
        return {"tokens_issued": self._desk.issued, "requests": len(self.log), "faults_left": len(self.script.faults)}


def _token(request: web.Request, body: str) -> str:
    """The one of a REST or a SOAP request, which the log has as a number."""
    found = _FUELOAUTH.search(body)
    return found["token"] if found else request.headers.get("Authorization", "").rpartition(" ")[2]


async def _entry(request: web.Request) -> dict[str, Any]:
    """What arrived, with the body as text, so that a test can search it. Token requests are logged without bodies."""
    raw = await request.read()
    if request.path.lower() == "/v2/token":
        raw = b""
    return {
        "method": request.method,
        "path": request.raw_path,
        "action": request.headers.get("SOAPAction", "").strip('"'),
        "body": raw[:_BODY_CHARS].decode(errors="replace"),
        "status": None,
        "applied": False,
    }
