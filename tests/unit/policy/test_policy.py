"""One test per numbered rule of precedence, and what each preset promises."""

import pytest

from sidecar.config.load import read_preset
from sidecar.policy.model import Where, matches
from sidecar.policy.parse import PRESETS, parse
from sidecar.policy.policy import Policy


def policy(text: str = "version: 1", name: str = "mine") -> Policy:
    return Policy(parse(text, f"{name}.yaml", name, read_preset))


def preset(name: str) -> Policy:
    return Policy(parse(read_preset(name), f"preset {name}", name, read_preset))


HERE = Where("to_client", "tools/call", "de_rows", "result.content[0].text", "email")
WRITING = Where("to_server", "tools/call", "email_send", "arguments.to", "to", is_writing=True)
READING = Where("to_server", "tools/call", "de_rows", "arguments.filter", "filter")


def test_1_the_first_matching_rule_decides_and_a_files_rules_stand_before_its_presets():
    mine = policy(
        "version: 1\nextends: strict\nrules:\n"
        "  - {match: {entity: EMAIL_ADDRESS, tool: 'de_*'}, do: mask}\n  - {match: {entity: EMAIL_ADDRESS}, do: drop}\n"
    )
    assert mine.decide(HERE, "EMAIL_ADDRESS").operator == "mask"
    assert mine.decide(Where("to_client", tool="other"), "EMAIL_ADDRESS").operator == "drop"
    assert mine.decide(HERE, "PERSON").operator == "label"
    assert mine.decide(HERE, "PERSON").rule == "strict#1"


def test_2_what_no_rule_covers_is_labelled():
    bare = Policy(parse("version: 1\nrules: []", "preset strict", "strict", read_preset))
    assert bare.data.rules == ()
    assert bare.decide(HERE, "PERSON").operator == "label"


def test_3_definition_lists_get_labels_and_their_uris_tokens():
    reversible = preset("reversible")
    assert reversible.decide(Where("to_client", "tools/list", channel="list"), "PERSON").operator == "label"
    assert (
        reversible.decide(Where("to_client", "resources/list", channel="list", kind="uri"), "PERSON").operator
        == "token"
    )


def test_4_logs_get_labels():
    assert preset("reversible").decide(Where("to_client", channel="log"), "PERSON").operator == "label"


@pytest.mark.parametrize("name", ["strict", "reversible"])
def test_5_a_writing_call_that_would_carry_a_stand_in_is_refused(name):
    assert preset(name).decide(WRITING, "EMAIL_ADDRESS").is_refused
    assert not preset(name).decide(READING, "EMAIL_ADDRESS").is_refused


def test_5_unless_a_rule_keeps_it_or_says_redact():
    mine = policy(
        "version: 1\nrules:\n  - {match: {tool: email_send, path: arguments.to}, do: keep}\n"
        "  - {match: {tool: email_send}, do: label, on_write: redact}\n"
    )
    assert not mine.decide(WRITING, "EMAIL_ADDRESS").is_refused
    body = Where("to_server", "tools/call", "email_send", "arguments.body", "body", is_writing=True)
    assert (mine.decide(body, "PERSON").operator, mine.decide(body, "PERSON").is_refused) == ("label", False)


@pytest.mark.parametrize(
    ("lines", "hint", "reads"),
    [
        ("", True, True),
        ("", False, False),
        ("", None, False),
        ("trust_annotations: false", True, False),
        ("reading_tools: ['de_*']", None, True),
        ("reading_tools: ['de_*']\nwriting_tools: [de_rows]", True, False),
    ],
)
def test_6_a_tool_reads_when_the_policy_or_a_trusted_hint_says_so(lines, hint, reads):
    assert policy(f"version: 1\n{lines}").is_reading("de_rows", read_only_hint=hint) is reads


def test_strict_restores_nothing_and_reversible_restores_requests_only():
    assert not preset("strict").restores(READING)
    assert preset("reversible").restores(READING)
    assert not preset("reversible").restores(HERE)


def test_restore_rules_name_tools_and_argument_paths():
    mine = policy("version: 1\nextends: reversible\nrestore:\n  - {tool: email_send, path: 'arguments.to'}\n")
    assert mine.restores(WRITING)
    assert not mine.restores(READING)


def test_observe_changes_nothing_anywhere():
    observe = preset("observe")
    for where in (HERE, WRITING, READING):
        decision = observe.decide(where, "US_SSN")
        assert (decision.operator, decision.is_refused) == ("keep", False)


def test_human_channels_are_redacted_by_strict_only():
    elicitation = Where("to_client", "elicitation/create", channel="human")
    assert preset("strict").decide(elicitation, "PERSON").operator == "label"
    assert preset("reversible").decide(elicitation, "PERSON").operator == "keep"


def test_explain_names_the_rule_and_those_passed_over():
    explanation = preset("reversible").explain(HERE, "PERSON")
    assert explanation.decision.rule == "reversible#2"
    assert explanation.passed_over == ("reversible#1",)


def test_opaque_values_are_never_scanned():
    assert not preset("strict").scans(Where("to_client", kind="opaque"))
    assert preset("strict").scans(HERE)


@pytest.mark.parametrize(
    ("glob", "text", "covers"),
    [
        ("arguments.*", "arguments.to", True),
        ("arguments.*", "arguments.to.name", False),
        ("arguments.**", "arguments.to.name", True),
        ("result.content[0].text", "result.content[0].text", True),
        ("result.content[*].text", "result.content[12].text", True),
        ("de_?ows", "de_rows", True),
        ("a.b", "axb", False),
    ],
)
def test_globs_stay_within_a_step_unless_doubled(glob, text, covers):
    assert matches(glob, text) is covers


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_digests_that_differ(name):
    assert len(preset(name).digest) == 16
    assert len({preset(other).digest for other in PRESETS}) == len(PRESETS)
