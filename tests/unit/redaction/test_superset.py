"""A rewritten pattern matches wherever the pattern does, and what cannot be rewritten with certainty is refused."""

from __future__ import annotations

import warnings

import hyperscan
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import PatternRecognizer, predefined_recognizers

from sidecar.redaction import superset
from sidecar.redaction.superset import Unsure, as_bytes, plain

PRESIDIO_S = regex.I | regex.M | regex.S


def matches(written, text, *, is_refusal_fine=False):
    database = hyperscan.Database()
    flags = [hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE]
    try:
        database.compile(expressions=[written], ids=[0], flags=flags)
    except hyperscan.error:
        return is_refusal_fine  # then the pattern runs everywhere
    hits = []
    database.scan(as_bytes(text), match_event_handler=lambda *about: hits.append(about[0]))
    return bool(hits)


PIECES = [r"\d{3}", r"\b", r"[a-z]+", r"[A-Z]{2,}", r"\w", r"\W", r"\s?", r"\S+", r"[^a-z ]", r"(?:ab|cd|7)", r"(?<!\d)", r"(?=x)", r"(?!-)", "é", "[à-ÿ]", r"\.", "-?", "(x)", r"[^é]",
          "^", "$", ".", r"[\d.]{1,3}", r"(?:a|b){0,2}", "_", r"[^_]", r"\D", "K", "[a-k]", r"(?>1+)", "x++", r"(\d)\1"]  # fmt: skip
LETTERS = "abcdkxKXEé\u0301Àÿ\u017f\u212a\u0131\u0130ß0179_-. \n\t\u00a0\u2028\u0660\U0001f600中\x80\x85\x1c\ud83d"


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
    st.text(alphabet=LETTERS, max_size=12),
    st.sampled_from([PRESIDIO_S, regex.S, 0, regex.M]),
)
def test_what_the_pattern_matches_the_rewritten_one_matches(source, text, flags):
    try:
        written = plain(source, flags)
    except Unsure:
        return
    found = [m for m in regex.finditer(source, text, flags) if m.group()]
    if found and superset.ODD not in as_bytes(text):
        assert matches(written, text, is_refusal_fine=True)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\d+-\d+$", "12-34\n"), (r"(?i)\bAB\d", "ab1"), (r"\b(?i)(ab)\b", "AB"), (r"a{,2}b", "b"), ("[{}]x", "}x"), (r"(a+)x\1b", "aaxaab"), (r"(?P<n>ab)?c(?(n)d|e)", "ce"),
        (r"\bé\w", "éa"), ("[^a]b", "\u00a0b"), (r"x\Z", "x"), (r"\Ax", "x"),
    ],
)  # fmt: skip
def test_ordinary_patterns_are_rewritten(source, text):
    assert regex.search(source, text, PRESIDIO_S)
    assert matches(plain(source, PRESIDIO_S), text)


@pytest.mark.parametrize(
    "source",
    [r"(?:abc){e<=1}", r"[[:alpha:]]x", r"(?V1)[a--b]x", r"\p{L}x", r"(?<n>x)y", r"\X", "a*", r"(?=ab)", "", r"\b", "(?s-i:a)b", r"(?|a|b)c", "[^\u0131]x", "(", r"\R", r"\h"],
)  # fmt: skip
def test_what_reads_differently_elsewhere_is_refused(source):
    with pytest.raises(Unsure):
        plain(source, PRESIDIO_S)


@pytest.mark.parametrize("source", ["[a--b]x", "[a&&b]x", "[^a~~b]x", "[a||b]x", r"x|[\n\]&&b]", "[[a]x"])
def test_what_may_be_a_set_operation_is_refused_without_a_warning(source, monkeypatch):
    monkeypatch.setattr(warnings, "warn", lambda *_args, **_options: pytest.fail("warned"))
    with pytest.raises(Unsure):
        plain(source, PRESIDIO_S)


def test_a_bracket_or_dash_in_a_class_is_no_set_operation():
    assert matches(plain(r"[^[\]a-][.,[-]x", PRESIDIO_S), "b[x")


@pytest.mark.parametrize("flags", [regex.V1, regex.A, regex.REVERSE, regex.FULLCASE | regex.I, regex.BESTMATCH])
def test_unusual_flags_are_refused(flags):
    with pytest.raises(Unsure):
        plain("abc", int(flags))


def test_every_pattern_presidio_has_is_rewritten_and_accepted():
    count = 0
    for name in predefined_recognizers.__all__:
        try:
            recognizer = getattr(predefined_recognizers, name)()
        except Exception:  # noqa: BLE001, S112  its library or account is not here
            continue
        for pattern in recognizer.patterns if isinstance(recognizer, PatternRecognizer) else ():
            assert matches(plain(pattern.regex, int(recognizer.global_regex_flags)), "", is_refusal_fine=True) is False
            count += 1
    assert count > 150


def test_every_character_s_stand_in_belongs_to_the_same_classes():
    """All of Unicode: what one byte says of a character, the regex module says of the character."""
    every = "".join(map(chr, range(128, 0x110000)))
    words, digits, spaces = (set(regex.findall(kind, every)) for kind in (r"\w", r"\d", r"\s"))
    disguised = set(regex.findall(r"[\x00-\x7f]", every, regex.I))
    assert disguised == set(map(chr, superset.DISGUISED))
    meant = {superset.LETTER: words - digits - disguised, superset.BLANK: spaces, superset.ODD: digits | disguised}
    for byte, members in meant.items():
        assert {superset._stand_in(char) for char in members} == {byte}
    others = set(every) - set().union(*meant.values())
    assert {superset._stand_in(char) for char in others} == {superset.OTHER}


def test_ascii_means_the_same_to_both():
    for kind in (r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", "."):
        database = hyperscan.Database()
        database.compile(expressions=[plain(kind + "!", regex.S)], ids=[0], flags=[hyperscan.HS_FLAG_MULTILINE])
        for code in range(128):
            hits = []
            database.scan(bytes([code]) + b"!", match_event_handler=lambda *about, hits=hits: hits.append(about))
            assert bool(hits) == bool(regex.match(kind + "!", chr(code) + "!", regex.S)), (kind, code)


def test_a_text_keeps_its_length_in_bytes_and_digits_of_other_scripts_make_it_odd():
    assert as_bytes("é1\u00a0€") == b"_1\x0b\x80"
    assert superset.ODD in as_bytes("\u0661")
    assert superset.ODD in as_bytes("\u212a")
    assert as_bytes("plain 1") == b"plain 1"
