"""Contacts: find them, read and write their attributes, delete them, check an address. It touches no list.

Attributes are name and value pairs, as on the wire: what a value is, its sibling name says.
"""

from __future__ import annotations

from typing import Any

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    CONFIRM,
    DATE,
    EMAIL,
    FLAG,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    listed,
    many,
    one_of,
    paged,
    takes,
    text,
    whole,
)
from upstream_sfmc.tools.spec import OVERWRITES, Call, Json, ToolSpec

ATTRIBUTES = (
    "Email Addresses.Email Address",
    "Email Addresses.HTML Enabled",
    "Email Demographics.First Name",
    "Email Demographics.Last Name",
    "MobileConnect Demographics.Mobile Number",
)
"""What is read of a contact when the caller names nothing: the sets every account has."""


CONTACT_KEY = "Contact.Contact Key"
CONTACT = ("contactKey", "contactID", "values")
OPERATORS = ("Equals", "NotEquals", "Contains", "In", "GreaterThan", "LessThan", "Is", "IsNot")


async def search_by_email(call: Call) -> Json:
    most = call.get("maximum_count", 25)
    answer = await call.sfmc.rest(
        "POST",
        "/contacts/v1/addresses/email/search",
        body={"ChannelAddressList": [call.arguments["email"]], "MaximumCount": most},
        mid=call.mid,
        is_safe=True,
    )
    _refuse_errors(answer)
    found = pages.rows(answer, "channelAddressResponseEntities")
    keys = sum(len(pages.rows(entity, "contactKeyDetails")) for entity in found)
    return {
        "channelAddressResponseEntities": found,
        "cut": f"{keys} shown, there may be more; raise maximum_count" if keys >= most else None,
    }


async def search_contacts(call: Call) -> Json:
    page, size = pages.asked(call)
    conditions = [_condition(one["attribute"], one["operator"], one["values"]) for one in call.arguments["conditions"]]
    answer = await _attributes(call, conditions, {"$page": page, "$pageSize": size})
    shown = [pages.only(item, CONTACT) for item in pages.rows(answer)]
    return pages.rest_page(answer, page, size, shown)


async def _attributes(call: Call, conditions: list[Json], query: Json) -> Any:
    answer = await call.sfmc.rest(
        "POST",
        "/contacts/v1/attributes/search",
        query=query,
        body={
            "request": {"attributes": [{"key": name} for name in call.get("attributes", ATTRIBUTES)]},
            "conditionSet": {"operator": "And", "conditionSets": [], "conditions": conditions},
        },
        mid=call.mid,
        is_safe=True,
    )
    _refuse_errors(answer)
    return answer


def _condition(attribute: str, operator: str, values: list[Any]) -> Json:
    is_own = attribute != CONTACT_KEY
    return {
        "attribute": {"key": attribute, "isCustomerData": is_own},
        "operator": operator,
        "value": {"items": values},
    }


async def get_contact(call: Call) -> Json:
    key = call.arguments["contact_key"]
    answer = await _attributes(call, [_condition(CONTACT_KEY, "Equals", [key])], {})
    items = pages.rows(answer)
    if not items:
        raise Failure(Category.NOT_FOUND, "contact", "No contact has this key; contact_search_by_email finds keys.")
    return {"contactKey": key, "items": [pages.only(item, CONTACT) for item in items]}


async def upsert_contact(call: Call) -> Json:
    sets = [
        {
            "name": name,
            "items": [{"values": [{"name": attribute, "value": value} for attribute, value in values.items()]}],
        }
        for name, values in call.arguments["attribute_sets"].items()
    ]
    body = {"contactKey": call.arguments["contact_key"], "attributeSets": sets}
    try:
        answer = await _write(call, "PATCH", body)
    except Failure as failure:
        # PATCH is documented to update and POST to create; what was refused here has written nothing.
        if failure.category not in {Category.NOT_FOUND, Category.INVALID_INPUT}:
            raise
        answer = await _write(call, "POST", body)
    return pages.only(
        answer, ("operationStatus", "rowsAffected", "contactKey", "contactID", "contactTypeID", "isNewContactKey")
    )


async def delete_contacts(call: Call) -> Json:
    answer = await call.sfmc.rest(
        "POST",
        "/contacts/v1/contacts/actions/delete",
        query={"type": "keys"},
        body={"values": call.arguments["contact_keys"], "DeleteOperationType": "ContactAndAttributes"},
        mid=call.mid,
    )
    _refuse_errors(answer)
    return pages.only(answer, ("operationInitiated", "operationID", "requestServiceMessageID", "resultMessages"))


async def deletions(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {
        "$page": page,
        "$pageSize": size,
        "startdateutc": call.arguments["since"],
        "enddateutc": call.arguments["until"],
    }
    answer = await call.sfmc.rest("GET", "/contacts/v1/contacts/analytics/deleterequests", query=query, mid=call.mid)
    _refuse_errors(answer)
    return pages.uncounted_page(answer, page, size, pages.rows(answer, "operations"), "operations")


async def preferences(call: Call) -> Json:
    where = path("/contacts/v1/contacts/key:{}/preferences", str(call.arguments["contact_key"]))
    answer = await call.sfmc.rest(
        "GET",
        where,
        mid=call.mid,
        advice={Category.NOT_FOUND: "No contact has this key; contact_search_by_email finds keys."},
    )
    _refuse_errors(answer)
    shown = {name: value for name, value in answer.items() if name not in ENVELOPE}
    return {"contactKey": call.arguments["contact_key"]} | shown


ENVELOPE = ("requestServiceMessageID", "serviceMessageID", "responseDateTime", "hasErrors", "resultMessages")
VALIDATORS = ("SyntaxValidator", "MXValidator", "ListDetectiveValidator")


async def validate_email(call: Call) -> Json:
    body = {"email": call.arguments["email"], "validators": call.get("validators", list(VALIDATORS))}
    answer = await call.sfmc.rest("POST", "/address/v1/validateEmail", body=body, mid=call.mid, is_safe=True)
    return pages.only(pages.record(answer, "address"), ("email", "valid", "failedValidation"))


async def _write(call: Call, method: str, body: Json) -> Json:
    answer: Json = await call.sfmc.rest(method, "/contacts/v1/contacts", body=body, mid=call.mid)
    _refuse_errors(answer)
    return answer


def _refuse_errors(answer: Any) -> None:
    """The contacts family may say 200 and `hasErrors`; its messages are left out, they quote values."""
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "contacts", "The contacts answer cannot be read.")
    if answer.get("hasErrors") is True:
        codes = [str(row.get("resultCode")) for row in pages.rows(answer, "resultMessages")]
        if any(code == "ContactNotFound" for code in codes):
            raise Failure(
                Category.NOT_FOUND, "contacts", "No contact has this key; contact_search_by_email finds keys."
            )
        raise Failure(Category.INVALID_INPUT, "contacts", "Marketing Cloud refused a value or an attribute's name.")


READ, WRITE = ("audiences_read",), ("audiences_write",)
PAIR = fields(key=TEXT, name=TEXT, value=CELL)

TOOLS = (
    ToolSpec(
        "contact_search_by_email",
        "Find contacts by e-mail",
        "The contact keys that have this e-mail address. A contact key may itself be an e-mail address.",
        takes(("email",), email=EMAIL, maximum_count=whole("Most keys to give back", 1, 200) | {"default": 25}),
        gives(
            ("channelAddressResponseEntities", "cut"),
            channelAddressResponseEntities={
                "type": "array",
                "items": fields(
                    channelAddress=EMAIL,
                    contactKeyDetails={"type": "array", "items": fields(contactKey=TEXT, createDate=TEXT)},
                ),
            },
            cut=TEXT,
        ),
        search_by_email,
        scopes=READ,
    ),
    ToolSpec(
        "contact_search",
        "Search contacts",
        "Contacts whose attributes meet all conditions, with the attributes asked for, as name and value pairs.",
        takes(
            ("conditions",),
            conditions=many(
                {
                    "type": "object",
                    "properties": {
                        "attribute": text("e.g. Email Demographics.Last Name", max_length=200),
                        "operator": one_of("How values are compared", *OPERATORS),
                        "values": many(CELL),
                    },
                    "required": ["attribute", "operator", "values"],
                    "additionalProperties": False,
                },
                high=10,
            ),
            attributes=many(text("Set.Name"), "Attributes to give back; default: address, name and mobile number"),
            **paged(500),
        ),
        gives_page("items", fields(contactKey=TEXT, contactID=WHOLE, values=listed(PAIR))),
        search_contacts,
        scopes=READ,
        rows="items",
        is_experimental=True,
    ),
    ToolSpec(
        "contact_get",
        "Read a contact",
        "Attributes of the contact with this key, as name and value pairs: by default address, name and mobile number.",
        takes(
            ("contact_key",),
            contact_key=text("Contact key, from contact_search_by_email"),
            attributes=many(text("e.g. Email Demographics.First Name"), "Attributes as Set.Name"),
        ),
        gives(
            ("contactKey", "items"),
            contactKey=TEXT,
            items={
                "type": "array",
                "items": fields(contactKey=TEXT, contactID=WHOLE, values={"type": "array", "items": PAIR}),
            },
        ),
        get_contact,
        scopes=READ,
    ),
    ToolSpec(
        "contact_upsert",
        "Create or update a contact",
        "Write attributes of a contact; it is created when its key is new, given values overwrite.",
        takes(
            ("contact_key", "attribute_sets"),
            contact_key=text("Contact key"),
            attribute_sets={
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "object", "minProperties": 1, "additionalProperties": CELL},
                "description": 'Values by set and name: {"Email Addresses": {"Email Address": "a@example.com"}}',
            },
        ),
        gives(
            ("operationStatus",),
            operationStatus=TEXT,
            rowsAffected=WHOLE,
            contactKey=TEXT,
            contactID=WHOLE,
            isNewContactKey=FLAG,
        ),
        upsert_contact,
        OVERWRITES,
        WRITE,
    ),
    ToolSpec(
        "contact_delete",
        "Delete contacts",
        "Start deleting up to 50 contacts from all of Marketing Cloud, as privacy law asks for. It cannot be undone; "
        "contact_delete_status tells how far it is.",
        takes(("contact_keys",), contact_keys=many(text("Contact key")), confirm=CONFIRM),
        gives(
            ("operationInitiated",),
            operationInitiated=FLAG,
            operationID=WHOLE,
            requestServiceMessageID=TEXT,
            resultMessages=listed(ANYTHING),
        ),
        delete_contacts,
        OVERWRITES,
        WRITE,
        asks=lambda a: f"Delete {len(a['contact_keys'])} contact(s) and all their data for good?",
    ),
    ToolSpec(
        "contact_delete_status",
        "Contact deletions",
        "Requests to delete contacts, with their state and counts.",
        takes(
            ("since", "until"),
            since=DATE | {"description": "Received from this moment (UTC)"},
            until=DATE | {"description": "Received before"},
            **paged(500),
        ),
        gives_page(
            "operations",
            fields(
                operationId=WHOLE,
                status=TEXT,
                totalContactCount=WHOLE,
                completedContactCount=WHOLE,
                receivedDateUtc=TEXT,
                lastStatusDateUtc=TEXT,
            ),
        ),
        deletions,
        scopes=READ,
        rows="operations",
        is_experimental=True,
    ),
    ToolSpec(
        "contact_preferences",
        "Preferences of a contact",
        "Whether a contact may be tracked, and other preferences kept with them.",
        takes(("contact_key",), contact_key=text("Contact key")),
        gives(("contactKey",), contactKey=TEXT),
        preferences,
        scopes=READ,
        is_experimental=True,
    ),
    ToolSpec(
        "email_validate",
        "Validate an address",
        "Whether an e-mail address is well formed, has a mail server and is on no suppression list of SFMC's.",
        takes(("email",), email=EMAIL, validators=many(one_of("Check", *VALIDATORS), "Default: all", high=3)),
        gives(("valid",), email=EMAIL, valid=FLAG, failedValidation=TEXT),
        validate_email,
        scopes=("email_read",),
    ),
)
