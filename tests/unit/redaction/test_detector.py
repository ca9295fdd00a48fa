"""What is found, what is left alone, and what neither order nor company of texts changes."""

from __future__ import annotations

import json

import pytest

from sidecar.errors import BadConfig, Unanalysable
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.embedded import unfold
from sidecar.redaction.findings import Passage

FOUND_IN_SENTENCES = [
    ("Please call Maria Gonzalez about the order", "Maria Gonzalez", "PERSON"),
    ("maria gonzalez wrote again", "maria gonzalez", "PERSON"),
    ("Jane Doe, 12 High Street, London NW1 6XE", "Jane Doe", "PERSON"),
    ("Jane Doe, 12 High Street, London NW1 6XE", "12 High Street, London NW1 6XE", "LOCATION"),
    ("Visit Dr. José Núñez-Álvarez at 5 p.m.", "José Núñez-Álvarez", "PERSON"),
    (
        "Ship to 742 Evergreen Terrace, Springfield, IL 62704",
        "742 Evergreen Terrace, Springfield, IL 62704",
        "LOCATION",
    ),
    ("seen by Dr.Gonzalez today", "Gonzalez", "PERSON"),
    ("Meeting with Tom O'Brien tomorrow", "Tom O'Brien", "PERSON"),
    ("Bitte an Jürgen Schneider weiterleiten", "Jürgen Schneider", "PERSON"),
    ("write to maria@example.test please", "maria@example.test", "EMAIL_ADDRESS"),
    ("<anna.schmidt+news@mail.example.com>", "anna.schmidt+news@mail.example.com", "EMAIL_ADDRESS"),
    ("https://example.com/u?email=jane%40example.com&x=1", "jane%40example.com", "EMAIL_ADDRESS"),
    ("call +1 415 555 0132 today", "+1 415 555 0132", "PHONE_NUMBER"),
    ("Her number is (415) 555-0132.", "(415) 555-0132", "PHONE_NUMBER"),
    ("415-555-0132", "415-555-0132", "PHONE_NUMBER"),
    ("415.555.0132", "415.555.0132", "PHONE_NUMBER"),
    ("415 555 0132", "415 555 0132", "PHONE_NUMBER"),
    ("+14155550132", "+14155550132", "PHONE_NUMBER"),
    ("+44 20 7946 0958", "+44 20 7946 0958", "PHONE_NUMBER"),
    ("call 4155550132 now", "4155550132", "PHONE_NUMBER"),
    ("mobile: 4155550132", "4155550132", "PHONE_NUMBER"),
    ("phone 555-0132", "555-0132", "PHONE_NUMBER"),
    ("SSN 123-45-6789 on file", "123-45-6789", "US_SSN"),
    ("ssn: 123456789", "123456789", "US_SSN"),
    ("paid with 4111 1111 1111 1111 today", "4111 1111 1111 1111", "CREDIT_CARD"),
    ("4111111111111111", "4111111111111111", "CREDIT_CARD"),
    ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
    ("login from 203.0.113.7", "203.0.113.7", "IP_ADDRESS"),
    ("login from 2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334", "IP_ADDRESS"),
    ("born on 1980-03-12 in May", "1980-03-12", "DATE_OF_BIRTH"),
    ("Authorization: Bearer abcdefghijklmnop1234", "abcdefghijklmnop1234", "CREDENTIAL"),
    ("bank account number 12345678 was charged", "12345678", "US_BANK_NUMBER"),
]


@pytest.mark.parametrize(("text", "value", "entity"), FOUND_IN_SENTENCES)
def test_personal_data_in_a_sentence_is_found_whole(find, text, value, entity):
    assert (value, entity) in find(text)


LEFT_ALONE = [
    "Echo: hello world",
    "This is a simple text response for testing.",
    "Get the weather in the next three days",
    "Order 10001 shipped",
    "Order 10001 shipped to room 12",
    "Server at 127.0.0.1 port 22",
    "JobID 1234567890",
    "Version 5.0.2.1 listens on 127.0.0.1 port 8080",
    "Created 2025-04-21T20:07:27.123Z by job 20250421",
    "6F9619FF-8B86-D011-B42D-00CF4FC964FF",
    "APIEvent-6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    "See 6f9619ff-8b86-d011-b42d-00cf4fc964ff for 4080-8903",
    "5d41402abc4b2a76b9719d911017c592",
    "ENT.Contact_Salesforce_1",
    "SELECT SubscriberKey FROM _Sent WHERE JobID = 1447640",
    "Hello %%FirstName%%, your %%=v(@code)=%%",
    "Dear <PERSON>, we wrote to <EMAIL_ADDRESS>",
    "4155550132",
    "1700000000",
    "1700000000000",
    "550 5.1.1 mailbox unavailable",
    "std::vector<abc::def> x",
    "git@github.com:org/repo.git",
    "@scope/pkg@1.2.3",
    "pi is 3.14159265358979",
    "t.update(len(current_buffer)) and file.flush()",
    ">>> orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)",
    "https://img.shields.io/pypi/v/importlib_metadata.svg",
    '{"active": true, "valid": false}',
    "Disabled by pull/1549 in another branch",
    "a driver reads s3://assets/catalogue",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_machine_text_and_plain_prose_are_left_alone(find, text):
    assert find(text) == []


IDS = [
    ("MID", "1447640"), ("memberId", "7203368"), ("enterpriseId", "510001234"), ("JobID", "123456789"), ("SendID", "1234567890"),
    ("SubscriberID", "123456789"), ("ContactID", "987654321"), ("requestID", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
    ("compositeId", "6f9619ff-8b86-d011-b42d-00cf4fc964ff.1.2.3.4"), ("SFContactID", "0032400000aBcDeAAK"), ("customerKey", "DE-Welcome-2024-01"),
    ("MobileID", "MTpTZ2FiYzEyMzo4NjA="), ("CreatedDate", "2025-04-21T20:07:27"), ("ModifiedDate", "4/21/2025 8:07:27 PM"), ("externalKey", "4111111111111111"),
    ("statusCode", "550"), ("keyword", "JOIN"), ("version", "5.0.2.1"), ("eventDefinitionKey", "APIEvent-6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), IDS)
def test_ids_of_marketing_cloud_are_kept(find, field, value):
    assert find(value, field=field) == []


@pytest.mark.parametrize("field", ["ContactKey", "contactID", "SubscriberKey", "user_id"])
@pytest.mark.parametrize(
    ("value", "entity"),
    [("maria@example.com", "EMAIL_ADDRESS"), ("+14155550132", "PHONE_NUMBER"), ("Maria Gonzalez", "PERSON")],
)
def test_personal_data_in_an_id_field_is_still_found(find, field, value, entity):
    assert find(value, field=field) == [(value, entity)]


def test_a_field_rule_covers_the_whole_value_and_needs_no_worker(detector):
    [answer] = detector.lookup([Passage(" 4155550132 ", field="MobilePhone")])
    assert answer is not None
    assert [(f.start, f.end, f.entity, f.recognizer) for f in answer] == [(1, 11, "PHONE_NUMBER", "field")]


def test_a_sibling_name_counts_as_the_field(find):
    assert find("Priya", field="value", sibling="First Name") == [("Priya", "PERSON")]


def test_a_field_value_of_the_wrong_shape_is_read_as_text(find):
    assert find("see maria@example.com", field="FirstName") == [("maria@example.com", "EMAIL_ADDRESS")]


def test_numbers_are_found_by_their_field_only(find):
    assert find("4155550132", field="phone", json_type="integer") == [("4155550132", "PHONE_NUMBER")]
    assert find("123456789", field="ssn", json_type="integer") == [("123456789", "US_SSN")]
    assert find("4155550132", field="count", json_type="integer") == []
    assert find("4111111111111111", json_type="integer") == []


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("maria@example.com", [("maria@example.com", "EMAIL_ADDRESS")]),
        ("+1 415 555 0132", [("+1 415 555 0132", "PHONE_NUMBER")]),
        ("123-45-6789", [("123-45-6789", "US_SSN")]),
        ("Maria Gonzalez", [("Maria Gonzalez", "PERSON")]),
        ("FirstName", []),
        ("First Name", []),
        ("Content Type", []),
        ("maria", []),
        ("city", []),
        ("2025-04-21", []),
    ],
)
def test_keys_are_read_for_precise_patterns_and_full_names(find, key, found):
    assert find(key, json_type="key") == found


def test_code_is_read_for_precise_patterns_only(find):
    code = "const maria = 'Maria Gonzalez'; const ip = '203.0.113.7'; mail('maria@example.com'); git@github.com:a/b.git 415-555-0132"
    assert find(code, is_code=True) == [("maria@example.com", "EMAIL_ADDRESS")]


def test_masked_tokens_and_labels_are_no_part_of_a_finding(find):
    assert find("____________________ Gonzalez called") == [("Gonzalez", "PERSON")]
    assert find("12 High Street, ____________________", field="MailingStreet") == [("12 High Street, ", "LOCATION")]


def test_a_pattern_wins_over_a_name(find):
    assert find("card 4111 1111 1111 1111 exp 12/27") == [("4111 1111 1111 1111", "CREDIT_CARD")]


def test_long_texts_are_read_to_the_end(find):
    filler = "The parcel was sent and nobody complained about anything at all. " * 120
    text = f"{filler} Maria Gonzalez called from +1 415 555 0132. {filler} Write to anna@example.com, card 4111 1111 1111 1111."
    found = find(text)
    for expected in [
        ("Maria Gonzalez", "PERSON"),
        ("+1 415 555 0132", "PHONE_NUMBER"),
        ("anna@example.com", "EMAIL_ADDRESS"),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
    ]:
        assert expected in found


def test_every_place_in_a_long_text_is_as_good_as_any_other(find):
    word = "lorem ipsum dolor sit amet "
    missed = [
        n
        for n in range(0, 190, 7)
        if ("203.0.113.77", "IP_ADDRESS") not in find(word * n + "203.0.113.77 " + word * 90, is_code=False)
    ]
    assert missed == []


def test_a_text_over_the_limit_is_not_analysed():
    detector = PresidioDetector(DetectorSettings(engine="none", max_chars=100))
    with pytest.raises(Unanalysable):
        detector.detect([Passage("x" * 101)])


def test_json_in_a_text_is_found_by_field_and_pattern(find):
    text = json.dumps(
        {"items": [{"FirstName": "Priya", "Phone": "415-555-0132", "note": "Ask Maria Gonzalez", "id": 123456789}]}
    )
    unfolded = unfold(text)
    found = [pair for pairs in find.many(list(unfolded.passages)) for pair in pairs]
    assert found == [("Priya", "PERSON"), ("415-555-0132", "PHONE_NUMBER"), ("Maria Gonzalez", "PERSON")]


def test_what_is_found_does_not_depend_on_the_batch(detector):
    texts = [text for text, _, _ in FOUND_IN_SENTENCES] + LEFT_ALONE
    alone = [detector.detect([Passage(text)])[0] for text in texts]
    shuffled = sorted(range(len(texts)), key=lambda n: (n * 37) % len(texts))
    together = dict(zip(shuffled, detector.detect([Passage(texts[n]) for n in shuffled]), strict=True))
    assert [together[n] for n in range(len(texts))] == alone


def test_findings_never_overlap_and_lie_within_the_text(detector):
    texts = [text for text, _, _ in FOUND_IN_SENTENCES] + [" ".join(text for text, _, _ in FOUND_IN_SENTENCES)]
    for text, found in zip(texts, detector.detect([Passage(text) for text in texts]), strict=True):
        ends = [0]
        for finding in found:
            assert ends[-1] <= finding.start < finding.end <= len(text)
            assert 0 < finding.score <= 1
            ends.append(finding.end)


def test_an_answer_that_was_stored_is_looked_up():
    detector = PresidioDetector(DetectorSettings(engine="none"))
    passages = [Passage("write to maria@example.com"), Passage("nothing to see in this one")]
    assert detector.lookup(passages) == [None, None]
    found = detector.detect(passages)
    detector.store(passages, found)
    assert detector.lookup(passages) == found


def test_without_a_model_fields_and_patterns_remain():
    detector = PresidioDetector(DetectorSettings(engine="none"))
    [found] = detector.detect([Passage("Maria Gonzalez, maria@example.com")])
    assert [f.entity for f in found] == ["EMAIL_ADDRESS"]
    assert detector.lookup([Passage("Maria", field="FirstName")])[0] is not None


def test_a_threshold_of_one_entity_hides_its_weaker_findings():
    detector = PresidioDetector(DetectorSettings(engine="none", thresholds=(("US_SSN", 0.99),)))
    assert detector.detect([Passage("123-45-6789")]) == [()]


def test_a_country_adds_its_recognizers():
    text = Passage("44051401359")
    assert PresidioDetector(DetectorSettings(engine="none")).detect([text]) == [()]
    polish = PresidioDetector(DetectorSettings(engine="none", countries=("pl",)))
    assert [f.entity for f in polish.detect([text])[0]] == ["PL_PESEL"]
    assert "PL_PESEL" in polish.entities


@pytest.mark.parametrize("settings", [DetectorSettings(engine="gpt"), DetectorSettings(countries=("atlantis",))])
def test_an_unknown_engine_or_country_is_refused_at_once(settings):
    with pytest.raises(BadConfig):
        PresidioDetector(settings)


def test_the_fingerprint_changes_with_the_settings():
    prints = {
        PresidioDetector(s).fingerprint
        for s in (DetectorSettings(), DetectorSettings(engine="none"), DetectorSettings(fields=(("x", "PET"),)))
    }
    assert len(prints) == 3
    assert PresidioDetector().fingerprint in prints


def test_every_entity_found_is_announced(detector):
    found = detector.detect([Passage(text) for text, _, _ in FOUND_IN_SENTENCES])
    assert {finding.entity for findings in found for finding in findings} <= detector.entities


def test_no_passage_or_finding_shows_its_text():
    assert "Maria" not in repr(Passage("Maria"))


def test_odd_characters_break_nothing(detector):
    texts = [
        "\ud800 Maria Gonzalez \udfff",
        "\x00\x01",
        "\u0130stanbul \u212a",
        "🎉" * 50,
        "각" * 600,
        "a" * 3000,
        "1" * 3000,
        "@" * 3000,
        "+1 " * 1000,
        "(" * 2000,
    ]
    assert len(detector.detect([Passage(text) for text in texts])) == len(texts)
