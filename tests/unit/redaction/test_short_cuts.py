"""Every short cut says what the long way says; the long way is written out here, plainly and slowly."""

from __future__ import annotations

import base64
import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sidecar.redaction import embedded, fast, fields, findings, shape
from sidecar.redaction.detector import _FIELD_SCORE, DetectorSettings, PresidioDetector, _whole
from sidecar.redaction.embedded import unfold
from sidecar.redaction.embedded.unfolding import About, Unfolding
from sidecar.redaction.findings import Edit, Finding, Passage, settle
from sidecar.redaction.recognizers import iban
from sidecar.redaction.recognizers.account_name import AccountNameRecognizer
from sidecar.redaction.recognizers.iban import WideIbanRecognizer
from sidecar.vault import tokens

PIECES = ["Maria", "Zoé", "N/A", "none", "1234567", "²", "\uff11", "_", "-", " ", "'", ".", "@", "{", "[", "}", "]", "%%", "<", "<PERSON>", "://", "\u00a0",
          "_" * 10, "{{Email}}", "a1", "İ", "ª", "=", '"', ",", ":", "PERSON_7k2q9xw3fav4d", "QWxsIG9mIHRoaXMgaXMgYmFzZTY0IHRleHQ="]  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text(max_size=20))


@given(TEXTS)
@example("a1b2c3d4e5f6g7")
@example("abc1234567")
@example("Jane_Doe")
def test_a_plain_key_holds_neither_pattern_nor_name(text):
    if shape.is_plain_key(text):
        assert not shape.may_hold_pattern(text)
        assert not shape.looks_like_name(text)


@given(TEXTS)
@example("abcdef")
@example("\u00b2\uff11")
def test_letters_alone_are_no_machine_s_word_and_digits_alone_all_count(text):
    assert shape.is_machine(text) == (len(text) <= shape._LONGEST and shape._MACHINE.fullmatch(text) is not None)
    assert fields._digits(text) == sum(map(str.isdigit, text))


def slowly_plain(text, most):
    return (
        0 < len(text) <= most
        and text.strip().lower() not in fields._PLACEHOLDERS
        and not any(c in text for c in "@{}<>%")
        and any(map(str.isalpha, text))
        and "://" not in text
    )


@given(TEXTS, st.sampled_from([3, 40, 80]))
def test_plain_values_and_persons_are_told_as_before(text, most):
    assert fields._is_plain(text, most) == slowly_plain(text, most)
    assert fields._is_person(text) == (
        slowly_plain(text, 80) and not any(c.isdigit() or c in "_/=[]" for c in text) and len(text.split()) <= 6
    )


@given(TEXTS.filter(str.strip))
@example(" Maria <PERSON> ")
@example("%%FirstName%%")
def test_a_whole_value_leaves_blanks_labels_and_masks_out(text):
    start = len(text) - len(text.lstrip())
    spans = shape.outside(start, len(text.rstrip()), shape.protected_spans(text))
    expected = tuple(Finding(s, e, "PERSON", _FIELD_SCORE, "field") for s, e in spans if text[s:e].strip())
    assert _whole(text, "PERSON") == expected


@given(st.text(max_size=tokens.SHORTEST - 1) | TEXTS.map(lambda text: text[: tokens.SHORTEST - 1]))
def test_no_shorter_text_holds_a_token(text):
    assert tokens.find(text) == []


@given(TEXTS.map(lambda text: text.replace("_", "-").replace("@", " ")))
def test_no_text_without_underscore_and_at_sign_holds_a_token(text):
    assert tokens.find(text) == []


@given(
    TEXTS | TEXTS.map(json.dumps) | TEXTS.map(lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode())
)
def test_a_text_with_nothing_inside_unfolds_the_short_way_as_the_long_way(text):
    long = Unfolding()
    root = long.text(text, About("field", "sibling", "string", "en", b"c", is_code=False), embedded.MAX_DEPTH)
    short = unfold(text, field="field", sibling="sibling", column=b"c")
    assert short.passages == tuple(long.passages)
    edits = {n: [Edit(0, len(passage.text), "new")] for n, passage in enumerate(short.passages)}
    assert short.fold(edits) == findings.apply(text, root.edits(edits))


FINDINGS = st.lists(
    st.builds(
        lambda start, length, entity, score: Finding(start, start + length, entity, score, "r"),
        st.integers(0, 30), st.integers(1, 12), st.sampled_from(["A", "B"]), st.sampled_from([0.4, 0.5, 0.9, 1.0]),
    ),
    max_size=12,
)  # fmt: skip


@given(FINDINGS)
def test_findings_settle_as_when_each_is_held_against_all(found):
    chosen: list[Finding] = []
    for finding in sorted(found, key=lambda f: (-f.score, f.start - f.end, f.start)):
        pieces = [(finding.start, finding.end)]
        for other in chosen:
            pieces = [
                piece
                for start, end in pieces
                for piece in ((start, min(end, other.start)), (max(start, other.end), end))
                if piece[0] < piece[1]
            ]
        chosen += [Finding(s, e, finding.entity, finding.score, finding.recognizer) for s, e in pieces]
    assert settle(found) == tuple(sorted(chosen))
    assert findings.settle(settle(found)) == settle(found)


@given(st.text(alphabet="0123456789a ²", max_size=40), FINDINGS)
def test_digits_outside_findings_are_counted_as_when_each_is_blanked(text, found):
    places = [(min(f.start, len(text)), min(f.end, len(text))) for f in found]
    blanked = "".join(" " if any(start <= n < end for start, end in places) else c for n, c in enumerate(text))
    assert fast.digits_outside(text, places) == fast.look(blanked).digits


WORDS = ["card 4111 1111 1111 1111", "ssn 123-45-6789", "a@example.com", "call 415 555 0132", "account 945456787654", "203.0.113.7",
         "DE89370400440532013000", "passport 912803456", "born 1980-03-12", "Bearer abcdefghijklmnop", "nhs 943 476 5919", "order 4155550132",
         "Maria Gonzalez", "12 Elm Street, Springfield", "v1.2.3", "00:1A:2B:3C:4D:5E", "\u0131", "see"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
    st.sampled_from(["", "note", "bank account"]),
)
def test_screens_change_no_finding(screened, unscreened, text, field):
    passage = Passage(text, field)
    assert screened.detect([passage]) == unscreened(passage)


def test_what_is_remembered_is_what_was_found(detector):
    passages = [Passage(f"{word} and {other}", "note") for word in WORDS for other in ("Anna Lee", "7")]
    found = detector.detect(passages)
    detector.store(passages, found)
    assert detector.lookup(passages) == found


def test_equal_passages_and_long_repetitions_are_read_alike(detector):
    once = "Maria Gonzalez lives at 12 Elm Street, Springfield, and wrote to Anna Lee. "
    [long, again] = detector.detect([Passage(once * 60), Passage(once * 60)])
    assert long == again
    names = {(once * 60)[f.start : f.end] for f in long if f.entity == "PERSON"}
    assert {"Maria Gonzalez", "Anna Lee"} <= names


@pytest.fixture(scope="module")
def screened():
    return PresidioDetector(DetectorSettings(engine="none"))


@pytest.fixture(scope="module")
def unscreened():
    """The same detector, in which every recognizer looks at every text."""
    detector = PresidioDetector(DetectorSettings(engine="none"))

    def detect(passage):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fast, "can_match", lambda name, screen: True)
            patch.setattr(detector._load(), "_prescan", None)
            patch.setattr(
                fast,
                "phones_left",
                lambda text, found: fast.Phones.WRITTEN if fast.digits_outside(text, found) >= 7 else fast.Phones.NONE,
            )
            return detector.detect([passage])

    return detect


SAID = ["follow", "@jane_doe", "user", "User jane.doe7", "username is", " jane_doe ", "for jdoe from 10.0.0.1", "jane@example.com", "@", "on twitter", "live:jane1",
        "@jane@mastodon.test", "Login", "\u0130", "u\u017fer mia_m7", "benutzer", "uzytkownik mia_m7", "\n", "/@jane_doe", "x.com", ", ", "gamertag was mia77"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(SAID), max_size=6).map(" ".join) | st.lists(st.sampled_from(SAID), max_size=5).map("".join)
)
@example("Login user mia_m7, twitter @jane_doe")
def test_a_look_before_a_form_changes_no_account_name(text):
    quick, slow = AccountNameRecognizer(), AccountNameRecognizer()
    slow.forms = tuple(form._replace(may_be_in=None, marks="") for form in slow.forms)
    assert found_by(quick, text) == found_by(slow, text)


IBANS = ["DE89370400440532013000", "de89 3704 0044 0532 0130 00", "GB29.NWBK.6016.1331.9268.19", "iban", "IBAN: ", "is ", "nr.", "XX12ABCD12345678", "_", " ", "on 12 ", "7", "\u00a0", "\u2010", "no", "\uff11"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(IBANS), max_size=6).map("".join))
@example("see IBAN: XX12ABCD12345678")
@example("DE89370400440532013000")
def test_a_look_before_the_patterns_changes_no_iban(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iban, "_BEGINNING", re.compile(""))
        slow = found_by(WideIbanRecognizer(), text)
    assert found_by(WideIbanRecognizer(), text) == slow


def found_by(recognizer, text):
    return sorted((r.start, r.end, r.score) for r in recognizer.analyze(text, []))
