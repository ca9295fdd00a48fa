"""Too much of one kind in a while gives one alert, by command or POST, which says a kind and a count."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

import pytest
from aiohttp import web

from sidecar.config.records import THRESHOLDS, AlertSettings
from sidecar.events import FrameDropped, OperationEnded, OperationFailed, Suspected, SuspicionKind, ThresholdPassed
from sidecar.observe.alerts import _KINDS, Alerts, post, run_command

BAD = FrameDropped("to_server", "malformed", 9)
FAILED = OperationFailed(1, "tools/call", "t", "", "-32603", 1.0, "-32603", 1.0)


class Watched:
    def __init__(self, **settings):
        self.now = 0.0
        self.sent = []
        self.told = []
        self.alerts = Alerts(AlertSettings(**settings), self.send, self.told.append, lambda: self.now)

    async def send(self, body):
        self.sent.append(json.loads(body))

    async def see(self, event, times=1):
        for _ in range(times):
            self.alerts(event)
        await self.alerts.close()
        return [(alert["alert"], alert["count"]) for alert in self.sent]


def test_the_defaults_are_the_ones_that_are_promised():
    assert THRESHOLDS["failed_validations"] == 5
    assert THRESHOLDS["api_errors"] == 10
    assert THRESHOLDS["avg_file_size"] == 20_000_000


@pytest.mark.parametrize(
    ("event", "kind", "limit"),
    [
        (BAD, "failed_validations", 5), (Suspected("input.reject"), "failed_validations", 5), (FAILED, "api_errors", 10),
        (Suspected("auth.fail"), "auth_failures", 5), (Suspected("origin.refused"), "auth_failures", 5),
        (Suspected("path.attempt"), "suspicious_paths", 0), (Suspected("rate.limit"), "rate_limited", 10),
        (Suspected("banned"), "rate_limited", 10), (Suspected("role.refused"), "auth_failures", 5),
        (Suspected("tool.unkept"), "failed_validations", 5),
        (Suspected("tool.changed"), "suspicious_texts", 5), (Suspected("injection"), "suspicious_texts", 5),
    ],
)  # fmt: skip
async def test_one_more_than_the_threshold_gives_an_alert(event, kind, limit):
    watched = Watched()
    assert await watched.see(event, limit) == []
    assert await watched.see(event) == [(kind, limit + 1)]
    assert watched.told == [ThresholdPassed(kind, limit + 1)]


def test_every_kind_of_suspicion_counts_towards_a_threshold():
    assert set(_KINDS) == set(get_args(SuspicionKind))
    assert set(_KINDS.values()) <= set(THRESHOLDS)


async def test_large_messages_alert_by_their_average():
    watched = Watched()
    assert await watched.see(FrameDropped("to_server", "too_large", 20_000_000)) == []
    assert await watched.see(FrameDropped("to_server", "too_large", 30_000_000)) == [("avg_file_size", 25_000_000)]


async def test_only_what_happened_within_the_window_counts():
    watched = Watched()
    await watched.see(BAD, 5)
    watched.now = 61
    assert await watched.see(BAD, 5) == []
    assert await watched.see(BAD) == [("failed_validations", 6)]


async def test_a_window_has_one_alert_of_a_kind():
    watched = Watched()
    await watched.see(BAD, 50)
    await watched.see(FAILED, 50)
    assert [kind for kind, _ in await watched.see(BAD)] == ["failed_validations", "api_errors"]
    watched.now = 61
    assert len(await watched.see(BAD, 6)) == 3


async def test_thresholds_are_the_operators():
    limits = MappingProxyType({**THRESHOLDS, "failed_validations": 0})
    assert await Watched(thresholds=limits).see(BAD) == [("failed_validations", 1)]


async def test_a_call_that_went_well_and_our_own_side_alert_nobody():
    fine = OperationEnded(1, "tools/call", "t", "", "", 1.0, "", 1.0)
    ours = OperationEnded(1, "tools/call", "t", "", "-32603", 1.0)
    watched = Watched()
    await watched.see(fine, 50)
    assert await watched.see(ours, 50) == []


async def test_an_alert_that_cannot_be_given_disturbs_nothing():
    async def broken(_body):
        raise OSError

    told = []
    alerts = Alerts(AlertSettings(), broken, told.append)
    for _ in range(6):
        alerts(BAD)
    await alerts.close()
    assert told == [ThresholdPassed("failed_validations", 6)]


async def test_a_command_gets_the_alert_on_its_stdin(tmp_path):
    out = tmp_path / "alert"
    script = f"import sys; open({str(out)!r}, 'w').write(sys.stdin.read())"
    await asyncio.wait_for(run_command(tuple(shlex.split(shlex.join([sys.executable, "-c", script]))), b'{"a":1}'), 30)
    assert out.read_text() == '{"a":1}'


async def test_an_address_gets_the_alert_as_a_post_with_its_authorization():
    got = []

    async def hook(request):
        got.append((await request.read(), request.headers["Authorization"], request.headers["Content-Type"]))
        raise web.HTTPFound("/elsewhere")

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await asyncio.wait_for(post(url, {"Authorization": "Bearer x"}, b'{"a":1}'), 30)
    finally:
        await runner.cleanup()
    assert got == [(b'{"a":1}', "Bearer x", "application/json")]


@pytest.mark.parametrize("method", ["sampling/createMessage", "elicitation/create", "roots/list"])
async def test_a_client_that_declines_what_the_server_asks_is_no_error_of_the_server(method):
    assert await Watched().see(replace(FAILED, method=method), 50) == []
