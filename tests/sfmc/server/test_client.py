"""The client against a loopback tenant that misbehaves in ways the emulator does not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from mcp import Client

from upstream_sfmc import api, soap
from upstream_sfmc.errors import Failure
from upstream_sfmc.pace import Limits
from upstream_sfmc.server import build
from upstream_sfmc.settings import Settings

SECRET = "s3cr3t-CANARY-4711"
TOKEN = "t0ken-CANARY-0815"


class Loopback:
    """An HTTP server whose token answers and REST route a test can replace."""

    def __init__(self) -> None:
        self.tokens = 0
        self.asked: list[dict[str, str]] = []
        """What tokens were asked with."""
        self.calls: list[str] = []
        self.life_s = 1079.0
        self.rest_url: str | None = None
        self.token_status = 200
        self.answer = self._fine

    async def _fine(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"items": []})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.tokens += 1
        self.asked.append(await request.json())
        await asyncio.sleep(0)
        if self.token_status != 200:
            error = "invalid_client" if self.token_status == 401 else SECRET
            return web.json_response({"error": error, "error_description": SECRET}, status=self.token_status)
        base = self.rest_url or str(request.url.origin())
        return web.json_response(
            {
                "access_token": f"{TOKEN}-{self.tokens}",
                "expires_in": self.life_s,
                "rest_instance_url": base + "/",
                "soap_instance_url": base + "/",
            }
        )

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.raw_path}")
        return await self.answer(request)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v2/token", self._token)
        app.router.add_route("*", "/{rest:.*}", self._any)
        return app


@pytest.fixture
async def loopback(request):
    served = Loopback()
    async with TestServer(served.app(), host="127.0.0.1") as server:
        sfmc = api.Sfmc(
            Settings("id", SECRET, str(server.make_url("")).rstrip("/")), limits=getattr(request, "param", None)
        )
        yield served, sfmc
        await sfmc.close()


def opened(sfmc: api.Sfmc):
    async def opening() -> api.Sfmc:
        return sfmc

    return opening


async def refused(call) -> Failure:
    with pytest.raises(Failure) as told:
        await call
    whole = repr(told.value) + str(told.value) + json.dumps(told.value.as_json("c"))
    assert "CANARY" not in whole
    assert told.value.__cause__ is None
    return told.value


async def test_many_calls_share_one_token_request(loopback):
    served, sfmc = loopback
    await asyncio.gather(*(sfmc.rest("GET", "/x", mid=None) for _ in range(20)))
    assert served.tokens == 1
    assert len(served.calls) == 20


async def test_each_business_unit_has_its_own_token(loopback):
    served, sfmc = loopback
    for mid in ("1", "2", "1", None):
        await sfmc.rest("GET", "/x", mid=mid)
    assert served.tokens == 3


async def test_a_token_is_renewed_before_its_end(loopback):
    served, sfmc = loopback
    served.life_s = 0.0
    await sfmc.rest("GET", "/x", mid=None)
    await sfmc.rest("GET", "/x", mid=None)
    assert served.tokens == 2


async def test_only_the_scopes_that_are_set_are_asked_for(loopback):
    served, sfmc = loopback
    await sfmc.rest("GET", "/x", mid=None)
    narrow = api.Sfmc(replace(sfmc._settings, scopes="email_read offline"))
    await narrow.rest("GET", "/x", mid=None)
    await narrow.close()
    assert [asked.get("scope") for asked in served.asked] == [None, "email_read offline"]


async def test_a_refused_token_is_renewed_once_and_no_more(loopback):
    served, sfmc = loopback

    async def never(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"errorcode": 0, "message": TOKEN}, status=401)

    served.answer = never
    failure = await refused(sfmc.rest("POST", "/x", mid=None, body={}))
    assert (failure.category, failure.code) == ("authentication", "http_401")
    assert served.tokens == 2
    assert len(served.calls) == 2


async def test_wrong_credentials_are_told_without_the_answer(loopback):
    served, sfmc = loopback
    served.token_status = 401
    failure = await refused(sfmc.rest("GET", "/x", mid=None))
    assert (failure.category, failure.code, failure.retryable) == ("authentication", "invalid_client", False)
    assert served.calls == []


@pytest.mark.parametrize("evil", ["http://192.0.2.7", "https://example.com", "https://a.rest.marketingcloudapis.com"])
async def test_a_token_answer_cannot_send_the_token_elsewhere(loopback, evil):
    served, sfmc = loopback
    served.rest_url = evil
    failure = await refused(sfmc.rest("GET", "/x", mid=None))
    assert failure.category == "egress"
    assert served.calls == []


async def test_a_redirect_is_not_followed(loopback):
    served, sfmc = loopback

    async def away(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://192.0.2.7/steal"})

    served.answer = away
    failure = await refused(sfmc.rest("GET", "/x", mid=None))
    assert failure.category == "protocol"
    assert len(served.calls) == 1


@pytest.mark.parametrize("loopback", [Limits(response_max_bytes=1000)], indirect=True)
async def test_an_answer_over_the_cap_is_refused(loopback):
    served, sfmc = loopback

    async def large(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"[" + b"1," * 1000 + b"1]")

    served.answer = large
    assert (await refused(sfmc.rest("GET", "/x", mid=None))).category == "too_large"


@pytest.mark.parametrize("loopback", [Limits(request_timeout_s=0.2, retry_waits_s=(0.01,))], indirect=True)
async def test_a_tenant_that_does_not_answer_is_given_up(loopback):
    served, sfmc = loopback
    hanging = asyncio.Event()

    async def hang(_request: web.Request) -> web.StreamResponse:
        await hanging.wait()
        return web.Response()

    served.answer = hang
    failure = await refused(sfmc.rest("GET", "/x", mid=None))
    hanging.set()
    assert (failure.category, failure.retryable) == ("timeout", True)
    assert len(served.calls) == 2


@pytest.mark.parametrize("loopback", [Limits(retry_waits_s=(0.01, 0.01, 0.01))], indirect=True)
async def test_what_writes_is_not_repeated_after_a_broken_connection(loopback):
    served, sfmc = loopback

    async def broken(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    served.answer = broken
    assert (await refused(sfmc.rest("POST", "/x", mid=None, body={}))).code == "connection"
    assert served.calls == ["POST /x"]
    assert (await refused(sfmc.rest("GET", "/x", mid=None))).code == "connection"
    assert served.calls.count("GET /x") == 4
    for method in ("DELETE", "PUT", "PATCH"):
        served.answer = served._fine
        await sfmc.rest("GET", "/y", mid=None)  # leaves a connection that is kept open, on which aiohttp would repeat
        served.answer = broken
        assert (await refused(sfmc.rest(method, "/x", mid=None, body={}))).code == "connection"
        assert served.calls.count(f"{method} /x") == 1


async def test_what_is_not_json_is_refused(loopback):
    served, sfmc = loopback

    async def html(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"<html>{SECRET}")

    served.answer = html
    assert (await refused(sfmc.rest("GET", "/x", mid=None))).category == "protocol"


async def test_keys_are_percent_encoded_whole(loopback):
    served, sfmc = loopback
    await sfmc.rest("GET", api.path("/rows/{}", "a/b & c%2f?"), mid=None, query={"$filter": "a eq 'x&y'"})
    assert served.calls == ["GET /rows/a%2Fb%20%26%20c%252f%3F?$filter=a%20eq%20%27x%26y%27"]


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_a_key_cannot_climb_the_path(part):
    with pytest.raises(Failure):
        api.path("/rows/{}/x", part)


async def test_a_large_soap_answer_is_parsed_all_the_same(loopback):
    served, sfmc = loopback
    row = "<Results><ID>7</ID></Results>"

    async def many(_request: web.Request) -> web.StreamResponse:
        body = f'<R xmlns="{soap.PARTNER}"><OverallStatus>OK</OverallStatus>{row * 5000}</R>'
        return web.Response(
            text=f'<s:Envelope xmlns:s="{soap.ENVELOPE}"><s:Body>{body}</s:Body></s:Envelope>', content_type="text/xml"
        )

    served.answer = many
    answer = await sfmc.retrieve(soap.Retrieve("Subscriber", ("ID",)), mid=None)
    assert len(answer.results) == 5000
    assert served.calls == ["POST /Service.asmx"]


@pytest.mark.parametrize("loopback", [Limits(retry_waits_s=(0.01, 0.01, 0.01))], indirect=True)
async def test_what_writes_waits_for_its_token(loopback):
    served, sfmc = loopback
    served.token_status = 503
    failure = await refused(sfmc.rest("POST", "/x", mid=None, body={}))
    assert failure.category == "unavailable"
    assert (served.tokens, served.calls) == (4, [])


async def test_half_a_surrogate_pair_is_replaced_before_it_reaches_the_caller(loopback):
    served, sfmc = loopback

    async def broken_pair(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=rb'{"items": [{"keys": {"k": "a\ud83d"}, "values": {"v": "\ud83d\ude00"}}], "count": 1}'
        )

    served.answer = broken_pair
    async with Client(build(opened(sfmc))) as client:
        result = await client.call_tool("de_rows", {"key": "k"})
    assert not result.is_error
    assert result.structured_content["items"] == [{"keys": {"k": "a\ufffd"}, "values": {"v": "\U0001f600"}}]
    assert json.loads(result.content[0].text) == result.structured_content


async def test_a_defect_of_ours_is_told_without_its_words(loopback):
    served, sfmc = loopback

    async def odd(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"[" * 100_000)

    served.answer = odd
    async with Client(build(opened(sfmc))) as client:
        result = await client.call_tool("de_list", {"search": SECRET})
    error = json.loads(result.content[0].text)["error"]
    assert result.is_error
    assert error["category"] == "internal"
    assert SECRET not in result.content[0].text


@pytest.mark.parametrize("refusal", [web.HTTPNotFound, None], ids=["404", "hasErrors"])
async def test_a_contact_that_cannot_be_updated_is_created(loopback, refusal):
    served, sfmc = loopback

    async def updates_only(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.json_response({"operationStatus": "OK", "contactKey": "k", "hasErrors": False})
        if refusal is not None:
            raise refusal
        return web.json_response({"operationStatus": "ERR", "hasErrors": True})

    served.answer = updates_only
    async with Client(build(opened(sfmc))) as client:
        arguments = {"contact_key": "k", "attribute_sets": {"Email Addresses": {"Email Address": "a@example.com"}}}
        result = await client.call_tool("contact_upsert", arguments)
    assert result.structured_content == {"operationStatus": "OK", "contactKey": "k"}
    assert served.calls == ["PATCH /contacts/v1/contacts", "POST /contacts/v1/contacts"]
