"""SOAP writing of subscribers, lists, triggered sends and the set-up objects: what each must say, and what it changes.

Error codes are the documented ones where one is documented. Data extensions are in `soap_rows`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .soap_filter import child, local, text
from .soap_set_up import STORED
from .soap_write import Outcome, Write
from .sql import BadQuery, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from .shelf import Item
    from .tenant import Tenant

DUPLICATE: Final = 12014
NOT_A_SUBSCRIBER: Final = 12012
NO_LIST: Final = 13001
LIST_NAME_MAX: Final = 50
NO_DEFINITION: Final = 17010
NOT_STARTED: Final = 18001
NO_TRIGGERED_DEFINITION: Final = 18002
NOT_FOUND: Final = 2
EXISTS: Final = 3
INVALID: Final = 4
_STATUSES: Final = frozenset({"Active", "Unsubscribed", "Bounced", "Held", "Deleted"})
_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_CLASSIFICATIONS: Final = ("ExactTargetList", "PublicationList", "SuppressionList")


class Writers:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def table(self) -> dict[str, Callable[[Write], Outcome]]:
        return {
            "Subscriber": self._subscriber,
            "ListSubscriber": self._membership,
            "List": self._list,
            "TriggeredSend": self._trigger,
            "QueryDefinition": self._query,
            "Automation": self._automation,
            **{kind: self._stored(kind) for kind in STORED},
        }

    def _subscriber(self, write: Write) -> Outcome:
        store, element = self._tenant.subscribers, write.element
        email, status = text(element, "EmailAddress"), text(element, "Status")
        key = text(element, "SubscriberKey") or email
        if not key:
            return Outcome("SubscriberKey or EmailAddress is required.", 12001)
        if write.verb == "Delete":
            return Outcome("Deleted Subscriber.") if store.delete(key) else _no_subscriber()
        if email and not _EMAIL.fullmatch(email):
            return Outcome("The email address is not valid.", 12002)
        if status and status not in _STATUSES:
            return Outcome("The status is not valid.", 12003)
        existing = store.get(key)
        if write.verb == "Create" and existing is not None and not write.upserts:
            return Outcome("The subscriber is already on the list", DUPLICATE)
        if existing is None and write.verb == "Update" and not write.upserts:
            return _no_subscriber()
        if existing is None and not email:
            return Outcome("EmailAddress is required.", 12001)
        lists = [one for one in element if local(one) == "Lists"]
        known = {str(number) for number in store.lists}
        if any(text(one, "ID") not in known for one in lists):
            return _no_list()
        person = existing or store.add(key, email)
        email_type = text(element, "EmailTypePreference") or None
        store.update(key, email=email or None, status=None if lists else status or None, email_type=email_type)
        self._attributes(element, key)
        for one in lists:
            gone = text(one, "Action").lower() == "delete"
            store.set_membership(
                int(text(one, "ID")), key, "Deleted" if gone else text(one, "Status") or status or "Active"
            )
        done = "Created" if existing is None else "Updated"
        return Outcome(f"{done} Subscriber.", new_id=person.subscriber_id if existing is None else 0)

    def _attributes(self, element: Element, key: str) -> None:
        written = self._tenant.subscribers.attributes.setdefault(key, {})
        for one in element:
            if local(one) == "Attributes" and text(one, "Name"):
                written[text(one, "Name")] = text(one, "Value") or None

    def _membership(self, write: Write) -> Outcome:
        element, store = write.element, self._tenant.subscribers
        key, list_id = text(element, "SubscriberKey"), text(element, "ListID")
        if store.get(key) is None:
            return _no_subscriber()
        if list_id not in {str(number) for number in store.lists}:
            return _no_list()
        status = "Deleted" if write.verb == "Delete" else text(element, "Status") or "Active"
        store.set_membership(int(list_id), key, status)
        return Outcome(f"{write.verb.rstrip('e')}ed ListSubscriber.")

    def _list(self, write: Write) -> Outcome:
        element, store = write.element, self._tenant.subscribers
        number, key = text(element, "ID"), text(element, "CustomerKey")
        found = next(
            (one for one in store.lists.values() if str(one.list_id) == number or (key and one.customer_key == key)),
            None,
        )
        name, kind = text(element, "ListName"), text(element, "ListClassification") or _CLASSIFICATIONS[0]
        if len(name) > LIST_NAME_MAX or kind not in _CLASSIFICATIONS:
            return Outcome("List Name Too Long" if name else "The list classification is not valid.", 13010)
        if write.verb == "Create":
            if found is not None or any(one.name == name for one in store.lists.values()):
                return Outcome("A list of this name already exists.", 13012)
            if not name:
                return Outcome("ListName is required.", 13000)
            made = store.add_list(name, kind, key, text(element, "Description"))
            return Outcome("Created List.", new_id=made.list_id)
        if found is None:
            return _no_list()
        if write.verb == "Delete":
            store.delete_list(found.list_id)
            return Outcome("Deleted List.")
        changes = {"name": name, "description": text(element, "Description")}
        store.change_list(found.list_id, **{field: value for field, value in changes.items() if value})
        return Outcome("Updated List.")

    def _trigger(self, write: Write) -> Outcome:
        if write.verb != "Create":
            return Outcome(f"The {write.verb} method is not supported for the TriggeredSend object", 100)
        named = child(write.element, "TriggeredSendDefinition")
        shelf = self._tenant.soap.of("TriggeredSendDefinition")
        key = text(named, "CustomerKey") if named is not None else ""
        definition = shelf.find("CustomerKey", key, write.mid)
        if definition is None:
            return Outcome("The Triggered Send Definition could not be found.", NO_TRIGGERED_DEFINITION)
        if definition["TriggeredSendStatus"] != "Active":
            return Outcome("The Triggered Send Definition is not started.", NOT_STARTED)
        people = [one for one in write.element if local(one) == "Subscribers"]
        good = [one for one in people if _EMAIL.fullmatch(text(one, "EmailAddress"))]
        if not good:
            return Outcome("Unable to queue Triggered Send request. There are no valid subscribers.", 180008)
        for one in good:
            attributes = {text(a, "Name"): text(a, "Value") for a in one if local(a) == "Attributes"}
            address = text(one, "EmailAddress")
            send_id = self._tenant.new_id("triggered")
            known_as = text(one, "SubscriberKey") or address
            self._tenant.deliveries.trigger(definition["ObjectID"], address, known_as, attributes, send_id)
        return Outcome("Created TriggeredSend")

    def _query(self, write: Write) -> Outcome:
        element, shelf = write.element, self._tenant.activities.queries
        found = shelf.get(text(element, "ObjectID"), write.mid) or shelf.find(
            "key", text(element, "CustomerKey"), write.mid
        )
        if write.verb == "Delete":
            if found is None:
                return _not_there("QueryDefinition")
            shelf.remove(found)
            return Outcome("QueryDefinition deleted")
        if write.verb == "Update" and found is None:
            return _not_there("QueryDefinition")
        if write.verb == "Create" and found is not None:
            return Outcome("An object of this key already exists.", EXISTS)
        sql, target = text(element, "QueryText"), child(element, "DataExtensionTarget")
        try:
            if sql or found is None:
                check(sql)
        except BadQuery as error:
            return Outcome(str(error), INVALID)
        extension = None
        if target is not None:
            extension = self._tenant.extension_by_key(text(target, "CustomerKey"), write.mid)
        if extension is None and (target is not None or found is None):
            return Outcome("The target data extension does not exist.", INVALID)
        return self._keep_query(write, found, sql, extension.table.key if extension is not None else "")

    def _keep_query(self, write: Write, found: Item | None, sql: str, target: str) -> Outcome:
        element, now = write.element, self._tenant.clock.stamp()[:19]
        kinds = {"Overwrite": 0, "Update": 1, "Append": 2}
        update = text(element, "TargetUpdateType") or "Overwrite"
        query: Item = found or {
            "queryDefinitionId": self._tenant.new_id("query"),
            "key": text(element, "CustomerKey") or self._tenant.new_id("querykey"),
            "createdDate": now,
            "validatedQueryText": "",
            "targetDescription": "",
            "categoryId": 516_051,
            "isFrozen": False,
            "description": "",
        }
        query["name"] = text(element, "Name") or query.get("name") or query["key"]
        query["queryText"] = sql or query["queryText"]
        query["modifiedDate"] = now
        if target:
            query |= {"targetKey": target, "targetName": target, "targetId": ""}
        query |= {"targetUpdateTypeId": kinds.get(update, 0), "targetUpdateTypeName": update}
        self._tenant.activities.queries.put(query, write.mid)
        done = "Updated" if found else "Created"
        return Outcome(f"QueryDefinition {done.lower()}", object_id=query["queryDefinitionId"])

    def _automation(self, write: Write) -> Outcome:
        shelf, element = self._tenant.activities.automations, write.element
        key = text(element, "CustomerKey")
        found = shelf.get(text(element, "ObjectID"), write.mid) or shelf.find("key", key, write.mid)
        if write.verb != "Delete":
            return Outcome(f"The {write.verb} method is not supported for the Automation object", 100)
        if found is None:
            return _not_there("Automation")
        shelf.remove(found)
        return Outcome("Automation deleted")

    def _stored(self, kind: str) -> Callable[[Write], Outcome]:
        """Objects kept as they are shown: named by ObjectID, CustomerKey or, for folders, ID."""

        def write_one(write: Write) -> Outcome:
            shelf, given = self._tenant.soap.of(kind), _properties(write.element, STORED[kind])
            found = next(
                (
                    one
                    for field in ("ObjectID", "CustomerKey", *(("ID",) if kind == "DataFolder" else ()))
                    if given.get(field) and (one := shelf.find(field, str(given[field]), write.mid)) is not None
                ),
                None,
            )
            if write.verb == "Create" and found is not None and not write.upserts:
                return Outcome("An object of this key already exists.", EXISTS)
            if write.verb != "Create" and found is None:
                return _not_there(kind)
            if write.verb == "Delete" and found is not None:
                shelf.remove(found)
                return Outcome(f"{kind} deleted")
            if found is None and not given.get("Name"):
                return Outcome("Name is required.", INVALID)
            now = self._tenant.clock.stamp()[:19]
            item = found or self._tenant.soap.make(kind, self._tenant.new_id(kind), now)
            fixed = {"ObjectID", "ID", "CreatedDate", "Client.ID"}
            item |= {name: value for name, value in given.items() if name not in fixed}
            item |= {"ModifiedDate": now, "Client.ID": item.get("Client.ID", str(write.mid))}
            if kind == "TriggeredSendDefinition":
                item.setdefault("TriggeredSendStatus", "New")
            if found is None:
                shelf.put(item, write.mid)
            number = int(item["ID"]) if found is None and "ID" in item else 0
            done = "created" if found is None else "updated"
            return Outcome(f"{kind} {done}", new_id=number, object_id=item["ObjectID"])

        return write_one


def _properties(element: Element, names: tuple[str, ...]) -> dict[str, str]:
    """The given properties, nested ones as `Outer.Inner`."""
    found: dict[str, str] = {}
    for name in names:
        outer, _, inner = name.rpartition(".")
        holder = child(element, outer) if outer else element
        if holder is not None and child(holder, inner or name) is not None:
            found[name] = text(holder, inner or name)
    return found


def _no_subscriber() -> Outcome:
    return Outcome("The subscriber does not exist.", NOT_A_SUBSCRIBER)


def _no_list() -> Outcome:
    return Outcome("The list does not exist.", NO_LIST)


def _not_there(kind: str) -> Outcome:
    return Outcome(f"The {kind} does not exist.", NOT_FOUND)
