"""Tokens in the spelling a schema accepts, and what comes back of them where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

import pytest

from sidecar.redaction.findings import Finding
from sidecar.session.actions import Refuse
from sidecar.vault.keys import KeyRing, Keys, new_key
from sidecar.vault.sealed import SealedVault
from sidecar.vault.tokens import check_character
from tests.playbook import PatternDetector, Playbook, body

FIELDS = {
    "email": ("EMAIL_ADDRESS", "jane.doe@corp.example.org"), "person": ("PERSON", "Maria Gonzalez"),
    "phone": ("PHONE_NUMBER", "+1 (415) 555-0132"), "born": ("DATE_OF_BIRTH", "1980-03-12"),
    "seen": ("DATE_TIME", "2024-05-06T07:08:09Z"), "id": ("UUID", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
    "ip4": ("IP_ADDRESS", "203.0.113.7"), "ip6": ("IP_ADDRESS", "2001:db8:85a3::7334"),
    "home": ("URL", "https://corp.test/c/42"), "host": ("URL", "crm.corp.test"), "ssn": ("US_SSN", "078-05-1120"),
    "number": ("PHONE_NUMBER", "4155550132"), "key": ("USERNAME", "AB-1234"), "short": ("PERSON", "Jo"),
}  # fmt: skip
SCHEMAS = {
    "email": {"type": "string", "format": "email"}, "person": {"type": "string", "format": "email"},
    "phone": {"type": "string", "pattern": r"^\+1 \(\d{3}\) \d{3}-\d{4}$"}, "born": {"type": "string", "format": "date"},
    "seen": {"type": "string", "format": "date-time"}, "id": {"type": "string", "format": "uuid"},
    "ip4": {"type": "string", "format": "ipv4"}, "ip6": {"type": "string", "format": "ipv6"},
    "home": {"type": "string", "format": "uri"}, "host": {"type": "string", "format": "hostname"},
    "ssn": {"type": "string", "pattern": r"^\d{3}-\d{2}-\d{4}$"}, "number": {"type": "integer", "minimum": 1000000000},
    "key": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$", "maxLength": 7}, "short": {"type": "string", "maxLength": 4, "pattern": "^[A-Za-z]+$"},
}  # fmt: skip
LARGE = ("email", "person", "id", "ip6", "home", "host")
"""Spellings with room for the token itself: they come back anywhere."""
SMALL = ("phone", "born", "seen", "ip4", "ssn", "number", "key", "short")
CHECKS = {
    "born": date.fromisoformat, "id": UUID, "ip4": IPv4Address, "ip6": IPv6Address, "number": int,
}  # fmt: skip
NAMED_PATH = "version: 1\nextends: reversible\nrestore: [{tool: send, path: 'arguments.*'}]\n"


class FieldDetector(PatternDetector):
    entities = frozenset(entity for entity, _ in FIELDS.values())

    def _find(self, passage):
        if self.is_blind:
            return ()
        known = [entity for entity, value in FIELDS.values() if passage.text == value]
        return (Finding(0, len(passage.text), known[0], 1.0, "field"),) if known else ()


def playing(policy=NAMED_PATH, vault=None):
    play = Playbook(policy, detector=FieldDetector())
    if vault is not None:
        play.kit = replace(play.kit, vault=vault)
        play.session._kit = play.kit
    schema = {"type": "object", "properties": SCHEMAS}
    play.learn(
        {"name": "get", "outputSchema": schema, "annotations": {"readOnlyHint": True}},
        {"name": "send", "inputSchema": schema},
        {"name": "find", "inputSchema": schema, "annotations": {"readOnlyHint": True}},
    )
    return play


def real(name):
    value = FIELDS[name][1]
    return int(value) if SCHEMAS[name]["type"] == "integer" else value


def shown(play, name):
    _, got = play.call("get", {}, {"content": [], "structuredContent": {name: real(name)}}, request_id=f"g-{name}")
    assert not isinstance(got, Refuse), name
    return body(got)["result"]["structuredContent"][name]


@pytest.mark.parametrize("name", FIELDS)
def test_a_stand_in_satisfies_the_schema_and_is_the_same_each_time(name):
    play = playing()
    stand_in = shown(play, name)
    assert stand_in != real(name)
    assert shown(play, name) == stand_in
    if name in CHECKS:
        assert CHECKS[name](stand_in)
    assert shown(playing("reversible"), name) is not None


@pytest.mark.parametrize("name", FIELDS)
def test_it_comes_back_at_an_argument_a_restore_rule_names(name):
    play = playing()
    sent, _ = play.call("send", {name: shown(play, name)})
    assert body(sent)["params"]["arguments"] == {name: real(name)}


@pytest.mark.parametrize("name", LARGE)
def test_one_with_room_for_the_token_comes_back_anywhere_a_model_writes_it(name):
    play = playing("reversible")
    sent, _ = play.call("send", {"note": f"see {str(shown(play, name)).upper()}, please"})
    assert body(sent)["params"]["arguments"]["note"] == f"see {real(name)}, please"


@pytest.mark.parametrize("name", SMALL)
def test_one_from_a_small_domain_is_refused_where_no_rule_names_the_place_and_stays_in_a_text(name):
    play = playing("reversible")
    stand_in = shown(play, name)
    sent, _ = play.call("send", {name: stand_in})
    assert isinstance(sent, Refuse)
    assert f"arguments.{name}" in body(sent)["result"]["content"][0]["text"]
    assert str(stand_in) not in body(sent)["result"]["content"][0]["text"]
    found, _ = play.call("find", {name: stand_in}, request_id=7)
    assert body(found)["params"]["arguments"] == {name: stand_in}
    noted, _ = play.call("find", {"note": f"on {stand_in} or so"}, request_id=8)
    assert body(noted)["params"]["arguments"]["note"] == f"on {stand_in} or so"


@pytest.mark.parametrize("name", SMALL)
def test_a_genuine_value_that_was_never_given_out_passes(name):
    play = playing()
    shown(play, name)
    other = {"born": "1999-12-31", "seen": "1999-12-31T00:00:00Z", "number": 5551234567, "ip4": "198.18.0.9"}.get(name)
    if other is not None:
        sent, _ = play.call("send", {name: other})
        assert body(sent)["params"]["arguments"] == {name: other}


@pytest.mark.parametrize("name", FIELDS)
def test_redacting_a_stand_in_again_changes_nothing(name):
    play = playing()
    stand_in = shown(play, name)
    _, got = play.call("get", {}, {"content": [], "structuredContent": {name: stand_in}}, request_id="again")
    assert body(got)["result"]["structuredContent"][name] == stand_in


@pytest.mark.parametrize("name", FIELDS)
def test_under_sealed_tokens_a_spelling_cannot_be_undone_and_is_still_valid(name):
    play = playing(vault=SealedVault(KeyRing(Keys(new_key()))))
    assert shown(play, name) != real(name)


def test_two_values_never_share_a_stand_in_of_a_small_domain():
    play = playing()
    vault, key = play.kit.vault, play.kit.key
    from sidecar.redaction.findings import Passage
    from sidecar.session.choose import Chooser

    chooser = Chooser(vault, key, "s", "server")
    given = {}
    for number in range(600):  # of 762 documentation addresses
        value = f"10.0.{number // 250}.{number % 250}"
        passage = Passage(value, "ip", "", "string", "en", b"")
        finding = Finding(0, len(value), "IP_ADDRESS", 1.0, "x")
        stand_in = chooser.fitting(passage, finding, "token", play_declared())
        if stand_in is not None:
            assert vault.spelt("s", stand_in) == value
            assert given.setdefault(stand_in, value) == value
    assert len(given) >= 500
    assert all(vault.spelt("s", stand_in) == value for stand_in, value in given.items())


@pytest.mark.parametrize("order", ["0123456789", "9876543210", "3141592653589793238462643383279"])
def test_in_a_domain_of_ten_a_stand_in_is_turned_back_into_the_one_value_it_was_shown_for_or_refused(order):
    """Where as many values are told as there are texts to stand for them, some of these are the values of others."""

    class Digits(PatternDetector):
        entities = frozenset(("PIN",))

        def _find(self, passage):
            is_digit = len(passage.text) == 1 and passage.text.isdigit() and passage.field == "pin"
            return (Finding(0, 1, "PIN", 1.0, "digit"),) if is_digit else ()

    play = Playbook(NAMED_PATH, detector=Digits())
    schema = {"type": "object", "properties": {"pin": {"type": "string", "pattern": "^[0-9]$"}}}
    play.learn({"name": "get", "outputSchema": schema}, {"name": "send", "inputSchema": schema})
    meant = {}
    restored = refused = 0
    for number, value in enumerate(order):
        _, got = play.call("get", {}, {"content": [], "structuredContent": {"pin": value}}, request_id=f"g{number}")
        if "structuredContent" in body(got).get("result", {}):
            meant.setdefault(body(got)["result"]["structuredContent"]["pin"], set()).add(value)
        for stand_in, values in meant.items():
            sent, _ = play.call("send", {"pin": stand_in}, request_id=f"s{number}{stand_in}")
            if isinstance(sent, Refuse):
                refused += 1
            else:
                restored += 1
                assert values == {body(sent)["params"]["arguments"]["pin"]}
    assert restored > 5
    assert refused > 0


def play_declared():
    from sidecar.protocol.schemas import Declared

    return Declared(format="ipv4")


def test_foreign_tokens_pass_in_writing_calls_only_where_they_are_trusted():
    other = playing()
    token = other.kit.vault.mint("another scope", "server", "PERSON", "Maria Gonzalez")
    for policy, passes in (
        ("reversible", False),
        ("version: 1\nextends: reversible\ntrust_foreign_tokens: true\n", True),
    ):
        play = playing(policy)
        sent, _ = play.call("send", {"note": f"to {token}"})
        assert isinstance(sent, Refuse) != passes
        mistyped, _ = play.call("send", {"note": f"to {token[:-1]}{'a' if token[-1] != 'a' else 'b'}"}, request_id=2)
        assert isinstance(mistyped, Refuse)
        read, _ = play.call("find", {"note": f"to {token}"}, request_id=3)
        assert body(read)["params"]["arguments"]["note"] == f"to {token}"


def test_the_refusal_says_why():
    play = playing("reversible")
    vault = play.kit.vault
    own = vault.mint("elsewhere", "server", "PERSON", "Ann")
    letter = next(letter for letter in "abc" if not vault.is_own("s", letter))
    tail = letter + "a" * 11
    made = f"PERSON_{tail}{check_character('PERSON', tail)}"
    said = [
        body(play.call("send", {"note": text}, request_id=number)[0])["result"]["content"][0]["text"]
        for number, text in enumerate((own, made, own[:-1] + ("a" if own[-1] != "a" else "b")))
    ]
    assert "unknown here, expired" in said[0]
    assert "another key" in said[1]
    assert "mistyped" in said[2]


def test_a_value_that_went_out_from_a_spelling_comes_back_as_a_token_found_or_not():
    play = playing()
    stand_in = shown(play, "born")
    play.detector.is_blind = True
    _, got = play.call("send", {"born": stand_in}, {"content": [{"type": "text", "text": f"born on {real('born')}."}]})
    text = body(got)["result"]["content"][0]["text"]
    assert real("born") not in text
    assert text.startswith("born on VALUE_")
