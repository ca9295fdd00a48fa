"""A token comes back after whatever a model makes of it; what cannot come back is never written; nothing else is touched."""

from __future__ import annotations

import json
import random
import re

import pytest

from sidecar.session.actions import Refuse
from sidecar.vault import tolerant
from sidecar.vault.memory import MemoryVault
from tests.playbook import Playbook, body
from tests.tokens.mangling import BROKEN, WHOLE, packed

NAMES = frozenset(("PERSON", "EMAIL_ADDRESS", "US_SSN", "LOCATION", "DATE_OF_BIRTH"))
VALUES = ("Maria Gonzalez", "jane@example.com", "Ann", "Björn Åkesson", "078-05-1120")
ENTITIES = ("PERSON", "EMAIL_ADDRESS", "US_SSN")
WRITE = {"name": "send", "inputSchema": {"type": "object"}}


def restored(vault, text):
    """``text`` with every token that resolves replaced, as the session would."""
    for span in reversed(tolerant.find(text, NAMES)):
        value = vault.resolve("s", span.token)
        if value is not None:
            text = text[: span.start] + value + text[span.end :]
    return text


def tokens_of(count):
    """(vault, token, value) of many values, with and without digits in the tail."""
    vault = MemoryVault()
    for number in range(count):
        value = f"{VALUES[number % len(VALUES)]} {number}"
        yield vault, vault.mint("s", "server", ENTITIES[number % len(ENTITIES)], value), value


@pytest.mark.parametrize("way", WHOLE)
def test_a_token_comes_back_after(way):
    for vault, token, value in tokens_of(60):
        text = WHOLE[way](token)
        assert value in restored(vault, f"Dear {text} hello"), token


def test_there_are_more_than_forty_ways_and_more_than_nineteen_in_twenty_of_all_come_back():
    ways = {**WHOLE, **BROKEN}
    back = sum(
        value in restored(vault, f"x {way(token)} y") for vault, token, value in tokens_of(30) for way in WHOLE.values()
    )
    assert len(WHOLE) >= 40
    assert back >= 0.95 * 30 * len(WHOLE)
    assert len(ways) == len(WHOLE) + len(BROKEN)


@pytest.mark.parametrize("way", BROKEN)
def test_what_lost_or_changed_a_character_is_never_restored(way):
    for vault, token, value in tokens_of(60):
        text = BROKEN[way](token)
        if text != token:
            assert value not in restored(vault, f"Dear {text} hello")


def learned():
    play = Playbook("reversible")
    play.learn(WRITE)
    sent = play.server({"jsonrpc": "2.0", "method": "x/note", "params": {"a": "jane@example.com"}})
    return play, body(sent)["params"]["a"]


@pytest.mark.parametrize("way", WHOLE)
def test_a_writing_call_gets_the_value_after(way):
    play, token = learned()
    sent, _ = play.call("send", {"to": f"x {WHOLE[way](token)} y"})
    said = json.dumps(body(sent), ensure_ascii=False)
    assert not isinstance(sent, Refuse), said
    assert "jane" in said
    assert token.rpartition("_")[2] not in said.lower()


def test_a_writing_call_gets_the_value_out_of_base64():
    play, token = learned()
    sent, _ = play.call("send", {"to": packed(token)})
    assert packed("jane@example.com") in json.dumps(body(sent))


@pytest.mark.parametrize("way", BROKEN)
def test_a_writing_call_with_a_broken_token_is_refused_and_told_what_to_do(way):
    for _ in range(8):
        play, token = learned()
        text = BROKEN[way](token)
        if text == token:
            continue
        sent, _ = play.call("send", {"to": f"x {text} y"})
        assert isinstance(sent, Refuse), text
        said = body(sent)["result"]["content"][0]["text"]
        assert "arguments.to" in said
        assert "placeholder" in said
        assert text not in said


@pytest.mark.parametrize(
    "text",
    [
        "email-aaaaaaaaaaaaa@example.com",
        "person-aaaaaaaaaaaaa.example.com",
        "https://redacted.example/person-aaaaaaaaaaaaa",
    ],
)
def test_a_made_up_spelling_of_a_token_is_refused_in_a_writing_call_and_left_alone_in_a_reading_one(text):
    play, _ = learned()
    sent, _ = play.call("send", {"to": f"to {text}, please"})
    assert isinstance(sent, Refuse)
    assert "placeholder" in body(sent)["result"]["content"][0]["text"]
    play.learn({**WRITE, "annotations": {"readOnlyHint": True}})
    sent, _ = play.call("send", {"to": f"to {text}, please"}, request_id=2)
    assert body(sent)["params"]["arguments"]["to"] == f"to {text}, please"


def test_restored_values_are_escaped_as_the_text_around_their_token_is():
    play = Playbook("reversible")
    play.learn(WRITE)
    vault = play.kit.vault
    token = vault.mint("s", "server", "PERSON", 'A "B" & C/<D>')
    for given, want in (
        (f"?q={token.replace('_', '%5F')}", "?q=A%20%22B%22%20%26%20C%2F%3CD%3E"),
        (token.replace("_", "&#95;"), "A &quot;B&quot; &amp; C/&lt;D&gt;"),
        (token.replace("_", r"\u005f"), r"A \"B\" & C/<D>"),
        (token, 'A "B" & C/<D>'),
    ):
        sent, _ = play.call("send", {"to": given})
        assert body(sent)["params"]["arguments"]["to"] == want


WORDS = [
    "international",
    "communication",
    "significantly",
    "person",
    "location",
    "development",
    "transportation",
    "manufacturing",
    "independently",
    "approximately",
    "automatically",
    "understanding",
    "administration",
    "environmental",
    "characteristics",
    "email",
    "address",
    "quantitative",
]


def look_alikes(count):
    """Genuine texts with the look of tokens: identifiers, words of thirteen letters, hashes, base32, keys."""
    drawn = random.Random(7)  # noqa: S311
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    kinds = (
        lambda: f"{drawn.choice(ENTITIES)}_{''.join(drawn.choices(letters, k=13))}",
        lambda: f"{drawn.choice(['person', 'Location', 'email address'])} {drawn.choice(WORDS)}",
        lambda: f"{drawn.choice(WORDS)}_{drawn.choice(WORDS)}",
        lambda: f"{drawn.choice(['user', 'order', 'person_id', 'PERSON'])}_{drawn.randrange(10**8)}",
        lambda: "".join(drawn.choices(letters.upper(), k=drawn.choice([16, 26, 32, 52]))),
        lambda: f"{drawn.getrandbits(128):032x}",
        lambda: f"email-{''.join(drawn.choices(letters, k=13))}@example.com",
        lambda: (
            f"{drawn.getrandbits(32):08x}-{drawn.getrandbits(16):04x}-8{drawn.getrandbits(12):03x}-9{drawn.getrandbits(12):03x}-{drawn.getrandbits(48):012x}"
        ),
        lambda: f"2001:db8:{drawn.getrandbits(16):x}:{drawn.getrandbits(16):x}::{drawn.getrandbits(16):x}",
        lambda: f"PERSON%5F{''.join(drawn.choices(letters, k=13))}",
        lambda: f"https://redacted.example/person-{''.join(drawn.choices(letters, k=13))}",
        lambda: f"PERSON_{''.join(drawn.choices('0123456789abcdef', k=drawn.choice([8, 12, 13, 14, 40])))}",
    )
    return [kinds[number % len(kinds)]() for number in range(count)]


def test_genuine_text_that_looks_like_a_token_is_never_changed():
    vault = MemoryVault()
    for number in range(1000):
        vault.mint("s", "server", ENTITIES[number % 3], f"{number}")
    texts = look_alikes(6000)
    assert len(set(texts)) >= 1000
    changed = [text for text in texts if restored(vault, text) != text]
    assert changed == []


def test_reading_calls_carry_look_alikes_unchanged():
    play = Playbook("reversible")
    play.learn({**WRITE, "annotations": {"readOnlyHint": True}})
    for text in look_alikes(600):
        if "@" in text or re.search(r"\d{9}", text):
            continue  # this playbook's detector finds those
        sent, _ = play.call("send", {"to": text})
        assert body(sent)["params"]["arguments"]["to"] == text


ORDINARY = (
    "person significantly", "The person communication plan", "location_id", "PERSON_00012345", "url_20240101",
    "device_id_12345678", "Location development", "person_a1b2c3", "see PERSON_ID or EMAIL_ADDRESS", "person-to-person",
    "d41d8cd98f00b204e9800998ecf8427e", "user_international", "SELECT person_name FROM t", "us_ssn field", "email_address_...",
)  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_a_writing_call_is_not_refused_for_ordinary_words(text):
    play = Playbook("reversible")
    play.learn(WRITE)
    sent, _ = play.call("send", {"to": text})
    assert not isinstance(sent, Refuse)
    assert body(sent)["params"]["arguments"]["to"] == text


def test_any_text_is_searched_in_bounded_time_and_without_failing():
    worst = ["PERSON_" * 5000, "a" * 40000, "a\n" * 20000, "%41" * 12000, "&#95;" * 8000, "\\u005f" * 6000,
             "person " * 6000, "_abcdefghijklm" * 3000, "\u200b" * 30000, "a" + " " * 40000, "ab2 " * 10000]  # fmt: skip
    for text in worst:
        spans = tolerant.find(text, NAMES)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
