"""SOAP answers as text: envelopes, result elements, objects with their properties in the WSDL's order.

It decides nothing: what an answer says is worked out elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from .ids import guid

if TYPE_CHECKING:
    from .soap_type import Record, SoapType
    from .tenant import Tenant

PARTNER: Final = "http://exacttarget.com/wsdl/partnerAPI"
_WSA: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"


def envelope(tenant: Tenant, namespace: str, action: str, inner: str, to: str) -> str:
    """The answer's envelope, in the version of the request, with the headers the real one carries."""
    clock = tenant.clock
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{namespace}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:wsa="{_WSA}" xmlns:wsse="{_WSSE}" xmlns:wsu="{_WSU}"><soap:Header>'
        f"<wsa:Action>{action}</wsa:Action>"
        f"<wsa:MessageID>urn:uuid:{tenant.new_id('message')}</wsa:MessageID>"
        f"<wsa:RelatesTo>urn:uuid:{tenant.new_id('relates')}</wsa:RelatesTo>"
        f"<wsa:To>{escape(to)}</wsa:To><wsse:Security><wsu:Timestamp>"
        f"<wsu:Created>{clock.utc()}</wsu:Created><wsu:Expires>{clock.utc(300)}</wsu:Expires>"
        f"</wsu:Timestamp></wsse:Security></soap:Header><soap:Body>{inner}</soap:Body></soap:Envelope>"
    )


def shown(kind: SoapType, record: Record, names: frozenset[str], tag: str) -> str:
    """One object with the requested properties; PartnerKey and ObjectID are nil where there is none."""
    if kind.name == "DataExtensionObject":
        return _row(kind, record, names, tag)
    parts = [f'<{tag} xsi:type="{kind.name}">']
    outer = ""
    for name in kind.properties:
        value = record.get(name)
        if name in {"PartnerKey", "ObjectID"} and value is None:
            text = f'<{name} xsi:nil="true" />'
        elif value is None or (name not in names and name != "Attributes"):
            continue  # a subscriber's attributes come unasked
        elif isinstance(value, list):
            text = "".join(f"<{name}>{pair(*one)}</{name}>" for one in value)
        else:
            text = f"<{name.rpartition('.')[2]}>{escape(value)}</{name.rpartition('.')[2]}>"
        holder = name.rpartition(".")[0]
        if holder != outer:
            parts.append((f"</{outer}>" if outer else "") + (f"<{holder}>" if holder else ""))
            outer = holder
        parts.append(text)
    return "".join((*parts, f"</{outer}>" if outer else "", f"</{tag}>"))


def _row(kind: SoapType, record: Record, names: frozenset[str], tag: str) -> str:
    pairs = "".join(
        f"<Property>{pair(name, value if isinstance(value, str) else None)}</Property>"
        for name in kind.properties
        if name in names
        for value in (record.get(name),)
    )
    return (
        f'<{tag} xsi:type="DataExtensionObject"><PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" />'
        f"<Type>DataExtensionObject</Type><Properties>{pairs}</Properties></{tag}>"
    )


def pair(name: str, value: str | None) -> str:
    """A name and its value; a null has no `<Value>` at all."""
    text = "" if value is None else f"<Value>{escape(value)}</Value>"
    return f"<Name>{escape(name)}</Name>{text}"


def retrieved(status: str, request_id: str, results: str) -> str:
    return (
        f'<RetrieveResponseMsg xmlns="{PARTNER}"><OverallStatus>{escape(status)}</OverallStatus>'
        f"<RequestID>{request_id}</RequestID>{results}</RetrieveResponseMsg>"
    )


def described(tenant: Tenant, kinds: list[tuple[str, SoapType | None]]) -> str:
    """Types with the properties of each; an unknown type has none."""
    definitions = []
    for name, kind in kinds:
        properties = []
        for place, one in enumerate(kind.properties if kind is not None else ()):
            type_ = "DateTime" if one in kind.dates else "Int32" if one in kind.numbers else "String"  # type: ignore[union-attr]
            properties.append(
                '<Properties><PartnerKey xsi:nil="true" />'
                f"<ObjectID>{guid(tenant.seed, f'property:{name}', place)}</ObjectID>"
                f"<Name>{escape(one)}</Name><DataType>{type_}</DataType>"
                "<IsUpdatable>true</IsUpdatable><IsRetrievable>true</IsRetrievable></Properties>"
            )
        definitions.append(
            f"<ObjectDefinition><ObjectType>{escape(name)}</ObjectType>{''.join(properties)}</ObjectDefinition>"
        )
    request = tenant.new_id("describe")
    return (
        f'<DefinitionResponseMsg xmlns="{PARTNER}">{"".join(definitions)}'
        f"<RequestID>{request}</RequestID></DefinitionResponseMsg>"
    )
