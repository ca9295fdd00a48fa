"""Content Builder and automations over REST."""

from __future__ import annotations

import pytest

QUERY = "/asset/v1/content/assets/query"


def _where(name, operator, value):
    return {"property": name, "simpleOperator": operator, "value": value}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (_where("assetType.name", "equals", "htmlemail"), 35),
        (_where("assetType.name", "equal", "HTMLEMAIL"), 35),
        (_where("assetType.id", "in", [197, 23]), 25),
        (_where("id", "lessThan", 161_010), 10),
        (_where("id", "greaterThanOrEqual", "161078"), 2),
        (_where("name", "like", "Welcome"), 8),
        (_where("name", "contains", "rose"), 8),
        (_where("name", "startsWith", "summer"), 8),
        (_where("name", "notEquals", "x"), 80),
        (
            {
                "leftOperand": _where("assetType.name", "equals", "htmlemail"),
                "logicalOperator": "AND",
                "rightOperand": _where("id", "lessThan", 161_010),
            },
            10,
        ),
        (
            {
                "leftOperand": _where("assetType.name", "equals", "jpg"),
                "logicalOperator": "OR",
                "rightOperand": _where("assetType.name", "equals", "htmlblock"),
            },
            25,
        ),
    ],
)
async def test_a_query_finds_exactly_the_assets_it_describes(sfmc, query, count):
    assert (await sfmc.call("POST", QUERY, json={"query": query})).json["count"] == count


async def test_a_query_sorts_pages_and_chooses_fields(sfmc):
    body = {
        "page": {"page": 2, "pageSize": 30},
        "sort": [{"property": "modifiedDate", "direction": "DESC"}],
        "fields": ["name", "modifiedDate"],
    }
    answer = (await sfmc.call("POST", QUERY, json=body)).json
    dates = [one["modifiedDate"] for one in answer["items"]]
    assert (answer["count"], answer["page"], len(dates)) == (80, 2, 30)
    assert dates == sorted(dates, reverse=True)
    assert set(answer["items"][0]) == {"id", "name", "modifiedDate"}


async def test_a_query_that_cannot_be_read_is_refused(sfmc):
    for query in (_where("name", "resembles", "x"), {"leftOperand": _where("name", "like", "x")}, [1]):
        assert (await sfmc.call("POST", QUERY, json={"query": query})).status == 400


async def test_the_list_takes_a_filter(sfmc):
    for text, count in (("assetType.name=htmlemail", 35), ("name like 'Rose'", 8), ("id eq 161003", 1)):
        answer = await sfmc.call("GET", "/asset/v1/content/assets", query={"$filter": text})
        assert answer.json["count"] == count


async def test_an_email_is_10_to_60_kb_of_html_with_staff_and_scripts(sfmc):
    one = (await sfmc.call("GET", "/asset/v1/content/assets/161001")).json
    html = one["views"]["html"]["content"]
    assert 10_000 < len(html) < 60_000
    for script in ("%%=v(@first)=%%", "%%[ SET @first", '<custom name="opencounter"', "{{FirstName}}"):
        assert script in html
    assert one["owner"]["email"].endswith("@staff.example.com")
    assert one == (await sfmc.call("GET", "/asset/v1/content/assets/161001")).json


async def test_an_unknown_asset_and_a_foreign_business_unit_find_nothing(sfmc, bare):
    assert (await sfmc.call("GET", "/asset/v1/content/assets/1")).status == 404
    await bare.log_in(account_id="7203402")
    assert (await bare.call("GET", "/asset/v1/content/assets/161001")).status == 404
    assert (await bare.call("POST", QUERY, json={})).json["count"] == 0


async def test_automations_are_listed_and_read_with_one_based_steps(sfmc):
    listed = (await sfmc.call("GET", "/automation/v1/automations", query={"$pageSize": 5})).json
    assert (listed["count"], len(listed["items"])) == (16, 5)
    assert "steps" not in listed["items"][0]
    one = (await sfmc.call("GET", f"/automation/v1/automations/{listed['items'][2]['id']}")).json
    assert [step["step"] for step in one["steps"]] == [1, 2, 3]
    assert one["schedule"]["icalRecur"].startswith("FREQ=")
    assert (await sfmc.call("GET", "/automation/v1/automations/none")).status == 404
