"""The schema in the tree is the one made from the grammar, and it takes what the parser takes and nothing else."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator

from sidecar.config.load import read_preset
from sidecar.errors import BadConfig
from sidecar.policy.grammar import ABOUT, KEYS, PRESETS
from sidecar.policy.model import MATCH_KEYS
from sidecar.policy.parse import parse
from sidecar.policy.schema import NAME, schema

VALIDATOR = Draft202012Validator(schema())


def test_the_schema_in_the_tree_is_the_one_the_grammar_makes():
    assert json.loads(files("sidecar.policy").joinpath(NAME).read_text("utf-8")) == schema()


def test_the_schema_is_one_and_every_key_has_its_sentence():
    Draft202012Validator.check_schema(schema())
    assert set(schema()["properties"]) == set(KEYS) <= set(ABOUT)
    assert set(MATCH_KEYS) <= set(ABOUT)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_satisfies_it(name):
    VALIDATOR.validate(yaml.safe_load(read_preset(name)))


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("version: 1", True),
        ("version: 2", False),
        ("rules: []", False),
        ("version: 1\nrulez: []", False),
        ("version: 1\nrules:\n  - {do: mask}", True),
        ("version: 1\nrules:\n  - {do: maks}", False),
        ("version: 1\nrules:\n  - {match: {tool: a}}", False),
        ("version: 1\nrules:\n  - {do: keep, match: {language: [en, de], role: admin*, kind: uri}}", True),
        ("version: 1\nrules:\n  - {do: keep, match: {kind: urn}}", False),
        ("version: 1\nrules:\n  - {do: keep, match: {colour: red}}", False),
        ("version: 1\nrestore:\n  - {tool: x, path: [a, b]}", True),
        ("version: 1\nrestore:\n  - {entity: x}", False),
        ("version: 1\nmin_score: 1.5", False),
        ("version: 1\nresidual_scan: true", True),
        ("version: 1\nresidual_scan: 'yes'", False),
        ("version: 1\nfields: {LoyaltyNo: keep, Handle: USERNAME}", True),
        ("version: 1\nfields: {Handle: user name}", False),
        ("version: 1\nshapes:\n  - {entity: IP_ADDRESS, pattern: 'v.*'}", True),
        ("version: 1\nshapes:\n  - {entity: IP_ADDRESS}", False),
        ("version: 1\nuris: hide", False),
    ],
)
def test_it_takes_what_the_parser_takes_and_nothing_else(text, is_right):
    assert VALIDATOR.is_valid(yaml.safe_load(text)) is is_right
    try:
        parse(text, "p.yaml", "p", read_preset)
    except BadConfig:
        assert not is_right
    else:
        assert is_right


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "version: 1\nshapes:\n  - {entity: X, pattern: '('}",
            "p.yaml:3:26 shapes[0].pattern: not a regular expression",
        ),
        ("version: 1\nfields: {a: b}", "p.yaml:2:13 fields.a: expected an entity in capitals"),
        ("version: 1\nfields: {a: PERSON, a: PERSON}", "fields.a: the key is given twice"),
        ("version: 1\nshapes:\n  - {entity: X, patern: x}", "shapes[0].patern: unknown key; did you mean 'pattern'?"),
    ],
)
def test_mistakes_in_the_newer_keys_have_their_place_too(text, complaint):
    with pytest.raises(BadConfig) as caught:
        parse(text, "p.yaml", "p", read_preset)
    assert complaint in str(caught.value)
