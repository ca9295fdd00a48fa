"""Contacts: find their keys by e-mail, read and write their attributes. It deletes none.

Attributes are name and value pairs, as on the wire: what a value is, its sibling name says.
"""

from __future__ import annotations

from typing import Any

from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import CELL, EMAIL, FLAG, TEXT, WHOLE, fields, gives, many, takes, text, whole
from upstream_sfmc.tools.spec import OVERWRITES, Call, Json, ToolSpec

ATTRIBUTES = (
    "Email Addresses.Email Address",
    "Email Addresses.HTML Enabled",
    "Email Demographics.First Name",
    "Email Demographics.Last Name",
    "MobileConnect Demographics.Mobile Number",
)
"""What is read of a contact when the caller names nothing: the sets every account has."""


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


async def get_contact(call: Call) -> Json:
    key = call.arguments["contact_key"]
    condition = {
        "attribute": {"key": "Contact.Contact Key", "isCustomerData": False},
        "operator": "Equals",
        "value": {"items": [key]},
    }
    answer = await call.sfmc.rest(
        "POST",
        "/contacts/v1/attributes/search",
        body={
            "request": {"attributes": [{"key": name} for name in call.get("attributes", ATTRIBUTES)]},
            "conditionSet": {"operator": "And", "conditionSets": [], "conditions": [condition]},
        },
        mid=call.mid,
        is_safe=True,
    )
    _refuse_errors(answer)
    items = pages.rows(answer)
    if not items:
        raise Failure(Category.NOT_FOUND, "contact", "No contact has this key; contact_search_by_email finds keys.")
    return {"contactKey": key, "items": [pages.only(item, ("contactKey", "contactID", "values")) for item in items]}


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


async def _write(call: Call, method: str, body: Json) -> Json:
    answer: Json = await call.sfmc.rest(method, "/contacts/v1/contacts", body=body, mid=call.mid)
    _refuse_errors(answer)
    return answer


def _refuse_errors(answer: Any) -> None:
    """The contacts family may say 200 and `hasErrors`; its messages are left out, they quote values."""
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "contacts", "The contacts answer cannot be read.")
    if answer.get("hasErrors") is True:
        raise Failure(Category.INVALID_INPUT, "contacts", "Marketing Cloud refused a value or an attribute's name.")


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
    ),
)
