"""Query activities: saved, checked, run over data extensions and data views; and the SQL they may be."""

from __future__ import annotations

from datetime import datetime

import pytest

from upstream_sfmc.emulator.sql import BadQuery, Source, check, run, tables_of

QUERIES = "/automation/v1/queries"
NOW = datetime.fromisoformat("2026-05-01T08:00:00")


def _body(text, **more):
    return {"name": "Mine", "key": "mine", "queryText": text, "targetKey": "Suppression_Staging"} | more


async def _make(sfmc, text, **more):
    answer = await sfmc.call("POST", QUERIES, json=_body(text, **more))
    assert answer.status == 201, answer.text
    return f"{QUERIES}/{answer.json['queryDefinitionId']}"


async def _rows(sfmc):
    path = "/data/v1/customobjectdata/key/Suppression_Staging/rowset"
    return (await sfmc.call("GET", path, query={"$pagesize": 2500})).json.get("items", [])


async def _run(sfmc, path):
    started = await sfmc.call("POST", path + "/actions/start", json={})
    assert (started.status, started.text) == (200, "OK")
    await sfmc.advance(4)
    return await _rows(sfmc)


async def test_a_query_fills_its_target_when_it_is_done_and_not_before(sfmc, emu):
    path = await _make(sfmc, "SELECT SubscriberKey, EmailAddress FROM Customer_Master WHERE Country = 'DE'")
    await sfmc.call("POST", path + "/actions/start", json={})
    assert (await sfmc.call("GET", path + "/actions/isrunning")).json == {"isRunning": True}
    assert (await sfmc.call("POST", path + "/actions/start", json={})).json["errorcode"] == 20001
    assert await _rows(sfmc) == []
    await sfmc.advance(4)
    germans = {person.key for person in emu._tenant.people if person.country == "DE"}
    assert {row["keys"]["subscriberkey"] for row in await _rows(sfmc)} == germans
    assert (await sfmc.call("GET", path + "/actions/isrunning")).json == {"isRunning": False}


async def test_data_views_are_read_and_joined(sfmc, emu):
    text = (
        "SELECT DISTINCT s.SubscriberKey, s.EmailAddress FROM ENT._Subscribers s WITH (NOLOCK) "
        "JOIN _Bounce b ON b.SubscriberKey = s.SubscriberKey JOIN _Job j ON j.JobID = b.JobID "
        "WHERE b.SMTPBounceReason <> '' AND LEN(s.EmailAddress) > 3"
    )
    rows = await _run(sfmc, await _make(sfmc, text))
    soap = await sfmc.retrieve("BounceEvent", "SubscriberKey")
    bounced = {one.text for result in soap.results for one in result if one.tag.endswith("}SubscriberKey")}
    assert {row["keys"]["subscriberkey"] for row in rows} == bounced
    assert bounced


async def test_overwriting_replaces_and_updating_adds(sfmc):
    one = "SELECT SubscriberKey, EmailAddress FROM Customer_Master WHERE Country = 'DE'"
    path = await _make(sfmc, one)
    before = len(await _run(sfmc, path))
    changed = {"queryText": one.replace("DE", "FR"), "targetUpdateTypeId": 1}
    assert (await sfmc.call("PATCH", path, json=changed)).json["targetUpdateTypeName"] == "Update"
    both = len(await _run(sfmc, path))
    await sfmc.call("PATCH", path, json={"targetUpdateTypeId": 0})
    assert 0 < len(await _run(sfmc, path)) == both - before


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE Customer_Master SET City = 'x'",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT 1; DROP TABLE x",
        "SELECT * INTO y FROM Customer_Master",
        "",
    ],
)
async def test_only_one_select_is_saved(sfmc, text):
    answer = await sfmc.call("POST", QUERIES, json=_body(text))
    assert answer.status == 400
    if text.startswith(("UPDATE", "WITH")):
        words = (
            "Error saving the Query field. Only SELECT queries are valid. Select must be the first word of the query."
        )
        assert answer.json["message"] == words


async def test_a_query_is_listed_renamed_and_deleted_and_needs_a_target(sfmc):
    assert (await sfmc.call("GET", QUERIES, query={"$pageSize": 7})).json["count"] == 30
    assert (await sfmc.call("POST", QUERIES, json=_body("SELECT 1 AS a", targetKey="none"))).json["errorcode"] == 10005
    path = await _make(sfmc, "SELECT SubscriberKey FROM Customer_Master")
    assert (await sfmc.call("POST", QUERIES, json=_body("SELECT 1 AS a"))).json["errorcode"] == 20001
    assert (await sfmc.call("PATCH", path, json={"name": "Ours"})).json["name"] == "Ours"
    assert (await sfmc.call("GET", f"{QUERIES}/key:mine")).json["name"] == "Ours"
    assert (await sfmc.call("DELETE", path)).status == 200
    assert (await sfmc.call("GET", path)).status == 404


async def test_seeded_queries_run_without_errors(sfmc, emu):
    activities = emu._tenant.activities
    for query in activities.queries.all(emu.account_id):
        assert activities._run(query, emu.account_id) == [], query["name"]


def _load(name):
    rows = [("1", "Ada", "2000-01-31T00:00:00", "9"), ("2", "ada", None, "10")]
    columns = ("Id", "Name", "Born", "Points")
    return Source(columns, rows, frozenset({"Points"})) if name.casefold() == "people" else None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT TOP 1 Id FROM People ORDER BY Id DESC", [("2",)]),
        ("select count(*) from [People] where Name = 'ADA'", [(2,)]),
        ("SELECT ISNULL(Born, 'never') FROM ENT.People WHERE Id = 2", [("never",)]),
        ("SELECT DATEADD(month, 1, Born) FROM People WHERE Id = 1", [("2000-02-28T00:00:00",)]),
        ("SELECT DATEADD(day, -1, GETDATE()) FROM People WHERE Id = 1", [("2026-04-30T08:00:00",)]),
        ("SELECT DATEDIFF(year, Born, GETDATE()) FROM People WHERE Id = 1", [(26,)]),
        ("SELECT Id FROM People WHERE Points > 9", [("2",)]),
        ("SELECT DATEDIFF(day, Born, '2000-02-02') FROM People WHERE Id = 1", [(2,)]),
        ("SELECT LEFT(Name, 1), RIGHT(Name, 2) FROM People -- a comment; DROP\n WHERE Id = 1", [("A", "da")]),
        (
            "SELECT CHARINDEX('D', Name), 'LEN(x) FROM y; DELETE' FROM People WHERE Id = 1",
            [(2, "LEN(x) FROM y; DELETE")],
        ),
    ],
)
def test_transact_sql_is_understood(text, rows):
    assert run(text, _load, NOW)[1] == rows


@pytest.mark.parametrize(
    "text", ["SELECT * FROM Nobody", "SELECT Nope FROM People", "SELECT FROM People", "SELECT load_extension('x')"]
)
def test_what_does_not_run_is_refused_in_words(text):
    with pytest.raises(BadQuery):
        run(text, _load, NOW)


def test_a_query_that_never_ends_is_stopped():
    many = {"t": Source(("a",), [(str(n),) for n in range(3000)])}
    with pytest.raises(BadQuery):
        run("SELECT count(*) FROM t a JOIN t b JOIN t c", many.get, NOW)


def test_tables_are_named_once_and_not_in_comments_or_strings():
    text = "SELECT 'from x' FROM [A b] JOIN ENT._Sent s -- join y\n LEFT JOIN [A b] t"
    assert tables_of(text) == ["A b", "_Sent"]
    check(text)
