"""Set-up objects known to SOAP only: folders, send classifications, profiles, triggered send definitions and the like.

Each object is flat: property name to text, `Outer.Inner` for what is nested. What may be retrieved of a type, and in
which order, is in `soap_catalogue`; tracking, subscribers and data extensions are elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .ids import guid, past
from .shelf import Item, Shelf
from .tracking import FIRST_JOB
from .units import HOME_MID

if TYPE_CHECKING:
    from collections.abc import Callable

TRIGGERED: Final = (
    "Welcome Trigger",
    "Password Reset Trigger",
    "Order Trigger",
    "Shipping Trigger",
    "Review Request",
    "Birthday Trigger",
    "Cart Reminder",
    "Price Drop",
    "Store Opening Paris",
    "Case Closed",
)
CLASSIFICATIONS: Final = (
    ("Default Commercial", "Marketing"),
    ("Default Transactional", "Operational"),
    ("Loyalty Commercial", "Marketing"),
)
FIRST_NEW_FOLDER: Final = 516_100
FOLDERS: Final = (
    (516_010, "Data Extensions", "dataextension", 0),
    (516_016, "Customer Data", "dataextension", 516_010),
    (516_017, "Salesforce Data Extensions", "synchronizeddataextension", 516_010),
    (516_018, "Content Builder", "asset", 0),
    (516_020, "Emails 2026", "asset", 516_018),
    (516_021, "Blocks", "asset", 516_018),
    (516_022, "Images", "asset", 516_018),
    (516_030, "my subscribers", "mysubs", 0),
    (516_031, "Suppression Lists", "suppression_list", 0),
    (516_032, "Publication Lists", "publication", 0),
    (516_040, "Journeys", "journey", 0),
    (516_050, "my automations", "automations", 0),
    (516_051, "Query", "queryactivity", 0),
    (516_060, "Triggered Sends", "triggered_send", 0),
)


class SoapStore:
    """One shelf a type; an object is named by its `ObjectID`."""

    def __init__(self, seed: int, staff: Callable[[str, int], tuple[str, str, int]]) -> None:
        self._seed = seed
        self._made = 0
        self._staff = staff
        self._shelves = {
            "DataFolder": Shelf("ObjectID", (self._folder(number) for number in range(len(FOLDERS)))),
            "SendClassification": Shelf("ObjectID", (self._classification(n) for n in range(len(CLASSIFICATIONS)))),
            "SenderProfile": Shelf("ObjectID", (self._sender(n) for n in range(4))),
            "DeliveryProfile": Shelf("ObjectID", (self._delivery(n) for n in range(2))),
            "SuppressionListDefinition": Shelf("ObjectID", (self._suppression(n) for n in range(2))),
            "TriggeredSendDefinition": Shelf("ObjectID", (self._triggered(n) for n in range(len(TRIGGERED)))),
            "EmailSendDefinition": Shelf("ObjectID", (self._email_send(n) for n in range(3))),
            "ImportDefinition": Shelf("ObjectID", (self._import(n) for n in range(2))),
        }

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._shelves)

    def of(self, kind: str) -> Shelf:
        return self._shelves[kind]

    def make(self, kind: str, object_id: str, now: str) -> Item:
        """A new object with ids and dates; numeric ids continue the seeded ones. The caller puts it on its shelf."""
        self._made += 1
        item: Item = {"ObjectID": object_id, "CustomerKey": object_id, "CreatedDate": now, "ModifiedDate": now}
        item["Description"] = ""
        if kind == "DataFolder":
            item |= {"ID": str(FIRST_NEW_FOLDER + self._made), "IsActive": "true", "IsEditable": "true"}
        return item

    def _base(self, label: str, number: int, name: str, description: str = "") -> Item:
        return {
            "Client.ID": str(HOME_MID),
            "CreatedDate": past(self._seed, label, number, 900),
            "ModifiedDate": past(self._seed, label + ":modified", number, 90),
            "ObjectID": guid(self._seed, label, number),
            "CustomerKey": f"{label}_{number + 1}",
            "Name": name,
            "Description": description,
        }

    def _folder(self, number: int) -> Item:
        folder_id, name, kind, parent = FOLDERS[number]
        return self._base("folder", number, name) | {
            "ID": str(folder_id),
            "ParentFolder.ID": str(parent),
            "ParentFolder.Name": next((one[1] for one in FOLDERS if one[0] == parent), ""),
            "ContentType": kind,
            "IsActive": "true",
            "IsEditable": "true",
            "AllowChildren": "true",
        }

    def _classification(self, number: int) -> Item:
        name, kind = CLASSIFICATIONS[number]
        return self._base("classification", number, name) | {
            "CustomerKey": name,
            "SendClassificationType": kind,
            "SenderProfile.CustomerKey": f"senderprofile_{number + 1}",
            "DeliveryProfile.CustomerKey": f"deliveryprofile_{1 + number % 2}",
            "HonorPublicationListOptOutsForTransactionalSends": "false",
            "ArchiveEmail": "false",
        }

    def _sender(self, number: int) -> Item:
        name, email, _ = self._staff("senderprofile", number)
        return self._base("senderprofile", number, f"Sender Profile {number + 1}") | {
            "FromName": name,
            "FromAddress": email,
            "UseDefaultRMMRules": "true",
            "AutoForwardToEmailAddress": email if number % 2 else None,
            "AutoForwardToName": name if number % 2 else None,
        }

    def _delivery(self, number: int) -> Item:
        return self._base("deliveryprofile", number, f"Delivery Profile {number + 1}") | {
            "SourceAddressType": "DefaultPrivateIPAddress",
            "DomainType": "DefaultDomain",
        }

    def _suppression(self, number: int) -> Item:
        names = ("Global Complaints", "Former Customers")
        return self._base("suppression", number, names[number]) | {
            "Category": "516031",
            "SubscriberCount": str(40 + number * 17),
        }

    def _triggered(self, number: int) -> Item:
        name, email, _ = self._staff("triggeredsender", number)
        _, bcc, _ = self._staff("triggeredbcc", number)
        job = FIRST_JOB + 4 + number * 5
        return self._base("triggereddefinition", number, TRIGGERED[number]) | {
            "ObjectID": guid(self._seed, "triggeredsend", job),
            "CustomerKey": f"ts_{TRIGGERED[number].lower().replace(' ', '_')}",
            "TriggeredSendStatus": ("Active", "Active", "Active", "Inactive", "New")[number % 5],
            "CategoryID": "516060",
            "Email.ID": str(44_000 + number),
            "List.ID": "23",
            "SendClassification.CustomerKey": "Default Transactional",
            "FromName": name,
            "FromAddress": email,
            "EmailSubject": "%%FirstName%%, your order %%OrderID%%",
            "BccEmail": bcc if number % 3 == 0 else None,
            "AutoAddSubscribers": "true",
            "AutoUpdateSubscribers": "true",
            "IsMultipart": "true",
            "IsWrapped": "true",
        }

    def _email_send(self, number: int) -> Item:
        names = ("Weekly Newsletter Send", "Loyalty Statement Send", "Survey Send")
        return self._base("emailsend", number, names[number]) | {
            "Email.ID": str(44_000 + number),
            "SendClassification.CustomerKey": "Default Commercial",
            "CategoryID": "516060",
        }

    def _import(self, number: int) -> Item:
        names = ("Orders Import", "Stores Import")
        return self._base("import", number, names[number]) | {
            "DestinationObject.CustomerKey": ("Orders", "Store_Locations")[number],
            "UpdateType": "AddAndUpdate",
            "FileSpec": ("orders_%%Year%%%%Month%%%%Day%%.csv", "stores.csv")[number],
        }
