"""SOAP Create and Update for Subscriber and ListSubscriber, with upsert by `SaveAction` UpdateAdd.

It checks what the API checks (keys, addresses, statuses, duplicates); other object types are refused in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from .ids import guid
from .soap_filter import XSI_TYPE, child, local, text
from .subscribers import LISTS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from .auth import Grant
    from .soap_types import SoapTypes
    from .tenant import Tenant

DUPLICATE: Final = 12014
_STATUSES: Final = frozenset({"Active", "Unsubscribed", "Bounced", "Held", "Deleted"})
_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_PARTNER: Final = "http://exacttarget.com/wsdl/partnerAPI"


class Outcome:
    """What happened to one object: `code` 0 means it worked."""

    __slots__ = ("code", "message", "new_id")

    def __init__(self, message: str, *, code: int = 0, new_id: int = 0) -> None:
        self.message = message
        self.code = code
        self.new_id = new_id


class Writer:
    def __init__(self, tenant: Tenant, types: SoapTypes) -> None:
        self._tenant = tenant
        self._types = types
        self._answers = 0

    def write(self, message: Element, verb: str, grant: Grant) -> str:
        """The body of a Create or Update answer."""
        self._answers += 1
        options = child(message, "Options")
        upserts = options is not None and any(
            text(one, "SaveAction") == "UpdateAdd" for one in options.iter() if local(one) == "SaveOption"
        )
        results: list[str] = []
        worked = 0
        for ordinal, element in enumerate(one for one in message if local(one) == "Objects"):
            type_ = element.get(XSI_TYPE, "").rpartition(":")[2]
            if "list_and_subscribers_write" not in grant.scopes:
                outcome = Outcome("API Permission Failed.", code=10)
            elif type_ == "Subscriber":
                outcome = self._subscriber(element, verb, upserts=upserts)
            elif type_ == "ListSubscriber":
                outcome = self._membership(element)
            else:
                outcome = Outcome(f"Unable to find a handler for object type: {type_}.", code=10)
            worked += outcome.code == 0
            results.append(_result(ordinal, outcome, type_, element, verb))
        total = len(results)
        overall = "OK" if worked == total else "Error" if worked == 0 else "Has Errors"
        request_id = guid(self._tenant.seed, "soapwrite", self._answers)
        return (
            f'<{verb}Response xmlns="{_PARTNER}">{"".join(results)}<RequestID>{request_id}</RequestID>'
            f"<OverallStatus>{overall}</OverallStatus></{verb}Response>"
        )

    def _subscriber(self, element: Element, verb: str, *, upserts: bool) -> Outcome:
        store = self._tenant.subscribers
        email, status = text(element, "EmailAddress"), text(element, "Status")
        key = text(element, "SubscriberKey") or email
        if not key:
            return Outcome("SubscriberKey or EmailAddress is required.", code=12001)
        if email and not _EMAIL.fullmatch(email):
            return Outcome("The email address is not valid.", code=12002)
        if status and status not in _STATUSES:
            return Outcome("The status is not valid.", code=12003)
        existing = store.get(key)
        if verb == "Create" and existing is not None and not upserts:
            return Outcome("The subscriber is already on the list", code=DUPLICATE)
        if existing is None and verb == "Update" and not upserts:
            return Outcome("The subscriber does not exist.", code=12012)
        if existing is None and not email:
            return Outcome("EmailAddress is required.", code=12001)
        lists = [one for one in element if local(one) == "Lists"]
        known = {str(one.list_id) for one in LISTS}
        if any(text(one, "ID") not in known for one in lists):
            return Outcome("The list does not exist.", code=13001)
        person = existing or store.add(key, email)
        email_type = text(element, "EmailTypePreference") or None
        store.update(key, email=email or None, status=None if lists else status or None, email_type=email_type)
        self._attributes(element, key)
        for one in lists:
            store.set_membership(int(text(one, "ID")), key, text(one, "Status") or status or "Active")
        done = "Created" if existing is None else "Updated"
        return Outcome(f"{done} Subscriber.", new_id=person.subscriber_id if existing is None else 0)

    def _attributes(self, element: Element, key: str) -> None:
        written = self._tenant.subscribers.attributes.setdefault(key, {})
        for one in element:
            if local(one) == "Attributes" and text(one, "Name"):
                written[text(one, "Name")] = text(one, "Value") or None

    def _membership(self, element: Element) -> Outcome:
        key, list_id = text(element, "SubscriberKey"), text(element, "ListID")
        if self._tenant.subscribers.get(key) is None:
            return Outcome("The subscriber does not exist.", code=12012)
        if list_id not in {str(one.list_id) for one in LISTS}:
            return Outcome("The list does not exist.", code=13001)
        self._tenant.subscribers.set_membership(int(list_id), key, text(element, "Status") or "Active")
        return Outcome("Updated ListSubscriber.")


def _result(ordinal: int, outcome: Outcome, type_: str, element: Element, verb: str) -> str:
    """One `Results` element, in the WSDL's order, with the object the caller sent."""
    failed = outcome.code != 0
    code = f"<ErrorCode>{outcome.code}</ErrorCode>" if failed else ""
    new_id = f"<NewID>{outcome.new_id}</NewID>" if verb == "Create" else ""
    names = ("ID", "EmailAddress", "SubscriberKey", "ListID")
    known = "".join(f"<{name}>{escape(text(element, name))}</{name}>" for name in names if text(element, name))
    nil = '<PartnerKey xsi:nil="true" />'
    shown = f"<Object xsi:type={quoteattr(type_)}>{nil}{known}</Object>" if type_ else ""
    return (
        f'<Results xsi:type="{verb}Result">'
        f"<StatusCode>{'Error' if failed else 'OK'}</StatusCode><StatusMessage>{escape(outcome.message)}</StatusMessage>"
        f"<OrdinalID>{ordinal}</OrdinalID>{code}{new_id}{shown}</Results>"
    )
