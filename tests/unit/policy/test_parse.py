"""Every mistake in a policy file is answered with its place and what would be right, never with a value of a match."""

import pytest

from sidecar.config.load import read_file, read_preset
from sidecar.errors import BadConfig
from sidecar.policy.parse import parse


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "p.yaml:1:1 the file is empty"),
        ("a: [", "p.yaml:1:5 not YAML"),
        ("- 1", "p.yaml:1:1 expected a mapping"),
        ("rules: []", "p.yaml:1:1 'version: 1' is missing"),
        ("version: 2", "p.yaml:1:10 version: this program reads version 1"),
        ("version: 1\nrulez: []", "p.yaml:2:1 rulez: unknown key; did you mean 'rules'?"),
        ("version: 1\nversion: 1", "p.yaml:2:1 version: the key is given twice"),
        ("version: 1\nextends: strickt", "p.yaml:2:10 extends: 'strickt' is not a preset; did you mean 'strict'?"),
        (
            "version: 1\nrules:\n  - {do: maks}",
            "p.yaml:3:10 rules[0].do: 'maks' is not an operator; did you mean 'mask'?",
        ),
        ("version: 1\nrules:\n  - {match: {}}", "p.yaml:3:5 rules[0]: a rule needs 'do'"),
        ("version: 1\nrules: {}", "p.yaml:2:8 rules: expected a list"),
        (
            "version: 1\nrules:\n  - {do: keep, match: {direktion: x}}",
            "rules[0].match.direktion: unknown key; did you mean 'direction'?",
        ),
        (
            "version: 1\nrules:\n  - {do: keep, match: {direction: up}}",
            "rules[0].match.direction: 'up' is not a direction",
        ),
        ("version: 1\nmin_score: 2", "p.yaml:2:12 min_score: expected a number from 0 to 1"),
        ("version: 1\ntrust_annotations: maybe", "p.yaml:2:20 trust_annotations: expected true or false"),
        ("version: 1\non_failure: ignore", "p.yaml:2:13 on_failure: 'ignore' is not an on_failure"),
        (
            "version: 1\nrules:\n  - {do: keep, match: {entity: [[x]]}}",
            "rules[0].match.entity[0]: expected a single value",
        ),
        ("version: 1\x00", "p.yaml:1:1 not YAML: holds characters"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, complaint):
    with pytest.raises(BadConfig) as caught:
        parse(text, "p.yaml", "p", read_preset)
    assert complaint in str(caught.value)
    assert caught.value.exit_code == 78


def test_a_file_without_extends_stands_on_strict():
    data = parse("version: 1", "p.yaml", "p", read_preset)
    assert [rule.name for rule in data.rules] == ["strict#1"]
    assert data.binaries == "withhold"


def test_the_digest_changes_with_the_file_and_with_its_preset():
    texts = ("version: 1", "version: 1\nextends: reversible", "version: 1\n# a comment")
    assert len({parse(text, "p.yaml", "p", read_preset).digest for text in texts}) == 3


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(BadConfig, match="No such file"):
        read_file(str(tmp_path / "missing.yaml"))
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"version: 1 # \xe9")
    with pytest.raises(BadConfig, match="not UTF-8"):
        read_file(str(latin))
