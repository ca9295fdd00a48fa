"""The manifest tells the truth: what it lists stands in the answers, and all of it is invented."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from urllib.parse import quote

import pytest

from upstream_sfmc.emulator import Emulator
from upstream_sfmc.emulator.roster import ROSTER
from upstream_sfmc.emulator.soap_types import SoapTypes

RESERVED = re.compile(r"@([\w.-]+\.)?(example\.(com|org|net)|[\w.-]+\.test)$", re.IGNORECASE)
FICTIONAL = re.compile(
    r"555-?01\d\d|7700900\d{3}|23125\d{3}|17139200\d\d|19900\d{4}|63998\d{4}|3455501\d{4}|552095550\d{4}"
    r"|900000\d{4}|8495555?01\d\d|701740[56]\d\d|48405550\d{3}"
)

READ_WHOLE = [
    "/automation/v1/automations",
    "/interaction/v1/eventDefinitions",
    *(f"/messaging/v1/{channel}/definitions" for channel in ("email", "sms", "push")),
    *(f"/messaging/v1/{channel}/messages?type=notSent&$pageSize=2000" for channel in ("email", "sms")),
    "/v2/userinfo",
    "/automation/v1/queries?$pageSize=500",
    "/hub/v1/campaigns",
    "/data/v1/audit/auditEvents?$pagesize=500",
    "/data/v1/audit/securityEvents?$pagesize=1000",
]
"""Lists that one request shows whole."""

SET_UP = [
    *("SenderProfile", "DeliveryProfile", "SendClassification", "TriggeredSendDefinition", "SuppressionListDefinition"),
    *("EmailSendDefinition", "ImportDefinition", "DataFolder", "AccountUser", "Send"),
]
ENTERPRISE_ONLY = {"AuditEvent", "TransactionalMessage"}
"""Events of other units, and messages nobody can list: read by key, as the server does."""


def _strings(value):
    match value:
        case dict():
            for name, one in value.items():
                yield name
                yield from _strings(one)
        case list():
            for one in value:
                yield from _strings(one)
        case None | bool():
            pass
        case _:
            yield str(value)


async def _rest_leaves(sfmc):
    async def get(path, query=None):
        answer = (await sfmc.call("GET", path, query=query or {})).json
        found.update(_strings(answer))
        return answer

    found: set[str] = set()
    for one in (await get("/data/v1/customobjects", {"$search": "%", "$pageSize": 500}))["items"]:
        await get(f"/data/v1/customobjects/{one['id']}/fields")
        await get(f"/data/v1/customobjectdata/key/{quote(one['key'], safe='')}/rowset", {"$pagesize": 2500})
    for one in (await get("/asset/v1/content/assets", {"$pageSize": 500}))["items"]:
        await get(f"/asset/v1/content/assets/{one['id']}")
    for one in (await get("/interaction/v1/interactions", {"mostRecentVersionOnly": "false"}))["items"]:
        await get(f"/interaction/v1/interactions/{one['id']}")
    for path in READ_WHOLE:
        await get(path)
    for one in (await get("/interaction/v1/interactions"))["items"]:
        await get(f"/interaction/v1/interactions/{one['id']}/audit/all")
    return found


async def _soap_leaves(sfmc, emu):
    found: set[str] = set()
    types = SoapTypes(emu._tenant)
    events = [f"{name}Event" for name in ("Sent", "Open", "Click", "Bounce", "Unsub")]
    for name in ("Subscriber", "ListSubscriber", "List", "BusinessUnit", *SET_UP, *events):
        answer = await sfmc.retrieve(name, *types.get(name, emu.account_id).properties)
        while True:
            found.update(one.text for one in answer.xml.iter() if one.text)
            if answer.find("OverallStatus") != "MoreDataAvailable":
                break
            answer = await sfmc.resume(answer.find("RequestID"))
    return found


@pytest.fixture
async def leaves(sfmc, emu):
    """Every string in the answers a reader of the tenant can get."""
    return await _rest_leaves(sfmc) | await _soap_leaves(sfmc, emu)


def _missing(values, leaves):
    long = "\n".join(leaf for leaf in leaves if len(leaf) > 12)
    return [value for value in values if value not in leaves and value not in long]


async def test_every_planted_value_stands_in_an_answer(leaves, emu):
    values = {one["value"] for one in emu.truth() if one["object"] not in {"Contact"} | ENTERPRISE_ONLY}
    assert len(values) > 1500
    assert _missing(values, leaves) == []


async def test_messages_and_audit_events_show_what_the_manifest_says_of_them(sfmc, emu):
    entries = [one for one in emu.truth() if one["object"] == "TransactionalMessage" and one["field"] == "info.to"]
    assert len(entries) == 80 + 10
    for one in entries[::9]:
        channel = "email" if "@" in one["value"] else "sms"
        status = (await sfmc.call("GET", f"/messaging/v1/{channel}/messages/{one['row_key']}")).json
        assert status["info"]["to"] == one["value"]
    await sfmc.log_in(account_id="7203100")
    audit = (await sfmc.call("GET", "/data/v1/audit/auditEvents", query={"$pagesize": 500})).json["items"]
    shown = {one["employee"]["employeeName"] for one in audit}
    truth = list(emu.truth())
    assert {one["value"] for one in truth if one["object"] == "AuditEvent" and one["kind"] == "PERSON"} == shown


async def test_at_least_400_strings_to_keep_stand_in_answers_and_none_is_planted(leaves, emu):
    kept = list(emu.keep())
    assert len(kept) == len(set(kept)) >= 400
    assert _missing(kept, leaves) == []
    assert set(kept).isdisjoint(one["value"] for one in emu.truth())


async def test_no_address_in_any_answer_is_outside_the_manifest(leaves, emu):
    planted = {one["value"].casefold() for one in emu.truth() if one["kind"] == "EMAIL_ADDRESS"}
    addresses = {leaf.casefold() for leaf in leaves if re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", leaf.casefold())}
    assert len(addresses) > 150
    assert addresses <= planted


def test_truth_entries_are_complete_and_cover_every_kind():
    entries = list(Emulator("tiny").truth())
    names = {"value", "kind", "person_id", "locale", "object", "field", "row_key"}
    assert all(set(one) == names and one["value"] and one["row_key"] for one in entries)
    kinds = Counter(one["kind"] for one in entries)
    expected = {"EMAIL_ADDRESS", "PERSON", "PHONE_NUMBER", "STREET_ADDRESS", "LOCATION", "POSTAL_CODE", "DATE_OF_BIRTH"}
    assert expected | {"IP_ADDRESS", "US_SSN", "CREDIT_CARD", "IBAN_CODE", "UK_NINO", "BR_CPF"} == set(kinds)


@pytest.mark.parametrize("profile", ["tiny", "demo"])
def test_addresses_are_reserved_phones_fictional_and_ips_for_documentation(profile):
    emulator = Emulator(profile)
    seen: Counter[str] = Counter()
    for person in emulator._tenant.people:
        assert RESERVED.search(person.email), person.person_id
        digits = "".join(str(int(char)) for char in person.phone if char.isdecimal())
        assert FICTIONAL.search(digits), person.person_id
        address = ipaddress.ip_address(person.ip)
        assert any(address in net for net in _documentation() if net.version == address.version)
        seen[person.email.casefold()] += 1
    shared = {email for email, count in seen.items() if count > 1}
    assert shared == {"bakers@example.com"}


def _documentation():
    nets = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    return [ipaddress.ip_network(net) for net in nets]


def test_the_roster_has_at_least_60_people_and_keys_are_unique():
    assert len(ROSTER) >= 60
    people = Emulator("tiny")._tenant.people
    assert len({person.key for person in people}) == len(people) == 200


def test_the_same_seed_gives_the_same_tenant_and_another_seed_another():
    first, second, other = Emulator("tiny", 7), Emulator("tiny", 7), Emulator("tiny", 8)
    assert list(first.truth()) == list(second.truth())
    assert list(first.keep()) == list(second.keep())
    assert list(first.truth()) != list(other.truth())


def test_credentials_and_control_key_are_new_each_time():
    first, second = Emulator("tiny"), Emulator("tiny")
    for name in ("client_id", "client_secret", "control_key"):
        assert getattr(first, name) != getattr(second, name)


def test_the_manifest_is_written_one_value_a_line(tmp_path):
    emulator = Emulator("tiny")
    emulator.write_manifest(tmp_path / "out")
    truth = [json.loads(line) for line in (tmp_path / "out" / "truth.jsonl").read_text("utf-8").splitlines()]
    kept = [json.loads(line) for line in (tmp_path / "out" / "keep.jsonl").read_text("utf-8").splitlines()]
    assert truth == list(emulator.truth())
    assert kept == list(emulator.keep())


def test_the_demo_profile_has_the_promised_size():
    tenant = Emulator("demo")._tenant
    counts = {extension.table.key: extension.count for extension in tenant.extensions}
    assert len(tenant.people) == 5000
    assert counts["Customer_Master"] == counts["Preference_Center"] == 5000
    assert (counts["Orders"], counts["Contact_Salesforce_1"], counts["Lead_Salesforce_1"]) == (15_000, 2500, 800)
    assert (counts["Case_Salesforce_1"], counts["SMS_OptIn"], counts["Survey_Answers"]) == (500, 1500, 400)
    assert (counts["Account_Salesforce_1"], counts["Abandoned_Cart"]) == (300, 600)
    assert (counts["SendLog"], counts["GDPR_Requests"]) == (20_000, 60)
    assert (counts["SKU_Catalog"], counts["Store_Locations"], counts["Config_Lookup"]) == (400, 60, 40)
    for extension in tenant.extensions:
        keys = {extension.key_of(row) for row in extension.rows()}
        assert len(keys) == extension.count, extension.table.key


@pytest.mark.nightly
def test_the_load_profile_is_ten_times_that():
    tenant = Emulator("load")._tenant
    counts = {extension.table.key: extension.count for extension in tenant.extensions}
    assert len(tenant.people) == 50_000
    assert (counts["Customer_Master"], counts["SendLog"], counts["Orders"]) == (50_000, 200_000, 150_000)
    assert len({person.key for person in tenant.people}) == 50_000
