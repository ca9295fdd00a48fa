"""What `check` warns of: rules that never decide, contradict each other or name what is not there; and what it does not."""

from __future__ import annotations

import pytest

from sidecar.config.load import read_preset
from sidecar.policy.grammar import PRESETS
from sidecar.policy.lint import Known, check
from sidecar.policy.parse import parse

KNOWN = Known(
    entities=("EMAIL_ADDRESS", "PERSON", "PHONE_NUMBER"),
    methods=("tools/call", "prompts/get", "resources/read"),
    tools={"email_send": ("to", "attributes"), "de_rows": ("key", "filter")},
)


def warned(rules, *, more="", extends="strict"):
    lines = "\n".join(f"  - {rule}" for rule in rules)
    text = f"version: 1\nextends: {extends}\n" + (f"rules:\n{lines}\n" if rules else "") + more
    return [(one.rule, one.kind, one.text) for one in check(parse(text, "p.yaml", "p", read_preset), KNOWN)]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_nothing_to_warn_of(name):
    assert check(parse(read_preset(name), f"preset {name}", name, read_preset), Known()) == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            ["{match: {tool: 'de_*'}, do: label}", "{match: {tool: de_rows, entity: PERSON}, do: keep}"],
            [("p#2", "dead", "can never decide: all it matches is decided by p#1 before it")],
        ),
        (
            ["{match: {entity: PERSON}, do: keep}", "{match: {entity: PERSON}, do: drop}"],
            [("p#2", "contradiction", "matches exactly what p#1 matches and says drop where that says keep; p#1 wins")],
        ),
        (
            ["{match: {entity: PERSON}, do: keep}", "{match: {entity: PERSON}, do: keep}"],
            [("p#2", "dead", "can never decide: p#1 says the same before it")],
        ),
        (
            ["{match: {direction: to_client}, do: keep}", "{match: {direction: to_server}, do: keep}", "{match: {entity: PERSON}, do: drop}"],
            [("p#3", "dead", "can never decide: all it matches is decided by p#1 and p#2 before it")],
        ),
        (["{match: {tool: de_rows, method: prompts/get}, do: keep}"], [("p#1", "dead", "can never match: only tools/call has a tool")]),
        (["{match: {direction: to_client, path: arguments.to}, do: keep}"], [("p#1", "dead", "can never match: arguments go to the server")]),
        (["{match: {entity: EMAIL_ADRESS}, do: keep}"], [("p#1", "unknown", "'EMAIL_ADRESS' is no entity; did you mean 'EMAIL_ADDRESS'?")]),
        (["{match: {method: tool/call}, do: keep}"], [("p#1", "unknown", "'tool/call' is no method; did you mean 'tools/call'?")]),
        (["{match: {tool: email_sent}, do: keep}"], [("p#1", "unknown", "no tool is called 'email_sent'; did you mean 'email_send'?")]),
        (
            ["{match: {tool: email_send, path: arguments.too}, do: keep}"],
            [("p#1", "unknown", "no argument is called 'too' in email_send; did you mean 'to'?")],
        ),
        (["{match: {direction: to_server}, do: encrypt}"], [("p#1", "contradiction", "encrypt gives another text each time: a server would store what nobody can look up; use it to_client")]),
        (["{match: {tool: de_rows}, do: keep, on_write: redact}"], [("p#1", "pointless", "what is kept is never refused: on_write says nothing here")]),
        (["{match: {tool: de_rows}, do: token}"], [("p#1", "pointless", "makes tokens, and no restore rule ever turns one back; use label, or say where with restore")]),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_what_it_seems_is_named(rules, expected):
    assert warned(rules) == expected


@pytest.mark.parametrize(
    "rules",
    [
        ["{match: {tool: de_rows}, do: keep}", "{match: {tool: 'de_*'}, do: label}"],
        ["{match: {entity: PERSON}, do: keep}", "{match: {entity: [PERSON, PHONE_NUMBER]}, do: drop}"],
        ["{match: {direction: to_client}, do: keep}", "{match: {entity: PERSON}, do: drop}"],
        ["{match: {tool: email_send, path: 'arguments.attributes.**'}, do: keep}"],
        ["{match: {direction: to_client}, do: encrypt}"],
        ["{match: {path: 'a.*'}, do: keep}", "{match: {path: 'a.**'}, do: drop}"],
    ],
)
def test_a_rule_that_can_decide_is_not(rules):
    assert warned(rules) == []


def test_restore_rules_and_lists_of_tools_are_held_against_the_tools_too():
    more = "restore:\n  - {tool: emial_send}\nreading_tools: [de_rows]\nwriting_tools: ['de_*', sms_send]\n"
    assert warned([], more=more) == [
        ("p#restore1", "pointless", "no rule makes tokens, so there is nothing to restore"),
        ("reading_tools", "contradiction", "'de_rows' stands in reading_tools and is covered by 'de_*' of writing_tools, which wins"),
        ("p#restore1", "unknown", "no tool is called 'emial_send'; did you mean 'email_send'?"),
        ("writing_tools", "unknown", "no tool is called 'sms_send'; did you mean 'email_send'?"),
    ]  # fmt: skip


def test_the_sfmc_preset_names_only_tools_and_arguments_the_server_has():
    from sidecar.runtime.policies import arguments_of
    from upstream_sfmc.tools import TOOLS

    tools = {tool.name: arguments_of({"inputSchema": tool.input_schema}) for tool in TOOLS.values()}
    tools["sfmc_rest_get"] = ("path", "query")  # offered only when it is asked for
    data = parse(read_preset("sfmc"), "preset sfmc", "sfmc", read_preset)
    assert [one.text for one in check(data, Known(tools=tools))] == []
