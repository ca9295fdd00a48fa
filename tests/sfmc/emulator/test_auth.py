"""Tokens: who gets one, for what, and for how long."""

from __future__ import annotations

INVALID_CLIENT = (
    "Client authentication failed. Make sure that the client ID and client secret are valid "
    "and that the package is installed and enabled."
)


async def test_a_token_answer_has_the_documented_shape_and_points_at_the_emulator(bare, emu):
    answer = await bare.ask_token()
    body = answer.json
    assert answer.status == 200
    assert len(body["access_token"].split(".")) == 4
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 1079
    assert body["rest_instance_url"] == body["soap_instance_url"] == f"{emu.url}/"


async def test_a_form_body_is_taken_as_well_as_json(bare, emu):
    form = {"grant_type": "client_credentials", "client_id": emu.client_id, "client_secret": emu.client_secret}
    assert (await bare.call("POST", "/v2/token", data=form)).status == 200


async def test_a_wrong_secret_is_refused_in_the_documented_words(bare):
    answer = await bare.ask_token(client_secret="wrong")
    assert answer.status == 401
    assert answer.json == {
        "error": "invalid_client",
        "error_description": INVALID_CLIENT,
        "error_uri": "https://developer.salesforce.com/docs",
    }


async def test_a_wrong_client_id_is_refused_like_a_wrong_secret(bare):
    assert (await bare.ask_token(client_id="nobody")).json["error"] == "invalid_client"


async def test_another_grant_type_is_refused(bare):
    answer = await bare.ask_token(grant_type="password")
    assert (answer.status, answer.json["error"]) == (400, "unsupported_grant_type")


async def test_an_unknown_account_id_is_an_invalid_request(bare):
    answer = await bare.ask_token(account_id="999")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


async def test_an_unknown_scope_is_refused_and_a_known_one_limits_the_token(bare):
    assert (await bare.ask_token(scope="everything")).json["error"] == "invalid_scope"
    assert (await bare.ask_token(scope="email_read")).json["scope"] == "email_read"


async def test_a_token_lives_1079_seconds_of_the_virtual_clock(sfmc):
    await sfmc.advance(1078)
    assert (await sfmc.call("GET", "/automation/v1/automations")).status == 200
    await sfmc.advance(2)
    answer = await sfmc.call("GET", "/automation/v1/automations")
    assert (answer.status, answer.json["errorcode"], answer.json["message"]) == (401, 0, "Not Authorized")


async def test_a_token_without_account_id_is_for_the_enterprise(bare):
    await bare.log_in(account_id=None)
    organization = (await bare.call("GET", "/v2/userinfo")).json["organization"]
    assert organization["member_id"] == organization["enterprise_id"]


async def test_userinfo_names_user_and_business_unit(sfmc, emu):
    body = (await sfmc.call("GET", "/v2/userinfo")).json
    assert body["organization"]["member_id"] == emu.account_id
    assert body["user"]["email"].endswith("@staff.example.com")
    assert (await sfmc.call("GET", "/v2/userinfo", token="nonsense")).status == 401


async def test_another_business_unit_sees_only_what_is_shared(sfmc, bare):
    everything = (await sfmc.call("GET", "/data/v1/customobjects", query={"$search": "%"})).json["count"]
    await bare.log_in(account_id="7203402")
    shared = (await bare.call("GET", "/data/v1/customobjects", query={"$search": "%"})).json
    assert 0 < shared["count"] < everything
    assert "Loyalty" not in {one["name"] for one in shared["items"]}
    assert (await bare.call("GET", "/data/v1/customobjectdata/key/Orders/rowset")).status == 404


async def test_a_rotated_secret_replaces_the_old_one(bare, emu):
    old = emu.client_secret
    await bare.control("POST", "secret/rotate")
    assert (await bare.ask_token(client_secret=old)).status == 401
    assert (await bare.ask_token()).status == 200


async def test_discovery_says_where_an_account_s_addresses_are(bare, emu):
    query = {"client_id": emu.client_id, "resource": "acct:someone@example.com"}
    answer = await bare.call("GET", "/v2/discovery", query=query)
    assert answer.json["subject"] == "acct:someone@example.com"
    assert {link["rel"]: link["href"] for link in answer.json["links"]} == dict.fromkeys(
        ("auth", "rest", "soap"), f"{emu.url}/"
    )


async def test_discovery_is_for_known_clients_and_accounts(bare, emu):
    unknown = {"client_id": "nobody", "resource": "acct:someone@example.com"}
    assert (await bare.call("GET", "/v2/discovery", query=unknown)).status == 401
    for resource in ("", "acct:", "https://example.com"):
        query = {"client_id": emu.client_id, "resource": resource}
        assert (await bare.call("GET", "/v2/discovery", query=query)).json["error"] == "invalid_request"
