"""SOAP envelopes for Marketing Cloud's partner API: written by hand, parsed by defusedxml, without I/O.

It knows nothing of tokens' renewal or of retries. Elements stand in the order of the partner WSDL's sequences, which
strict readers insist on: APIObject's own fields first (Client, PartnerKey … ObjectState), then those of the type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from upstream_sfmc.errors import Category, Failure

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PARTNER = "http://exacttarget.com/wsdl/partnerAPI"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NIL = f"{{{INSTANCE}}}nil"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 section 2.2 has no way to write."""

MORE = "MoreDataAvailable"
_THROTTLED = ("throttl", "rate limit", "too many requests", "too busy")
"""Salesforce documents that SOAP throttles with a fault, not in which words; these are the usual ones."""


@dataclass(frozen=True, slots=True)
class Where:
    """A SimpleFilterPart: property, operator, values (dates go into DateValue)."""

    name: str
    operator: str
    values: tuple[str, ...] = ()
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Retrieve:
    object_type: str
    properties: tuple[str, ...]
    where: tuple[Where, ...] = ()
    """All must hold."""
    batch_size: int | None = None
    all_accounts: bool = False
    continue_id: str | None = None
    """The RequestID of the answer before; good once. Everything else is then left out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What stood in a response's body. Values are text as on the wire; a nil or missing one is None."""

    status: str
    request_id: str | None = None
    results: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def has_more(self) -> bool:
        return self.status == MORE


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault. Only what is acted upon is kept: whether the token is at fault, or that we ask too often."""

    is_token_expired: bool
    is_throttled: bool = False


def text(value: str) -> str:
    if _NOT_XML.search(value):
        raise Failure(Category.INVALID_INPUT, "input", "An argument holds a character XML cannot carry.")
    return escape(value)


def element(name: str, value: object) -> str:
    """One element. None is left out, a mapping nests, a sequence repeats; names are ours, never a caller's."""
    match value:
        case None:
            return ""
        case bool():
            return f"<{name}>{'true' if value else 'false'}</{name}>"
        case Mapping():
            inner = "".join(element(str(key), part) for key, part in value.items())
            return f"<{name}>{inner}</{name}>"
        case str() | int() | float():
            return f"<{name}>{text(str(value))}</{name}>"
        case Sequence():
            return "".join(element(name, part) for part in value)
        case _:
            raise TypeError(f"no XML for a {type(value).__name__}")


def envelope(token: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:xsi="{INSTANCE}">'
        f'<s:Header><fueloauth xmlns="http://exacttarget.com">{text(token)}</fueloauth></s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def retrieve(request: Retrieve) -> str:
    if request.continue_id is not None:
        inner = element("ContinueRequest", request.continue_id)
    else:
        inner = (
            element("ObjectType", request.object_type)
            + element("Properties", request.properties)
            + _filter(request.where)
            + (element("QueryAllAccounts", value=True) if request.all_accounts else "")
            + (element("Options", {"BatchSize": request.batch_size}) if request.batch_size else "")
        )
    return f'<RetrieveRequestMsg xmlns="{PARTNER}"><RetrieveRequest>{inner}</RetrieveRequest></RetrieveRequestMsg>'


def create(object_type: str, fields: Mapping[str, object], *, upsert: bool = False) -> str:
    save = {"SaveOptions": {"SaveOption": {"PropertyName": "*", "SaveAction": "UpdateAdd"}}}
    options = element("Options", save) if upsert else ""
    return f'<CreateRequest xmlns="{PARTNER}">{options}{_object(object_type, fields)}</CreateRequest>'


def update(object_type: str, fields: Mapping[str, object]) -> str:
    return f'<UpdateRequest xmlns="{PARTNER}">{_object(object_type, fields)}</UpdateRequest>'


def delete(object_type: str, fields: Mapping[str, object]) -> str:
    return f'<DeleteRequest xmlns="{PARTNER}">{_object(object_type, fields)}</DeleteRequest>'


def describe(object_type: str) -> str:
    inner = element("DescribeRequests", {"ObjectDefinitionRequest": {"ObjectType": object_type}})
    return f'<DefinitionRequestMsg xmlns="{PARTNER}">{inner}</DefinitionRequestMsg>'


def _object(object_type: str, fields: Mapping[str, object]) -> str:
    inner = "".join(element(name, value) for name, value in fields.items())
    return f"<Objects xsi:type={quoteattr(object_type)}>{inner}</Objects>"


def _part(where: Where) -> str:
    values = element("DateValue" if where.is_date else "Value", where.values)
    return element("Property", where.name) + element("SimpleOperator", where.operator) + values


def _filter(wheres: tuple[Where, ...], tag: str = "Filter") -> str:
    if not wheres:
        return ""
    head, *rest = wheres
    if not rest:
        return f'<{tag} xsi:type="SimpleFilterPart">{_part(head)}</{tag}>'
    return (
        f'<{tag} xsi:type="ComplexFilterPart"><LeftOperand xsi:type="SimpleFilterPart">{_part(head)}</LeftOperand>'
        f"<LogicalOperator>AND</LogicalOperator>{_filter(tuple(rest), 'RightOperand')}</{tag}>"
    )


def parse(body: bytes) -> Answer | Fault:
    """Read an answer. Entities, document types and external references are refused by defusedxml."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise Failure(Category.PROTOCOL, "soap_answer", "Marketing Cloud's SOAP answer could not be read.") from None
    content = next((child for child in root if _local(child) == "Body"), None)
    message = next(iter(content), None) if content is not None else None
    if message is None:
        raise Failure(Category.PROTOCOL, "soap_answer", "Marketing Cloud's SOAP answer has no body.")
    if _local(message) == "Fault":
        words = " ".join(part.text or "" for part in message.iter()).casefold()
        return Fault("token expired" in words, any(mark in words for mark in _THROTTLED))
    status, request_id = "", None
    results: list[dict[str, Any]] = []
    for child in message:
        match _local(child):
            case "OverallStatus":
                status = (child.text or "").strip()
            case "RequestID":
                request_id = child.text
            case "Results" | "ObjectDefinition":
                value = _value(child)
                results.append(value if isinstance(value, dict) else {})
            case _:
                pass
    return Answer(status, request_id, tuple(results))


def _local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _value(node: Element) -> Any:
    if node.get(_NIL) == "true":
        return None
    if not len(node):
        return node.text or ""
    fields: dict[str, Any] = {}
    for child in node:
        name, value = _local(child), _value(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields
