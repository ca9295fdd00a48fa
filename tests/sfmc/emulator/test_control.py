"""The emulator's own controls: key, reset, clock, fault scripts, request log."""

from __future__ import annotations

import json

import aiohttp
import pytest

LIST = "/automation/v1/automations"


@pytest.mark.parametrize("path", ["reset", "clock/advance", "faults", "secret/rotate"])
async def test_every_control_needs_the_control_key(bare, path):
    assert (await bare.control("POST", path, {}, key="guess")).status == 403
    assert (await bare.control("GET", "requests", key="")).status == 403


async def test_an_access_token_is_no_control_key(sfmc):
    assert (await sfmc.control("GET", "stats", key=sfmc.token)).status == 403


async def test_a_throttle_names_its_wait_in_header_and_body_and_ends_after_its_count(sfmc):
    await sfmc.control("POST", "faults", {"kind": "429", "path": "/automation/*", "count": 2, "retry_after_s": 9})
    for _ in range(2):
        answer = await sfmc.call("GET", LIST)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "9")
        assert answer.json == {
            "message": "Rate limit exceeded",
            "errorcode": 50100,
            "retryAfter": 9,
            "documentation": answer.json["documentation"],
        }
    assert (await sfmc.call("GET", LIST)).status == 200


async def test_a_hard_block_is_50200_without_retry_after(sfmc):
    await sfmc.control("POST", "faults", {"kind": "blocked"})
    answer = await sfmc.call("GET", LIST)
    assert (answer.status, answer.json["errorcode"]) == (429, 50200)
    assert "Retry-After" not in answer.headers


async def test_a_fault_matches_method_path_and_soap_action(sfmc):
    await sfmc.control("POST", "faults", {"kind": "500", "method": "post", "path": "/contacts/*"})
    await sfmc.control("POST", "faults", {"kind": "soap_fault", "action": "Create"})
    assert (await sfmc.call("GET", LIST)).status == 200
    assert (await sfmc.retrieve("List", "ID")).status == 200
    assert (await sfmc.call("POST", "/contacts/v1/contacts", json={})).status == 500
    fields = "<EmailAddress>a@example.com</EmailAddress>"
    answer = await sfmc.write("Create", "Subscriber", fields)
    assert (answer.status, answer.find("faultcode")) == (500, "soap:Server")


async def test_a_fault_lets_requests_pass_before_it(sfmc):
    await sfmc.control("POST", "faults", {"kind": "503", "skip": 1})
    assert [(await sfmc.call("GET", LIST)).status for _ in range(3)] == [200, 503, 200]


async def test_scripted_expiry_looks_like_expiry_on_both_sides(sfmc):
    await sfmc.control("POST", "faults", {"kind": "401"})
    answer = await sfmc.call("GET", LIST)
    assert (answer.status, answer.json["errorcode"], answer.json["message"]) == (401, 0, "Not Authorized")
    await sfmc.control("POST", "faults", {"kind": "token_expired"})
    answer = await sfmc.retrieve("List", "ID")
    assert (answer.status, answer.find("faultstring")) == (500, "Token Expired")


async def test_a_reset_connection_has_no_answer(sfmc):
    await sfmc.control("POST", "faults", {"kind": "reset"})
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await sfmc.call("POST", "/contacts/v1/contacts", json={})
    assert (await sfmc.call("GET", LIST)).status == 200


async def test_a_truncated_answer_ends_before_its_announced_length(sfmc):
    await sfmc.control("POST", "faults", {"kind": "truncated"})
    with pytest.raises(aiohttp.ClientPayloadError):
        await sfmc.call("POST", "/asset/v1/content/assets/query", json={})


async def test_an_unknown_fault_is_refused(sfmc):
    assert (await sfmc.control("POST", "faults", {"kind": "meteor"})).status == 400
    assert (await sfmc.control("POST", "faults", {"kind": "500", "when": "now"})).status == 400


async def test_the_log_shows_what_arrived_but_no_token_request_bodies(sfmc, emu):
    row = {"keys": {"SubscriberKey": "logged"}, "values": {}}
    await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=[row])
    requests = (await sfmc.control("GET", "requests")).json["requests"]
    assert [(one["method"], one["path"]) for one in requests] == [
        ("POST", "/v2/token"),
        ("POST", "/hub/v1/dataevents/key:Customer_Master/rowset"),
    ]
    assert json.loads(requests[1]["body"]) == [row]
    assert requests[1]["status"] == 200
    assert emu.client_secret not in json.dumps(requests)


async def test_statistics_count_tokens(sfmc):
    await sfmc.ask_token()
    assert (await sfmc.control("GET", "stats")).json["tokens_issued"] == 2


async def test_reset_undoes_writes_tokens_faults_and_clock(sfmc):
    before = (await sfmc.control("POST", "clock/advance", {"seconds": 0})).json["now"]
    rowset = "/data/v1/customobjectdata/key/Customer_Master/rowset"
    row = {"keys": {"SubscriberKey": "gone"}, "values": {}}
    await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=[row])
    await sfmc.write("Create", "Subscriber", "<EmailAddress>gone@example.com</EmailAddress>")
    page = (await sfmc.call("GET", rowset)).json
    unfinished = (await sfmc.retrieve("Subscriber", "ID", batch=10)).find("RequestID")
    await sfmc.control("POST", "faults", {"kind": "500", "count": 9})
    await sfmc.advance(50)
    await sfmc.control("POST", "reset")
    assert (await sfmc.call("GET", LIST)).status == 401
    await sfmc.log_in()
    assert (await sfmc.call("GET", rowset)).json["count"] == 200
    assert len((await sfmc.retrieve("Subscriber", "ID")).results) == 200
    assert (await sfmc.control("POST", "clock/advance", {"seconds": 0})).json["now"] == before
    assert (await sfmc.call("GET", f"/data/v1/customobjectdata/token/{page['requestToken']}/rowset")).status == 400
    assert (await sfmc.resume(unfinished)).find("OverallStatus").startswith("Error")


async def test_a_lost_answer_was_made_and_the_log_says_so(sfmc):
    await sfmc.control("POST", "faults", {"kind": "lost", "path": "/hub/*"})
    row = [{"keys": {"ConfigKey": "once"}, "values": {"ConfigValue": "1"}}]
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await sfmc.call("POST", "/hub/v1/dataevents/key:Config_Lookup/rowset", json=row)
    await sfmc.control("POST", "faults", {"kind": "reset", "path": "/hub/*"})
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await sfmc.call("POST", "/hub/v1/dataevents/key:Config_Lookup/rowset", json=row)
    await sfmc.call("GET", "/hub/v1/nothing")
    requests = (await sfmc.control("GET", "requests")).json["requests"]
    hub = [one["applied"] for one in requests if one["path"].startswith("/hub/")]
    assert hub == [True, False, False]
    rows = (await sfmc.call("GET", "/data/v1/customobjectdata/key/Config_Lookup/rowset")).json
    assert rows["count"] == 41


async def test_the_weather_is_the_same_for_the_same_seed(sfmc):
    async def day(seed):
        weather = {"share": 0.3, "seed": seed, "kinds": ["429", "503", "401"], "path": "/automation/*"}
        assert (await sfmc.control("POST", "weather", weather)).status == 200
        return [(await sfmc.call("GET", LIST, query={"$pageSize": 1})).status for _ in range(60)]

    first, again, other = await day(1), await day(1), await day(2)
    assert first == again != other
    assert {200, 429, 503, 401} == set(first)
    assert 8 < sum(status != 200 for status in first) < 30
    await sfmc.control("POST", "weather", {"share": 0})
    assert (await sfmc.call("GET", LIST)).status == 200
    assert (await sfmc.control("POST", "weather", {"share": 0.1, "kinds": ["hail"]})).status == 400


async def test_expiry_in_bad_weather_looks_like_expiry_on_each_side(sfmc):
    await sfmc.control("POST", "weather", {"share": 1, "kinds": ["401"]})
    assert (await sfmc.call("GET", LIST)).status == 401
    answer = await sfmc.retrieve("List", "ID")
    assert (answer.status, answer.find("faultstring")) == (500, "Token Expired")
