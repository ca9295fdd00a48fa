"""What SOAP Retrieve knows: per object type its properties in the WSDL's order, and its records.

The order matters: clients generated from the WSDL refuse an answer whose elements stand otherwise. It parses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .filters import us_date
from .soap_set_up import set_up_types
from .soap_tracking import tracking_types
from .soap_type import Hints, Record, SoapType
from .tracking import EVENT_TYPES, Tracking
from .units import ENTERPRISE_ID, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .people import Person
    from .tenant import Tenant


class SoapTypes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._tracking = Tracking(tenant.seed, tenant.people)
        subscriber = (
            *("Client.ID", "PartnerKey", "CreatedDate", "ID", "EmailAddress", "Attributes", "SubscriberKey"),
            *("UnsubscribedDate", "Status", "EmailTypePreference"),
        )
        listed = ("Client.ID", "PartnerKey", "CreatedDate", "ModifiedDate", "ID", "ObjectID")
        unit = (
            *("Client.ID", "PartnerKey", "CreatedDate", "ModifiedDate", "ID", "CustomerKey"),
            *("AccountType", "ParentID", "Name", "Email", "FromName", "BusinessName", "Phone", "Address", "City"),
            *("State", "Zip", "Country", "IsActive"),
        )
        self._types = {
            one.name: one
            for one in (
                SoapType("Subscriber", subscriber, self._subscribers, always=("Attributes",)),
                SoapType("ListSubscriber", (*listed, "Status", "ListID", "SubscriberKey"), self._list_subscribers),
                SoapType(
                    "List",
                    (*listed, "CustomerKey", "ListName", "Category", "Type", "Description", "ListClassification"),
                    self._lists,
                ),
                SoapType("BusinessUnit", unit, self._units),
                SoapType("Account", unit, self._units),
                *(SoapType(name, _event_properties(name), self._events(name)) for name in EVENT_TYPES),
                *set_up_types(tenant),
                *tracking_types(tenant, self._tracking),
            )
        }

    def get(self, name: str, mid: int) -> SoapType | None:
        """An object type; `DataExtensionObject[CustomerKey]` is made from the data extension it names."""
        if name.startswith("DataExtensionObject[") and name.endswith("]"):
            return self._rows(name[len("DataExtensionObject[") : -1], mid)
        return self._types.get(name)

    def _subscribers(self, hints: Hints, mid: int) -> Iterator[Record]:
        store = self._tenant.subscribers
        keys = hints.get("SubscriberKey")
        people = store.all() if keys is None else iter([p for key in sorted(keys) if (p := store.get(key))])
        return (self.subscriber(person, mid) for person in people)

    def subscriber(self, person: Person, mid: int) -> Record:
        return {
            "Client.ID": str(mid),
            "CreatedDate": person.created,
            "ID": str(person.subscriber_id),
            "EmailAddress": person.email,
            "Attributes": self._tenant.subscribers.attributes_of(person),
            "SubscriberKey": person.key,
            "UnsubscribedDate": person.unsubscribed,
            "Status": person.status,
            "EmailTypePreference": person.email_type,
        }

    def _list_subscribers(self, hints: Hints, mid: int) -> Iterator[Record]:
        keys: list[str | None] = [*sorted(hints.get("SubscriberKey", ()))]
        lists: list[int | None] = [int(one) for one in sorted(hints.get("ListID", ())) if one.isdecimal()]
        for key in keys or [None]:
            for list_id in lists or [None]:
                for one in self._tenant.subscribers.memberships(list_id=list_id, key=key):
                    yield {
                        "Client.ID": str(mid),
                        "CreatedDate": one.created,
                        "ModifiedDate": one.created,
                        "ID": str(one.subscriber_id),
                        "Status": one.status,
                        "ListID": str(one.list_id),
                        "SubscriberKey": one.subscriber_key,
                    }

    def _lists(self, _: Hints, mid: int) -> Iterator[Record]:
        for one in self._tenant.subscribers.lists.values():
            yield {
                "Client.ID": str(mid),
                "CreatedDate": one.created,
                "ModifiedDate": "2025-11-20T16:02:11",
                "ID": str(one.list_id),
                "CustomerKey": one.customer_key,
                "ListName": one.name,
                "Category": "516016",
                "Type": "Public" if one.classification == "PublicationList" else "Private",
                "Description": one.description,
                "ListClassification": one.classification,
            }

    def _units(self, _: Hints, __: int) -> Iterator[Record]:
        for number, unit in enumerate(UNITS):
            name, email, _id = self._tenant.staff(number)
            yield {
                "Client.ID": str(unit.mid),
                "CreatedDate": "2019-07-22T15:54:48",
                "ModifiedDate": "2025-12-01T08:30:00",
                "ID": str(unit.mid),
                "CustomerKey": f"bu-{unit.mid}",
                "AccountType": "EXACTTARGET" if unit.is_enterprise else "BUSINESS_UNIT",
                "ParentID": "0" if unit.is_enterprise else str(ENTERPRISE_ID),
                "Name": unit.name,
                "Email": email,
                "FromName": name,
                "BusinessName": unit.name,
                "Phone": f"+1 317 555 01{number:02d}",
                "Address": f"{100 + number} Specimen Plaza",
                "City": "Indianapolis",
                "State": "IN",
                "Zip": "46204",
                "Country": "US",
                "IsActive": "1",
            }

    def _events(self, name: str) -> Callable[[Hints, int], Iterator[Record]]:
        def records(hints: Hints, mid: int) -> Iterator[Record]:
            found = self._tracking.events(name, keys=hints.get("SubscriberKey"), jobs=hints.get("SendID"))
            for event in found if self._tenant.is_home(mid) else ():
                record: Record = {
                    "Client.ID": str(mid),
                    "SendID": str(event.job),
                    "SubscriberKey": event.person.key,
                    "EventDate": event.date,
                    "EventType": name.removesuffix("Event").replace("Unsub", "Unsubscribe"),
                    "TriggeredSendDefinitionObjectID": self._tracking.triggered_send(event.job),
                    "BatchID": str(event.batch),
                }
                if name == "ClickEvent":
                    record |= {"URLID": str(9_000 + event.job), "URL": event.url()}
                if name == "BounceEvent":
                    record |= dict(
                        zip(("SMTPCode", "BounceCategory", "BounceType", "SMTPReason"), event.bounce(), strict=True)
                    )
                if name == "UnsubEvent":
                    record |= {"List.ID": "23", "IsMasterUnsubscribed": "true"}
                yield record

        return records

    def _rows(self, key: str, mid: int) -> SoapType | None:
        extension = self._tenant.extension_by_key(key, mid)
        if extension is None:
            return None
        names = tuple(column.name for column in extension.table.fields)

        def records(_: Hints, __: int) -> Iterator[Record]:
            for row in extension.rows():
                yield {
                    name: us_date(value) if name in dates and value else value
                    for name, value in zip(names, row, strict=True)
                }

        dates = frozenset(column.name for column in extension.table.fields if column.type == "Date")
        fields = extension.table.fields
        numbers = frozenset(column.name for column in fields if column.type in {"Number", "Decimal"})
        return SoapType("DataExtensionObject", names, records, dates, numbers)


def _event_properties(name: str) -> tuple[str, ...]:
    common = (
        *("Client.ID", "PartnerKey", "CreatedDate", "ModifiedDate", "ID", "ObjectID"),
        *("SendID", "SubscriberKey", "EventDate", "EventType", "TriggeredSendDefinitionObjectID", "BatchID"),
    )
    own: Mapping[str, tuple[str, ...]] = {
        "ClickEvent": ("URLID", "URL"),
        "BounceEvent": ("SMTPCode", "BounceCategory", "SMTPReason", "BounceType"),
        "UnsubEvent": ("List.ID", "IsMasterUnsubscribed"),
    }
    return common + own.get(name, ())
