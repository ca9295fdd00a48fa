"""SOAP: envelopes, Retrieve with filters and pages, writing, and the ways it fails."""

from __future__ import annotations

import pytest

SUBSCRIBER_ORDER = [
    "Client",
    "PartnerKey",
    "CreatedDate",
    "ID",
    "ObjectID",
    "EmailAddress",
    "Attributes",
    "SubscriberKey",
    "UnsubscribedDate",
    "Status",
    "EmailTypePreference",
]


@pytest.mark.parametrize("path", ["/Service.asmx", "/service.asmx", "/SERVICE.ASMX"])
async def test_the_path_is_case_insensitive(sfmc, path):
    answer = await sfmc.retrieve("List", "ID", path=path)
    assert (answer.status, answer.find("OverallStatus")) == (200, "OK")


@pytest.mark.parametrize(
    "namespace", ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]
)
async def test_the_answer_uses_the_envelope_version_of_the_request(sfmc, namespace):
    answer = await sfmc.retrieve("List", "ID", namespace=namespace)
    assert f'<soap:Envelope xmlns:soap="{namespace}"' in answer.text


@pytest.mark.parametrize("prologue", ["<!DOCTYPE s>", '<!DOCTYPE s [<!ENTITY x "y">]>'])
async def test_a_document_type_is_refused_as_bad_request(sfmc, prologue):
    answer = await sfmc.retrieve("List", "ID", prologue=prologue)
    assert (answer.status, answer.text) == (400, "Bad Request")


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<Envelope/>", b"<a:Envelope xmlns:a='urn:x'><a:Body/></a:Envelope>"]
)
async def test_what_is_no_envelope_is_bad_request(sfmc, body):
    assert (await sfmc.call("POST", "/Service.asmx", data=body)).status == 400


async def test_an_expired_token_is_http_500_token_expired(sfmc):
    await sfmc.advance(1080)
    answer = await sfmc.retrieve("List", "ID")
    assert answer.status == 500
    assert answer.find("faultstring") == "Token Expired"
    assert answer.find("faultcode") == "q0:Security"


async def test_elements_stand_in_the_order_of_the_wsdl_whatever_the_request_says(sfmc, fields_of):
    asked = ["Status", "SubscriberKey", "ID", "EmailTypePreference", "EmailAddress", "CreatedDate", "Client.ID"]
    answer = await sfmc.retrieve("Subscriber", *asked, batch=5)
    for result in answer.results:
        names = [name for name, _ in fields_of(result)]
        places = [SUBSCRIBER_ORDER.index(name) for name in names]
        assert places == sorted(places)
        assert {"Client", "PartnerKey", "ID", "EmailAddress", "SubscriberKey", "Status"} <= set(names)


async def test_partner_key_and_object_id_are_nil(sfmc):
    answer = await sfmc.retrieve("SentEvent", "SendID", batch=1)
    assert '<PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" />' in answer.text


async def test_batches_continue_until_every_record_came_once(sfmc):
    answer = await sfmc.retrieve("Subscriber", "SubscriberKey", batch=70)
    keys: list[str] = []
    statuses = []
    while True:
        keys += [one.text for result in answer.results for one in result if one.tag.endswith("}SubscriberKey")]
        statuses.append(answer.find("OverallStatus"))
        if statuses[-1] != "MoreDataAvailable":
            break
        answer = await sfmc.resume(answer.find("RequestID"))
    assert statuses == ["MoreDataAvailable", "MoreDataAvailable", "OK"]
    assert len(keys) == len(set(keys)) == 200


async def test_a_continue_request_is_good_once(sfmc):
    first = await sfmc.retrieve("Subscriber", "SubscriberKey", batch=70)
    request_id = first.find("RequestID")
    assert (await sfmc.resume(request_id)).find("OverallStatus") == "MoreDataAvailable"
    assert (await sfmc.resume(request_id)).find("OverallStatus").startswith("Error")


async def test_an_unknown_object_type_is_an_error_in_a_200(sfmc):
    answer = await sfmc.retrieve("subscriber", "ID")
    expected = (
        "Error: Unable to find a handler for object type: subscriber. Object types and properties are case-sensitive."
    )
    assert (answer.status, answer.find("OverallStatus")) == (200, expected)


async def test_an_unknown_property_is_named_in_the_recorded_words(sfmc):
    answer = await sfmc.retrieve("BounceEvent", "SendID", "SubscriberID", "ListID")
    expected = "Error: The Request Property(s) SubscriberID,ListID do not match with the fields of BounceEvent retrieve"
    assert answer.find("OverallStatus") == expected


async def test_simple_filters_select_subscribers(sfmc, simple):
    async def count(where):
        answer = await sfmc.retrieve("Subscriber", "SubscriberKey", "Status", where=where)
        assert answer.find("OverallStatus") == "OK"
        return len(answer.results)

    assert await count(simple("EmailAddress", "equals", "MATEO.O'BRIEN@example.com")) == 1
    assert await count(simple("EmailAddress", "equals", "bakers@example.com")) == 2
    assert await count(simple("EmailAddress", "like", "%@example.test")) == 1
    unsubscribed = await count(simple("UnsubscribedDate", "isNotNull"))
    assert 0 < unsubscribed == 200 - await count(simple("UnsubscribedDate", "isNull"))
    assert await count(simple("Status", "IN", "Active", "Unsubscribed", "Bounced", "Held")) == 200
    early = await count(simple("CreatedDate", "lessThan", "2024-01-01T00:00:00", date=True))
    late = await count(simple("CreatedDate", "greaterThanOrEqual", "2024-01-01", date=True))
    between = await count(simple("CreatedDate", "between", "1990-01-01", "2023-12-31T23:59:59", date=True))
    assert early + late == 200
    assert between == early > 0


async def test_complex_filters_combine_and_or(sfmc, simple):
    def both(operator):
        left = simple("Status", "equals", "Active", tag="LeftOperand")
        right = simple("EmailAddress", "like", "%.org", tag="RightOperand")
        return f"<Filter>{left}<LogicalOperator>{operator}</LogicalOperator>{right}</Filter>"

    async def count(where):
        return len((await sfmc.retrieve("Subscriber", "ID", where=where)).results)

    active = await count(simple("Status", "equals", "Active"))
    org = await count(simple("EmailAddress", "like", "%.org"))
    assert await count(both("AND")) + await count(both("OR")) == active + org
    assert 0 < await count(both("AND")) < min(active, org)


async def test_a_filter_on_an_unknown_property_or_operator_is_an_error_status(sfmc, simple):
    for where in (simple("Nope", "equals", "x"), simple("Status", "resembles", "x"), simple("Status", "between", "a")):
        answer = await sfmc.retrieve("Subscriber", "ID", where=where)
        assert answer.find("OverallStatus").startswith("Error")


async def test_a_null_attribute_has_a_name_and_no_value(sfmc):
    answer = await sfmc.retrieve("Subscriber", "ID", batch=1)
    assert "<Attributes><Name>Nickname</Name></Attributes>" in answer.text
    assert "<Attributes><Name>First Name</Name><Value>" in answer.text


async def test_data_extension_rows_omit_the_value_of_a_null(sfmc, simple):
    where = simple("Id", "isNotNull")
    answer = await sfmc.retrieve(
        "DataExtensionObject[Contact_Salesforce_1]", "Id", "Work_Email__c", where=where, batch=1
    )
    assert "<Property><Name>Work_Email__c</Name></Property>" in answer.text
    assert "<Type>DataExtensionObject</Type><Properties><Property><Name>Id</Name><Value>003" in answer.text


async def test_like_is_refused_for_data_extension_rows(sfmc, simple):
    where = simple("Name", "like", "%a%")
    answer = await sfmc.retrieve("DataExtensionObject[Contact_Salesforce_1]", "Id", where=where)
    assert answer.find("OverallStatus").startswith("Error")


async def test_business_units_name_their_parent(sfmc, emu, fields_of):
    for kind in ("BusinessUnit", "Account"):
        answer = await sfmc.retrieve(kind, "ID", "ParentID", "Name")
        units = {dict(fields_of(one))["ID"]: dict(fields_of(one)) for one in answer.results}
        assert len(units) == 5
        assert units[str(emu.account_id)]["ParentID"] in units


async def test_list_members_are_found_by_list_and_by_subscriber(sfmc, simple, fields_of):
    everyone = await sfmc.retrieve("ListSubscriber", "SubscriberKey", where=simple("ListID", "equals", "23"))
    some = await sfmc.retrieve("ListSubscriber", "SubscriberKey", where=simple("ListID", "equals", "151"))
    assert len(everyone.results) == 200 > len(some.results) > 0
    key = dict(fields_of(some.results[0]))["SubscriberKey"]
    lists = await sfmc.retrieve("ListSubscriber", "ListID", where=simple("SubscriberKey", "equals", key))
    assert {"23", "151"} <= {dict(fields_of(one))["ListID"] for one in lists.results}


async def test_creating_a_subscriber_twice_is_12014_in_a_200(sfmc):
    fields = "<EmailAddress>twice@example.com</EmailAddress><SubscriberKey>twice</SubscriberKey>"
    first = await sfmc.write("Create", "Subscriber", fields)
    assert (first.find("StatusCode"), first.find("StatusMessage")) == ("OK", "Created Subscriber.")
    assert first.find("NewID").isdecimal()
    second = await sfmc.write("Create", "Subscriber", fields)
    assert second.status == 200
    assert second.find("ErrorCode") == "12014"
    assert second.find("StatusMessage") == "The subscriber is already on the list"
    assert second.find("OverallStatus") == "Error"


async def test_an_upsert_creates_then_updates(sfmc, simple, fields_of):
    def fields(email):
        attribute = "<Attributes><Name>First Name</Name><Value>Una</Value></Attributes>"
        lists = "<Lists><ID>152</ID><Status>Active</Status></Lists>"
        return f"<EmailAddress>{email}</EmailAddress>{attribute}<SubscriberKey>una</SubscriberKey>{lists}"

    first = await sfmc.write("Create", "Subscriber", fields("una@example.com"), upsert=True)
    second = await sfmc.write("Create", "Subscriber", fields("una.new@example.org"), upsert=True)
    assert [one.find("StatusMessage") for one in (first, second)] == ["Created Subscriber.", "Updated Subscriber."]
    where = simple("SubscriberKey", "equals", "una")
    found = await sfmc.retrieve("Subscriber", "EmailAddress", where=where)
    assert dict(fields_of(found.results[0]))["EmailAddress"] == "una.new@example.org"
    assert "<Name>First Name</Name><Value>Una</Value>" in found.text
    lists = await sfmc.retrieve("ListSubscriber", "ListID", where=where)
    assert "152" in {dict(fields_of(one))["ListID"] for one in lists.results}


async def test_unsubscribing_sets_status_and_date(sfmc, simple, fields_of):
    fields = "<EmailAddress>bye@example.com</EmailAddress><SubscriberKey>bye</SubscriberKey>"
    await sfmc.write("Create", "Subscriber", fields)
    gone = "<SubscriberKey>bye</SubscriberKey><Status>Unsubscribed</Status>"
    assert (await sfmc.write("Update", "Subscriber", gone)).find("OverallStatus") == "OK"
    where = simple("SubscriberKey", "equals", "bye")
    found = await sfmc.retrieve("Subscriber", "Status", "UnsubscribedDate", where=where)
    row = dict(fields_of(found.results[0]))
    assert row["Status"] == "Unsubscribed"
    assert row["UnsubscribedDate"].startswith("2026-")


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("Create", "<EmailAddress>not an address</EmailAddress>", "12002"),
        ("Create", "<SubscriberKey>nobody</SubscriberKey>", "12001"),
        ("Update", "<SubscriberKey>nobody</SubscriberKey><Status>Active</Status>", "12012"),
        ("Update", "<SubscriberKey>nobody</SubscriberKey><Status>Asleep</Status>", "12003"),
    ],
)
async def test_a_subscriber_that_cannot_be_written_is_an_error_with_its_code(sfmc, verb, fields, code):
    answer = await sfmc.write(verb, "Subscriber", fields)
    assert (answer.status, answer.find("OverallStatus"), answer.find("ErrorCode")) == (200, "Error", code)


async def test_an_unknown_action_is_a_fault(sfmc):
    answer = await sfmc.soap('<DanceRequestMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"/>')
    assert (answer.status, answer.find("faultcode")) == (500, "soap:Client")


async def test_without_the_scope_a_retrieve_is_an_error_status(bare):
    await bare.log_in(scope="email_read")
    assert (await bare.retrieve("Subscriber", "ID")).find("OverallStatus") == "Error: API Permission Failed."


async def test_events_of_a_subscriber_and_of_a_job_agree(sfmc, simple, fields_of):
    job = await sfmc.retrieve("SentEvent", "SubscriberKey", "EventDate", where=simple("SendID", "equals", "44610"))
    key = dict(fields_of(job.results[0]))["SubscriberKey"]
    mine = await sfmc.retrieve("SentEvent", "SendID", where=simple("SubscriberKey", "equals", key))
    assert "44610" in {dict(fields_of(one))["SendID"] for one in mine.results}
    opened = await sfmc.retrieve("OpenEvent", "SubscriberKey", where=simple("SendID", "equals", "44610"))
    sent_to = {dict(fields_of(one))["SubscriberKey"] for one in job.results}
    assert 0 < len(opened.results) < len(job.results)
    assert {dict(fields_of(one))["SubscriberKey"] for one in opened.results} <= sent_to


async def test_bounces_quote_the_address_and_some_clicks_carry_it(sfmc):
    bounces = await sfmc.retrieve("BounceEvent", "SMTPReason", "SMTPCode", "BounceCategory", "BounceType")
    reasons = [one.text for one in bounces.xml.iter() if one.tag.endswith("}SMTPReason")]
    assert reasons
    assert any("@" in reason and reason.startswith("550 5.1.1 <") for reason in reasons)
    clicks = await sfmc.retrieve("ClickEvent", "URL", "URLID")
    urls = [one.text for one in clicks.xml.iter() if one.tag.endswith("}URL")]
    assert any("email=" in url for url in urls)
    assert any("?qs=" in url for url in urls)


async def test_unsubscribe_events_name_their_list(sfmc):
    answer = await sfmc.retrieve("UnsubEvent", "SubscriberKey", "List", "IsMasterUnsubscribed")
    assert answer.find("OverallStatus") == "OK"
    assert "<List><ID>23</ID></List><IsMasterUnsubscribed>true</IsMasterUnsubscribed>" in answer.text


async def test_numbers_in_data_extension_rows_compare_as_numbers(sfmc, simple, fields_of):
    key = "DataExtensionObject[7D0A3B5E-8C1F-4E2A-9B7D-1F2E3D4C5B6A]"
    answer = await sfmc.retrieve(key, "Points", where=simple("Points", "greaterThan", "999"))
    points = [int(one.text) for one in answer.xml.iter() if one.tag.endswith("}Value")]
    assert points
    assert min(points) > 999
