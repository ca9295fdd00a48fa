"""What every REST request meets before its answer."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("token", ["", "made.up.token.x"])
async def test_without_a_known_token_even_an_unknown_route_is_401(bare, token):
    for path in ("/data/v1/customobjects", "/no/such/route"):
        answer = await bare.call("GET", path, token=token)
        assert (answer.status, answer.json["errorcode"]) == (401, 0)


async def test_an_unknown_route_is_404_with_errorcode_404(sfmc):
    answer = await sfmc.call("GET", "/no/such/route")
    assert (answer.status, answer.json["errorcode"], answer.json["message"]) == (404, 404, "Not Found")


async def test_a_missing_scope_is_403_with_20002(bare):
    await bare.log_in(scope="email_read")
    answer = await bare.call("GET", "/automation/v1/automations")
    assert (answer.status, answer.json["errorcode"], answer.json["message"]) == (403, 20002, "Insufficient Privileges")


async def test_broken_json_is_400_with_10004(sfmc):
    headers = {"Content-Type": "application/json"}
    answer = await sfmc.call("POST", "/contacts/v1/contacts", data=b"{", headers=headers)
    assert (answer.status, answer.json["errorcode"]) == (400, 10004)


async def test_a_body_that_is_not_json_by_its_media_type_is_415(sfmc):
    headers = {"Content-Type": "text/plain"}
    assert (await sfmc.call("POST", "/contacts/v1/contacts", data=b"{}", headers=headers)).status == 415


async def test_a_body_over_the_cap_is_413(sfmc):
    headers = {"Content-Type": "application/json"}
    body = b'"' + b"x" * 5_600_000 + b'"'
    assert (await sfmc.call("POST", "/contacts/v1/contacts", data=body, headers=headers)).status == 413


async def test_every_rest_answer_has_a_request_id_of_its_own(sfmc):
    first = await sfmc.call("GET", "/automation/v1/automations")
    second = await sfmc.call("GET", "/no/such/route")
    assert first.headers["X-Mashery-Message-ID"] != second.headers["X-Mashery-Message-ID"]


async def test_a_page_that_is_no_positive_number_is_refused(sfmc):
    assert (await sfmc.call("GET", "/automation/v1/automations", query={"$page": "zero"})).status == 400


POSTS = (
    "/contacts/v1/contacts",
    "/contacts/v1/addresses/email/search",
    "/contacts/v1/attributes/search",
    "/hub/v1/dataevents/key:Orders/rowset",
    "/interaction/v1/events",
    "/interaction/v1/interactions/contactMembership",
    "/messaging/v1/email/messages/m1",
    "/asset/v1/content/assets/query",
)
ODD: tuple[object, ...] = (None, 7, "x", [], [None], [[1]], {}, {"a": None}, [{"keys": [1], "values": "x"}])
NAMES = (
    *("contactKey", "attributeSets", "ChannelAddressList", "MaximumCount", "request", "conditionSet", "ContactKey"),
    *("EventDefinitionKey", "Data", "ContactKeyList", "definitionKey", "recipient", "page", "query", "sort", "fields"),
)


@pytest.mark.parametrize("path", POSTS)
async def test_no_json_body_of_an_odd_shape_breaks_the_emulator(sfmc, path):
    bodies = [*ODD, *({name: odd} for name in NAMES for odd in ODD)]
    nested = [{"request": {"attributes": [{"key": "Contact.Contact Key"}]}, "conditionSet": odd} for odd in ODD]
    conditions = [
        {"request": {"attributes": [{"key": "Contact.Contact Key"}]}, "conditionSet": {"conditions": [{name: odd}]}}
        for name in ("attribute", "value", "operator")
        for odd in ODD
    ]
    sets = [{"contactKey": "k", "attributeSets": [{"name": "Email Addresses", "items": odd}]} for odd in ODD]
    sets += [
        {"contactKey": "k", "attributeSets": [{"name": "Email Addresses", "items": [{"values": odd}]}]} for odd in ODD
    ]
    recipients = [{"definitionKey": "tx_receipt", "recipient": {"contactKey": "k", "attributes": odd}} for odd in ODD]
    pages = [{"page": {"page": odd, "pageSize": odd}} for odd in ODD]
    queries = [{"query": {"property": "id", "simpleOperator": "in", "value": odd}} for odd in ODD]
    rows = [[{"keys": {"OrderID": odd}, "values": {"Total": odd}}] for odd in ODD]
    for body in (*bodies, *nested, *conditions, *sets, *recipients, *pages, *queries, *rows):
        answer = await sfmc.call("POST", path, json=body)
        assert answer.status < 500, body
