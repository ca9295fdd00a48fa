"""REST: contacts (`/contacts/v1`): create, patch, search by e-mail address, search attributes.

Deletion, preferences and the schema are in `rest_contact_admin`. Errors of this family come as HTTP 200 with `hasErrors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .contacts import KNOWN, SETS
from .envelopes import answered, refused
from .errors import invalid, missing
from .guard import Call, Reply, Route
from .shapes import record, records, values

if TYPE_CHECKING:
    from .contacts import Attributes
    from .tenant import Tenant


class ContactRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, base = "list_and_subscribers_read", "list_and_subscribers_write", "/contacts/v1"
        return [
            Route("POST", base + "/contacts", write, self._write),
            Route("PATCH", base + "/contacts", write, self._write),
            Route("POST", base + "/addresses/email/search", read, self._search_email),
            Route("POST", base + "/attributes/search", read, self._search_attributes),
        ]

    def _write(self, call: Call) -> Reply:
        body = record(call.body)
        key = body.get("contactKey")
        if not isinstance(key, str) or not key:
            raise missing("contactKey")
        attributes: Attributes = {}
        for one in records(body.get("attributeSets")):
            name = str(one.get("name"))
            if name not in SETS:
                return refused(self._tenant, "AttributeSetNotFound", "An attribute set of this name does not exist.")
            for item in records(one.get("items")):
                for pair in records(item.get("values")):
                    if str(pair.get("name")) not in SETS[name]:
                        return refused(self._tenant, "AttributeNotFound", "An attribute of this name does not exist.")
                    value = pair.get("value")
                    attributes[f"{name}.{pair['name']}"] = None if value is None else str(value)
        is_new = self._tenant.contacts.write(key, attributes)
        return answered(
            self._tenant,
            operationStatus="OK",
            rowsAffected=max(1, len({name.partition(".")[0] for name in attributes})),
            contactKey=key,
            contactID=self._tenant.contacts.contact_id(key),
            contactTypeID=0,
            isNewContactKey=is_new,
        )

    def _search_email(self, call: Call) -> Reply:
        body = record(call.body)
        addresses = body.get("ChannelAddressList")
        if not isinstance(addresses, list) or not addresses:
            raise missing("ChannelAddressList")
        most = body.get("MaximumCount", 1)
        most = most if isinstance(most, int) and most > 0 else 1
        contacts = self._tenant.contacts
        entities = []
        for address in addresses:
            keys = list(contacts.with_email(str(address)))[:most]
            details = [{"contactKey": key, "createDate": contacts.created(key)} for key in keys]
            entities.append({"contactKeyDetails": details, "channelAddress": address})
        return answered(self._tenant, channelAddressResponseEntities=entities)

    def _search_attributes(self, call: Call) -> Reply:
        body = record(call.body)
        wanted = [str(one.get("key")) for one in records(record(body.get("request")).get("attributes"))]
        if not wanted:
            raise missing("request.attributes")
        if not set(wanted) <= KNOWN:
            return refused(self._tenant, "AttributeNotFound", "An attribute of this name does not exist.")
        condition = record(body.get("conditionSet"))
        page, size = call.page(50)
        contacts = self._tenant.contacts
        exact = _exact_keys(condition)
        keys = contacts.keys() if exact is None else iter([key for key in exact if contacts.has(key)])
        found = [key for key in keys if _matches(condition, contacts.attributes(key), 0)]
        shown = found[(page - 1) * size : page * size]
        items = []
        for key in shown:
            attributes = contacts.attributes(key)
            pairs = [{"key": one, "name": one.partition(".")[2], "value": attributes.get(one)} for one in wanted]
            items.append({"contactKey": key, "contactID": contacts.contact_id(key), "values": pairs})
        return answered(self._tenant, count=len(found), page=page, pageSize=size, items=items)


def _exact_keys(condition: dict[str, Any]) -> list[str] | None:
    """The contact keys an AND condition asks for, so that contacts need not all be tried."""
    if str(condition.get("operator", "And")).lower() != "and":
        return None
    for one in records(condition.get("conditions")):
        if record(one.get("attribute")).get("key") == "Contact.Contact Key" and str(one.get("operator")) in {
            "Equals",
            "In",
        }:
            return [str(item) for item in values(record(one.get("value")).get("items"))]
    return None


def _matches(condition: dict[str, Any], attributes: Attributes, depth: int) -> bool:
    if depth > 16:  # noqa: PLR2004 - deeper nesting than any caller needs
        raise invalid("The condition set is nested too deeply")
    results = [_holds(one, attributes) for one in records(condition.get("conditions"))]
    results += [_matches(one, attributes, depth + 1) for one in records(condition.get("conditionSets"))]
    if not results:
        return True
    return any(results) if str(condition.get("operator")).lower() == "or" else all(results)


def _holds(one: dict[str, Any], attributes: Attributes) -> bool:
    name = str(record(one.get("attribute")).get("key"))
    if name not in KNOWN:
        raise invalid("A condition names an attribute that does not exist")
    items = [str(item).casefold() for item in values(record(one.get("value")).get("items"))]
    value = (attributes.get(name) or "").casefold()
    match one.get("operator"):
        case "Equals" | "In":
            return value in items
        case "NotEquals":
            return value not in items
        case "Contains":
            return any(item in value for item in items)
        case "BeginsWith":
            return any(value.startswith(item) for item in items)
        case _:
            raise invalid("A condition's operator is not known")
