"""Transactional e-mail: from queue to sent, or not."""

from __future__ import annotations

PATH = "/messaging/v1/email/messages/"


def _message(key="someone", to="someone@example.com", definition="tx_receipt"):
    return {"definitionKey": definition, "recipient": {"contactKey": key, "to": to, "attributes": {"FirstName": "Una"}}}


async def test_a_message_is_accepted_queued_and_then_sent(sfmc):
    answer = await sfmc.call("POST", PATH + "m1", json=_message())
    assert (answer.status, answer.json["errorcode"], answer.json["responses"]) == (202, 0, [{"messageKey": "m1"}])
    queued = (await sfmc.call("GET", PATH + "m1")).json
    assert queued["eventCategoryType"] == "TransactionalSendEvents.EmailQueued"
    assert queued["requestId"] == answer.json["requestId"]
    await sfmc.advance(6)
    sent = (await sfmc.call("GET", PATH + "m1")).json
    assert sent["eventCategoryType"] == "TransactionalSendEvents.EmailSent"
    assert sent["info"] == {"messageKey": "m1", "contactKey": "someone", "to": "someone@example.com"}


async def test_another_address_than_the_subscribers_is_14_and_no_address_is_47(sfmc):
    fields = "<EmailAddress>una@example.com</EmailAddress><SubscriberKey>una</SubscriberKey>"
    await sfmc.write("Create", "Subscriber", fields)
    await sfmc.call("POST", PATH + "m1", json=_message("una", "other@example.com"))
    await sfmc.call("POST", PATH + "m2", json=_message("una", "no address"))
    await sfmc.call("POST", PATH + "m3", json=_message("una", "UNA@example.com"))
    await sfmc.advance(6)
    fates = [(await sfmc.call("GET", PATH + key)).json for key in ("m1", "m2", "m3")]
    assert [one.get("statusCode") for one in fates] == [14, 47, None]
    assert fates[0]["eventCategoryType"] == "TransactionalSendEvents.EmailNotSent"


async def test_a_message_key_is_used_once_and_the_definition_must_exist_and_be_active(sfmc):
    await sfmc.call("POST", PATH + "m1", json=_message())
    assert (await sfmc.call("POST", PATH + "m1", json=_message())).status == 400
    assert (await sfmc.call("POST", PATH + "m2", json=_message(definition="none"))).status == 404
    inactive = await sfmc.call("POST", PATH + "m2", json=_message(definition="tx_case_update"))
    assert (inactive.status, inactive.json["errorcode"]) == (400, 20001)
    nobody = await sfmc.call("POST", PATH + "m2", json={"definitionKey": "tx_receipt", "recipient": {}})
    assert (nobody.status, nobody.json["errorcode"]) == (400, 10002)
    assert (await sfmc.call("GET", PATH + "m2")).status == 404


async def test_the_definition_list_counts_its_page_only(sfmc):
    body = (await sfmc.call("GET", "/messaging/v1/email/definitions/", query={"$pageSize": 5, "$page": 3})).json
    assert (body["count"], len(body["definitions"])) == (2, 2)
    key = body["definitions"][0]["definitionKey"]
    assert (await sfmc.call("GET", f"/messaging/v1/email/definitions/{key}")).json == body["definitions"][0]


async def test_sms_is_not_provisioned(sfmc):
    answer = await sfmc.call("GET", "/messaging/v1/sms/messages/m1")
    assert (answer.status, answer.json["errorcode"]) == (403, 20002)
