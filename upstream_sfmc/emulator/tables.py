"""The seeded data extensions: customers, synchronised CRM objects, orders, opt-ins, catalogues and the awkward ones.

Rows are worked out from the person and the row number; nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .catalogue import catalogue_tables
from .free_text import CASE_TEMPLATES, SURVEY_TEMPLATES, Text, write
from .ids import SEED_DAY, choose, crm_id, guid, past, roll
from .roster import ODDITIES
from .table import Field, Row, Table
from .tables_more import more_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .people import Person


@dataclass(frozen=True, slots=True)
class Counts:
    customers: int
    contacts: int
    leads: int
    cases: int
    orders: int
    loyalty: int
    sms: int
    survey: int

    @classmethod
    def of(cls, people: int) -> Counts:
        """The proportions of a 5,000-contact tenant."""
        return cls(
            customers=people,
            contacts=people // 2,
            leads=people * 16 // 100,
            cases=people // 10,
            orders=people * 3,
            loyalty=people * 6 // 10,
            sms=people * 3 // 10,
            survey=people * 8 // 100,
        )


def build_tables(seed: int, people: Sequence[Person]) -> list[Table]:
    counts = Counts.of(len(people))

    def scattered(label: str) -> Callable[[int], Person]:
        return lambda i: people[roll(seed, label, i, len(people))]

    def straight(i: int) -> Person:
        return people[i]

    return [
        _customers(people, counts.customers),
        _crm_contacts(people, counts.contacts),
        _crm_leads(seed, lambda i: people[len(people) - 1 - i], counts.leads),
        _crm_cases(seed, scattered("case"), counts.cases),
        _orders(seed, scattered("order"), counts.orders),
        _loyalty(seed, straight, counts.loyalty),
        _sms(seed, straight, counts.sms),
        _survey(seed, scattered("survey"), counts.survey),
        _preferences(seed, straight, counts.customers),
        _oddities(),
        *catalogue_tables(seed),
        *more_tables(seed, people),
    ]


def _customers(people: Sequence[Person], count: int) -> Table:
    fields = (
        Field("SubscriberKey", is_key=True),
        Field("EmailAddress", "EmailAddress", "EMAIL_ADDRESS"),
        Field("FirstName", kind="PERSON", length=50),
        Field("LastName", kind="PERSON", length=80),
        Field("MobilePhone", "Phone", "PHONE_NUMBER"),
        Field("Street", kind="STREET_ADDRESS", length=200),
        Field("City", kind="LOCATION"),
        Field("Region", kind="LOCATION"),
        Field("PostalCode", kind="POSTAL_CODE", length=20),
        Field("Country", length=2),
        Field("BirthDate", "Date", "DATE_OF_BIRTH"),
        Field("Gender", length=1),
        Field("Locale", "Locale"),
        Field("IsActive", "Boolean"),
        Field("CreatedDate", "Date"),
        Field("LastLoginIP", kind="IP_ADDRESS", length=45),
    )

    def row(i: int) -> Row:
        p = people[i]
        active = "True" if p.status == "Active" else "False"
        return (
            p.key,
            p.email,
            p.given or None,
            p.family or None,
            p.phone,
            p.street,
            p.city,
            p.region or None,
            p.postcode,
            p.country,
            p.born,
            p.gender,
            p.locale.replace("_", "-"),
            active,
            p.created,
            p.ip,
        )

    return Table(
        "Customer_Master",
        "Customer_Master",
        fields,
        count,
        row,
        lambda i: people[i],
        description="All customers, one row each",
        sendable="SubscriberKey",
        shared=True,
    )


def _crm_contacts(people: Sequence[Person], count: int) -> Table:
    fields = (
        Field("Id", length=18, is_key=True),
        Field("FirstName", kind="PERSON"),
        Field("LastName", kind="PERSON"),
        Field("Name", kind="PERSON"),
        Field("Email", "EmailAddress", "EMAIL_ADDRESS"),
        Field("MobilePhone", "Phone", "PHONE_NUMBER"),
        Field("MailingStreet", kind="STREET_ADDRESS"),
        Field("MailingCity", kind="LOCATION"),
        Field("MailingState", kind="LOCATION"),
        Field("MailingPostalCode", kind="POSTAL_CODE"),
        Field("MailingCountry"),
        Field("HasOptedOutOfEmail", "Boolean"),
        Field("Birthdate", "Date", "DATE_OF_BIRTH"),
        Field("AccountId", length=18),
        Field("OwnerId", length=18),
        Field("Loyalty_Number__c"),
        Field("Work_Email__c", "EmailAddress", "EMAIL_ADDRESS"),
        Field("LastModifiedDate", "Date"),
    )

    def row(i: int) -> Row:
        p = people[i]
        out = "True" if p.status == "Unsubscribed" else "False"
        home = (p.street, p.city, p.region or None, p.postcode, p.country)
        return (
            crm_id("003", 40_000_000 + p.index * 91),
            p.given or None,
            p.family or None,
            p.full,
            p.email,
            p.phone,
            *home,
            out,
            p.born,
            crm_id("001", 900 + i % 300),
            crm_id("005", 10 + i % 25),
            p.loyalty,
            None,
            p.created,
        )

    name = "Contact_Salesforce_1"
    return Table(name, name, fields, count, row, lambda i: people[i], description="Synchronised CRM object")


def _crm_leads(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("Id", length=18, is_key=True),
        Field("Name", kind="PERSON"),
        Field("Company"),
        Field("Title"),
        Field("Email", "EmailAddress", "EMAIL_ADDRESS"),
        Field("Phone", "Phone", "PHONE_NUMBER"),
        Field("Status"),
        Field("LeadSource"),
        Field("CreatedDate", "Date"),
    )
    companies = ("Northwind Sample Ltd", "Acme Example Co", "Globex Demo GmbH", "Initech Specimen SA", "Umbra Trial KK")
    titles = ("Head of Marketing", "CRM Lead", "Buyer", "Store Director", "")

    def row(i: int) -> Row:
        p = person(i)
        return (
            crm_id("00Q", 7_000_000 + i),
            p.full,
            choose(seed, "company", i, companies),
            choose(seed, "title", i, titles) or None,
            p.email,
            p.phone,
            choose(seed, "leadstatus", i, ("Open", "Working", "Closed - Converted", "Closed - Not Converted")),
            choose(seed, "leadsource", i, ("Web", "Phone Inquiry", "Partner Referral", "Trade Show")),
            past(seed, "lead", i, 700),
        )

    return Table("Lead_Salesforce_1", "Lead_Salesforce_1", fields, count, row, person)


def _crm_cases(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("Id", length=18, is_key=True),
        Field("CaseNumber"),
        Field("ContactId", length=18),
        Field("Subject"),
        Field("Description", length=4000),
        Field("Status"),
        Field("Priority"),
        Field("CreatedDate", "Date"),
    )
    subjects = ("Missing parcel", "Refund request", "Change of address", "Newsletter problem", "Login")

    def text(i: int) -> Text:
        return write(seed, "casetext", i, person(i), CASE_TEMPLATES)

    def row(i: int) -> Row:
        return (
            crm_id("500", 3_000_000 + i),
            f"{1_000 + i:08d}",
            crm_id("003", 40_000_000 + person(i).index * 91),
            choose(seed, "subject", i, subjects),
            text(i).text,
            choose(seed, "casestatus", i, ("New", "Working", "Escalated", "Closed")),
            choose(seed, "priority", i, ("Low", "Medium", "High")),
            past(seed, "case", i, 400),
        )

    name = "Case_Salesforce_1"
    return Table(name, name, fields, count, row, person, texts={"Description": text})


def _orders(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("OrderID", is_key=True),
        Field("SubscriberKey"),
        Field("EmailAddress", "EmailAddress", "EMAIL_ADDRESS"),
        Field("OrderDate", "Date"),
        Field("Total", "Decimal"),
        Field("Currency", length=3),
        Field("SKU"),
        Field("StoreID"),
        Field("ShipToName", kind="PERSON"),
        Field("ShipToCity", kind="LOCATION"),
        Field("TransactionID", length=36),
    )

    def row(i: int) -> Row:
        p = person(i)
        cents = roll(seed, "total", i, 40_000) + 499
        return (
            f"SO-{100_000 + i}",
            p.key,
            p.email,
            past(seed, "orderdate", i, 730),
            f"{cents // 100}.{cents % 100:02d}",
            choose(seed, "currency", i, ("USD", "EUR", "GBP")),
            f"SKU-{1000 + roll(seed, 'sku', i, 400)}",
            f"ST{roll(seed, 'store', i, 60) + 1:03d}",
            p.full,
            p.city,
            guid(seed, "transaction", i),
        )

    return Table("Orders", "Orders", fields, count, row, person, description="Order lines of the last two years")


def _loyalty(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("LoyaltyNumber", is_key=True),
        Field("SubscriberKey"),
        Field("FullName", kind="PERSON"),
        Field("DOB", "Date", "DATE_OF_BIRTH"),
        Field("Points", "Number"),
        Field("Tier"),
        Field("JoinDate", "Date"),
    )

    def row(i: int) -> Row:
        p = person(i)
        points = str(roll(seed, "points", i, 9000))
        tier = choose(seed, "tier", i, ("Bronze", "Silver", "Gold"))
        return (p.loyalty, p.key, p.full, p.born, points, tier, p.created)

    return Table("Loyalty", "7D0A3B5E-8C1F-4E2A-9B7D-1F2E3D4C5B6A", fields, count, row, person)


def _sms(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("MobileNumber", "Phone", "PHONE_NUMBER", is_key=True),
        Field("SubscriberKey", is_key=True),
        Field("ShortCode"),
        Field("Keyword"),
        Field("OptInDate", "Date"),
        Field("OptInIP", kind="IP_ADDRESS"),
    )

    def row(i: int) -> Row:
        p = person(i)
        return (f"{p.phone}", p.key, "90210", "DEALS", past(seed, "optin", i, 500), p.ip)

    return Table("SMS_OptIn", "SMS_OptIn", fields, count, row, person)


def _survey(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("ResponseID", length=36, is_key=True),
        Field("SubscriberKey"),
        Field("Question", length=500),
        Field("Answer", length=4000),
        Field("Score", "Number"),
        Field("SubmittedAt", "Date"),
    )

    def text(i: int) -> Text:
        return write(seed, "surveytext", i, person(i), SURVEY_TEMPLATES)

    def row(i: int) -> Row:
        question = "Anything else you would like to tell us?"
        score = str(roll(seed, "score", i, 11))
        return (guid(seed, "response", i), person(i).key, question, text(i).text, score, past(seed, "survey", i, 300))

    return Table("Survey_Answers", "Survey_Answers", fields, count, row, person, texts={"Answer": text})


def _preferences(seed: int, person: Callable[[int], Person], count: int) -> Table:
    fields = (
        Field("SubscriberKey", is_key=True),
        Field("Email Address", "EmailAddress", "EMAIL_ADDRESS"),
        Field("Newsletter", "Boolean"),
        Field("Offers", "Boolean"),
        Field("Frequency"),
        Field("Language", "Locale"),
    )

    def row(i: int) -> Row:
        p = person(i)
        flags = (str(roll(seed, "news", i, 3) > 0), str(roll(seed, "offers", i, 2) > 0))
        return (p.key, p.email, *flags, choose(seed, "freq", i, ("Daily", "Weekly", "Monthly")), p.locale[:2])

    return Table("Preference_Center", "Preference_Center", fields, count, row, person, sendable="SubscriberKey")


def _oddities() -> Table:
    columns = ("Field1", "Field2", "PhoneNumeric", "City")
    fields = (
        Field("RowID", "Number", is_key=True),
        Field("Field1", length=500),
        Field("Field2", length=500),
        Field("PhoneNumeric", "Number"),
        Field("City"),
        Field("ImportedAt", "Date"),
    )

    def row(i: int) -> Row:
        cells = {name: value for name, value, _ in ODDITIES[i].cells}
        return (str(i + 1), *(cells.get(name) for name in columns), SEED_DAY.isoformat())

    def kind_of(i: int, name: str) -> str | None:
        return next((kind for column, _, kind in ODDITIES[i].cells if column == name), None)

    def inside(i: int) -> Text:
        return Text("", ODDITIES[i].inside)

    return Table(
        "Legacy Import",
        "Legacy/Import & 100%",
        fields,
        len(ODDITIES),
        row,
        kind_of=kind_of,
        texts={"Field1": inside},
        description="Do not use",
    )
