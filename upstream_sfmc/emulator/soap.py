"""SOAP: envelopes of both versions in, `Service.asmx` answers out; Retrieve here, the other verbs elsewhere.

Answers are HTTP 200 even on failure, as the real ones are; only expiry, throttling and unparsable input differ.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from aiohttp import web
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from .faults import soap_fault
from .soap_filter import BadFilter, child, compile_filter, hints, local, text
from .soap_render import envelope, retrieved, shown
from .soap_rows import RowWriters
from .soap_types import SoapTypes
from .soap_verbs import Verbs
from .soap_write import Writer
from .soap_writers import Writers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from .auth import Grant, TokenDesk
    from .soap_type import Hints, Record, SoapType
    from .tenant import Tenant

SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
BATCH_MAX: Final = 2500
_CONTINUATIONS_KEPT: Final = 64
_SCOPES: Final = {
    "Subscriber": "list_and_subscribers_read",
    "ListSubscriber": "list_and_subscribers_read",
    "List": "list_and_subscribers_read",
    "BusinessUnit": "accounts_read",
    "Account": "accounts_read",
    "DataExtensionObject": "data_extensions_read",
    "DataExtension": "data_extensions_read",
    "DataExtensionField": "data_extensions_read",
    "DataFolder": "data_extensions_read",
    "SuppressionListDefinition": "list_and_subscribers_read",
    "QueryDefinition": "automations_read",
    "Automation": "automations_read",
    "ImportDefinition": "automations_read",
    "AccountUser": "users_read",
    **dict.fromkeys(
        (
            *("SendClassification", "SenderProfile", "DeliveryProfile", "TriggeredSendDefinition"),
            *("EmailSendDefinition", "Email", "TriggeredSendSummary"),
        ),
        "email_read",
    ),
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
        self._writer = Writer(tenant, Writers(tenant).table() | RowWriters(tenant).table())
        self._verbs = Verbs(tenant, self._types).table()
        self._continuations: dict[str, Continuation] = {}

    async def respond(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            sent = fromstring(raw, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return _bad_request()
        namespace = str(sent.tag).rpartition("}")[0].lstrip("{")
        header, body = child(sent, "Header"), child(sent, "Body")
        if local(sent) != "Envelope" or namespace not in {SOAP_11, SOAP_12} or body is None or not len(body):
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
            case "CreateRequest" | "UpdateRequest" | "DeleteRequest" as verb:
                action = verb.replace("Request", "Response")
                inner = self._writer.write(message, verb.removesuffix("Request"), grant)
            case name if name in self._verbs:
                action, answer = self._verbs[name]
                inner = answer(message, grant)
            case _:
                return soap_fault("soap:Client", "The action is not offered by this emulator.", actor)
        return web.Response(text=envelope(self._tenant, namespace, action, inner, actor), content_type="text/xml")

    def _grant(self, header: Element | None) -> Grant | None:
        if header is None:
            return None
        return self._desk.grant_for(text(header, "fueloauth"))

    def _retrieve(self, message: Element, grant: Grant) -> str:
        request_id = self._tenant.new_id("soaprequest")
        request = child(message, "RetrieveRequest")
        if request is None:
            return retrieved("Error: The request holds no RetrieveRequest.", request_id, "")
        continued = text(request, "ContinueRequest")
        if continued:
            found = self._continuations.pop(continued, None)
            if found is None or found.mid != grant.mid or found.generation != self._tenant.generation:
                return retrieved("Error: The RequestID to continue is invalid or was already used.", request_id, "")
            return self._batch(found, request_id)
        return self._start(request, grant, request_id)

    def _start(self, request: Element, grant: Grant, request_id: str) -> str:
        name = text(request, "ObjectType")
        kind = self._types.get(name, grant.mid)
        if kind is None:
            sensitive = "Object types and properties are case-sensitive."
            status = f"Error: Unable to find a handler for object type: {name}. {sensitive}"
            return retrieved(status, request_id, "")
        if _SCOPES.get(kind.name, "tracking_events_read") not in grant.scopes:
            return retrieved("Error: API Permission Failed.", request_id, "")
        names = [(one.text or "").strip() for one in request if local(one) == "Properties"]
        wrong = [one for one in names if not kind.matching(one)]
        if wrong or not names:
            listed = ",".join(wrong)
            status = f"Error: The Request Property(s) {listed} do not match with the fields of {kind.name} retrieve"
            return retrieved(status, request_id, "")
        part = child(request, "Filter")
        narrowed: Hints = {}
        records: Iterator[Record]
        try:
            accepts = compile_filter(part, kind) if part is not None else None
        except BadFilter as refused:
            return retrieved(str(refused), request_id, "")
        if part is not None:
            narrowed = hints(part)
        records = kind.records(narrowed, grant.mid)
        if accepts is not None:
            records = filter(accepts, records)
        visible = frozenset(property_ for name in (*names, *kind.always) for property_ in kind.matching(name))
        options = child(request, "Options")
        asked = text(options, "BatchSize") if options is not None else ""
        size = min(int(asked), BATCH_MAX) if asked.isdecimal() and int(asked) > 0 else BATCH_MAX
        return self._batch(Continuation(kind, visible, records, size, grant.mid, self._tenant.generation), request_id)

    def _batch(self, found: Continuation, request_id: str) -> str:
        """The next records, and one more to learn whether there are more."""
        batch = list(islice(found.records, found.size))
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
        results = "".join(shown(found.kind, record, found.names, "Results") for record in batch)
        return retrieved(status, request_id, results)


def _before(first: Record, rest: Iterator[Record]) -> Iterator[Record]:
    yield first
    yield from rest


def _bad_request() -> web.Response:
    return web.Response(status=400, text="Bad Request", content_type="text/plain")
