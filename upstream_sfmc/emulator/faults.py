"""Scripted failures: which requests fail, how, and how often.

It decides before any other part of the emulator sees the request; it injects nothing that was not asked for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from .errors import BLOCKED, DOCUMENTATION, GENERIC, NOT_AUTHORIZED, RATE_LIMITED
from .ids import choose, roll

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KINDS: Final = frozenset(
    {
        *("429", "blocked", "401", "403", "500", "502", "503", "token_expired", "soap_fault"),
        *("reset", "lost", "truncated", "drip", "hang"),
    }
)
HANG_MAX_S: Final = 120.0
_DRIPS: Final = 20


@dataclass(slots=True)
class Fault:
    """`method` and `path` are globs; `action` matches the SOAPAction header; `skip` requests pass first."""

    kind: str
    method: str = "*"
    path: str = "*"
    action: str = "*"
    count: int = 1
    skip: int = 0
    retry_after_s: int = 5
    drip_s: float = 0.1
    """How long a dripping answer takes."""

    @classmethod
    def of(cls, script: dict[str, Any]) -> Fault:
        """A fault from the control API's JSON. Raises `ValueError` for an unknown kind or key."""
        fault = cls(**script)
        if fault.kind not in KINDS:
            raise ValueError("unknown kind of fault")
        return fault

    def matches(self, request: web.Request) -> bool:
        action = request.headers.get("SOAPAction", "").strip('"')
        return (
            fnmatchcase(request.method, self.method.upper())
            and fnmatchcase(request.path.lower(), self.path.lower())
            and fnmatchcase(action.lower(), self.action.lower())
        )


@dataclass(slots=True)
class Weather:
    """Faults at random: of matching requests `share` (0 to 1) meet one of `kinds`, the same ones for the same seed."""

    share: float = 0.0
    seed: int = 1
    kinds: tuple[str, ...] = ("429", "401", "reset", "truncated", "drip")
    path: str = "*"
    asked: int = 0

    @classmethod
    def of(cls, script: dict[str, Any]) -> Weather:
        """From the control API's JSON. Raises `ValueError` for an unknown kind."""
        weather = cls(**script | ({"kinds": tuple(script["kinds"])} if "kinds" in script else {}))
        if not set(weather.kinds) <= KINDS or not weather.kinds or not 0 <= weather.share <= 1:
            raise ValueError("unknown kind of fault, or a share that is none")
        return weather

    def fault(self, request: web.Request) -> Fault | None:
        """What befalls the next matching request; SOAP's expiry and REST's take each other's place."""
        if self.share == 0 or not fnmatchcase(request.path.lower(), self.path.lower()):
            return None
        self.asked += 1
        if roll(self.seed, "weather", self.asked, 1_000_000) >= self.share * 1_000_000:
            return None
        kind = choose(self.seed, "weatherkind", self.asked, self.kinds)
        if request.path.lower().endswith(".asmx"):
            kind = {"401": "token_expired", "429": "soap_fault"}.get(kind, kind)
        return Fault(kind, retry_after_s=1)


class FaultScript:
    """The faults still to come, in the order they were scripted, before the weather's."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.weather = Weather()

    def clear(self) -> None:
        self.faults.clear()
        self.weather = Weather()

    def take(self, request: web.Request) -> Fault | None:
        for fault in self.faults:
            if not fault.matches(request):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                return None
            fault.count -= 1
            if fault.count <= 0:
                self.faults.remove(fault)
            return fault
        return self.weather.fault(request)


async def inject(
    fault: Fault, request: web.Request, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The failing answer of `fault`; `answer` is only asked when a real answer is to be cut."""
    match fault.kind:
        case "429":
            body = _body("Rate limit exceeded", RATE_LIMITED) | {"retryAfter": fault.retry_after_s}
            return web.json_response(body, status=429, headers={"Retry-After": str(fault.retry_after_s)})
        case "blocked":
            return web.json_response(_body("Your requests are temporarily blocked.", BLOCKED), status=429)
        case "401":
            return web.json_response(_body("Not Authorized", NOT_AUTHORIZED), status=401)
        case "403":
            return web.json_response(_body("Insufficient Privileges", 20002), status=403)
        case "token_expired":
            return soap_fault("q0:Security", "Token Expired", str(request.url))
        case "soap_fault":
            return soap_fault("soap:Server", "The server is too busy to answer.", str(request.url))
        case "500" | "502" | "503" as status:
            return web.json_response(_body("Internal Server Error", GENERIC), status=int(status))
        case _:
            return await _broken(fault, request, answer)


async def _broken(
    fault: Fault, request: web.Request, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What is wrong with the connection, not with the answer."""
    match fault.kind:
        case "truncated":
            return await _truncate(request, await answer(request))
        case "drip":
            return await _drip(request, await answer(request), fault.drip_s)
        case "hang":
            return await _hang(request)
        case "lost":
            await answer(request)
            return _reset(request)
        case _:
            return _reset(request)


def soap_fault(code: str, text: str, actor: str) -> web.Response:
    """HTTP 500 with a SOAP 1.1 fault: how expiry and throttling look on the SOAP side."""
    security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    spaced = f' xmlns:q0="{security}"' if code.startswith("q0:") else ""
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
        f"<faultcode{spaced}>{code}</faultcode><faultstring>{text}</faultstring>"
        f"<faultactor>{actor.partition('?')[0]}</faultactor></soap:Fault></soap:Body></soap:Envelope>"
    )
    return web.Response(status=500, text=xml, content_type="text/xml")


def _body(message: str, code: int) -> dict[str, Any]:
    return {"message": message, "errorcode": code, "documentation": DOCUMENTATION}


def _reset(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _hang(request: web.Request) -> web.StreamResponse:
    """No answer for as long as the client waits for one."""
    waited_s = 0.0
    while waited_s < HANG_MAX_S and request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(0.02)
        waited_s += 0.02
    return web.Response(status=504)


async def _drip(request: web.Request, whole: web.StreamResponse, drip_s: float) -> web.StreamResponse:
    """The real answer, complete, but piece by piece."""
    body = whole.body if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b""
    slow = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.headers.get("Content-Type", "")})
    slow.content_length = len(body)
    await slow.prepare(request)
    size = len(body) // _DRIPS + 1
    for start in range(0, len(body), size):
        await slow.write(body[start : start + size])
        await asyncio.sleep(drip_s / _DRIPS)
    await slow.write_eof()
    return slow


async def _truncate(request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
    """The real answer's headers and first half, then a closed connection."""
    body = whole.body if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b""
    cut = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.headers.get("Content-Type", "")})
    cut.content_length = len(body) + 1
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return cut
