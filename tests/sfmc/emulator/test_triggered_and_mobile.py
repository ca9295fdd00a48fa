"""Triggered sends of the older kind, and MobileConnect."""

from __future__ import annotations

SENDS = "/messaging/v1/messageDefinitionSends/key:ts_welcome_trigger"
SMS = "/sms/v1/messageContact/MTA3ODo3ODow"


def _to(address="new@example.com", **more):
    return {"To": {"Address": address, "SubscriberKey": "new", **more}}


async def test_a_triggered_send_is_queued_sent_and_makes_the_subscriber(sfmc, simple):
    attributes = {"ContactAttributes": {"SubscriberAttributes": {"City": "Ulm"}}}
    sent = await sfmc.call("POST", SENDS + "/send", json=_to(**attributes))
    assert sent.status == 202
    response = sent.json["responses"][0]
    assert (response["hasErrors"], response["messages"]) == (False, ["Queued"])
    path = f"{SENDS}/deliveryRecords/{response['recipientSendId']}"
    assert (await sfmc.call("GET", path)).json["status"] == "Queued"
    await sfmc.advance(6)
    record = (await sfmc.call("GET", path)).json
    assert (record["status"], record["to"]["address"], record["to"]["key"]) == ("Sent", "new@example.com", "new")
    found = await sfmc.retrieve("Subscriber", "ID", where=simple("SubscriberKey", "equals", "new"))
    assert "<Name>City</Name><Value>Ulm</Value>" in found.text


async def test_the_unsubscribed_are_excluded_and_a_definition_that_is_not_started_takes_nobody(sfmc):
    fields = "<EmailAddress>out@example.com</EmailAddress><SubscriberKey>out</SubscriberKey>"
    await sfmc.write("Create", "Subscriber", fields + "<Status>Unsubscribed</Status>")
    sent = await sfmc.call("POST", SENDS + "/send", json={"To": {"Address": "out@example.com", "SubscriberKey": "out"}})
    await sfmc.advance(6)
    record_id = sent.json["responses"][0]["recipientSendId"]
    assert (await sfmc.call("GET", f"{SENDS}/deliveryRecords/{record_id}")).json["status"] == "Error"
    new = "/messaging/v1/messageDefinitionSends/key:ts_review_request/send"
    refused = (await sfmc.call("POST", new, json=_to())).json["responses"][0]
    assert refused["messageErrors"][0]["messageErrorCode"] == 180008


async def test_no_address_and_no_definition_are_told(sfmc):
    assert (await sfmc.call("POST", SENDS + "/send", json={"To": {}})).json["messages"] == ["InvalidOrMissingToAddress"]
    assert (await sfmc.call("POST", SENDS + "x/send", json=_to())).status == 404
    assert (await sfmc.call("GET", f"{SENDS}/deliveryRecords/none")).status == 404


async def test_a_text_message_has_deliveries_and_a_history_by_number(sfmc):
    body = {
        "mobileNumbers": ["12125550155"],
        "Subscribe": True,
        "keyword": "JOIN",
        "Override": True,
        "messageText": "Hi",
    }
    sent = await sfmc.call("POST", SMS + "/send", json=body)
    assert sent.status == 202
    token = sent.json["tokenId"]
    assert (await sfmc.call("GET", f"{SMS}/deliveries/{token}")).json["status"] == "Queuing"
    await sfmc.advance(6)
    done = (await sfmc.call("GET", f"{SMS}/deliveries/{token}")).json
    assert (done["status"], done["tracking"][0]["mobileNumber"]) == ("Finished", "12125550155")
    history = (await sfmc.call("GET", f"{SMS}/history/{token}/mobileNumber/12125550155")).json["history"]
    assert [one["message"] for one in history] == ["Hi"]
    found = (await sfmc.call("POST", "/sms/v1/contacts/subscriptions", json={"mobileNumber": ["12125550155"]})).json
    assert (found["count"], found["contacts"][0]["keyword"]) == ("1", "JOIN")


async def test_a_text_message_needs_numbers_text_and_a_keyword(sfmc):
    for body in (
        {"mobileNumbers": []},
        {"mobileNumbers": ["+1 212 555 0155"]},
        {"mobileNumbers": ["12125550155"], "Override": True},
        {"mobileNumbers": ["12125550155"], "Subscribe": True},
        {"mobileNumbers": [f"1212555{n:04d}" for n in range(251)]},
    ):
        assert (await sfmc.call("POST", SMS + "/send", json=body)).status == 400
    assert (await sfmc.call("POST", "/sms/v1/messageContact/none/send", json={})).status == 404


async def test_replies_are_queued_and_keywords_are_made_once(sfmc):
    body = {"mobileNumbers": ["12125550155"], "shortCode": "90210", "messageText": "JOIN"}
    assert (await sfmc.call("POST", "/sms/v1/queueMO/", json=body)).json["results"][0]["result"] == "OK"
    keyword = {"ShortCode": "90210", "CountryCode": "US", "Keyword": "FRESH"}
    made = await sfmc.call("POST", "/sms/v1/keyword", json=keyword)
    assert made.status == 202
    assert (await sfmc.call("POST", "/sms/v1/keyword", json=keyword)).json["errorcode"] == 20001
    assert (await sfmc.call("DELETE", f"/sms/v1/keyword/{made.json['KeywordId']}")).status == 202


async def test_text_messages_are_forbidden_without_sms(sfmc):
    await sfmc.control("POST", "provisioned", {"channels": []})
    assert (await sfmc.call("POST", SMS + "/send", json={})).status == 403
