"""SOAP: envelopes of both versions in, `Service.asmx` answers out; Retrieve here, writing in `soap_write`.

Answers are HTTP 200 even on failure, as the real ones are; only expiry, throttling and unparsable input differ.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from aiohttp import web
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from .faults import soap_fault
from .ids import guid
from .soap_filter import BadFilter, child, compile_filter, hints, local, text
from .soap_types import SoapTypes
from .soap_write import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from .auth import Grant, TokenDesk
    from .soap_types import Hints, Record, SoapType
    from .tenant import Tenant

SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
PARTNER: Final = "http://exacttarget.com/wsdl/partnerAPI"
BATCH_MAX: Final = 2500
_CONTINUATIONS_KEPT: Final = 64
_WSA: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_SCOPES: Final = {
    "Subscriber": "list_and_subscribers_read",
    "ListSubscriber": "list_and_subscribers_read",
    "List": "list_and_subscribers_read",
    "BusinessUnit": "accounts_read",
    "Account": "accounts_read",
    "DataExtensionObject": "data_extensions_read",
}


class Continuation:
    """The rest of a Retrieve that did not fit into one answer."""

    __slots__ = ("generation", "kind", "mid", "names", "records", "size")

    def __init__(
        self, kind: SoapType, names: frozenset[str], records: Iterator[Record], size: int, mid: int, generation: int
    ) -> None:
        self.kind = kind
        self.names = names
        self.records = records
        self.size = size
        self.mid = mid
        self.generation = generation


class SoapEndpoint:
    def __init__(self, tenant: Tenant, desk: TokenDesk) -> None:
        self._tenant = tenant
        self._desk = desk
        self._types = SoapTypes(tenant)
        self._writer = Writer(tenant, self._types)
        self._continuations: dict[str, Continuation] = {}
        self._answers = 0

    async def respond(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            envelope = fromstring(raw, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return _bad_request()
        namespace = str(envelope.tag).rpartition("}")[0].lstrip("{")
        header, body = child(envelope, "Header"), child(envelope, "Body")
        if local(envelope) != "Envelope" or namespace not in {SOAP_11, SOAP_12} or body is None or not len(body):
            return _bad_request()
        grant = self._grant(header)
        actor = str(request.url.with_query(None))
        if grant is None:
            return soap_fault("q0:Security", "Token Expired", actor)
        self._tenant.settle()
        message = body[0]
        match local(message):
            case "RetrieveRequestMsg":
                action, inner = "RetrieveResponse", self._retrieve(message, grant)
            case "CreateRequest" | "UpdateRequest" as verb:
                action = verb.replace("Request", "Response")
                inner = self._writer.write(message, verb.removesuffix("Request"), grant)
            case _:
                return soap_fault("soap:Client", "The action is not offered by this emulator.", actor)
        return web.Response(text=self._envelope(namespace, action, inner, actor), content_type="text/xml")

    def _grant(self, header: Element | None) -> Grant | None:
        if header is None:
            return None
        return self._desk.grant_for(text(header, "fueloauth"))

    def _retrieve(self, message: Element, grant: Grant) -> str:
        self._answers += 1
        request_id = guid(self._tenant.seed, "soaprequest", self._answers)
        request = child(message, "RetrieveRequest")
        if request is None:
            return _retrieved("Error: The request holds no RetrieveRequest.", request_id, "")
        continued = text(request, "ContinueRequest")
        if continued:
            found = self._continuations.pop(continued, None)
            if found is None or found.mid != grant.mid or found.generation != self._tenant.generation:
                return _retrieved("Error: The RequestID to continue is invalid or was already used.", request_id, "")
            return self._batch(found, request_id)
        return self._start(request, grant, request_id)

    def _start(self, request: Element, grant: Grant, request_id: str) -> str:
        name = text(request, "ObjectType")
        kind = self._types.get(name, grant.mid)
        if kind is None:
            sensitive = "Object types and properties are case-sensitive."
            status = f"Error: Unable to find a handler for object type: {name}. {sensitive}"
            return _retrieved(status, request_id, "")
        if _SCOPES.get(kind.name, "tracking_events_read") not in grant.scopes:
            return _retrieved("Error: API Permission Failed.", request_id, "")
        names = [(one.text or "").strip() for one in request if local(one) == "Properties"]
        wrong = [one for one in names if not kind.matching(one)]
        if wrong or not names:
            listed = ",".join(wrong)
            status = f"Error: The Request Property(s) {listed} do not match with the fields of {kind.name} retrieve"
            return _retrieved(status, request_id, "")
        part = child(request, "Filter")
        narrowed: Hints = {}
        records: Iterator[Record]
        try:
            accepts = compile_filter(part, kind) if part is not None else None
        except BadFilter as refused:
            return _retrieved(str(refused), request_id, "")
        if part is not None:
            narrowed = hints(part)
        records = kind.records(narrowed, grant.mid)
        if accepts is not None:
            records = filter(accepts, records)
        shown = frozenset(property_ for name in (*names, *kind.always) for property_ in kind.matching(name))
        options = child(request, "Options")
        asked = text(options, "BatchSize") if options is not None else ""
        size = min(int(asked), BATCH_MAX) if asked.isdecimal() and int(asked) > 0 else BATCH_MAX
        return self._batch(Continuation(kind, shown, records, size, grant.mid, self._tenant.generation), request_id)

    def _batch(self, found: Continuation, request_id: str) -> str:
        """The next records, and one more to learn whether there are more."""
        shown = list(islice(found.records, found.size))
        following = next(found.records, None)
        status = "OK"
        if following is not None:
            status = "MoreDataAvailable"
            rest = _before(following, found.records)
            while len(self._continuations) >= _CONTINUATIONS_KEPT:
                del self._continuations[next(iter(self._continuations))]
            self._continuations[request_id] = Continuation(
                found.kind, found.names, rest, found.size, found.mid, found.generation
            )
        results = "".join(render(found.kind, record, found.names, "Results") for record in shown)
        return _retrieved(status, request_id, results)

    def _envelope(self, namespace: str, action: str, inner: str, to: str) -> str:
        clock = self._tenant.clock
        self._answers += 1
        seed = self._tenant.seed
        return (
            f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{namespace}"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
            f' xmlns:wsa="{_WSA}" xmlns:wsse="{_WSSE}" xmlns:wsu="{_WSU}"><soap:Header>'
            f"<wsa:Action>{action}</wsa:Action>"
            f"<wsa:MessageID>urn:uuid:{guid(seed, 'message', self._answers)}</wsa:MessageID>"
            f"<wsa:RelatesTo>urn:uuid:{guid(seed, 'relates', self._answers)}</wsa:RelatesTo>"
            f"<wsa:To>{escape(to)}</wsa:To><wsse:Security><wsu:Timestamp>"
            f"<wsu:Created>{clock.utc()}</wsu:Created><wsu:Expires>{clock.utc(300)}</wsu:Expires>"
            f"</wsu:Timestamp></wsse:Security></soap:Header><soap:Body>{inner}</soap:Body></soap:Envelope>"
        )


def render(kind: SoapType, record: Record, names: frozenset[str], tag: str) -> str:
    """One object with the requested properties, in the WSDL's order; PartnerKey and ObjectID are nil."""
    if kind.name == "DataExtensionObject":
        return _render_row(kind, record, names, tag)
    parts = [f'<{tag} xsi:type="{kind.name}">']
    for name in kind.properties:
        value = record.get(name)
        if name in {"PartnerKey", "ObjectID"} and value is None:
            parts.append(f'<{name} xsi:nil="true" />')
        elif value is None or (name not in names and name != "Attributes"):
            continue  # a subscriber's attributes come unasked
        elif isinstance(value, list):
            parts.extend(f"<{name}>{_pair(*pair)}</{name}>" for pair in value)
        elif "." in name:
            outer, _, inner = name.partition(".")
            parts.append(f"<{outer}><{inner}>{escape(value)}</{inner}></{outer}>")
        else:
            parts.append(f"<{name}>{escape(value)}</{name}>")
    return "".join((*parts, f"</{tag}>"))


def _render_row(kind: SoapType, record: Record, names: frozenset[str], tag: str) -> str:
    pairs = "".join(
        f"<Property>{_pair(name, value if isinstance(value, str) else None)}</Property>"
        for name in kind.properties
        if name in names
        for value in (record.get(name),)
    )
    return (
        f'<{tag} xsi:type="DataExtensionObject"><PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" />'
        f"<Type>DataExtensionObject</Type><Properties>{pairs}</Properties></{tag}>"
    )


def _pair(name: str, value: str | None) -> str:
    """A name and its value; a null has no `<Value>` at all."""
    shown = "" if value is None else f"<Value>{escape(value)}</Value>"
    return f"<Name>{escape(name)}</Name>{shown}"


def _before(first: Record, rest: Iterator[Record]) -> Iterator[Record]:
    yield first
    yield from rest


def _retrieved(status: str, request_id: str, results: str) -> str:
    return (
        f'<RetrieveResponseMsg xmlns="{PARTNER}"><OverallStatus>{escape(status)}</OverallStatus>'
        f"<RequestID>{request_id}</RequestID>{results}</RetrieveResponseMsg>"
    )


def _bad_request() -> web.Response:
    return web.Response(status=400, text="Bad Request", content_type="text/plain")
