"""Every way to be misunderstood on the command line ends in one line on stderr and the right exit code."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.cli import ECHO, cli

SERVE = ("serve", "--upstream", "http://127.0.0.1:9/mcp")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "--polcy", "strict", "--", "cat"), "run: unknown option '--polcy'; did you mean '--policy'?"),
        (("run", "--polcy=strict", "--", "cat"), "run: unknown option '--polcy'; did you mean '--policy'?"),
        (("run", "--pol", "strict", "--", "cat"), "run: unknown option '--pol'"),
        (("run", "npx", "server"), "run: unexpected 'npx'; a server's command goes after '--'"),
        (("run",), "run: either the server's command after '--', or --url URL"),
        (("run", "--"), "run: either the server's command after '--', or --url URL"),
        (("run", "--url", "http://127.0.0.1:9/mcp", "--", "cat"), "run: either the server's command after '--', or --url URL"),
        (("run", "--upstream-ca", "ca.pem", "--", "cat"), "run: --upstream-ca goes with --url, not with a command"),
        (("run", "--url", "http://192.0.2.7/mcp"), "--url: plain http only to loopback; use https://"),
        (("run", "--url", "https://example.com/", "--upstream-header", "Authorization=Bearer x"), "--upstream-header: expected NAME=env:VARIABLE"),
        (("run", "--url", "https://example.com/", "--upstream-header", "Host=env:HOME"), "--upstream-header: Host is the transport's own"),
        (("run", "--url", "https://example.com/", "--upstream-cert", "cert.pem"), "--upstream-cert: expected CERT,KEY"),
        (("run", "--policy"), "run: argument --policy: expected one argument"),
        (("run", "--engine", "rampat", "--", "cat"), "--engine: not one of rampart, spacy, both, none, presidio; did you mean 'rampart'?"),
        (("run", "--deadline-s", "0", "--", "cat"), "--deadline-s: expected a positive number of seconds"),
        (("run", "--deadline-s", "nan", "--", "cat"), "--deadline-s: expected a positive number of seconds"),
        (("run", "--max-message-bytes", "1.5", "--", "cat"), "--max-message-bytes: expected a positive whole number"),
        (("run", "--log-level", "loud", "--", "cat"), "--log-level: not one of debug, info, warning, error, none"),
        (("rum", "--", "cat"), "'rum' is not a command; did you mean 'run'?"),
        (("scan",), "scan: the following arguments are required: FILE"),
        (("scan", "--fail-on-finding", "-"), "scan: unknown option '--fail-on-finding'; did you mean '--fail-on-findings'?"),
        (("scan", "-", "--", "cat"), "scan: takes no server command"),
        (("version", "--", "cat"), "version: takes no server command"),
        (("serve",), "serve: either --upstream URL, or a server's command after '--'"),
        ((*SERVE, "--", "cat"), "serve: either --upstream URL, or a server's command after '--'"),
        (("serve", "--upstream-cert", "a,b", "--", "cat"), "serve: --upstream-cert goes with --upstream, not with a command"),
        ((*SERVE, "--tls", "cert.pem"), "--tls: expected CERT,KEY or CERT,KEY,CA"),
        ((*SERVE, "--tls", "cert.pem,key.pem", "--listen", "0.0.0.0:0"), "--listen 0.0.0.0: callers are not authenticated"),
        ((*SERVE, "--listen", "unix:sidecar.sock"), "--listen: a unix socket needs an absolute path"),
        ((*SERVE, "--listen", "here"), "--listen: expected HOST:PORT or unix:/PATH"),
        ((*SERVE, "--listen", "127.0.0.1:70000"), "--listen: expected HOST:PORT or unix:/PATH"),
        ((*SERVE, "--listen", "0.0.0.0:0"), "--listen 0.0.0.0: callers are not authenticated"),
        ((*SERVE, "--listen", "[::]:0"), "--listen ::: callers are not authenticated"),
        (
            (*SERVE, "--listen", "0.0.0.0:0", "--insecure-listen", "--policy", "reversible"),
            "--listen beyond loopback with a reversible policy",
        ),
        ((*SERVE, "--admin", "x"), "--admin: expected HOST:PORT"),
        (("serve", "--upstream", "http://192.0.2.7/mcp"), "--upstream: plain http only to loopback; use https://"),
        (("serve", "--upstream", "http://127.0.0.1.example.com/mcp"), "--upstream: plain http only to loopback"),
        (("serve", "--upstream", "https://a:b@example.com/mcp"), "--upstream: the upstream's URL must not hold credentials"),
        (("serve", "--upstream", "ftp://127.0.0.1/"), "--upstream: the upstream must be http://HOST:PORT/PATH, https://… or unix:"),
        (("serve", "--upstream", "http://[::1"), "--upstream: the upstream's URL cannot be read"),
        (("serve", "--upstream", "http://127.0.0.1:99999/mcp"), "--upstream: the upstream's URL cannot be read"),
        (("serve", "--upstream", "127.0.0.1:9000"), "--upstream: the upstream must be http://HOST:PORT/PATH"),
        (("serve", "--upstream", "unix:server.sock"), "--upstream: a unix socket needs an absolute path"),
    ],
)  # fmt: skip
async def test_what_cannot_be_understood_is_exit_code_2_and_says_what_to_do(words, says):
    done = await cli(*words)
    assert done.code == 2
    assert done.err.startswith(f"mcp-sidecar: {says}")
    assert done.out == ""


async def test_no_words_at_all_show_the_overview_and_are_a_usage_error():
    done = await cli()
    assert done.code == 2
    assert done.out.startswith("usage: mcp-sidecar COMMAND")


async def test_an_unknown_variable_is_refused_because_a_misspelt_one_would_switch_something_off():
    done = await cli("run", "--", *ECHO, MCP_SIDECAR_POLCY="observe")
    assert done.code == 2
    assert done.err == (
        "mcp-sidecar: unknown environment variable MCP_SIDECAR_POLCY; did you mean 'MCP_SIDECAR_POLICY'?\n"
    )


async def test_a_flag_wins_over_the_environment_and_an_error_names_the_one_that_is_wrong():
    done = await cli("run", "--", *ECHO, MCP_SIDECAR_ENGINE="x")
    assert (done.code, done.err.partition(": not")[0]) == (2, "mcp-sidecar: MCP_SIDECAR_ENGINE")
    done = await cli("run", "--engine", "none", "--log-level", "none", "--", *ECHO, MCP_SIDECAR_ENGINE="x")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("command", [("run", "--", *ECHO), SERVE, ("scan", "-")])
async def test_a_bad_policy_file_names_file_line_and_column_and_is_exit_code_78(tmp_path, command):
    file = tmp_path / "policy.yaml"
    file.write_text("version: 1\nrules:\n  - match: {entity: EMAIL_ADDRESS}\n    do: labell\n")
    done = await cli(command[0], "--policy", str(file), *command[1:])
    assert done.code == 78
    assert done.err.startswith(
        f"mcp-sidecar: {file}:4:9 rules[0].do: 'labell' is not an operator; did you mean 'label'?"
    )
    assert done.out == ""


async def test_a_policy_that_is_neither_preset_nor_file_is_exit_code_78():
    done = await cli("run", "--policy", "strickt", "--", *ECHO)
    assert done.code == 78
    assert done.err == "mcp-sidecar: 'strickt' is neither a preset (strict, reversible, sfmc, observe) nor a file\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [(("/nonexistent/server",), 127), (("/etc/hosts",), 126), ((*ECHO[:4], "import sys; sys.exit(3)"), 3)],
)
async def test_a_command_that_cannot_run_or_fails_gives_the_code_a_shell_would(command, code):
    done = await cli("run", "--log-level", "none", "--", *command)
    assert done.code == code
    assert done.out == ""
    assert (done.err != "") == (code > 100)


async def test_a_port_that_is_taken_is_one_line():
    server = await __import__("asyncio").start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    done = await cli(*SERVE, "--listen", f"127.0.0.1:{port}", "--log-level", "none")
    server.close()
    assert done.code == 125
    assert done.err.startswith("mcp-sidecar: cannot listen: ")


@pytest.mark.parametrize("command", ["run", "serve", "dev", "scan", "version"])
async def test_help_is_printed_with_examples(command):
    done = await cli(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: mcp-sidecar {command}")
    assert "examples:\n" in done.out
    assert done.err == ""


async def test_versions_are_one_json_object():
    done = await cli("version", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert {"mcp-sidecar", "python", "presidio-analyzer"} <= set(found)
    assert "missing" not in found.values()
    assert (await cli("--version")).out == f"mcp-sidecar {found['mcp-sidecar']}\n"
    assert f"mcp-sidecar {found['mcp-sidecar']}\n" in (await cli("version")).out


async def test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_words(monkeypatch, capsys):
    from sidecar.cli import main as entry

    def broken(*_):
        raise KeyError("jane@example.com")

    monkeypatch.setattr("sidecar.cli.version.run", broken)
    assert entry.main(["version"]) == 125
    shown = capsys.readouterr().err
    assert shown.startswith("mcp-sidecar: internal error: KeyError at ")
    assert "jane" not in shown
    assert "test_usage.py:" in shown
