"""SOAP object types of the set-up: data extensions and their fields, folders, profiles, queries, automations, users.

Properties stand in the WSDL's order. It writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .ids import guid, past
from .soap_type import API_OBJECT, Hints, Record, SoapType
from .units import ENTERPRISE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .tenant import Tenant

_NAMED: Final = (*API_OBJECT, "Name", "Description")
STORED: Final = {
    "DataFolder": (
        *(*API_OBJECT, "ParentFolder.ID", "ParentFolder.Name", "Name", "Description", "ContentType", "IsActive"),
        *("IsEditable", "AllowChildren"),
    ),
    "SendClassification": (
        *(*API_OBJECT, "SendClassificationType", "Name", "Description", "SenderProfile.CustomerKey"),
        *("DeliveryProfile.CustomerKey", "HonorPublicationListOptOutsForTransactionalSends", "ArchiveEmail"),
    ),
    "SenderProfile": (
        *(*_NAMED, "FromName", "FromAddress", "UseDefaultRMMRules", "AutoForwardToEmailAddress", "AutoForwardToName"),
    ),
    "DeliveryProfile": (*_NAMED, "SourceAddressType", "DomainType"),
    "SuppressionListDefinition": (*API_OBJECT, "Name", "Category", "Description", "SubscriberCount"),
    "TriggeredSendDefinition": (
        *(*_NAMED, "CategoryID", "SendClassification.CustomerKey", "FromName", "FromAddress", "TriggeredSendStatus"),
        *("Email.ID", "List.ID", "AutoAddSubscribers", "AutoUpdateSubscribers", "BccEmail", "EmailSubject"),
        *("IsMultipart", "IsWrapped"),
    ),
    "EmailSendDefinition": (*_NAMED, "CategoryID", "SendClassification.CustomerKey", "Email.ID"),
    "ImportDefinition": (*_NAMED, "DestinationObject.CustomerKey", "FileSpec", "UpdateType"),
}
"""Types kept as they are shown (`soap_store`)."""


def set_up_types(tenant: Tenant) -> list[SoapType]:
    fields = (
        *(*API_OBJECT, "Name", "Scale", "DefaultValue", "MaxLength", "IsRequired", "Ordinal", "IsPrimaryKey"),
        *("FieldType", "DataExtension.CustomerKey"),
    )
    extension = (
        *(*_NAMED, "IsSendable", "IsTestable", "SendableDataExtensionField.Name", "SendableSubscriberField.Name"),
        *("CategoryID", "Status"),
    )
    query = (
        *(*_NAMED, "QueryText", "TargetType", "DataExtensionTarget.CustomerKey", "DataExtensionTarget.Name"),
        *("TargetUpdateType", "Status", "CategoryID"),
    )
    user = (
        *(*API_OBJECT, "AccountUserID", "UserID", "Name", "Email", "MustChangePassword", "ActiveFlag"),
        *("LastSuccessfulLogin", "IsAPIUser", "NotificationEmailAddress", "DefaultBusinessUnit"),
    )
    email = (*API_OBJECT, "Name", "CategoryID", "HTMLBody", "TextBody", "Subject", "IsActive", "Status", "EmailType")
    return [
        *(SoapType(kind, names, _stored(tenant, kind)) for kind, names in STORED.items()),
        SoapType("DataExtension", extension, lambda _, mid: _extensions(tenant, mid)),
        SoapType(
            "DataExtensionField",
            fields,
            lambda hints, mid: _fields(tenant, hints, mid),
            numbers=frozenset({"Ordinal", "MaxLength", "Scale"}),
        ),
        SoapType("QueryDefinition", query, lambda _, mid: _queries(tenant, mid)),
        SoapType(
            "Automation", (*_NAMED, "Status", "AutomationType", "CategoryID"), lambda _, mid: _automations(tenant, mid)
        ),
        SoapType("AccountUser", user, lambda _, __: _users(tenant)),
        SoapType("Email", email, lambda hints, mid: _emails(tenant, hints, mid)),
    ]


def _stored(tenant: Tenant, kind: str) -> Callable[[Hints, int], Iterator[Record]]:
    return lambda _, mid: iter(tenant.soap.of(kind).all(mid))


def _extensions(tenant: Tenant, mid: int) -> Iterator[Record]:
    for one in tenant.visible(mid):
        table = one.table
        yield {
            "Client.ID": str(one.mid),
            "CreatedDate": one.made or past(tenant.seed, "decreated", one.number, 1500),
            "ModifiedDate": one.changed or past(tenant.seed, "demodified", one.number, 90),
            "ObjectID": one.object_id,
            "CustomerKey": table.key,
            "Name": table.name,
            "Description": table.description,
            "IsSendable": _flag(table.sendable is not None),
            "IsTestable": _flag(one.is_testable),
            "SendableDataExtensionField.Name": table.sendable,
            "SendableSubscriberField.Name": "Subscriber Key" if table.sendable else None,
            "CategoryID": str(one.folder),
            "Status": "Normal",
        }


def _fields(tenant: Tenant, hints: Hints, mid: int) -> Iterator[Record]:
    keys = hints.get("DataExtension.CustomerKey")
    for one in tenant.visible(mid):
        if keys is not None and one.table.key not in keys:
            continue
        for place, column in enumerate(one.table.fields):
            length = column.default_length
            yield {
                "Client.ID": str(one.mid),
                "ObjectID": guid(tenant.seed, f"field:{one.table.key}", place),
                "CustomerKey": f"[{one.table.key}].[{column.name}]",
                "Name": column.name,
                "Scale": "2" if column.type == "Decimal" else None,
                "DefaultValue": column.default,
                "Ordinal": str(place),
                "IsPrimaryKey": _flag(column.is_key),
                "MaxLength": None if length is None else str(length),
                "IsRequired": _flag(not column.is_nullable),
                "DataExtension.CustomerKey": one.table.key,
                "FieldType": column.type,
            }


def _queries(tenant: Tenant, mid: int) -> Iterator[Record]:
    for one in tenant.activities.queries.all(mid):
        yield {
            "Client.ID": str(mid),
            "CreatedDate": one["createdDate"],
            "ModifiedDate": one["modifiedDate"],
            "ObjectID": one["queryDefinitionId"],
            "CustomerKey": one["key"],
            "Name": one["name"],
            "Description": one["description"],
            "CategoryID": str(one["categoryId"]),
            "QueryText": one["queryText"],
            "TargetType": "DE",
            "DataExtensionTarget.CustomerKey": one["targetKey"],
            "DataExtensionTarget.Name": one["targetName"],
            "TargetUpdateType": one["targetUpdateTypeName"],
            "Status": "Active",
        }


def _automations(tenant: Tenant, mid: int) -> Iterator[Record]:
    for one in tenant.activities.automations.all(mid):
        yield {
            "Client.ID": str(mid),
            "CreatedDate": one["createdDate"],
            "ModifiedDate": one["modifiedDate"],
            "ObjectID": one["id"],
            "CustomerKey": one["key"],
            "Name": one["name"],
            "Description": one["description"],
            "Status": str(one["statusId"]),
            "AutomationType": one["type"],
            "CategoryID": str(one["categoryId"]),
        }


def _users(tenant: Tenant) -> Iterator[Record]:
    for number in range(25):
        name, email, user_id = tenant.staff(number)
        yield {
            "Client.ID": str(ENTERPRISE_ID),
            "CreatedDate": past(tenant.seed, "user", number, 1500),
            "ModifiedDate": past(tenant.seed, "usermodified", number, 90),
            "ID": str(user_id),
            "ObjectID": guid(tenant.seed, "user", number),
            "CustomerKey": f"user_{user_id}",
            "AccountUserID": str(user_id),
            "UserID": email.partition("@")[0],
            "Name": name,
            "Email": email,
            "MustChangePassword": "false",
            "ActiveFlag": _flag(number % 9 != 8),  # noqa: PLR2004 - the odd one out
            "IsAPIUser": _flag(number == 0),
            "NotificationEmailAddress": email,
            "LastSuccessfulLogin": past(tenant.seed, "login", number, 20),
            "DefaultBusinessUnit": str(ENTERPRISE_ID),
        }


def _emails(tenant: Tenant, hints: Hints, mid: int) -> Iterator[Record]:
    """Content Builder's e-mails as the older e-mail object, which knows them by their legacy id."""
    wanted = hints.get("ID")
    for brief in tenant.library.all(mid):
        if "email" not in brief["assetType"]["name"]:
            continue
        legacy = str(44_000 + brief["id"] - 161_000)
        if wanted is not None and legacy not in wanted:
            continue
        one = tenant.library.get(brief["id"], mid) or brief
        views = one.get("views") or {}
        yield {
            "Client.ID": str(mid),
            "CreatedDate": one["createdDate"][:19],
            "ModifiedDate": one["modifiedDate"][:19],
            "ID": legacy,
            "ObjectID": one["objectID"],
            "CustomerKey": one["customerKey"],
            "Name": one["name"],
            "CategoryID": str(one["category"]["id"]),
            "HTMLBody": str((views.get("html") or {}).get("content") or ""),
            "TextBody": str((views.get("text") or {}).get("content") or ""),
            "Subject": str((views.get("subjectline") or {}).get("content") or ""),
            "IsActive": "true",
            "EmailType": "HTML",
            "Status": "Active",
        }


def _flag(value: bool) -> str:
    return "true" if value else "false"
