"""Envelopes written and answers parsed."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from upstream_sfmc import soap
from upstream_sfmc.errors import Failure

NS = {"p": soap.PARTNER, "s": soap.ENVELOPE}


def request_of(request: soap.Retrieve):
    return fromstring(soap.envelope("t0k", soap.retrieve(request))).find(".//p:RetrieveRequest", NS)


def answer(inner: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{soap.ENVELOPE}" xmlns:xsi="{soap.INSTANCE}"><s:Header/><s:Body>{inner}</s:Body></s:Envelope>'
    ).encode()


def test_what_a_caller_gives_stays_text():
    evil = "x</Value></Filter><Properties>Password</Properties>&<!--"
    found = request_of(soap.Retrieve("Subscriber", ("ID",), (soap.Where("SubscriberKey", "equals", (evil,)),)))
    assert found.find("p:Filter/p:Value", NS).text == evil
    assert [part.text for part in found.findall("p:Properties", NS)] == ["ID"]


def test_a_token_cannot_break_out_of_its_element():
    root = fromstring(soap.envelope("a</fueloauth><x>", "<b/>"))
    assert root.find("s:Header", NS)[0].text == "a</fueloauth><x>"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufffe", "\ud800"])
def test_a_character_xml_cannot_carry_is_refused_without_being_shown(character):
    with pytest.raises(Failure) as told:
        soap.text(f"jane{character}")
    assert "jane" not in str(told.value)


def test_several_conditions_nest_as_and():
    wheres = tuple(soap.Where(name, "equals", ("1",)) for name in ("A", "B", "C"))
    found = request_of(soap.Retrieve("ClickEvent", ("URL",), wheres)).find("p:Filter", NS)
    assert [part.text for part in found.iter(f"{{{soap.PARTNER}}}Property")] == ["A", "B", "C"]
    assert len(found.findall(".//p:LogicalOperator", NS)) == 2


def test_a_continued_request_names_only_the_one_before():
    found = request_of(soap.Retrieve("Subscriber", ("ID",), batch_size=5, continue_id="r-1"))
    assert [part.tag.rpartition("}")[2] for part in found] == ["ContinueRequest"]


def test_elements_follow_the_wsdl_sequence():
    request = soap.Retrieve("S", ("ID",), (soap.Where("A", "isNull"),), batch_size=5, all_accounts=True)
    names = [part.tag.rpartition("}")[2] for part in request_of(request)]
    assert names == ["ObjectType", "Properties", "Filter", "QueryAllAccounts", "Options"]


def test_an_upsert_says_so_before_its_object():
    body = fromstring(
        soap.envelope("t", soap.create("Subscriber", {"SubscriberKey": "k", "Status": None}, upsert=True))
    )
    request = body.find(".//p:CreateRequest", NS)
    assert [part.tag.rpartition("}")[2] for part in request] == ["Options", "Objects"]
    assert request.find(".//p:SaveAction", NS).text == "UpdateAdd"
    assert [part.tag.rpartition("}")[2] for part in request.find("p:Objects", NS)] == ["SubscriberKey"]


def test_results_are_read_with_nil_missing_and_repeated_elements():
    parsed = soap.parse(
        answer(
            f'<R xmlns="{soap.PARTNER}"><OverallStatus>MoreDataAvailable</OverallStatus><RequestID>r-1</RequestID>'
            '<Results><PartnerKey xsi:nil="true"/><ID>7</ID><Attributes><Name>A</Name></Attributes>'
            "<Attributes><Name>B</Name><Value>&lt;b&gt;</Value></Attributes></Results></R>"
        )
    )
    assert isinstance(parsed, soap.Answer)
    assert parsed.has_more
    assert parsed.request_id == "r-1"
    assert parsed.results == (
        {"PartnerKey": None, "ID": "7", "Attributes": [{"Name": "A"}, {"Name": "B", "Value": "<b>"}]},
    )


def test_an_expired_token_is_told_from_another_fault():
    fault = "<s:Fault><faultcode>q0:Security</faultcode><faultstring>{}</faultstring></s:Fault>"
    assert soap.parse(answer(fault.format("Token Expired"))) == soap.Fault(is_token_expired=True)
    assert soap.parse(answer(fault.format("Out of order"))) == soap.Fault(is_token_expired=False)
    assert soap.parse(answer(fault.format("Too busy"))) == soap.Fault(is_token_expired=False, is_throttled=True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Bad Request",
        b"<a><b></a>",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
    ],
)
def test_what_is_not_a_plain_answer_is_refused(body):
    with pytest.raises(Failure) as told:
        soap.parse(body)
    assert told.value.category == "protocol"
