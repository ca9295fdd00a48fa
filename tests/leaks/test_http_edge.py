"""What an HTTP response carries beside messages: comments, event ids, unknown fields, headers, reasons, bodies of errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from tests.leaks.peer_client import served
from tests.leaks.plants import KINDS, Kind, Plant, Scanner, plant
from tests.support.raw_http import RawServer, Received, connect

pytestmark = pytest.mark.timeout(240)

DONE: Final = {"content": [{"type": "text", "text": "done"}]}


def _event(key: str) -> bytes:
    return b"data: " + json.dumps({"jsonrpc": "2.0", "id": key, "result": DONE}).encode() + b"\n\n"


@dataclass(frozen=True)
class Case:
    """``raw``: the whole response but its length and connection."""

    name: str
    head: Callable[[Plant], tuple[str, ...]]
    body: Callable[[Plant, str], bytes]


def _sse(name: str, line: Callable[[Plant], str]) -> Case:
    head = ("200 OK", "Content-Type: text/event-stream")
    return Case(name, lambda planted: head, lambda planted, key: line(planted).encode() + b"\n" + _event(key))


def _error(name: str, status: str, kind: str, body: Callable[[Plant], str]) -> Case:
    return Case(name, lambda planted: (status, f"Content-Type: {kind}"), lambda planted, key: body(planted).encode())


def _field(name: str, line: Callable[[Plant], str]) -> Case:
    def body(planted: Plant, key: str) -> bytes:
        return json.dumps({"jsonrpc": "2.0", "id": key, "result": DONE}).encode()

    return Case(name, lambda planted: ("200 OK", "Content-Type: application/json", line(planted)), body)


CASES: Final = (
    _sse("comment", lambda p: f": {p.sentence}"),
    _sse("comment_record", lambda p: f": last={json.dumps(p.record)}"),
    _sse("unknown_field", lambda p: f"note: {p.sentence}"),
    _sse("event_name", lambda p: f"event: {p.sentence}"),
    _sse("event_of_another_name", lambda p: f"event: note\ndata: {p.sentence}\n"),
    _sse("event_of_another_name_json", lambda p: f"event: note\ndata: {json.dumps(p.record)}\n"),
    _field("header", lambda p: f"X-Note: {p.sentence}"),
    _field("header_of_links", lambda p: f'Link: <crm://people?{p.query}>; rel="next"'),
    _error("text_body", "500 Internal Server Error", "text/plain", lambda p: f"Traceback: {p.sentence}"),
    _error("html_body", "502 Bad Gateway", "text/html", lambda p: f"<html><body><p>{p.sentence}</p></body></html>"),
    _error("json_body", "400 Bad Request", "application/json", lambda p: json.dumps({"detail": [p.record], "m": p.sentence})),
    _error("problem_body", "422 Oh", "application/problem+json", lambda p: json.dumps({"title": p.sentence})),
    _error("untyped_body", "500 Oh", "application/octet-stream", lambda p: p.sentence),
    Case("reason", lambda p: (f"400 {p.sentence}", "Content-Type: text/plain"), lambda p, key: b"failed"),
)  # fmt: skip
BY_NAME: Final = {case.name: case for case in CASES}


def _planted(case: Case, kind: Kind) -> Plant:
    return plant(kind, 60 + CASES.index(case))


async def _drive(policy: str) -> dict[str, bytes]:
    async def answer(received: Received) -> None:
        key = json.loads(received.body)["id"]
        name, _, kind = key.partition("|")
        case = BY_NAME[name]
        planted = _planted(case, kind)
        status, *headers = case.head(planted)
        await received.reply(status, case.body(planted, key), *headers)

    got: dict[str, bytes] = {}
    async with RawServer(answer) as server, served(server.url, policy) as (url, _, errors):
        port = int(url.rpartition(":")[2].partition("/")[0])
        for case in CASES:
            for kind in KINDS:
                key = f"{case.name}|{kind}"
                params = {"name": "t", "arguments": {}}
                body = json.dumps({"jsonrpc": "2.0", "id": key, "method": "tools/call", "params": params}).encode()
                async with connect(port) as client:
                    head, content = await client.post(body, "Accept: application/json, text/event-stream")
                got[key] = "\n".join((head.first_line, *(f"{n}: {v}" for n, v in head.headers), "")).encode() + content
    return {**got, "log": bytes(errors.data)}


@pytest.fixture(scope="module")
def strict() -> dict[str, bytes]:
    return asyncio.run(_drive("strict"))


@pytest.fixture(scope="module")
def observe() -> dict[str, bytes]:
    return asyncio.run(_drive("observe"))


_EACH: Final = [pytest.param(case, kind, id=f"{case.name}-{kind}") for case in CASES for kind in KINDS]
_REASON: Final = "reason"


@pytest.mark.parametrize(("case", "kind"), _EACH)
def test_nothing_planted_around_a_message_reaches_the_client(strict, case, kind):
    assert not Scanner(strict[f"{case.name}|{kind}"]).finds(_planted(case, kind))


@pytest.mark.parametrize(("case", "kind"), [each for each in _EACH if each.values[0].name != _REASON])
def test_without_a_policy_it_does(observe, case, kind):
    assert Scanner(observe[f"{case.name}|{kind}"]).finds(_planted(case, kind))


@pytest.mark.parametrize(("case", "kind"), _EACH)
def test_none_of_it_is_in_the_log(strict, observe, case, kind):
    for got in (strict, observe):
        assert not Scanner(got["log"]).finds(_planted(case, kind))
