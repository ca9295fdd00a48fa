"""SOAP Create, Update and Delete: the answer to a list of objects, each with what became of it.

What an object must say is checked by the writers of its type (`soap_writers`, `soap_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from .soap_filter import XSI_TYPE, child, local, text
from .soap_render import PARTNER

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from .auth import Grant
    from .tenant import Tenant

NO_PERMISSION: Final = 10
UNKNOWN_TYPE: Final = 10
_SUBSCRIBERS: Final = frozenset({"Subscriber", "ListSubscriber", "List", "SuppressionListDefinition"})
_EXTENSIONS: Final = frozenset({"DataExtension", "DataExtensionField", "DataExtensionObject"})
_SHOWN: Final = ("PartnerKey", "ID", "ObjectID", "CustomerKey", "EmailAddress", "SubscriberKey", "ListID", "Name")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one object: `code` 0 means it worked."""

    message: str
    code: int = 0
    new_id: int = 0
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """One object to write: its element, the verb, and whether an upsert was asked for."""

    element: Element
    verb: str
    mid: int
    upserts: bool


class Writer:
    def __init__(self, tenant: Tenant, writers: dict[str, Callable[[Write], Outcome]]) -> None:
        self._tenant = tenant
        self._writers = writers

    def write(self, message: Element, verb: str, grant: Grant) -> str:
        """The body of a Create, Update or Delete answer."""
        options = child(message, "Options")
        upserts = options is not None and any(
            text(one, "SaveAction") == "UpdateAdd" for one in options.iter() if local(one) == "SaveOption"
        )
        results: list[str] = []
        worked = 0
        for ordinal, element in enumerate(one for one in message if local(one) == "Objects"):
            kind = type_of(element)
            if scope_of(kind) not in grant.scopes:
                outcome = Outcome("API Permission Failed.", code=NO_PERMISSION)
            elif kind in self._writers:
                outcome = self._writers[kind](Write(element, verb, grant.mid, upserts))
            else:
                outcome = Outcome(f"Unable to find a handler for object type: {kind}.", code=UNKNOWN_TYPE)
            worked += outcome.code == 0
            results.append(_result(ordinal, outcome, kind, element, verb))
        total = len(results)
        overall = "OK" if worked == total else "Error" if worked == 0 else "Has Errors"
        return (
            f'<{verb}Response xmlns="{PARTNER}">{"".join(results)}<RequestID>{self._tenant.new_id("soapwrite")}'
            f"</RequestID><OverallStatus>{overall}</OverallStatus></{verb}Response>"
        )


def type_of(element: Element) -> str:
    """The type an element declares, without its prefix."""
    return element.get(XSI_TYPE, "").rpartition(":")[2]


def scope_of(kind: str) -> str:
    """What a token needs to write objects of a type."""
    if kind in _SUBSCRIBERS:
        return "list_and_subscribers_write"
    if kind in _EXTENSIONS:
        return "data_extensions_write"
    if kind == "TriggeredSend":
        return "email_send"
    return "automations_write" if kind in {"QueryDefinition", "Automation", "ImportDefinition"} else "email_write"


def _result(ordinal: int, outcome: Outcome, type_: str, element: Element, verb: str) -> str:
    """One `Results` element, in the WSDL's order, with the object the caller sent."""
    failed = outcome.code != 0
    code = f"<ErrorCode>{outcome.code}</ErrorCode>" if failed else ""
    new = ""
    if verb == "Create":
        new = f"<NewID>{outcome.new_id}</NewID>"
        new += f"<NewObjectID>{outcome.object_id}</NewObjectID>" if outcome.object_id else ""
    given = {name: text(element, name) for name in _SHOWN} | (
        {"ObjectID": outcome.object_id} if outcome.object_id else {}
    )
    known = "".join(
        f"<{name}>{escape(value)}</{name}>"
        if value
        else '<PartnerKey xsi:nil="true" />'
        if name == "PartnerKey"
        else ""
        for name, value in given.items()
    )
    shown = f"<Object xsi:type={quoteattr(type_)}>{known}</Object>" if type_ else ""
    return (
        f'<Results xsi:type="{verb}Result">'
        f"<StatusCode>{'Error' if failed else 'OK'}</StatusCode><StatusMessage>{escape(outcome.message)}</StatusMessage>"
        f"<OrdinalID>{ordinal}</OrdinalID>{code}{new}{shown}</Results>"
    )
