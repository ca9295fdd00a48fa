"""Campaigns, audit and security events, endpoints of the platform."""

from __future__ import annotations

import ipaddress

CAMPAIGNS = "/hub/v1/campaigns"


async def test_campaigns_are_paged_with_links_and_sorted(sfmc):
    first = (await sfmc.call("GET", CAMPAIGNS, query={"$pageSize": 10, "$orderBy": "Name ASC"})).json
    assert (first["count"], len(first["items"])) == (14, 10)
    assert "next" in first["links"]
    last = (await sfmc.call("GET", CAMPAIGNS + "/", query={"$pageSize": 10, "$page": 2})).json
    assert (len(last["items"]), "next" in last["links"]) == (4, False)
    names = [one["name"] for one in first["items"]]
    assert names == sorted(names, key=str.casefold)
    assert isinstance(first["items"][0]["id"], str)


async def test_a_campaign_is_made_changed_associated_and_deleted(sfmc):
    made = (await sfmc.call("POST", CAMPAIGNS, json={"name": "Mine", "campaignCode": "MINE"})).json
    path = f"{CAMPAIGNS}/{made['id']}"
    assert (await sfmc.call("PATCH", path, json={"color": "ffffff"})).json["color"] == "ffffff"
    linked = (await sfmc.call("POST", path + "/assets", json={"ids": ["7888"], "type": "EMAIL"})).json
    assert linked[0]["itemID"] == 7888
    assert (await sfmc.call("GET", path + "/assets")).json["totalCount"] == 1
    assert (await sfmc.call("DELETE", f"{path}/assets/{linked[0]['id']}")).status == 200
    assert (await sfmc.call("DELETE", path)).status == 200
    assert (await sfmc.call("GET", path)).status == 404
    assert (await sfmc.call("POST", CAMPAIGNS, json={"name": "x"})).json["errorcode"] == 10002


async def test_audit_events_name_staff_and_are_narrowed_by_date(sfmc):
    path = "/data/v1/audit/auditEvents"
    body = (await sfmc.call("GET", path, query={"$page": 1, "$pagesize": 100, "$orderBy": "createdDate desc"})).json
    dates = [one["createdDate"] for one in body["items"]]
    assert dates == sorted(dates, reverse=True)
    assert body["items"][0]["employee"]["userName"].endswith("@staff.example.com")
    some = (await sfmc.call("GET", path, query={"startdate": dates[50][:10], "$pagesize": 500})).json
    assert 0 < some["count"] < body["count"]
    assert (await sfmc.call("GET", path, query={"startdate": "2026-02-01", "enddate": "2026-01-01"})).status == 400
    await sfmc.log_in(account_id="7203100")
    assert (await sfmc.call("GET", path)).json["count"] == 250


async def test_security_events_hold_documentation_addresses(sfmc):
    body = (await sfmc.call("GET", "/data/v1/audit/securityEvents", query={"$pagesize": 800})).json
    assert body["count"] == 800
    versions = {ipaddress.ip_address(one["ipAddress"]).version for one in body["items"]}
    assert versions == {4, 6}


async def test_the_audit_needs_its_scope(bare):
    await bare.log_in(scope="email_read")
    assert (await bare.call("GET", "/data/v1/audit/auditEvents")).status == 403


async def test_the_platform_names_its_addresses_and_the_tokens_unit(sfmc, emu):
    items = (await sfmc.call("GET", "/platform/v1/endpoints")).json["items"]
    assert {one["type"] for one in items} == {"auth", "rest", "soap"}
    soap = (await sfmc.call("GET", "/platform/v1/endpoints/soap")).json
    assert soap["url"] == f"{emu.url}/Service.asmx"
    assert (await sfmc.call("GET", "/platform/v1/tokenContext")).json["organization"] == {"id": emu.account_id}
