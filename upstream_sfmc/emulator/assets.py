"""The seeded Content Builder assets: e-mails with AMPscript, templates, blocks, SMS texts and images.

HTML is made when it is read, the same every time. The personalisation strings here must survive any redaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .ids import guid, past, roll

if TYPE_CHECKING:
    from .people import Person
    from .tenant import Tenant

TYPES: Final = (
    ("htmlemail", 208, 35),
    ("templatebasedemail", 207, 15),
    ("htmlblock", 197, 15),
    ("jsonmessage", 230, 5),
    ("jpg", 23, 10),
)
COUNT: Final = sum(count for _, _, count in TYPES)
FIRST_ID: Final = 161_000
FOLDERS: Final = (
    {"id": 516_020, "name": "Emails 2026"},
    {"id": 516_021, "name": "Blocks"},
    {"id": 516_022, "name": "Images"},
)

SCRIPTS: Final = (
    '%%[ SET @first = AttributeValue("FirstName") IF EMPTY(@first) THEN SET @first = "there" ENDIF ]%%',
    "%%=v(@first)=%%",
    "%%=ProperCase(@first)=%%",
    '%%=ContentBlockByKey("footer-legal-2026")=%%',
    "%%=Lookup('Loyalty','Points','SubscriberKey',_subscriberkey)=%%",
    "%%=Lookup('Customer_Master','LastName','EmailAddress',emailaddr)=%%",
    "%%=RedirectTo(@u)=%%",
    "%%=treatascontent(@subject)=%%",
    '%%=FormatDate(Now(),"dd MMMM yyyy")=%%',
    "%%FirstName%%",
    "%%First Name%%",
    "%%emailaddr%%",
    "%%_subscriberkey%%",
    "%%jobid%%",
    "%%_emailid%%",
    "%%view_email_url%%",
    "%%unsub_center_url%%",
    "%%profile_center_url%%",
    "%%Member_Busname%%",
    "%%Member_Addr%% %%Member_City%%, %%Member_State%%, %%Member_PostalCode%%, %%Member_Country%%",
    '<custom name="opencounter" type="tracking">',
    '<script runat="server">Platform.Load("core","1.1.1");var de=DataExtension.Init("SKU_Catalog");</script>',
    "{{FirstName}}",
    '{{Contact.Attribute."Email Demographics"."First Name"}}',
    "%%[ FOR @i = 1 TO RowCount(@rows) DO SET @row = Row(@rows, @i) NEXT @i ]%%",
)
"""In the order in which an e-mail shows them; every e-mail holds all of them."""

_NAMES: Final = (
    "Welcome Email",
    "Summer Sale",
    "Order Confirmation",
    "Rose Collection",
    "Password Reset",
    "Loyalty Statement",
    "Paris Store Opening",
    "Back In Stock",
    "Survey Invitation",
    "Grant Programme Update",
)
_FILLER: Final = (
    "<p>Our new season is here: linen, oak and light. Free returns within 30 days, as always.</p>",
    '<td class="col" style="padding:8px 16px;background:#f5f5f5;color:#1A73E8" width="600">New arrivals</td>',
    '<!--[if mso]><table role="presentation" width="600"><tr><td><![endif]-->',
    '<a href="https://www.example.com/offers?utm_source=newsletter&utm_campaign=%%emailname_%%">See all offers</a>',
    '<img src="https://image.example.com/lib/fe9a15707361/m/1/cb9f0461-a370-41c2-96c8-123bf04616e1.png" alt="Logo">',
)


def type_of(number: int) -> tuple[str, int]:
    for name, type_id, count in TYPES:
        if number < count:
            return name, type_id
        number -= count
    raise IndexError("no asset has this number")


def customer_key(seed: int, number: int) -> str:
    return guid(seed, "asset", number)


def asset_name(number: int) -> str:
    return f"{_NAMES[number % len(_NAMES)]} {2024 + number % 3}-{number + 1:02d}"


def quoted_person(tenant: Tenant, number: int) -> Person | None:
    """Whose words an e-mail quotes; every third e-mail quotes somebody."""
    return tenant.people[roll(tenant.seed, "quote", number, len(tenant.people))] if number % 3 == 0 else None


def describe(tenant: Tenant, number: int, *, in_full: bool) -> dict[str, Any]:
    """The JSON of one asset; `in_full` adds content and views."""
    seed = tenant.seed
    name, type_id = type_of(number)
    shown: dict[str, Any] = {
        "id": FIRST_ID + number,
        "customerKey": customer_key(seed, number),
        "objectID": guid(seed, "assetobject", number),
        "contentType": "text/html" if "html" in name or "email" in name else "application/json",
        "assetType": {"id": type_id, "name": name, "displayName": name},
        "name": asset_name(number),
        "description": "",
        "owner": person_of(tenant, "assetowner", number),
        "createdDate": past(seed, "assetcreated", number, 800) + "-06:00",
        "createdBy": person_of(tenant, "assetcreator", number),
        "modifiedDate": past(seed, "assetmodified", number, 120) + "-06:00",
        "modifiedBy": person_of(tenant, "assetmodifier", number),
        "enterpriseId": 7_203_100,
        "memberId": 7_203_368,
        "status": {"id": 1, "name": "Draft"},
        "thumbnail": {"thumbnailUrl": f"/v1/assets/{FIRST_ID + number}/thumbnail"},
        "category": {**FOLDERS[number % len(FOLDERS)], "parentId": 516_018},
        "modelVersion": 2,
    }
    if in_full:
        shown |= _content(tenant, number, name)
    return shown


def person_of(tenant: Tenant, label: str, number: int) -> dict[str, Any]:
    name, email, user_id = tenant.staff_for(label, number)
    return {"id": user_id, "email": email, "name": name, "userId": str(user_id)}


def _content(tenant: Tenant, number: int, type_name: str) -> dict[str, Any]:
    match type_name:
        case "htmlemail" | "templatebasedemail":
            subject = "%%=treatascontent(@subject)=%%" if number % 2 else "%%FirstName%%, 50%% off this week"
            return {
                "views": {
                    "html": {"content": html(tenant, number)},
                    "text": {"content": "Hello %%FirstName%%,\nread this online: %%view_email_url%%\n"},
                    "subjectline": {"content": subject, "contentType": "application/vnd.etmc.email.Subjectline"},
                    "preheader": {"content": "%%=v(@preheader)=%%"},
                },
                "data": {"email": {"options": {"characterEncoding": "utf-8"}, "legacy": {"legacyId": 44_000 + number}}},
            }
        case "htmlblock":
            return {"content": f"<div>{SCRIPTS[number % len(SCRIPTS)]}</div>", "design": ""}
        case "jsonmessage":
            text = "%%FirstName%% your code is %%code%%. Reply STOP to 90210 to opt out."
            return {"views": {"text": {"content": text}}}
        case _:
            url = f"https://image.example.com/lib/fe9a15707361/m/1/{guid(tenant.seed, 'image', number)}.png"
            size = 12_000 + number * 311
            return {"fileProperties": {"fileName": f"image-{number}.jpg", "fileSize": size, "publishedURL": url}}


def html(tenant: Tenant, number: int) -> str:
    """10 to 60 KB of e-mail HTML, with every personalisation string and, sometimes, a customer's words."""
    person = quoted_person(tenant, number)
    parts = ["<!DOCTYPE html><html><head><title>%%emailname_%%</title></head><body>"]
    parts += [f"<p>{script}</p>" for script in SCRIPTS]
    if person is not None:
        link = f'<a href="mailto:{person.email}">{person.email}</a>'
        parts.append(f"<blockquote>Best purchase this year.<br>{person.full}, {person.city}<br>{link}</blockquote>")
    rows = 100 + roll(tenant.seed, "rows", number, 400)
    parts += [f"<tr><td>{_FILLER[row % len(_FILLER)]}</td></tr>" for row in range(rows)]
    return "".join((*parts, "</body></html>"))
