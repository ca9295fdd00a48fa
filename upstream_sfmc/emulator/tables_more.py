"""Further seeded data extensions: accounts, abandoned carts, the send log with its tracking links, privacy requests.

Rows are worked out from the person and the row number; nothing is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from .free_text import Text
from .ids import choose, crm_id, guid, mix, past, roll
from .table import Field, Row, Table
from .tracking import FIRST_JOB, JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .people import Person

_FIRMS: Final = ("Northwind Sample", "Fabrikam Test", "Contoso Muster", "Tailspin Example", "Wide World Demo")
_NOTES: Final = (
    "{full} asked for a copy of everything held about {email}.",
    "Request came in by post; answer to {email}. Identity checked on the phone ({phone}).",
    "Delete {email} everywhere, says {full}. Keep the invoices of the last ten years.",
    "No objection from legal. Nothing else to do.",
)


def more_tables(seed: int, people: Sequence[Person]) -> list[Table]:
    """In the proportions of a 5,000-contact tenant, but at least one row of each."""

    def scattered(label: str) -> Callable[[int], Person]:
        return lambda i: people[roll(seed, label, i, len(people))]

    def straight(i: int) -> Person:
        return people[i % len(people)]

    count = len(people)
    return [
        _accounts(seed, straight, max(1, count * 6 // 100)),
        _carts(seed, scattered("cart"), max(1, count * 12 // 100)),
        _send_log(seed, scattered("sendlog"), count * 4),
        _requests(seed, scattered("gdpr"), max(1, count * 12 // 1000)),
    ]


def _accounts(seed: int, person: Callable[[int], Person], count: int) -> Table:
    """Synchronised from the CRM: firms, and every third a person's account, where only the address is somebody's."""
    fields = (
        Field("Id", length=18, is_key=True),
        Field("Name"),
        Field("IsPersonAccount", "Boolean"),
        Field("PersonEmail", "EmailAddress", "EMAIL_ADDRESS"),
        Field("Industry"),
        Field("OwnerId", length=18),
        Field("CreatedDate", "Date"),
    )

    def row(i: int) -> Row:
        is_person = i % 3 == 2  # noqa: PLR2004 - the third
        firm = f"{_FIRMS[i % len(_FIRMS)]} {choose(seed, 'form', i, ('Ltd', 'GmbH', 'Inc', 'SA'))}"
        return (
            crm_id("001", i + 1),
            f"Household {i + 1:04d}" if is_person else firm,
            str(is_person),
            person(i).email if is_person else None,
            None if is_person else choose(seed, "industry", i, ("Retail", "Travel", "Banking", "Energy")),
            crm_id("005", roll(seed, "accountowner", i, 25) + 1),
            past(seed, "accountcreated", i, 1500),
        )

    return Table("Account_Salesforce_1", "Account_Salesforce_1", fields, count, row)


def _carts(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("CartID", length=36, is_key=True),
        Field("SubscriberKey"),
        Field("EmailAddress", "EmailAddress", "EMAIL_ADDRESS"),
        Field("FirstName", kind="PERSON", length=50),
        Field("SKU"),
        Field("Quantity", "Number"),
        Field("Total", "Decimal"),
        Field("ResumeURL", length=500),
        Field("AbandonedAt", "Date"),
    )

    def text(i: int) -> Text:
        address = quote(person(i).email)
        link = f"https://www.example.com/cart/{guid(seed, 'cart', i)}?email={address}&utm_source=abandoned"
        return Text(link, ((address, "EMAIL_ADDRESS"),))

    def row(i: int) -> Row:
        p, pieces = person(i), roll(seed, "cartpieces", i, 4) + 1
        sku = roll(seed, "cartsku", i, 400)
        return (
            guid(seed, "cart", i),
            p.key,
            p.email,
            p.given or None,
            f"SKU-{1000 + sku}",
            str(pieces),
            f"{pieces * (9 + sku % 90)}.95",
            text(i).text,
            past(seed, "abandoned", i, 30),
        )

    return Table("Abandoned_Cart", "Abandoned_Cart", fields, count, row, person, texts={"ResumeURL": text})


def _send_log(seed: int, person: Callable[[int], Person], count: int) -> Table:
    """A tracked link's `qs` stands for the subscriber, as the keys do: it is in neither list of the manifest."""
    fields = (
        Field("LogID", "Number", is_key=True),
        Field("JobID", "Number"),
        Field("ListID", "Number"),
        Field("BatchID", "Number"),
        Field("SubID", "Number"),
        Field("SubscriberKey"),
        Field("EmailAddr", "EmailAddress", "EMAIL_ADDRESS"),
        Field("ViewLink", length=500),
        Field("ClickLink", length=500),
        Field("SentAt", "Date"),
    )

    def row(i: int) -> Row:
        p, job = person(i), FIRST_JOB + roll(seed, "logjob", i, JOBS)
        code = f"{mix(seed, job, i):016x}{mix(seed + 1, job, i):016x}"
        return (
            str(i + 1),
            str(job),
            str(20 + i % 8),
            str(1 + i % 3),
            str(p.subscriber_id),
            p.key,
            p.email,
            f"https://view.example.com/?qs={code}{code}",
            f"https://click.example.com/?qs={code}",
            past(seed, "logged", i, 730),
        )

    return Table("SendLog", "SendLog", fields, count, row, person, description="Every send of two years")


def _requests(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("RequestID", is_key=True),
        Field("RequestType"),
        Field("FullName", kind="PERSON"),
        Field("EmailAddress", "EmailAddress", "EMAIL_ADDRESS"),
        Field("Notes", length=4000),
        Field("Status"),
        Field("ReceivedDate", "Date"),
        Field("DueDate", "Date"),
    )

    def text(i: int) -> Text:
        p, template = person(i), _NOTES[i % len(_NOTES)]
        told = {"full": (p.full, "PERSON"), "email": (p.email, "EMAIL_ADDRESS"), "phone": (p.phone, "PHONE_NUMBER")}
        planted = tuple(pair for name, pair in told.items() if f"{{{name}}}" in template and pair[0])
        return Text(template.format(**{name: value for name, (value, _) in told.items()}), planted)

    def row(i: int) -> Row:
        p = person(i)
        return (
            f"DSR-{2026_0001 + i}",
            choose(seed, "dsr", i, ("Access", "Erasure", "Rectification", "Portability")),
            p.full,
            p.email,
            text(i).text,
            choose(seed, "dsrstatus", i, ("Open", "Done", "Waiting")),
            past(seed, "dsrreceived", i, 90),
            past(seed, "dsrdue", i, 30),
        )

    return Table("GDPR_Requests", "GDPR_Requests", fields, count, row, person, texts={"Notes": text})
