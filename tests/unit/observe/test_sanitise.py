"""What free text loses before it stands in a log: the golden set of patterns, with the exact labels."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.observe.sanitise import MAX_CHARS, RULES, Lines, sanitise

HEX = "cb9f0461a37041c296c8123bf04616e1"
B64 = "YUxxdWpZUlBqa21yNS1rUEV2MTN1UTo4Njow"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
PEM = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\nAbc=\n-----END CERTIFICATE-----"

GOLDEN = [
    ("Bearer abc.def-123", "Bearer [REDACTED]"),
    ("api_key: abcdef123456", "api_key: [REDACTED]"),
    ("password: hunter2", "password: [REDACTED]"),
    (PEM, "[CERTIFICATE REDACTED]"),
    ("open /home/alice/notes.txt failed", "open [FILE PATH REDACTED] failed"),
    ("to https://user:pa55@host.example.com/x", "to https://[REDACTED]@host.example.com/x"),
    ("ftp://u:p@h/ mongodb://u:p@h/ mysql://u:p@h/ postgresql://u:p@h/db",
     "ftp://[REDACTED]@h/ mongodb://[REDACTED]@h/ mysql://[REDACTED]@h/ postgresql://[REDACTED]@h/db"),
    ("http://host/a:b@c", "http://host/a:b@c"),
    ("BEARER   abc", "BEARER [REDACTED]"),
    ("Authorization: Bearer abcdefgh12", "Authorization: Bearer [REDACTED]"),
    ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic [REDACTED]"),
    ('{"authorization": "abcdefgh12"}', '{"authorization": "[REDACTED]"}'),
    ("apikey=abcdef123456&x=1", "apikey=[REDACTED]&x=1"),
    ("api-key: abcdef123456", "api-key: [REDACTED]"),
    ("token=abcdefgh", "token=[REDACTED]"),
    ("client_secret: 'abcdefgh'", "client_secret: '[REDACTED]'"),
    ("token: short", "token: short"),
    ("passwd=abc pwd=abc pass=abc", "passwd=[REDACTED] pwd=[REDACTED] pass=[REDACTED]"),
    ("password: ab", "password: ab"),
    ("the pass was open", "the pass was open"),
    (r"C:\certs\server.key loaded", "[FILE PATH REDACTED] loaded"),
    (r"in C:\Users\alice\AppData\x.log", "in [FILE PATH REDACTED]"),
    (r"D:\data", "[FILE PATH REDACTED]"),
    ("/root/x /usr/lib/y /opt/z /etc/passwd /var/log/w", " ".join(["[FILE PATH REDACTED]"] * 5)),
    ("/srv/x and https://example.com/usr/x", "/srv/x and https://example.com/usr/x"),
    ('File "/usr/lib/python3/x.py", line 3', 'File "[FILE PATH REDACTED]", line 3'),
    (f'{{"payload": "{"x y" * 40}"}}', '{"payload": "[REDACTED]"}'),
    ('{"payload": "short"}', '{"payload": "short"}'),
    (f"id {HEX} done", "id [REDACTED] done"),
    (f"key {B64} done", "key [REDACTED] done"),
    (f"jwt {JWT} done", "jwt [REDACTED] done"),
    ("de4db33f is short, and so is abcdefghijklmnop", "de4db33f is short, and so is abcdefghijklmnop"),
    ("Listening on 127.0.0.1:8080 (pid 4242)", "Listening on 127.0.0.1:8080 (pid 4242)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), GOLDEN, ids=range(len(GOLDEN)))
def test_the_golden_set(text, shown):
    assert sanitise(text) == shown


def test_every_pattern_has_a_golden_case_of_its_own():
    for pattern, _ in RULES:
        assert any(pattern.search(text) for text, _ in GOLDEN), pattern.pattern


@pytest.mark.parametrize(("text", "shown"), GOLDEN, ids=range(len(GOLDEN)))
def test_what_was_sanitised_stays_as_it_is(text, shown):
    assert sanitise(shown) == shown


NAMES = ("password", "passwd", "pwd", "pass", "secret", "token", "api_key", "authorization")
VALUES = st.text("abcdefghijkmnopqrstuvwxyzABCDEFGHJK23456789_-", min_size=8, max_size=30).filter(
    lambda text: text.lower() not in NAMES
)


@given(st.sampled_from(NAMES), VALUES, st.integers(0, 3))
def test_a_password_goes_whatever_the_form_and_the_nesting(name, value, depth):
    body = {name: value}
    for _ in range(depth):
        body = {"settings": [body]}
    forms = (
        json.dumps(body), f"{name}={value}", f"{name.upper()}: {value}", f"https://x.example.com/?{name}={value}&a=1",
        f"DB_{name}='{value}'",
    )  # fmt: skip
    for form in forms:
        assert value not in sanitise(form), form


@pytest.mark.parametrize(
    "text",
    ["ok\nERROR fake", "ok\r\nERROR fake", "ok\x85ERROR fake", "ok\u2028ERROR fake", "ok\x0bERROR fake"],
)
def test_a_line_cannot_begin_another(text):
    assert sanitise(text) == "ok ERROR fake"


def test_nothing_moves_a_terminals_cursor():
    assert sanitise("\x1b[31mred\x1b[0m \x1b]0;title\x07x\x00\x08\x7f\x9b2J\u202eabc") == "red x2Jabc"
    assert sanitise("a\tb") == "a\tb"


def test_a_message_has_at_most_five_hundred_characters():
    shown = sanitise("word " * 200)
    assert len(shown) == MAX_CHARS == 500
    assert shown.endswith("...")


@given(st.text(max_size=300))
def test_any_text_becomes_one_printable_line(text):
    shown = sanitise(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(mark) < 32 and mark != "\t" for mark in shown)


def test_a_certificate_over_several_lines_is_one_label():
    lines = Lines()
    shown = [lines.line(text) for text in ["before", *PEM.split("\n"), "after"]]
    assert shown == ["before", "[CERTIFICATE REDACTED]", None, None, None, "after"]


def test_a_begin_without_an_end_does_not_swallow_a_log_for_good():
    lines = Lines()
    lines.line("-----BEGIN PRIVATE KEY-----")
    assert [lines.line("x") for _ in range(501)][-2:] == [None, "x"]


def test_long_lines_cost_linear_time():
    """A pattern that backtracks would not end within the test's limit."""
    for piece in (
        "a",
        "password=",
        "eyJ",
        "http://a:",
        "-----BEGIN A-----",
        "C:\\",
        "token: ",
        "/home/",
        base64.b64encode(b"x").decode(),
    ):
        sanitise(piece * (65536 // len(piece)), None)
