"""An agent that may see nobody still does its work: it finds, reads, writes to and changes a person it knows a stand-in of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.sfmc.protected.suite import STAND_IN, Made, Side, mentions, tenant

EXTENSION = "Customer_Master"
MADE_UP = ("EMAIL_ADDRESS_aaaaaaaaaaaaa", "email-aaaaaaaaaaaaa@example.com", "PERSON_aaaaaaaaaaaaa")


class Agent:
    """Knows what its client was shown, and keeps all of it for whoever looks for people in it."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self.shown: list[str] = []

    async def do(self, tool: str, **arguments: Any) -> Any:
        result = await self._side.call(tool, arguments)
        self.shown.append(result.model_dump_json())
        assert not result.is_error, (tool, result.content[0].text)
        return result.structured_content

    async def is_told(self, tool: str, **arguments: Any) -> str:
        """What is said of a call that must not be made."""
        result = await self._side.call(tool, arguments)
        self.shown.append(result.model_dump_json())
        assert result.is_error, tool
        assert result.structured_content is None
        return str(result.content[0].text)


async def work(agent: Agent) -> dict[str, str]:
    """Find a customer by a stand-in, read what was sent to them, write to them, move them to another country."""
    rows = (await agent.do("de_rows", key=EXTENSION, filter="EmailAddress like '%@%'", page_size=40))["items"]
    row = next(one for one in rows if STAND_IN.fullmatch(one["keys"]["subscriberkey"]))  # keyed by their address
    key, person = row["keys"]["subscriberkey"], row["values"]
    found = await agent.do("contact_search_by_email", email=person["emailaddress"])
    (channel,) = found["channelAddressResponseEntities"]
    assert STAND_IN.fullmatch(channel["contactKeyDetails"][0]["contactKey"])
    (subscriber,) = (await agent.do("subscriber_get", subscriber_key=key))["items"]
    assert subscriber["Status"]
    sent = (await agent.do("tracking_events", type="sent", since="2015-01-01", subscriber_key=key))["items"]
    assert sent
    assert {STAND_IN.sub("", one["SubscriberKey"]) for one in sent} == {""}
    await agent.do(
        "email_send",
        definition_key="tx_order_confirmation",
        contact_key=key,
        to=person["emailaddress"],
        message_key="agent-1",
        attributes={"FirstName": person["firstname"]},
    )
    status = await agent.do("message_status", message_key="agent-1")
    assert STAND_IN.fullmatch(status["info"]["to"])
    values = {"LastName": person["lastname"], "EmailAddress": person["emailaddress"], "Country": "NZ"}
    await agent.do("de_rows_upsert", key=EXTENSION, rows=[{"keys": {"SubscriberKey": key}, "values": values}])
    return {"key": key, **person}


async def invent(agent: Agent, key: str) -> None:
    """Stand-ins nobody gave out, wherever a person's data may be written."""
    for made_up in MADE_UP:
        for tool, arguments in (
            ("email_send", {"definition_key": "tx_order_confirmation", "contact_key": key, "to": made_up}),
            ("email_send", {"definition_key": "tx_order_confirmation", "contact_key": made_up, "to": key}),
            ("de_rows_upsert", {"key": EXTENSION, "rows": [{"keys": {"SubscriberKey": key}, "values": {"LastName": made_up}}]}),
            ("de_rows_upsert", {"key": EXTENSION, "rows": [{"keys": {"SubscriberKey": made_up}, "values": {"City": "x"}}]}),
            ("de_row_delete", {"key": EXTENSION, "keys": {"SubscriberKey": made_up}, "confirm": True}),
            ("subscriber_upsert", {"subscriber_key": made_up, "email": key}),
            ("contact_upsert", {"contact_key": made_up, "attribute_sets": []}),
        ):  # fmt: skip
            said = await agent.is_told(tool, **arguments)
            assert "placeholder" in said, (tool, said)
            assert made_up not in said


async def stock(direct: Side) -> Any:
    """What the tenant holds, as a client without a sidecar sees it."""
    rows = (await direct.ok("de_rows", {"key": EXTENSION, "page_size": 2500}))["items"]
    people = (await direct.ok("subscriber_search", {"status": "Active", "page_size": 100}))["items"]
    return rows, people


def people_in(made: Made, texts: list[str]) -> list[str]:
    """Planted addresses, telephone numbers, names of two words and the like that stand in a text."""
    kinds = {"EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN"}
    values = {one["value"] for one in made.emulator.truth() if one["kind"] in kinds}
    joined = "\n".join(texts)
    return [value for value in values if value in joined and mentions(joined, value)]


@pytest.mark.timeout(600)
async def test_an_agent_that_sees_only_stand_ins_finds_reads_writes_to_and_changes_a_person(tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    async with tenant() as made:
        direct, shown = await made.connect(None), await made.connect("sfmc", log)
        agent = Agent(shown)
        agent.shown.append((await shown.client.list_tools()).model_dump_json())
        known = await work(agent)
        asked = await made.requests()
        before = await stock(direct)
        count = len(await made.requests())
        await invent(agent, known["key"])
        invented = (await made.requests())[count:]
        after = await stock(direct)
        truth = [one for one in made.emulator.truth() if one["object"] == EXTENSION]
        seen = people_in(made, [*agent.shown, log.read_text()])

    # The tenant was asked for the person by name, and never saw a stand-in.
    wire = [unquote(f"{method} {path} {body}") for method, path, body in asked]
    assert [text for text in wire if STAND_IN.search(text)] == []
    (row,) = [one for one in before[0] if one["values"]["country"] == "NZ"]
    real = {"key": row["keys"]["subscriberkey"], **row["values"]}
    assert re.search(r"@", real["key"])
    (search,) = [text for text in wire if "addresses/email/search" in text]
    (sent,) = [text for text in wire if "/email/messages/agent-1" in text and text.startswith("POST")]
    (written,) = [text for text in wire if "/rowset" in text and "/dataevents/" in text]
    tracked = [text for text in wire if "SentEvent" in text and real["key"] in text]
    assert real["emailaddress"] in search
    assert real["emailaddress"] in sent
    assert real["firstname"] in sent
    assert real["lastname"] in written
    assert tracked

    # The agent saw nobody: not the person it worked on, not anybody else.
    theirs = {one["value"] for one in truth if one["row_key"] == real["key"] and len(one["value"]) > 2}
    assert len(theirs) >= 5
    everything = "\n".join(agent.shown)
    assert [value for value in theirs if mentions(everything, value)] == []
    assert seen == []

    # A stand-in nobody gave out reached nobody and changed nothing.
    assert invented == []
    assert after == before
