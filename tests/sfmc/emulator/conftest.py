"""An emulator of the tiny profile on a clock that stands still, and a client that speaks its REST and SOAP."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import aiohttp
import pytest
from defusedxml.ElementTree import fromstring
from yarl import URL

from upstream_sfmc.emulator import Emulator

NOW = 1_790_000_000.0
PARTNER = "http://exacttarget.com/wsdl/partnerAPI"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Answer:
    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        self.status = status
        self.headers = headers
        self.text = text

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def xml(self) -> Element:
        """The first element of the SOAP body."""
        body = next(one for one in fromstring(self.text) if one.tag.endswith("}Body"))
        return body[0]

    def find(self, name: str) -> str | None:
        return next((one.text for one in self.xml.iter() if one.tag.rpartition("}")[2] == name), None)

    @property
    def results(self) -> list[Element]:
        return [one for one in self.xml if one.tag.endswith("}Results")]


class Client:
    def __init__(self, emu: Emulator, session: aiohttp.ClientSession) -> None:
        self.emu = emu
        self.session = session
        self.token = ""

    async def ask_token(self, **changes: Any) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.emu.client_id,
            "client_secret": self.emu.client_secret,
            "account_id": str(self.emu.account_id),
        } | changes
        form = {name: value for name, value in form.items() if value is not None}
        return await self.call("POST", "/v2/token", json=form)

    async def log_in(self, **changes: Any) -> Client:
        self.token = (await self.ask_token(**changes)).json["access_token"]
        return self

    async def call(self, method: str, path: str, *, token: str | None = None, **arguments: Any) -> Answer:
        headers = dict(arguments.pop("headers", {}))
        token = self.token if token is None else token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        query = arguments.pop("query", {})
        if query:
            path += "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        async with asyncio.timeout(20):
            url = URL(self.emu.url + path, encoded=True)
            async with self.session.request(method, url, headers=headers, **arguments) as response:
                return Answer(response.status, dict(response.headers), await response.text())

    async def control(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        headers = {"X-Emu-Key": self.emu.control_key if key is None else key}
        return await self.call(method, f"/_emu/{path}", json=body, headers=headers)

    async def advance(self, seconds: float) -> None:
        assert (await self.control("POST", "clock/advance", {"seconds": seconds})).status == 200

    async def soap(
        self, inner: str, *, path: str = "/Service.asmx", namespace: str = SOAP_11, prologue: str = "", **more: Any
    ) -> Answer:
        token = more.get("token", self.token)
        xml = (
            f'{prologue}<s:Envelope xmlns:s="{namespace}" xmlns:xsi="{XSI}"><s:Header>'
            f'<fueloauth xmlns="http://exacttarget.com">{token}</fueloauth></s:Header><s:Body>{inner}</s:Body></s:Envelope>'
        )
        headers = {"Content-Type": "text/xml", "SOAPAction": more.get("action", "Retrieve")}
        return await self.call("POST", path, data=xml.encode(), headers=headers, token="")

    async def retrieve(
        self, kind: str, *properties: str, where: str = "", batch: int | None = None, **more: Any
    ) -> Answer:
        names = "".join(f"<Properties>{name}</Properties>" for name in properties)
        options = f"<Options><BatchSize>{batch}</BatchSize></Options>" if batch else ""
        inner = f"{options}<ObjectType>{kind}</ObjectType>{names}{where}"
        return await self.soap(_message(inner), **more)

    async def resume(self, request_id: str) -> Answer:
        return await self.soap(_message(f"<ContinueRequest>{request_id}</ContinueRequest>"))

    async def write(self, verb: str, kind: str, fields: str, *, upsert: bool = False) -> Answer:
        save = "<SaveOptions><SaveOption><PropertyName>*</PropertyName><SaveAction>UpdateAdd</SaveAction></SaveOption>"
        options = f"<Options>{save}</SaveOptions></Options>" if upsert else ""
        inner = (
            f'<{verb}Request xmlns="{PARTNER}">{options}<Objects xsi:type="{kind}">{fields}</Objects></{verb}Request>'
        )
        return await self.soap(inner, action=verb)


def _message(inner: str) -> str:
    return f'<RetrieveRequestMsg xmlns="{PARTNER}"><RetrieveRequest>{inner}</RetrieveRequest></RetrieveRequestMsg>'


@pytest.fixture
def simple():
    """A simple filter part: property, operator, values."""

    def build(name: str, operator: str, *values: str, tag: str = "Filter", date: bool = False) -> str:
        value = "DateValue" if date else "Value"
        shown = "".join(f"<{value}>{one}</{value}>" for one in values)
        inner = f"<Property>{name}</Property><SimpleOperator>{operator}</SimpleOperator>{shown}"
        return f'<{tag} xsi:type="SimpleFilterPart">{inner}</{tag}>'

    return build


@pytest.fixture
def fields_of():
    """The children of a SOAP result as (name, text), in order."""

    def read(result: Element) -> list[tuple[str, str | None]]:
        return [(one.tag.rpartition("}")[2], one.text) for one in result]

    return read


@pytest.fixture
async def emu():
    async with Emulator("tiny", clock=lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
async def bare(emu):
    """A client without a token."""
    async with aiohttp.ClientSession() as session:
        yield Client(emu, session)


@pytest.fixture
async def sfmc(bare):
    """A client with a token of the home business unit."""
    return await bare.log_in()
