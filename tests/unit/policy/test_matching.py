"""Every key of a match is really asked, in both directions; globs contain each other as they should."""

from __future__ import annotations

import pytest

from sidecar.config.load import read_preset
from sidecar.policy.exceptions import Exceptions, Exempt, digest_of, parse_exceptions
from sidecar.policy.globs import includes
from sidecar.policy.grammar import PRESETS
from sidecar.policy.model import MATCH_KEYS, OPERATORS, STRICTNESS, Where
from sidecar.policy.parse import parse
from sidecar.policy.policy import Policy
from sidecar.policy.tighten import tightened

HERE = Where("to_server", "tools/call", "de_rows", "arguments.filter", "filter", "json", "human", "de", "analyst")
MATCHING = {
    "entity": "PER*", "direction": "to_server", "method": "tools/*", "tool": "de_*", "path": "arguments.**",
    "field": "filt?r", "kind": "json", "channel": "human", "language": "de", "role": "analyst",
}  # fmt: skip
OTHER = {
    "entity": "EMAIL*", "direction": "to_client", "method": "prompts/*", "tool": "sms_*", "path": "result.**",
    "field": "to", "kind": "uri", "channel": "log", "language": "en", "role": "admin",
}  # fmt: skip


def read(text, name="mine"):
    return parse(f"version: 1\n{text}", f"{name}.yaml", name, read_preset)


def policy(text):
    return Policy(read(text))


@pytest.mark.parametrize("key", MATCH_KEYS)
def test_each_key_of_a_match_is_asked(key):
    rule = "rules:\n  - {match: {%s: '%s'}, do: mask}"
    assert policy(rule % (key, MATCHING[key])).decide(HERE, "PERSON").operator == "mask"
    assert policy(rule % (key, OTHER[key])).decide(HERE, "PERSON").operator == "label"
    assert policy(rule % (key, OTHER[key])).explain(HERE, "PERSON").steps[0].miss == key


def test_all_keys_of_a_match_must_match_and_of_a_list_one():
    both = policy("rules:\n  - {match: {tool: [x, 'de_*'], role: [y, analyst]}, do: drop}")
    assert both.decide(HERE, "PERSON").operator == "drop"
    assert both.decide(HERE._replace(role="z"), "PERSON").operator == "label"


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ("**", "a.b", True), ("*", "a.b", False), ("*", "a", True), ("a.*", "a.b*", True), ("a.b*", "a.*", False),
        ("a.**", "a.*.c", True), ("a.*.c", "a.**", False), ("?", "*", False), ("*", "?", False), ("**", "?", True),
        ("a*b*", "a*b", True), ("*_get", "de_?et", False), ("arguments.**", "arguments.keys.**", True),
    ],
)  # fmt: skip
def test_a_glob_contains_another_when_it_matches_all_that_matches(wide, narrow, does):
    assert includes(wide, narrow) is does


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_can_be_decided(operator):
    decision = policy(f"rules:\n  - {{match: {{tool: de_rows}}, do: {operator}}}").decide(HERE, "PERSON")
    assert decision.operator == operator
    assert decision.rule == "mine#1"


@pytest.mark.parametrize("mine", PRESETS)
@pytest.mark.parametrize("theirs", PRESETS)
@pytest.mark.parametrize("operator", OPERATORS)
def test_7_a_policy_that_may_only_tighten_loosens_nothing(mine, theirs, operator):
    trusted = read(f"extends: {mine}\nrules:\n  - {{match: {{entity: CREDIT_CARD}}, do: hash}}")
    other = read(
        f"extends: {theirs}\nrules:\n  - {{do: {operator}, on_write: redact}}\nreading_tools: '*'\nmin_score: 1\n"
        "on_failure: pass\nbinaries: pass\nuris: keep\nlists: keep\nresidual_scan: false\nrestore: [{}]\n"
        "fields: {EmailAddress: keep}\nshapes:\n  - {entity: '*', pattern: '.*'}",
        "theirs",
    )
    before, after = Policy(trusted), Policy(tightened(trusted, other))
    places = [
        HERE._replace(direction=direction, channel=channel, is_writing=is_writing)
        for direction in ("to_client", "to_server")
        for channel in ("model", "human", "list", "log")
        for is_writing in (False, True)
    ]
    for where in places:
        for entity in ("CREDIT_CARD", "PERSON"):
            old, new = before.decide(where, entity), after.decide(where, entity)
            assert STRICTNESS[new.operator] >= STRICTNESS[old.operator]
            assert new.is_refused >= old.is_refused
        assert after.restores(where) <= before.restores(where)
        assert after.excepts("PERSON", "x") <= before.excepts("PERSON", "x")
    assert after.is_reading("t", read_only_hint=None) <= before.is_reading("t", read_only_hint=None)
    assert (after.data.fields, after.data.shapes) == (trusted.fields, trusted.shapes)
    for name, strict in {
        "on_failure": "block",
        "on_write": "refuse",
        "binaries": "withhold",
        "uris": "withhold",
    }.items():
        assert getattr(after.data, name) in {getattr(trusted, name), strict}
    assert after.data.residual_scan >= trusted.residual_scan
    assert after.data.min_score <= trusted.min_score


def test_7_it_tightens_where_it_is_stricter_and_says_so():
    after = Policy(
        tightened(read("extends: reversible"), read("rules:\n  - {match: {entity: US_SSN}, do: block}", "theirs"))
    )
    assert after.decide(HERE._replace(channel="model"), "US_SSN") == ("block", "theirs#1", False)
    assert after.decide(HERE, "PERSON").operator == "label"
    assert "theirs#1" in [step.rule.name for step in after.explain(HERE, "US_SSN").steps]
    assert after.digest != read("extends: reversible").digest


KEY = b"k" * 32


def test_8_an_exception_holds_for_its_value_its_entity_and_its_time():
    now = 1_800_000_000.0
    entries = parse_exceptions(
        f'version: 1\nexceptions:\n  - {{digest: "{digest_of(KEY, "Rose Garden")}", entity: PERSON, until: 2027-01-15}}\n'
        f'  - {{digest: "{digest_of(KEY, "Paris")}", entity: "*"}}\n',
        "e.yaml",
    )
    with_them = Policy(read(""), Exceptions(KEY, entries, lambda: now))
    assert with_them.excepts("PERSON", "rose  GARDEN")
    assert not with_them.excepts("LOCATION", "Rose Garden")
    assert not with_them.excepts("PERSON", "Rose Gardens")
    assert with_them.excepts("LOCATION", "Paris")
    assert with_them.reads_values("LOCATION")
    assert not Policy(read("")).reads_values("LOCATION")
    later = Policy(read(""), Exceptions(KEY, entries, lambda: now + 86400 * 2))
    assert not later.excepts("PERSON", "Rose Garden")
    other_key = Policy(read(""), Exceptions(b"x" * 32, entries, lambda: now))
    assert not other_key.excepts("LOCATION", "Paris")
    assert len({with_them.digest, Policy(read("")).digest}) == 2


def test_8_a_shape_holds_for_the_whole_value_of_its_entity():
    made = policy("shapes:\n  - {entity: IP_ADDRESS, pattern: '\\d(\\.\\d){3}'}")
    assert made.excepts("IP_ADDRESS", "5.0.2.1")
    assert not made.excepts("IP_ADDRESS", "5.0.2.12")
    assert not made.excepts("PERSON", "5.0.2.1")


def test_an_exception_is_written_as_it_is_read():
    one = Exempt(digest_of(KEY, "x"), "*", None)
    assert parse_exceptions(f"version: 1\nexceptions:\n{one.line()}", "e") == (one,)
