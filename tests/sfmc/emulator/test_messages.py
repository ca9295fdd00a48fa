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


async def test_a_message_key_is_used_once_and_the_definition_must_exist(sfmc):
    await sfmc.call("POST", PATH + "m1", json=_message())
    assert (await sfmc.call("POST", PATH + "m1", json=_message())).status == 400
    assert (await sfmc.call("POST", PATH + "m2", json=_message(definition="none"))).status == 404
    nobody = await sfmc.call("POST", PATH + "m2", json={"definitionKey": "tx_receipt", "recipient": {}})
    assert (nobody.status, nobody.json["errorcode"]) == (400, 10002)
    assert (await sfmc.call("GET", PATH + "m2")).status == 404


async def test_messages_of_an_inactive_definition_wait_in_its_queue(sfmc):
    await sfmc.call("POST", PATH + "m1", json=_message(definition="tx_case_update"))
    await sfmc.advance(30)
    definition = "/messaging/v1/email/definitions/tx_case_update"
    queue = (await sfmc.call("GET", definition + "/queue")).json
    assert (queue["count"], queue["ageSeconds"]) == (1, 30)
    assert (await sfmc.call("GET", PATH + "m1")).json["eventCategoryType"].endswith("EmailQueued")
    await sfmc.call("PATCH", definition, json={"status": "Active"})
    assert (await sfmc.call("GET", PATH + "m1")).json["eventCategoryType"].endswith("EmailSent")
    refused = await sfmc.call("DELETE", definition + "/queue")
    assert (refused.status, refused.json["errorcode"]) == (400, 30001)


async def test_a_queue_is_emptied_when_its_definition_is_inactive(sfmc):
    await sfmc.call("POST", PATH + "m1", json=_message(definition="tx_case_update"))
    assert (await sfmc.call("DELETE", "/messaging/v1/email/definitions/tx_case_update/queue")).status == 200
    assert (await sfmc.call("GET", PATH + "m1")).status == 404


async def test_a_batch_accepts_the_good_and_names_the_bad_recipients(sfmc):
    recipients = [{"contactKey": "a", "to": "a@example.com", "messageKey": "b1"}, {"to": "b@example.com"}]
    body = {"definitionKey": "tx_receipt", "recipients": recipients, "attributes": {"City": "Ulm"}}
    answer = await sfmc.call("POST", "/messaging/v1/email/messages", json=body)
    assert (answer.status, answer.json["errorcode"]) == (202, 109001)
    assert [one.get("errorcode") for one in answer.json["responses"]] == [None, 109106]
    assert (await sfmc.call("GET", PATH + "b1")).status == 200
    again = (await sfmc.call("POST", "/messaging/v1/email/messages", json=body | {"recipients": recipients[:1]})).json
    assert again["responses"][0]["errorcode"] == 109106


async def test_what_was_not_sent_is_paged_by_the_last_event_id_and_says_why(sfmc):
    await sfmc.call("POST", PATH + "bad", json=_message(to="no address"))
    await sfmc.advance(6)
    query = {"type": "notSent", "$pageSize": 2}
    seen, last = [], 0
    while True:
        page = (await sfmc.call("GET", PATH, query=query | {"lastEventId": last})).json
        if not page["messages"]:
            break
        seen += page["messages"]
        last = page["lastEventID"]
    assert {one["statusCode"] for one in seen} == {14, 24, 47}
    assert len({one["eventID"] for one in seen}) == len(seen) > 2
    assert seen[-1]["info"] == {"messageKey": "bad", "contactKey": "someone", "to": "no address"}
    assert (await sfmc.call("GET", PATH)).status == 400


async def test_a_definition_is_made_changed_and_deleted(sfmc):
    base = "/messaging/v1/email/definitions"
    body = {"definitionKey": "mine", "name": "Mine", "content": {"customerKey": "k"}, "options": {"bcc": []}}
    made = await sfmc.call("POST", base, json=body)
    assert (made.status, made.json["status"]) == (201, "Active")
    assert (await sfmc.call("POST", base + "/", json=body)).json["errorcode"] == 20001
    assert (await sfmc.call("POST", base, json={"definitionKey": "x", "name": "X"})).json["errorcode"] == 10002
    changed = await sfmc.call(
        "PATCH", base + "/mine", json={"options": {"cc": ["cc@example.com"]}, "status": "Inactive"}
    )
    assert changed.json["options"] == {"bcc": [], "cc": ["cc@example.com"]}
    inactive = (await sfmc.call("GET", base, query={"$filter": "status eq inactive"})).json["definitions"]
    assert [one["definitionKey"] for one in inactive] == ["tx_case_update", "mine"]
    assert (await sfmc.call("DELETE", base + "/mine")).json["deletedDefinitionKey"] == "mine"
    assert (await sfmc.call("GET", base + "/mine")).status == 404


async def test_the_definition_list_counts_its_page_only(sfmc):
    body = (await sfmc.call("GET", "/messaging/v1/email/definitions/", query={"$pageSize": 5, "$page": 3})).json
    assert (body["count"], len(body["definitions"])) == (2, 2)
    brief = body["definitions"][0]
    whole = (await sfmc.call("GET", f"/messaging/v1/email/definitions/{brief['definitionKey']}")).json
    assert brief.items() <= whole.items()


async def test_sms_and_push_are_sent_the_same_way_with_events_of_their_own(sfmc):
    for channel, definition, to, event in (
        ("sms", "sms_otp", "12125550155", "SMSSent"),
        ("sms", "sms_otp", "+1 212 555 0155", "SMSNotSent"),
        ("push", "push_order", "device", "PushSent"),
    ):
        path = f"/messaging/v1/{channel}/messages/{event}"
        body = {"definitionKey": definition, "recipient": {"contactKey": "c", "to": to}}
        assert (await sfmc.call("POST", path, json=body)).status == 202
        await sfmc.advance(6)
        status = (await sfmc.call("GET", path)).json
        assert status["eventCategoryType"] == f"TransactionalSendEvents.{event}"
    assert status["info"]["to"] == "device"


async def test_sms_and_push_are_forbidden_where_they_are_not_provisioned(sfmc):
    assert (await sfmc.control("POST", "provisioned", {"channels": ["push"]})).status == 200
    answer = await sfmc.call("GET", "/messaging/v1/sms/messages/m1")
    assert (answer.status, answer.json["errorcode"]) == (403, 20002)
    assert (await sfmc.call("GET", "/messaging/v1/push/definitions")).status == 200
    await sfmc.log_in(account_id="7203402")
    assert (await sfmc.call("GET", "/messaging/v1/push/definitions")).status == 403
    assert (await sfmc.call("GET", "/messaging/v1/email/definitions")).json["definitions"] == []
    assert (await sfmc.control("POST", "provisioned", {"channels": ["fax"]})).status == 400
