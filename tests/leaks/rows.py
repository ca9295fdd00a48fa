"""What the rows of the surface table are made of, and how to make the usual ones.

The id of a request, and the progress token of a notification, is the row's key for one kind: both peers know from it
what to do, and the test what arrived.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from tests.leaks.plants import KINDS, Kind, Plant, plant

Era: TypeAlias = Literal["legacy", "modern"]
ERAS: Final[tuple[Era, ...]] = ("legacy", "modern")
VERSIONS: Final[dict[Era, str]] = {"legacy": "2025-11-25", "modern": "2026-07-28"}
META: Final = "io.modelcontextprotocol/"
AGAIN: Final = "|again"

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One row, for one kind, in one era."""

    row: Row
    kind: Kind
    era: Era

    @property
    def plant(self) -> Plant:
        return plant(self.kind, self.row.number)

    @property
    def key(self) -> str:
        return f"{self.row.id}|{self.kind}"

    @property
    def text(self) -> str:
        return self.plant.sentence

    @property
    def uri(self) -> str:
        return f"crm://people/find?{self.plant.query}"

    def coming(self, policy: str) -> int:
        """How many messages of this slot the client gets to its first request."""
        said = len(self.row.reply(self))
        if policy not in self.row.withheld:
            return said
        return said - 1 if self.row.plants == "server" else 1

    def request(self, method: str, params: Body, again: str = "") -> Body:
        meta = dict(params.get("_meta", {}))
        if self.era == "modern":
            meta = {**envelope(), **meta}
        if meta:
            params = {**params, "_meta": meta}
        return {"jsonrpc": "2.0", "id": self.key + again, "method": method, "params": params}

    def call(self, arguments: Body, **more: Any) -> Body:
        return self.request("tools/call", {"name": self.row.id, "arguments": arguments, **more})

    def note(self, method: str, params: Body) -> Body:
        params = {**params, "_meta": {"progressToken": self.key}}
        return {"jsonrpc": "2.0", "method": method, "params": params}

    def result(self, result: Body, again: str = "") -> Body:
        if self.era == "modern":
            result = {"resultType": "complete", **result}
        return {"jsonrpc": "2.0", "id": self.key + again, "result": result}

    def error(self, code: int, message: str, data: Any = None) -> Body:
        return {"jsonrpc": "2.0", "id": self.key, "error": {"code": code, "message": message, "data": data}}

    def listing(self, result: Body) -> Body:
        """A complete result that may be cached (MCP 2026-07-28, server/utilities/caching)."""
        return self.result({**result, "ttlMs": 1000, "cacheScope": "public"} if self.era == "modern" else result)

    def asked(self, method: str, params: Body) -> list[Body]:
        """The server asks the client something: a request of its own, or an interim result."""
        if self.era == "legacy":
            return [{"jsonrpc": "2.0", "id": self.key, "method": method, "params": params}, self.result(DONE)]
        wanted = {"ask": {"method": method, "params": params}}
        return [self.result({"resultType": "input_required", "inputRequests": wanted, "requestState": "state-1"})]


def envelope() -> Body:
    """What every modern request carries (MCP 2026-07-28, basic: _meta)."""
    return {
        META + "protocolVersion": VERSIONS["modern"],
        META + "clientCapabilities": {"elicitation": {}, "sampling": {}, "roots": {}},
        META + "logLevel": "debug",
    }


DONE: Final[Body] = {"content": [{"type": "text", "text": "done"}]}
Say: TypeAlias = Callable[[Slot], Sequence[Body]]


LIKE: Final = {
    "sse": "http-sse",
    "pipe-http": "http-sse",
    "http-pipe": "stdio",
    "mtls-unix": "http-sse",
    "unix-tls": "http-sse",
}
"""Pairs of transports, the client's first, and the one whose rows they have."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``plants``: who plants. ``ask``: what the client sends; ``reply``: what the server sends when it gets the request.

    ``answer``: the client's answer to what the server asks. ``header``: one more HTTP header of the request.
    ``withheld``: policies under which the message is refused as a whole. ``policies``: under which nothing may leak.
    ``tool``: what the tool of the row's name is announced with. ``number``: its place in the table, which chooses the plants.
    """

    id: str
    plants: Literal["server", "client"]
    ask: Say
    reply: Say
    eras: tuple[Era, ...] = ERAS
    kinds: tuple[Kind, ...] = KINDS
    policies: tuple[str, ...] = ("strict", "reversible")
    withheld: tuple[str, ...] = ()
    answer: Callable[[Slot], Body] | None = None
    header: Callable[[Slot], tuple[str, str]] | None = None
    errors: Callable[[Slot], str] | None = None
    tool: Body | None = None
    transports: tuple[str, ...] = ("stdio", "http-json", "http-sse")
    number: int = 0

    def runs_over(self, transport: str, era: Era) -> bool:
        if era not in self.eras or LIKE.get(transport, transport) not in self.transports:
            return False
        if transport == "sse" and era == "modern":  # no later revision has it
            return False
        if transport == "pipe-http" and self.header is not None:  # a client on a pipe writes no headers
            return False
        if transport == "http-pipe" and era == "modern" and self.id == "cancelled_reason":
            return (
                False  # over HTTP a request is cancelled by leaving it (MCP 2026-07-28, basic/utilities/cancellation)
            )
        slot = Slot(self, self.kinds[0], era)
        # A modern JSON reply is one message (MCP 2026-07-28, basic/transports), so it can bring no notification.
        return not (era == "modern" and transport == "http-json" and len(self.reply(slot)) > 1)


HUMAN: Final = ("strict",)
NUMBERS: Final[tuple[Kind, ...]] = ("phone", "ssn", "card")
LEGACY: Final[tuple[Era, ...]] = ("legacy",)
MODERN: Final[tuple[Era, ...]] = ("modern",)


def call(slot: Slot) -> list[Body]:
    return [slot.call({})]


def done(slot: Slot) -> list[Body]:
    return [slot.result(DONE)]


def result_row(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A tool's result."""
    return Row(row_id, "server", call, lambda slot: [slot.result(build(slot))], **more)


def block_row(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """One content block of a tool's result."""
    return result_row(row_id, lambda slot: {"content": [build(slot)]}, **more)


def list_row(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """The result of any other method, params empty."""
    return Row(
        row_id,
        "server",
        lambda slot: [slot.request(method, {})],
        lambda slot: [slot.listing(build(slot))],
        **more,
    )


def note_row(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A notification of the server during a call."""
    return Row(row_id, "server", call, lambda slot: [slot.note(method, build(slot)), slot.result(DONE)], **more)


def argument_row(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    return Row(row_id, "client", lambda slot: [slot.call(build(slot))], done, **more)


def params_row(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """Params of any other request."""
    return Row(row_id, "client", lambda slot: [slot.request(method, build(slot))], done, **more)


def told_row(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A notification of the client, and a call after it to wait for."""
    return Row(row_id, "client", lambda slot: [slot.note(method, build(slot)), slot.call({})], done, **more)


def answer_row(row_id: str, method: str, params: Body, build: Callable[[Slot], Body], **more: Any) -> Row:
    """The client's answer to a request of the server."""
    return Row(row_id, "client", call, lambda slot: slot.asked(method, params), answer=build, **more)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def bare(planted: Plant) -> list[str]:
    """A value that nothing around it explains. A name counts only in a sentence or a named field."""
    return [] if planted.kind == "name" else [planted.value]


def texts(record: Body) -> Body:
    return {key: str(value) for key, value in record.items()}


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def initialized(slot: Slot, **more: Any) -> Body:
    about = {"name": "peer", "version": "1", **more.pop("about", {})}
    if slot.era == "modern":
        named = {"_meta": {META + "serverInfo": about}}
        return slot.listing({"supportedVersions": [VERSIONS["modern"]], "capabilities": {}, **named, **more})
    return slot.result({"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "serverInfo": about, **more})


def hello(slot: Slot, about: Body | None = None) -> Body:
    client = {"name": "client", "version": "1", **(about or {})}
    if slot.era == "modern":
        return slot.request("server/discover", {"_meta": {META + "clientInfo": client}})
    params = {"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "clientInfo": client}
    return slot.request("initialize", params)


FORMATS: Final[Body] = {
    "type": "object",
    "properties": {
        "email": {"type": "string", "format": "email"},
        "phone": {"type": "string", "pattern": r"^\+?[\d\s().-]{10,20}$"},
        "ssn": {"type": "string", "pattern": r"^\d{3}-\d{2}-\d{4}$"},
        "card": {"type": "string", "pattern": r"^[\d -]{15,19}$"},
        "name": {"type": "string", "maxLength": 40, "pattern": r"^[^<>@]+$"},
    },
    "additionalProperties": False,
}


def header_value(text: str) -> str:
    """MCP 2026-07-28, basic/transports: custom headers."""
    if text.isascii() and text.isprintable() and text == text.strip():
        return text
    return f"=?base64?{b64(text)}?="
