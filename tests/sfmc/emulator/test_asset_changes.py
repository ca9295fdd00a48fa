"""Assets made, changed, replaced and deleted; files and folders."""

from __future__ import annotations

import base64

ASSETS = "/asset/v1/content/assets"
FOLDERS = "/asset/v1/content/categories"


def _email(**more):
    return {
        "name": "Made here",
        "assetType": {"id": 208, "name": "htmlemail"},
        "category": {"id": 516020},
        "views": {"html": {"content": "<p>%%FirstName%%</p>"}, "subjectline": {"content": "Hi"}},
    } | more


async def test_an_asset_is_made_found_changed_and_deleted(sfmc):
    made = await sfmc.call("POST", ASSETS, json=_email(customerKey="mine"))
    assert (made.status, made.json["category"]["name"]) == (201, "Emails 2026")
    path = f"{ASSETS}/{made.json['id']}"
    query = {"query": {"property": "customerKey", "simpleOperator": "equals", "value": "mine"}}
    found = (await sfmc.call("POST", ASSETS + "/query", json=query)).json["items"]
    assert [one["id"] for one in found] == [made.json["id"]]
    assert "views" not in found[0]
    changed = await sfmc.call("PATCH", path, json={"views": {"subjectline": {"content": "Hello"}}, "unheardOf": 1})
    assert changed.json["views"]["html"] == {"content": "<p>%%FirstName%%</p>"}
    assert (await sfmc.call("GET", path)).json["views"]["subjectline"] == {"content": "Hello"}
    assert "unheardOf" not in changed.json
    deleted = await sfmc.call("DELETE", path)
    assert (deleted.status, deleted.text) == (200, "OK")
    assert (await sfmc.call("GET", path)).status == 404


async def test_a_seeded_asset_keeps_what_a_change_does_not_name(sfmc):
    one = (await sfmc.call("GET", ASSETS, query={"$pageSize": 1})).json["items"][0]
    before = (await sfmc.call("GET", f"{ASSETS}/{one['id']}")).json
    await sfmc.call("PATCH", f"{ASSETS}/{one['id']}", json={"name": "Renamed"})
    after = (await sfmc.call("GET", f"{ASSETS}/{one['id']}")).json
    assert after == before | {"name": "Renamed", "modifiedDate": after["modifiedDate"]}
    assert (await sfmc.call("GET", ASSETS)).json["count"] == 80


async def test_putting_an_asset_drops_what_it_does_not_name(sfmc):
    made = (await sfmc.call("POST", ASSETS, json=_email())).json
    replaced = (await sfmc.call("PUT", f"{ASSETS}/{made['id']}", json={"name": "Bare", "content": "x"})).json
    assert "views" not in replaced
    assert (replaced["customerKey"], replaced["content"]) == (made["customerKey"], "x")


async def test_names_are_unique_in_a_folder_and_customer_keys_everywhere(sfmc):
    await sfmc.call("POST", ASSETS, json=_email(customerKey="mine"))
    for body in (_email(), _email(name="Other", customerKey="mine")):
        answer = await sfmc.call("POST", ASSETS, json=body)
        assert (answer.status, answer.json["errorcode"]) == (400, 10006)
        assert answer.json["validationErrors"][0]["errorcode"] == 118039
    assert (await sfmc.call("POST", ASSETS, json=_email(category={"id": 516021}))).status == 201


async def test_an_asset_without_name_type_or_folder_is_refused(sfmc):
    for body in ({"name": "x"}, _email(name=""), _email(category={"id": 1})):
        assert (await sfmc.call("POST", ASSETS, json=body)).status == 400


async def test_an_image_has_a_file_in_base64_and_an_email_has_none(sfmc):
    items = (await sfmc.call("GET", ASSETS, query={"$pageSize": 500})).json["items"]
    image = next(one for one in items if one["assetType"]["name"] == "jpg")
    file = (await sfmc.call("GET", f"{ASSETS}/{image['id']}/file")).text
    assert base64.b64decode(file).startswith(b"\x89PNG")
    assert (await sfmc.call("GET", f"{ASSETS}/{items[0]['id']}/file")).status == 404


async def test_folders_are_listed_made_renamed_and_deleted_when_empty(sfmc):
    top = (await sfmc.call("GET", FOLDERS, query={"$filter": "parentId eq 516018"})).json
    assert [one["name"] for one in top["items"]] == ["Emails 2026", "Blocks", "Images"]
    made = (await sfmc.call("POST", FOLDERS, json={"Name": "Mine", "ParentId": 516020})).json
    assert made["parentId"] == 516020
    await sfmc.call("POST", ASSETS, json=_email(category={"id": made["id"]}))
    path = f"{FOLDERS}/{made['id']}"
    assert (await sfmc.call("PUT", path, json={"Name": "Ours"})).json["name"] == "Ours"
    assert (await sfmc.call("DELETE", path)).status == 400
    empty = (await sfmc.call("POST", FOLDERS, json={"Name": "Empty", "ParentId": made["id"]})).json
    assert (await sfmc.call("DELETE", f"{FOLDERS}/{empty['id']}")).text == "OK"


async def test_an_asset_is_another_units_secret(sfmc):
    made = (await sfmc.call("POST", ASSETS, json=_email())).json
    await sfmc.log_in(account_id="7203402")
    assert (await sfmc.call("GET", f"{ASSETS}/{made['id']}")).status == 404
    assert (await sfmc.call("GET", ASSETS)).json["count"] == 0
