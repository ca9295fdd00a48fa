"""The library entry: a value in, the redacted value and a report out."""

from __future__ import annotations

import json

import pytest

from sidecar import Redactor
from sidecar.errors import BadConfig, Malformed, TooLarge, Unanalysable, Withheld

JANE = "jane@example.com"


@pytest.fixture(scope="module")
def strict() -> Redactor:
    return Redactor.from_policy("strict", engine="none")


def test_a_value_comes_back_redacted_with_what_was_done(strict):
    value = {"rows": [{"note": f"write to {JANE}", "total": 1.5, "n": None}], "ok": True}
    redacted, report = strict.redact(value)
    assert redacted == {"rows": [{"note": "write to <EMAIL_ADDRESS>", "total": 1.5, "n": None}], "ok": True}
    assert [(c.entity, c.operator, c.count) for c in report.changes] == [("EMAIL_ADDRESS", "label", 1)]
    (finding,) = report.findings
    assert (finding.pointer, finding.entity, finding.operator) == ("rows[0].note", "EMAIL_ADDRESS", "label")
    assert report.restored == 0


@pytest.mark.parametrize("value", ["plain", "", 5, 1.25, None, True, [], {}, ["a", {"b": [1]}], "\ud800", 10**40])
def test_a_value_without_findings_comes_back_equal(strict, value):
    redacted, report = strict.redact(value)
    assert redacted == value
    assert type(redacted) is type(value)
    assert report.findings == ()


def test_a_text_is_a_value_too(strict):
    assert strict.redact(f"mail {JANE}.")[0] == "mail <EMAIL_ADDRESS>."


def test_json_text_keeps_its_numbers_as_they_are_written(strict):
    text = '{"a":1.10,"b":1E400,"mail":"jane@example.com","c":123456789012345678901234567890,"d":-0}'
    redacted, report = strict.redact_json(text)
    assert redacted == text.replace(JANE, "<EMAIL_ADDRESS>")
    assert len(report.findings) == 1


def test_a_report_holds_no_value(strict):
    value = {JANE: {"card": "4111 1111 1111 1111", "email": "joe.public@example.com"}}
    redacted, report = strict.redact(value)
    shown = repr(report)
    for secret in (JANE, "jane", "4111", "joe.public"):
        assert secret not in shown
        assert secret not in json.dumps(redacted)
    assert "<EMAIL_ADDRESS>" in shown


def test_tokens_of_one_redactor_are_turned_back_by_it_and_by_no_other():
    mine, other = (Redactor.from_policy("reversible", engine="none") for _ in range(2))
    hidden, _ = mine.redact({"to": JANE})
    assert JANE not in str(hidden)
    back, report = mine.redact(hidden, "to_server")
    assert back == {"to": JANE}
    assert report.restored == 1
    assert other.redact(hidden, "to_server")[0] == hidden


def test_observe_changes_nothing_and_reports():
    redacted, report = Redactor.from_policy("observe", engine="none").redact({"to": JANE})
    assert redacted == {"to": JANE}
    assert [finding.operator for finding in report.findings] == ["keep"]


def test_a_policy_nobody_knows_is_bad_configuration():
    with pytest.raises(BadConfig, match=r"neither a preset \(strict, reversible, sfmc, observe\) nor a file"):
        Redactor.from_policy("strickt")


def test_an_engine_nobody_knows_is_bad_configuration():
    with pytest.raises(BadConfig, match="engine"):
        Redactor.from_policy(engine="spicy")


def test_a_value_a_rule_blocks_raises_and_does_not_quote_it(tmp_path):
    policy = tmp_path / "p.yaml"
    policy.write_text("version: 1\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: block}\n")
    redactor = Redactor.from_policy(str(policy), engine="none")
    with pytest.raises(Withheld) as blocked:
        redactor.redact({"a": JANE})
    assert JANE not in str(blocked.value)
    assert redactor.redact("plain")[0] == "plain"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, {("a",): 1}, b"x"])
def test_what_is_no_json_is_a_type_error(strict, value):
    with pytest.raises(TypeError):
        strict.redact(value)


def test_what_is_nested_too_deeply_is_refused_and_the_next_value_is_not(strict):
    for depth in (200, 600, 100_000):
        with pytest.raises((TooLarge, Malformed)):
            strict.redact_json("[" * depth + "]" * depth)
    assert strict.redact_json("[" * 100 + "]" * 100)[0] == "[" * 100 + "]" * 100


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"a":1,"a":2}', "NaN", '1}, "x": {', '"a" "b"'])
def test_what_is_no_json_text_is_malformed(strict, text):
    with pytest.raises(Malformed):
        strict.redact_json(text)


def test_a_detector_that_breaks_raises_and_the_next_value_is_answered(monkeypatch):
    redactor = Redactor.from_policy("strict", engine="none")
    detector = redactor._kit.detector
    sound = detector.detect
    monkeypatch.setattr(type(detector), "detect", lambda self, misses: 1 / 0)
    with pytest.raises(Unanalysable):
        redactor.redact(f"mail {JANE} now")
    monkeypatch.setattr(type(detector), "detect", lambda self, misses: [None])
    with pytest.raises(Unanalysable):
        redactor.redact(f"mail {JANE} now")
    monkeypatch.setattr(type(detector), "detect", lambda self, misses: sound(misses))
    assert redactor.redact(f"mail {JANE} now")[0] == "mail <EMAIL_ADDRESS> now"
