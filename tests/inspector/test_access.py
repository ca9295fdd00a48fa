"""Who gets an answer: token, cookie, Host, Origin, fetch metadata; and the headers on every answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, DummyCookieJar

from sidecar.inspector.access import SAFETY_HEADERS, Access
from tests.inspector.conftest import Lab

MAIL = "jane.doe@example.com"
PATHS = ("/", "/app.js", "/compare.js", "/app.css", "/events", "/messages/1", "/explain", "/favicon.ico", "/nowhere")


@asynccontextmanager
async def asking(
    lab: Lab, path: str, method: str = "GET", *, cookie: bool = True, **more: Any
) -> AsyncIterator[ClientResponse]:
    headers = dict(more.pop("headers", {}))
    if cookie:
        headers.setdefault("Cookie", f"{lab.access.cookie}={lab.access.token}")
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        session.request(method, lab.access.origin + path, headers=headers, allow_redirects=False, **more) as response,
    ):
        yield response


async def events(response: ClientResponse, count: int) -> list[tuple[str, Any]]:
    """The first ``count`` server-sent events."""
    found: list[tuple[str, Any]] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            name = (await response.content.readline()).decode().strip().removeprefix("event: ")
            data = (await response.content.readline()).decode().removeprefix("data: ")
            await response.content.readline()
            found.append((name, json.loads(data)))
    return found


def own(lab: Lab) -> dict[str, str]:
    return {"Origin": lab.access.origin}


@pytest.mark.parametrize("path", PATHS)
async def test_without_the_token_every_path_is_403(lab: Lab, path: str) -> None:
    async with asking(lab, path, cookie=False) as response:
        assert response.status == 403
        assert lab.access.token not in await response.text()


@pytest.mark.parametrize("token", ["", "x", "é", "%FF"])
async def test_a_wrong_token_is_403_and_sets_no_cookie(lab: Lab, token: str) -> None:
    for path, headers in (
        (f"/?token={token}", {}),
        ("/", {"Cookie": f"{lab.access.cookie}=x{token}".encode().decode("latin-1")}),
    ):
        async with asking(lab, path, cookie=False, headers=headers) as response:
            assert response.status == 403
            assert "Set-Cookie" not in response.headers


async def test_the_token_moves_from_the_url_into_a_cookie(lab: Lab) -> None:
    async with asking(lab, f"/?token={lab.access.token}", cookie=False) as response:
        assert response.status == 303
        assert response.headers["Location"] == "/"
        name, *flags = response.headers["Set-Cookie"].split("; ")
        assert name == f"{lab.access.cookie}={lab.access.token}"
        assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    async with asking(lab, "/") as response:
        assert response.status == 200
        assert lab.access.token not in await response.text()


async def test_the_token_in_the_url_opens_nothing_but_the_page(lab: Lab) -> None:
    for path in ("/messages/1", "/events", "/explain"):
        async with asking(lab, f"{path}?token={lab.access.token}", cookie=False) as response:
            assert response.status == 403


async def test_every_start_has_its_own_token(started: Any) -> None:
    async with started() as one, started() as two:
        assert one.access.token != two.access.token
        assert len(one.access.token) >= 40
        assert one.access.token not in repr(one.access)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
async def test_another_host_is_421(lab: Lab, host: str) -> None:
    """DNS rebinding: the browser sends the name the attacker chose."""
    async with asking(lab, "/", headers={"Host": host.format(port=lab.access.port)}) as response:
        assert response.status in {400, 421} if not host else response.status == 421


async def test_localhost_is_this_host_too(lab: Lab) -> None:
    async with asking(lab, "/", headers={"Host": f"localhost:{lab.access.port}"}) as response:
        assert response.status == 200


@pytest.mark.parametrize("path", ["/clear", "/test"])
@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}"],
)
async def test_a_post_of_another_origin_or_none_is_403(lab: Lab, path: str, origin: str | None) -> None:
    await lab.answer(MAIL)
    headers = {} if origin is None else {"Origin": origin.format(port=lab.access.port)}
    async with asking(
        lab, path, "POST", headers=headers, json={"text": MAIL, "place": "result", "tool": ""}
    ) as response:
        assert response.status == 403
    assert len(lab.ring.rows()) == 2


async def test_a_get_of_another_origin_is_403(lab: Lab) -> None:
    async with asking(lab, "/events", headers={"Origin": "http://127.0.0.1:1"}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("none", 200), ("same-origin", 200)]
)
async def test_a_page_on_another_port_gets_nothing_although_it_has_the_cookie(lab: Lab, site: str, status: int) -> None:
    async with asking(lab, "/explain", headers={"Sec-Fetch-Site": site}) as response:
        assert response.status == status


@pytest.mark.parametrize("cookie", [True, False])
async def test_every_answer_carries_the_safety_headers(lab: Lab, cookie: bool) -> None:
    await lab.answer(MAIL)
    asked = [("GET", path) for path in PATHS] + [
        ("POST", "/clear"),
        ("POST", "/test"),
        ("PUT", "/"),
        ("GET", "/messages/9"),
    ]
    for method, path in [*asked, ("GET", f"/?token={lab.access.token}")]:
        async with asking(lab, path, method, cookie=cookie, headers=own(lab)) as response:
            for name, value in SAFETY_HEADERS.items():
                assert response.headers.get(name) == value, (method, path, response.status)


def test_the_safety_headers_are_the_promised_ones() -> None:
    assert "default-src 'self'" in SAFETY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in SAFETY_HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in SAFETY_HEADERS["Content-Security-Policy"]
    assert SAFETY_HEADERS["Cache-Control"] == "no-store"
    assert SAFETY_HEADERS["X-Content-Type-Options"] == "nosniff"
    assert SAFETY_HEADERS["X-Frame-Options"] == "DENY"


async def test_rows_hold_no_original(lab: Lab) -> None:
    async with asking(lab, "/events") as response:
        await lab.client("tools/call", {"name": MAIL, "arguments": {MAIL: MAIL}}, 1)
        await lab.client(MAIL, {MAIL: MAIL}, 2)
        await lab.result({MAIL: MAIL}, 2)
        ((name, all_rows),) = await events(response, 1)
        assert name == "reset"
        rows = await events(response, 3 - len(all_rows["rows"]))
        seen = json.dumps([all_rows, rows])
        assert MAIL not in seen
        assert "EMAIL_ADDRESS" in seen
    async with asking(lab, "/messages/1") as response:
        assert MAIL in await response.text()


async def test_messages_explain_test_and_clear_answer_their_own_page(lab: Lab) -> None:
    await lab.answer(MAIL)
    async with asking(lab, "/messages/2") as response:
        detail = await response.json()
        assert detail["row"]["id"] == 2
        assert detail["why"][0]["before"] == MAIL
    async with asking(
        lab, "/explain?method=tools/call&tool=t&path=params.arguments.to&entity=EMAIL_ADDRESS&direction=to_server"
    ) as response:
        answer = await response.json()
        assert (answer["operator"], answer["rule"], answer["is_refused"]) == ("label", "strict#1", True)
        assert answer["where"]["path"] == "arguments.to"
    async with asking(
        lab, "/test", "POST", headers=own(lab), json={"text": MAIL, "place": "result", "tool": ""}
    ) as response:
        assert (await response.json())["after"]["result"]["content"][0]["text"] == "<EMAIL_ADDRESS>"
    async with asking(lab, "/clear", "POST", headers=own(lab)) as response:
        assert response.status == 204
    assert lab.ring.rows() == []
    async with asking(lab, "/messages/2") as response:
        assert response.status == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": 1}', b'{"text": "x", "place": "elsewhere"}', b"\xff"])
async def test_a_test_that_is_none_is_400(lab: Lab, body: bytes) -> None:
    async with asking(
        lab, "/test", "POST", headers=own(lab) | {"Content-Type": "application/json"}, data=body
    ) as response:
        assert response.status == 400


async def test_a_test_as_a_web_form_is_415(lab: Lab) -> None:
    async with asking(lab, "/test", "POST", headers=own(lab), data={"text": "x"}) as response:
        assert response.status == 415


async def test_a_ninth_page_is_refused(lab: Lab) -> None:
    async with ClientSession(headers={"Cookie": f"{lab.access.cookie}={lab.access.token}"}) as session:
        held = [await session.get(lab.access.origin + "/events") for _ in range(8)]
        async with asking(lab, "/events") as response:
            assert response.status == 503
        for response in held:
            response.close()


def test_two_host_headers_are_421() -> None:
    access = Access("127.0.0.1", 8, "t")
    assert access.refusal("GET", (("Host", "127.0.0.1:8"),)) is None
    assert access.refusal("GET", (("Host", "127.0.0.1:8"), ("host", "127.0.0.1:8"))) == 421
    assert access.refusal("GET", ()) == 421


def test_an_ipv6_page_answers_under_its_own_address() -> None:
    access = Access("::1", 8, "t")
    assert access.url == "http://[::1]:8/?token=t"
    assert access.refusal("GET", (("Host", "[::1]:8"),)) is None
