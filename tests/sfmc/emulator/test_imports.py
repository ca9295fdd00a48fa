"""Files imported into a data extension: when their rows are there, what each update type does, what is rejected."""

from __future__ import annotations

import pytest

IMPORT = "/data/v1/async/import"
ROWS = "/data/v1/customobjectdata/key/Preference_Center/rowset"
HEADINGS = "SubscriberKey,Email Address,Newsletter,Offers,Frequency,Language"


def order(update: str = "AddAndUpdate", **changes):
    file = {"specifier": "delta.csv", "contentType": "CSV"} | changes.pop("file", {})
    target = {"type": "DataExtension", "key": "Preference_Center", "updateType": update} | changes.pop("target", {})
    return {
        "source": {"fileInfo": file},
        "target": target,
        "mapping": {"allowErrors": True},
        "transport": {"key": "sftp"},
    } | changes


async def put(sfmc, *lines: str, name: str = "delta.csv"):
    assert (await sfmc.control("POST", "files", {"name": name, "text": "\n".join((HEADINGS, *lines))})).status == 200


async def summary(sfmc, body) -> dict:
    started = await sfmc.call("POST", IMPORT, json=body)
    assert started.status == 202
    await sfmc.advance(20)
    answer = (await sfmc.call("GET", f"{IMPORT}/{started.json['id']}/summary")).json
    return answer["summary"] | {"id": started.json["id"]}


async def row(sfmc, key: str) -> dict | None:
    found = (await sfmc.call("GET", ROWS, query={"$filter": f"SubscriberKey eq '{key}'"})).json
    return found["items"][0]["values"] if found.get("items") else None


async def test_the_rows_are_there_when_the_import_is_complete_and_not_before(sfmc):
    await put(sfmc, "new-1,one@example.com,True,False,Daily,en", "new-2,two@example.com,True,False,Weekly,en")
    started = (await sfmc.call("POST", IMPORT, json=order())).json
    seen = []
    for seconds in (0, 2, 20):
        await sfmc.advance(seconds)
        answer = (await sfmc.call("GET", f"{IMPORT}/{started['id']}/summary")).json["summary"]
        seen.append((answer["importStatus"], await row(sfmc, "new-1") is not None))
    assert seen == [("New", False), ("Processing", False), ("Completed", True)]
    assert (answer["totalRows"], answer["successfulRows"], answer["errors"], answer["targetKey"]) == (
        2,
        2,
        0,
        "Preference_Center",
    )
    assert (await row(sfmc, "new-2"))["frequency"] == "Weekly"


@pytest.mark.parametrize(
    ("update", "new", "old", "good"),
    [
        ("AddAndUpdate", True, "x", 2),
        ("AddAndDoNotUpdate", True, None, 1),
        ("UpdateButDoNotAdd", False, "x", 1),
        ("Overwrite", True, "x", 2),
    ],
)
async def test_the_update_type_says_what_becomes_of_new_and_of_known_rows(sfmc, update, new, old, good):
    known = (await sfmc.call("GET", ROWS, query={"$pageSize": 1})).json["items"][0]["keys"]["subscriberkey"]
    await put(sfmc, f"{known},w@example.com,True,True,x,en", "new-1,one@example.com,True,False,Daily,en")
    told = await summary(sfmc, order(update))
    assert (told["importStatus"], told["successfulRows"], told["totalRows"]) == ("Completed", good, 2)
    assert (await row(sfmc, "new-1") is not None) is new
    assert ((await row(sfmc, known))["frequency"] == "x") is (old == "x")
    assert (await sfmc.call("GET", ROWS)).json["count"] == {"Overwrite": 2}.get(update, 200 + new)


async def test_rejected_rows_are_counted_by_kind_and_quoted_one_by_one(sfmc):
    await put(
        sfmc,
        "a,no address,True,True,Daily,en",
        "b,b@example.com",
        "c,c@example.com,True,True,Daily,en",
        "c,c@example.com,True,True,Daily,en",
    )
    told = await summary(sfmc, order())
    assert (told["totalRows"], told["successfulRows"], told["errors"], told["duplicateRows"]) == (4, 2, 2, 1)
    kinds = (await sfmc.call("GET", f"{IMPORT}/{told['id']}/validationsummary")).json["importValidationSummary"]
    assert [(one["validationErrorType"], one["errorsCount"]) for one in kinds] == [
        ("ColumnCount", 1),
        ("InvalidValue", 1),
    ]
    rows = (await sfmc.call("GET", f"{IMPORT}/{told['id']}/validationresult")).json
    assert rows["count"] == 2
    assert [one["rowId"] for one in rows["importValidationResult"]] == [1, 2]
    assert rows["importValidationResult"][1]["validationErrorDetails"] == "b,b@example.com"


async def test_columns_go_by_their_order_where_the_import_says_so_and_the_seeded_file_is_there(sfmc):
    told = await summary(
        sfmc, order(mapping={"fieldMappingType": "MapByOrdinal"}, file={"specifier": "preference_center_delta.csv"})
    )
    assert (told["importStatus"], told["successfulRows"], told["errors"]) == (
        "Completed",
        10,
        1,
    )  # the headings are no row


async def test_a_file_that_is_not_there_ends_in_an_error(sfmc):
    assert (await summary(sfmc, order(file={"specifier": "nothing.csv"})))["importStatus"] == "Error"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"file": {"specifier": ""}}, 400),
        ({"file": {"contentType": "XML"}}, 400),
        ({"target": {"updateType": "ColumnBased"}}, 400),
        ({"target": {"type": "List"}}, 400),
        ({"transport": {}}, 400),
        ({"target": {"key": "nothing"}}, 404),
    ],
)
async def test_an_order_that_lacks_something_is_refused(sfmc, changes, status):
    assert (await sfmc.call("POST", IMPORT, json=order(**changes))).status == status


async def test_an_unknown_import_is_not_found(sfmc):
    assert (await sfmc.call("GET", f"{IMPORT}/0/summary")).status == 404
