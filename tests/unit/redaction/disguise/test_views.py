# ruff: noqa: RUF001  look-alikes are what this is about
"""What a view says, where its characters stand, and what needs no view."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.errors import Unanalysable
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.disguise import may_hide, views
from sidecar.redaction.disguise.packed import MAX_UNPACKED, unpacked
from sidecar.redaction.findings import Finding, Passage
from sidecar.redaction.within import placed, within


def said(text: str) -> set[str]:
    return {view.text for view in views(text)}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ＡＢ１２", "AB12"),
        ("\u200bJa\u00adne", "Jane"),
        ("p\u0430yp\u0430l", "paypal"),
        ("12\u201134\u201356 78", "12-34-56 78"),
        ("caf&eacute; &#64;&#x40;&commat;", "café @@@"),
        ("100%25 %41", "100% A"),
        ("\\u0041\\x42\\u{43}\\104", "ABCD"),
        ("\\\\u0041\\\\\\\\u0042\\\\x43", "ABC"),
        ("=41=42 ends=\r\nhere", "AB endshere"),
        ("ana (at) example (dot) com", "ana@example.com"),
        ("ana dot roe at example dot com", "ana.roe@example.com"),
        ("ana [at] my (dash) shop [dot] example", "ana@my-shop.example"),
        ("4 1 1 1  1 1 1 1", "4111 1111"),
        ("41 11 11 11 11 11 11 11", "4111111111111111"),
        ("1️⃣2️⃣3️⃣4️⃣", "1234"),
        ("\U000e0041\U000e0042C", "ABC"),
        ("𝟭𝟮𝟯 𝐉𝐚𝐧𝐞", "123 Jane"),
    ],
)
def test_a_spelling_is_seen_as_meant(text, meant):
    assert (meant in said(text)) if meant else not said(text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("pack", [_base64, lambda text: text.encode().hex()], ids=["base64", "hexadecimal"])
@pytest.mark.parametrize(
    "inner",
    ["jane&#64;example.com", "jane\\u0040example.com", "jane%40example.com", "jane=40example.com", "jane (at) example (dot) com",
     "see " + _base64("jane@example.com"), b"jane@example.com".hex()],
)  # fmt: skip
def test_a_spelling_within_what_is_packed_in_a_sentence_is_seen_as_meant(pack, inner):
    written = f"Please see {pack(inner)} there"
    (view, *_) = [view for view in views(written) if "jane@example.com" in view.text]
    start = view.text.index("jane@example.com")
    (found,) = view.placed([Finding(start, start + 16, "EMAIL_ADDRESS", 1.0, "r")])
    assert written[found.start : found.end] == pack(inner)


def packed(times: int) -> str:
    inner = "ana@example.com"
    for turn in range(times):
        inner = inner.encode().hex() if turn % 3 == 1 else base64.b64encode(inner.encode()).decode()
    return f"see {inner} please"


@pytest.mark.parametrize("times", range(1, 7))
def test_packed_texts_within_packed_texts_in_a_sentence_are_read(times):
    assert any("ana@example.com" in text for text in said(packed(times)))


def test_what_is_packed_too_often_is_refused_not_passed_unread():
    with pytest.raises(Unanalysable):
        said(packed(8))
    spelled = "j a n e @ e x a m p l e =41=42 &#65; %41"
    for _ in range(4):
        spelled = base64.b64encode(f"{spelled} a b c d e f g =41 &#65;".encode()).decode() + " x y z u v w =41=42 "
    with pytest.raises(Unanalysable):
        said(spelled)


def test_a_packed_text_that_lost_some_of_its_padding_is_read():
    assert base64.b64encode(b"jane@example.com")[-2:] == b"=="
    for lost in (0, 1, 2):
        packed = _base64("jane@example.com")[: 24 - lost]
        assert "see jane@example.com there" in said(f"see {packed} there"), lost


PLAIN = [
    "Please call Maria Gonzalez about the order",
    "Пожалуйста, позвоните Ивану Петрову, корпус А, дом 5",
    "Παρακαλώ καλέστε τη Μαρία στο 5",
    "请致电王小明，谢谢。",
    "佐藤さんに連絡してください。",
    "الرجاء الاتصال بمحمد",
    "Größe M, Zoé & Söhne, 100 % sicher, n° 5",
    "It's 5 p.m. – see you at the café…",
    "x = y & z; a<b",
    "Meet me at the dot com boom",
    "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    "5d41402abc4b2a76b9719d911017c592",
    "The a b c of it",
    "internationalization misunderstanding",
]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_texts_have_no_other_view(text):
    assert said(text) == set()


@pytest.mark.parametrize("text", ["Maria", "größe", "имя", "名前", "10 %", "a & b", "C:\\temp", "4155550132"])
def test_ordinary_short_values_hide_nothing(text):
    assert not may_hide(text)


PIECES = ["a", "Ж", "é", "１", "４", "\u200b", "\u0336", "&#65;", "&amp;", "%41", "%2541", "%E2%82%AC", "=41", "=\r\n", "\\u0041", " ", "@", " (at) ", ".",
          " dot ", "4 1 1 1 1 1 1 1", "amFuZUBleGFtcGxlLmNvbQ==", "\U000e0041", "а", "o", "x=1&y=%20", "<b>", "\n", "- - - - - - - -", "6a616e65406578616d706c652e636f6d"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60))
def test_every_character_of_a_view_has_a_place_in_order(text):
    for view in views(text):
        places = list(view.places)
        assert len(places) == len(view.text) + 1
        assert places == sorted(places)
        assert 0 <= places[0] <= places[-1] <= len(text)
        for low, high, start, end in view.opaque:
            assert 0 <= low < high <= len(view.text)
            assert 0 <= start < end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.data())
def test_a_finding_in_any_view_lies_in_the_text(text, data):
    for part, view in within(Passage(text)):
        if not part.text:
            continue
        start = data.draw(st.integers(0, len(part.text) - 1))
        end = data.draw(st.integers(start + 1, len(part.text)))
        for finding in placed((Finding(start, end, "X", 1.0, "r"),), view, text):
            assert 0 <= finding.start < finding.end <= len(text)


def test_long_texts_are_shown_again_only_around_what_differs():
    filler = "nothing to see here, move along now. " * 200
    text = f"{filler} &#106;ane&#64;example.com {filler}"
    [view] = list(views(text))
    assert "jane@example.com" in view.text
    assert len(view.text) < 600


@pytest.mark.parametrize("value", ["Call 415-555-0132", "jane@example.com and ünïcode"])
def test_packed_texts_are_packed_again_the_same_way(value):
    raw = value.encode()
    for text in (
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex(),
        raw.hex().upper(),
        raw.hex(":"),
    ):
        found = unpacked(text)
        assert found is not None
        assert found[0] == value
        assert found[1].packed(value) == text


def test_compressed_texts_come_back_compressed():
    text = base64.b64encode(gzip.compress(b"Call Maria Gonzalez")).decode()
    found = unpacked(text)
    assert found is not None
    assert gzip.decompress(base64.b64decode(found[1].packed("Call <PERSON>"))) == b"Call <PERSON>"


def test_what_unpacks_to_too_much_is_refused_not_read_in_part():
    bomb = base64.b64encode(gzip.compress(b"a" * (MAX_UNPACKED + 1))).decode()
    with pytest.raises(Unanalysable):
        unpacked(bomb)


@pytest.mark.parametrize(
    "text",
    [
        "deadbeefdeadbeefdeadbeefdeadbeef",
        base64.b64encode(bytes(range(120, 200))).decode(),
        "QWxsIG9m",
        "notbase64atall",
    ],
)
def test_what_is_no_packed_text_stays_as_it_is(text):
    assert unpacked(text) is None


@pytest.fixture(scope="module")
def patterns():
    detector = PresidioDetector(DetectorSettings(engine="none"))

    def find(text, **about):
        passage = Passage(text, **about)
        answer = detector.lookup([passage])[0]
        found = detector.detect([passage])[0] if answer is None else answer
        return [(text[f.start : f.end], f.entity) for f in found]

    return find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("First name: Ana\nLast name: Lopez\nStatus: open", [("Ana", "PERSON"), ("Lopez", "PERSON")]),
        ("* **Surname:** Lopez", [("Lopez", "PERSON")]),
        ("From: Ana Lopez <ana@example.com>", [("Ana Lopez", "PERSON"), ("ana@example.com", "EMAIL_ADDRESS")]),
        ("From: Support Team <help@example.com>", [("help@example.com", "EMAIL_ADDRESS")]),
        ("see https://example.com/x?y=1 and q=1&email=jane%40example.com", [("jane%40example.com", "EMAIL_ADDRESS")]),
        ("Hi %%=ProperCase('ana@example.com')=%%, %%FirstName%%", [("ana@example.com", "EMAIL_ADDRESS")]),
        ("{{#if a}}{{default 'ana@example.com'}}{{/if}}", [("ana@example.com", "EMAIL_ADDRESS")]),
        ("%%[ SET @to = 'ana@example.com'\n SET @b = 2 ]%% Hi", [("ana@example.com", "EMAIL_ADDRESS")]),
        ("{% assign to = 'ana@example.com' %}", [("ana@example.com", "EMAIL_ADDRESS")]),
        ("%%[ /* 4111 1111 1111 1111 */ SET @a = 1 ]%%", [("4111 1111 1111 1111", "CREDIT_CARD")]),
        ("%%=v('see ana%40example.com')=%%", [("ana%40example.com", "EMAIL_ADDRESS")]),
        ("%%[ /* YW5hQGV4YW1wbGUuY29t */ SET @a = 1 ]%%", [("YW5hQGV4YW1wbGUuY29t", "EMAIL_ADDRESS")]),
        ("{{x 'https://example.com/?to=ana%40example.com'}}", [("ana%40example.com", "EMAIL_ADDRESS")]),
        ("{{x 'https://example.com/?to=YW5hQGV4YW1wbGUuY29t'}}", [("YW5hQGV4YW1wbGUuY29t", "EMAIL_ADDRESS")]),
        ("%% YW5hQGV4YW1wbGUuY28%3D %%", [("YW5hQGV4YW1wbGUuY28%3D", "EMAIL_ADDRESS")]),
        ("{{ana@example.com}}", [("ana@example.com", "EMAIL_ADDRESS")]),
        ("note: meet me at example dot com", []),
        ("Email: required\nCity: none\nName: n/a", []),
    ],
)
def test_named_lines_mailboxes_and_literals_are_read(patterns, text, found):
    assert patterns(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *PLAIN,
        "Hello %%FirstName%%, {{ contact.email }} {% if x %}",
        "%%[ SET @a = Lookup('x', 'y')\n /* Ana 12 */ ]%%",
        "cmVhZGFibGUgYnV0IGJvcmluZyB0ZXh0",
    ],
)
def test_ordinary_texts_and_personalisation_syntax_are_left_alone(patterns, text):
    assert patterns(text) == []
