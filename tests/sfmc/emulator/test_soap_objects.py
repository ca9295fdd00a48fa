"""SOAP beyond subscribers: set-up and tracking objects, rows, lists, triggered sends, and the verbs beside Retrieve."""

from __future__ import annotations

import pytest

from upstream_sfmc.emulator.soap_types import SoapTypes

NS = "http://exacttarget.com/wsdl/partnerAPI"
SET_UP = {
    "DataExtension": 19,
    "DataFolder": 14,
    "SendClassification": 3,
    "SenderProfile": 4,
    "DeliveryProfile": 2,
    "SuppressionListDefinition": 2,
    "TriggeredSendDefinition": 10,
    "EmailSendDefinition": 3,
    "ImportDefinition": 2,
    "QueryDefinition": 30,
    "Automation": 16,
    "AccountUser": 25,
    "Email": 50,
    "Send": 45,
    "TriggeredSendSummary": 10,
    "LinkSend": 45,
    "ListSend": 45,
}


async def _all(sfmc, emu, kind):
    names = SoapTypes(emu._tenant).get(kind, emu.account_id).properties
    return await sfmc.retrieve(kind, *names)


@pytest.mark.parametrize(("kind", "count"), SET_UP.items())
async def test_every_type_is_retrieved_with_all_its_properties(sfmc, emu, kind, count):
    answer = await _all(sfmc, emu, kind)
    assert (answer.find("OverallStatus"), len(answer.results)) == ("OK", count)


async def test_nested_properties_stand_together_in_one_element(sfmc):
    answer = await sfmc.retrieve("DataFolder", "ID", "ParentFolder.ID", "ParentFolder.Name", batch=2)
    assert "<ParentFolder><ID>516010</ID><Name>Data Extensions</Name></ParentFolder>" in answer.text


async def test_numbers_of_a_send_are_those_of_its_events(sfmc, simple, fields_of):
    sends = await sfmc.retrieve("Send", "ID", "NumberSent", "UniqueOpens", where=simple("ID", "equals", "44610"))
    counts = dict(fields_of(sends.results[0]))
    for field, kind in (("NumberSent", "SentEvent"), ("UniqueOpens", "OpenEvent")):
        events = await sfmc.retrieve(kind, "SendID", where=simple("SendID", "equals", "44610"))
        assert int(counts[field]) == len(events.results)


async def test_survey_and_not_sent_events_are_tracking_too(sfmc, emu):
    survey = await _all(sfmc, emu, "SurveyEvent")
    missed = await _all(sfmc, emu, "NotSentEvent")
    assert "<Answer>" in survey.text
    assert len(survey.results) == 16
    assert missed.results


async def _perform(sfmc, kind, key, action="start"):
    definition = f'<Definition xsi:type="{kind}"><CustomerKey>{key}</CustomerKey></Definition>'
    inner = f'<PerformRequestMsg xmlns="{NS}"><Action>{action}</Action><Definitions>{definition}</Definitions></PerformRequestMsg>'
    return await sfmc.soap(inner, action="Perform")


async def test_a_query_made_over_soap_is_performed_and_deleted(sfmc):
    target = "<DataExtensionTarget><CustomerKey>Suppression_Staging</CustomerKey></DataExtensionTarget>"
    sql = "SELECT SubscriberKey FROM Customer_Master WHERE Country = 'US'"
    fields = f"<CustomerKey>q1</CustomerKey><Name>Q1</Name><QueryText>{sql}</QueryText>{target}"
    made = await sfmc.write("Create", "QueryDefinition", fields)
    assert (made.find("StatusCode"), len(made.find("NewObjectID"))) == ("OK", 36)
    performed = await _perform(sfmc, "QueryDefinition", "q1")
    assert performed.find("OverallStatus") == "OK"
    await sfmc.advance(4)
    rows = (await sfmc.call("GET", "/data/v1/customobjectdata/key/Suppression_Staging/rowset")).json
    assert rows["count"] > 20
    bad = await sfmc.write("Create", "QueryDefinition", fields.replace("q1", "q2").replace("SELECT", "DELETE", 1))
    assert "Only SELECT queries are valid" in bad.find("StatusMessage")
    assert (await sfmc.write("Delete", "QueryDefinition", "<CustomerKey>q1</CustomerKey>")).find(
        "OverallStatus"
    ) == "OK"
    assert (await _perform(sfmc, "QueryDefinition", "q1")).find("OverallStatus") == "Error"


async def test_perform_clears_a_data_extension_and_starts_an_automation(sfmc, emu):
    assert (await _perform(sfmc, "DataExtension", "Orders", "ClearData")).find("OverallStatus") == "OK"
    assert (await sfmc.call("GET", "/data/v1/customobjectdata/key/Orders/rowset")).json["count"] == 0
    automation = emu._tenant.activities.automations.all(emu.account_id)[0]
    answer = await _perform(sfmc, "Automation", automation["key"])
    assert (answer.find("StatusMessage"), automation["status"]) == ("Performed Activity", "Running")
    assert (await _perform(sfmc, "Subscriber", "x")).find("ErrorCode") == "105"


async def test_an_automation_is_deleted_over_soap_though_not_over_rest(sfmc, emu):
    automation = emu._tenant.activities.automations.all(emu.account_id)[0]
    assert (await sfmc.call("DELETE", f"/automation/v1/automations/{automation['id']}")).status == 404
    gone = await sfmc.write("Delete", "Automation", f"<CustomerKey>{automation['key']}</CustomerKey>")
    assert gone.find("OverallStatus") == "OK"
    assert (await sfmc.call("GET", f"/automation/v1/automations/{automation['id']}")).status == 404


def _row(**cells):
    pairs = "".join(f"<Property><Name>{name}</Name><Value>{value}</Value></Property>" for name, value in cells.items())
    return f"<CustomerKey>Config_Lookup</CustomerKey><Properties>{pairs}</Properties>"


async def test_rows_are_made_changed_and_deleted_over_soap(sfmc):
    kind = "DataExtensionObject"
    assert (await sfmc.write("Create", kind, _row(ConfigKey="k", ConfigValue="1"))).find("OverallStatus") == "OK"
    again = await sfmc.write("Create", kind, _row(ConfigKey="k", ConfigValue="2"))
    assert "The duplicate key value is (k)." in again.find("StatusMessage")
    upserted = await sfmc.write("Update", kind, _row(ConfigKey="k", ConfigValue="3"), upsert=True)
    assert upserted.find("OverallStatus") == "OK"
    rows = (await sfmc.call("GET", "/data/v1/customobjectdata/key/Config_Lookup/rowset")).json
    assert (rows["count"], rows["items"][-1]["values"]["configvalue"]) == (41, "3")
    key = "<CustomerKey>Config_Lookup</CustomerKey><Keys><Key><Name>ConfigKey</Name><Value>k</Value></Key></Keys>"
    assert (await sfmc.write("Delete", kind, key)).find("OverallStatus") == "OK"
    assert (await sfmc.write("Delete", kind, key)).find("OverallStatus") == "Error"
    assert (await sfmc.write("Update", kind, _row(ConfigKey="none"))).find("OverallStatus") == "Error"


async def test_a_data_extension_is_made_widened_and_deleted_over_soap(sfmc, simple, fields_of):
    def field(name, *more):
        return f"<Field><Name>{name}</Name><FieldType>Text</FieldType>{''.join(more)}</Field>"

    head = "<CustomerKey>soap_de</CustomerKey><Name>Soap DE</Name>"
    key = field("Id", "<MaxLength>18</MaxLength>", "<IsPrimaryKey>true</IsPrimaryKey>")
    made = await sfmc.write("Create", "DataExtension", f"{head}<Fields>{key}</Fields>")
    assert made.find("StatusMessage") == "Data Extension created."
    again = await sfmc.write("Create", "DataExtension", f"{head}<Fields>{key}</Fields>")
    assert again.find("ErrorCode") == "310003"
    await sfmc.write("Update", "DataExtension", f"{head}<Fields>{field('City')}</Fields>")
    where = simple("DataExtension.CustomerKey", "equals", "soap_de")
    fields = await sfmc.retrieve("DataExtensionField", "Name", "MaxLength", "IsPrimaryKey", where=where)
    assert [dict(fields_of(one))["Name"] for one in fields.results] == ["Id", "City"]
    gone = await sfmc.write("Delete", "DataExtension", "<CustomerKey>soap_de</CustomerKey>")
    assert gone.find("StatusMessage") == "Data Extension deleted."
    assert (await sfmc.write("Delete", "DataExtension", "<CustomerKey>soap_de</CustomerKey>")).find(
        "ErrorCode"
    ) == "310002"


async def test_lists_are_made_filled_emptied_and_deleted(sfmc, simple):
    made = await sfmc.write("Create", "List", "<ListName>Mine</ListName>")
    number = made.find("NewID")
    address = "<EmailAddress>m@example.com</EmailAddress><SubscriberKey>m</SubscriberKey>"
    await sfmc.write("Create", "Subscriber", f"{address}<Lists><ID>{number}</ID><Status>Active</Status></Lists>")

    async def members():
        where = simple("ListID", "equals", number)
        return len((await sfmc.retrieve("ListSubscriber", "SubscriberKey", where=where)).results)

    assert await members() == 1
    fields = f"<SubscriberKey>m</SubscriberKey><ListID>{number}</ListID>"
    assert (await sfmc.write("Delete", "ListSubscriber", fields)).find("StatusMessage") == "Deleted ListSubscriber."
    assert await members() == 0
    assert (await sfmc.write("Create", "List", "<ListName>Mine</ListName>")).find("OverallStatus") == "Error"
    assert (await sfmc.write("Delete", "List", f"<ID>{number}</ID>")).find("OverallStatus") == "OK"
    assert (await sfmc.retrieve("List", "ID", where=simple("ID", "equals", number))).results == []


async def test_a_subscriber_is_deleted_once(sfmc):
    await sfmc.write("Create", "Subscriber", "<EmailAddress>d@example.com</EmailAddress>")
    key = "<SubscriberKey>d@example.com</SubscriberKey>"
    assert (await sfmc.write("Delete", "Subscriber", key)).find("OverallStatus") == "OK"
    assert (await sfmc.write("Delete", "Subscriber", key)).find("ErrorCode") == "12012"


async def test_a_triggered_send_counts_in_the_summary_of_its_definition(sfmc, simple, fields_of):
    where = simple("CustomerKey", "equals", "ts_welcome_trigger")

    async def sent():
        answer = await sfmc.retrieve("TriggeredSendSummary", "Sent", "CustomerKey", where=where)
        return int(dict(fields_of(answer.results[0]))["Sent"])

    before = await sent()
    definition = "<TriggeredSendDefinition><CustomerKey>ts_welcome_trigger</CustomerKey></TriggeredSendDefinition>"
    person = "<Subscribers><EmailAddress>t@example.com</EmailAddress><SubscriberKey>t</SubscriberKey></Subscribers>"
    made = await sfmc.write("Create", "TriggeredSend", definition + person)
    assert made.find("StatusMessage") == "Created TriggeredSend"
    assert await sent() == before + 1
    unknown = definition.replace("ts_welcome", "none")
    assert (await sfmc.write("Create", "TriggeredSend", unknown + person)).find("ErrorCode") == "18002"


async def test_a_triggered_send_definition_is_started_and_stopped(sfmc, simple, fields_of):
    key = "<CustomerKey>ts_review_request</CustomerKey>"
    where = simple("CustomerKey", "equals", "ts_review_request")
    for status in ("Active", "Inactive"):
        changed = f"{key}<TriggeredSendStatus>{status}</TriggeredSendStatus>"
        assert (await sfmc.write("Update", "TriggeredSendDefinition", changed)).find("OverallStatus") == "OK"
        answer = await sfmc.retrieve("TriggeredSendDefinition", "TriggeredSendStatus", where=where)
        assert dict(fields_of(answer.results[0]))["TriggeredSendStatus"] == status


async def test_profiles_and_folders_are_made_and_deleted(sfmc):
    made = await sfmc.write("Create", "SenderProfile", "<CustomerKey>sp</CustomerKey><Name>SP</Name>")
    assert made.find("StatusMessage") == "SenderProfile created"
    assert (await sfmc.write("Create", "SenderProfile", "<CustomerKey>sp</CustomerKey>")).find(
        "OverallStatus"
    ) == "Error"
    parent = "<ParentFolder><ID>516016</ID></ParentFolder><ContentType>dataextension</ContentType>"
    folder = await sfmc.write("Create", "DataFolder", f"{parent}<Name>Mine</Name>")
    assert int(folder.find("NewID")) > 516_100
    assert (await sfmc.write("Delete", "SenderProfile", "<CustomerKey>sp</CustomerKey>")).find("OverallStatus") == "OK"
    assert (await sfmc.write("Update", "SenderProfile", "<CustomerKey>sp</CustomerKey>")).find(
        "OverallStatus"
    ) == "Error"


async def test_a_type_is_described_by_its_properties(sfmc):
    asked = "<ObjectDefinitionRequest><ObjectType>Subscriber</ObjectType></ObjectDefinitionRequest>"
    inner = f'<DefinitionRequestMsg xmlns="{NS}"><DescribeRequests>{asked}</DescribeRequests></DefinitionRequestMsg>'
    answer = await sfmc.soap(inner, action="Describe")
    names = [one.text for one in answer.xml.iter() if one.tag.endswith("}Name")]
    assert {"EmailAddress", "SubscriberKey", "Status"} <= set(names)
    assert "<DataType>DateTime</DataType>" in answer.text


async def test_status_and_version_are_told(sfmc):
    status = await sfmc.soap(f'<SystemStatusRequestMsg xmlns="{NS}"/>', action="GetSystemStatus")
    assert (status.find("SystemStatus"), status.find("OverallStatus")) == ("OK", "OK")
    version = await sfmc.soap(f'<VersionInfoRequestMsg xmlns="{NS}"/>', action="VersionInfo")
    assert version.find("Version")


async def test_an_unsubscribe_event_is_logged_by_execute(sfmc, simple, fields_of):
    await sfmc.write("Create", "Subscriber", "<EmailAddress>u@example.com</EmailAddress>")
    pair = "<Parameters><Name>SubscriberKey</Name><Value>u@example.com</Value></Parameters>"
    inner = f'<ExecuteRequestMsg xmlns="{NS}"><Requests><Name>LogUnsubEvent</Name>{pair}</Requests></ExecuteRequestMsg>'
    assert (await sfmc.soap(inner, action="Execute")).find("OverallStatus") == "OK"
    where = simple("SubscriberKey", "equals", "u@example.com")
    answer = await sfmc.retrieve("Subscriber", "Status", where=where)
    assert dict(fields_of(answer.results[0]))["Status"] == "Unsubscribed"


async def test_schedule_and_configure_answer_in_their_own_messages(sfmc, emu):
    key = emu._tenant.activities.automations.all(emu.account_id)[0]["key"]
    one = f'<Interaction xsi:type="Automation"><CustomerKey>{key}</CustomerKey></Interaction>'
    schedule = "<Schedule><StartDateTime>2026-05-02T00:00:00</StartDateTime></Schedule>"
    inner = (
        '<ScheduleRequestMsg xmlns="{}"><Action>start</Action>{}<Interactions>{}</Interactions></ScheduleRequestMsg>'
    )
    assert (await sfmc.soap(inner.format(NS, schedule, one), action="Schedule")).find("OverallStatus") == "OK"
    assert (await sfmc.soap(inner.format(NS, "", one), action="Schedule")).find("ErrorCode") == "151"
    attribute = '<Configuration xsi:type="PropertyDefinition"><Name>Shoe Size</Name></Configuration>'
    inner = f'<ConfigureRequestMsg xmlns="{NS}"><Action>create</Action><Configurations>{attribute}</Configurations></ConfigureRequestMsg>'
    assert emu._tenant.activities.automations.all(emu.account_id)[0]["status"] == "Scheduled"
    assert (await sfmc.soap(inner, action="Configure")).find("StatusMessage") == "Created Attribute"
    assert "<Name>Shoe Size</Name>" in (await sfmc.retrieve("Subscriber", "ID", batch=1)).text
    assert (await sfmc.soap(inner, action="Configure")).find("OverallStatus") == "Error"


async def test_writing_needs_the_scope_of_its_type(bare):
    await bare.log_in(scope="list_and_subscribers_write email_read")
    ok = await bare.write("Create", "Subscriber", "<EmailAddress>s@example.com</EmailAddress>")
    assert ok.find("OverallStatus") == "OK"
    refused = await bare.write("Create", "DataExtensionObject", _row(ConfigKey="k"))
    assert refused.find("StatusMessage") == "API Permission Failed."
    assert (await _perform(bare, "DataExtension", "Orders", "ClearData")).find("OverallStatus") == "Error"
