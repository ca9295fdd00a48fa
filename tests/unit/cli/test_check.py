"""`check`, `explain`, `schema` and `except` as a user meets them: whole outputs, and their exit codes."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.cli.cli import ECHO, cli, run

POLICY = """\
version: 1
extends: reversible
rules:
  - {match: {entity: CREDIT_CARD}, do: drop}
  - {match: {direction: to_server, tool: email_send, path: arguments.to}, do: keep}
  - {match: {entity: CREDIT_CARD, tool: email_send}, do: mask}
  - {match: {role: auditor}, do: keep}
restore:
  - {tool: email_send, path: arguments.to}
"""
TOOLS = {"tools": [{"name": "email_send", "inputSchema": {"type": "object", "properties": {"to": {}}}}]}


@pytest.fixture
def policy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(POLICY)
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    return tmp_path


def without_digests(text):
    return re.sub(r"\b[0-9a-f]{16}\b", "DIGEST", text)


async def test_check_says_what_never_decides_and_that_it_can_be_used(policy):
    done = await cli("check", "--tools", "tools.json", "p.yaml")
    assert (done.code, done.err) == (0, "")
    assert without_digests(done.out) == (
        "p.yaml:6:5 p#3: dead: can never decide: all it matches is decided by p#1 before it\n"
        "p: 4 rules, then those of reversible; 0 exceptions; digest DIGEST; 1 warnings\n"
    )
    assert (await cli("check", "--fail-on-warnings", "p.yaml")).code == 1
    assert (await cli("check", "--fail-on-warnings", "sfmc")).code == 0
    lines = (await cli("check", "--json", "p.yaml")).lines
    assert [line.get("kind") for line in lines] == ["dead", None]


async def test_check_of_a_bad_file_is_exit_code_78_with_its_place(policy):
    (policy / "bad.yaml").write_text("version: 1\nrules:\n  - {do: maks}\n")
    done = await cli("check", "bad.yaml")
    assert done.code == 78
    assert done.err.startswith(
        "mcp-sidecar: bad.yaml:3:10 rules[0].do: 'maks' is not an operator; did you mean 'mask'?"
    )


async def test_explain_says_which_rule_decides_and_why_not_the_others(policy):
    done = await cli(
        "explain", "--policy", "p.yaml", "--entity", "EMAIL_ADDRESS", "--tool", "email_send", "--path", "arguments.cc"
    )
    assert done.code == 0
    assert without_digests(done.out) == (
        "policy p, digest DIGEST\n"
        "place  to_server tools/call email_send arguments.cc\n"
        "       field cc, kind text, channel model, language en\n"
        "       a call of a writing tool\n"
        "\n"
        "  -  p#1 (p.yaml:4:5) does not match: entity is 'EMAIL_ADDRESS', not CREDIT_CARD\n"
        "  -  p#2 (p.yaml:5:5) does not match: path is 'arguments.cc', not arguments.to\n"
        "  -  p#3 (p.yaml:6:5) does not match: entity is 'EMAIL_ADDRESS', not CREDIT_CARD\n"
        "  -  p#4 (p.yaml:7:5) does not match: role is '', not auditor\n"
        "  -  reversible#1 (preset reversible:5:5) does not match: channel is 'model', not human\n"
        "  >  reversible#2 (preset reversible:6:5) decides: everything -> token\n"
        "\n"
        "EMAIL_ADDRESS here: the message is refused; a writing tool's call that would carry a stand-in made from it is "
        "refused (on_write: refuse)\n"
        "tokens here: stay tokens\n"
    )


async def test_explain_of_an_argument_a_rule_lets_pass_and_restores(policy):
    done = await cli(
        "explain", "--policy", "p.yaml", "--entity", "EMAIL_ADDRESS", "--tool", "email_send", "--path", "arguments.to"
    )
    assert done.out.splitlines()[-5:] == [
        "  -  p#1 (p.yaml:4:5) does not match: entity is 'EMAIL_ADDRESS', not CREDIT_CARD",
        "  >  p#2 (p.yaml:5:5) decides: direction to_server, tool email_send, path arguments.to -> keep",
        "",
        "EMAIL_ADDRESS here: keep",
        "tokens here: become values, by p#restore1",
    ]
    as_role = await cli("explain", "--policy", "p.yaml", "--role", "auditor", "--entity", "PERSON", "--json")
    assert (as_role.lines[0]["operator"], as_role.lines[0]["rule"]) == ("keep", "p#4")


async def test_explain_reads_the_working_directorys_policy_too_and_it_only_tightens(policy):
    (policy / "mcp-sidecar.yaml").write_text(
        "version: 1\nextends: observe\nrules:\n  - {match: {entity: PERSON}, do: block}\n"
    )
    person = await cli("explain", "--policy", "p.yaml", "--entity", "PERSON", "--json")
    assert (person.lines[0]["operator"], person.lines[0]["rule"]) == ("block", "mcp-sidecar#1")
    mail = await cli("explain", "--policy", "p.yaml", "--entity", "EMAIL_ADDRESS", "--json")
    assert mail.lines[0]["operator"] == "token"


async def test_run_obeys_the_working_directorys_policy_where_it_is_stricter_and_says_so(policy):
    (policy / "mcp-sidecar.yaml").write_text(
        "version: 1\nextends: observe\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: drop}\n"
    )
    body = {"jsonrpc": "2.0", "id": 1, "method": "x/y", "params": {"to": "o.b@example.com", "ip": "192.0.2.7"}}
    done = await run("--engine", "none", "--policy", "strict", sent=[body])
    assert "mcp-sidecar.yaml tightens policy 'strict'; it can loosen nothing" in done.err
    assert "o.b@example.com" not in done.out
    assert done.lines[0]["result"]["to"] in {"<EMAIL_ADDRESS>", ""}
    assert done.code == 0


async def test_schema_prints_what_check_checks():
    done = await cli("schema")
    assert done.code == 0
    assert json.loads(done.out)["properties"]["rules"]


async def test_an_exception_is_made_without_the_value_listed_obeyed_and_removed(policy):
    made = await cli(
        "except",
        "--exceptions",
        "ours.yaml",
        "--entity",
        "EMAIL_ADDRESS",
        "--until",
        "2999-01-31",
        stdin=b"Info@example.com\n",
    )
    assert made.code == 0, made.err
    assert "info@" not in (policy / "ours.yaml").read_text().lower()
    assert (policy / "ours.yaml.key").stat().st_mode & 0o077 == 0
    listed = await cli("except", "--exceptions", "ours.yaml", "--list", "--json")
    assert [(line["entity"], line["until"], line["expired"]) for line in listed.lines] == [
        ("EMAIL_ADDRESS", "2999-01-31", False)
    ]
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "x/y",
        "params": {"a": "write info@example.com", "b": "or o.b@example.com"},
    }
    done = await run("--engine", "none", "--exceptions", "ours.yaml", sent=[body])
    assert done.lines[0]["result"] == {"a": "write info@example.com", "b": "or <EMAIL_ADDRESS>"}
    assert (await cli("check", "--exceptions", "ours.yaml", "strict")).out.startswith("strict: ")
    removed = await cli("except", "--exceptions", "ours.yaml", "--remove", listed.lines[0]["digest"][:8])
    assert (removed.code, removed.out) == (0, "1 removed\n")
    done = await run("--engine", "none", "--exceptions", "ours.yaml", sent=[body])
    assert done.lines[0]["result"]["a"] == "write <EMAIL_ADDRESS>"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("except",), "except: --exceptions FILE is missing"),
        (("except", "--exceptions", "e.yaml"), "except: the value is read from standard input, and there was none"),
        (("except", "--exceptions", "e.yaml", "--days", "x"), "except: the value is read from standard input"),
        (("except", "--exceptions", "e.yaml", "--entity", "Person"), "except: --entity: expected capitals"),
        (("explain",), "explain: the following arguments are required: --entity"),
        (("explain", "--entity", "X", "--method", "tool/call"), "explain: --method: 'tool/call' is no method of MCP"),
        (("check", "--", "cat"), "check: takes no server command"),
        (("schema", "x"), "schema: unexpected 'x'"),
        (("selfcheck", "x"), "selfcheck: unexpected 'x'"),
    ],
)
async def test_what_cannot_be_understood_is_exit_code_2(policy, words, says):
    done = await cli(*words)
    assert done.code == 2
    assert says in done.err


@pytest.mark.parametrize(("policy_name", "verdict", "code"), [("strict", "CLEAN", 0), ("observe", "CLEAN", 0)])
async def test_selfcheck_says_how_it_went(policy_name, verdict, code):
    done = await cli("selfcheck", "--engine", "none", "--policy", policy_name)
    assert done.out.splitlines()[-1] == verdict
    assert done.code == code


async def test_run_takes_a_role_that_rules_ask_for(policy):
    body = {"jsonrpc": "2.0", "id": 1, "method": "x/y", "params": {"a": "write o.b@example.com"}}
    done = await run("--engine", "none", "--policy", "p.yaml", "--role", "auditor", sent=[body])
    assert done.lines[0]["result"]["a"] == "write o.b@example.com"
    assert (await cli("run", "--", *ECHO, MCP_SIDECAR_ROL="x")).code == 2
