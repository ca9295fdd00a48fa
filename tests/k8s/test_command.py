"""The command line the manifests give is one the program takes."""

import shlex
from pathlib import Path

import pytest

from sidecar.cli import serve
from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.config.addresses import is_loopback
from sidecar.config.load import read_preset
from sidecar.errors import BadUsage
from sidecar.policy.parse import parse
from tests.k8s import facts


def options():
    parser = new_parser("serve", "")
    serve.add_serving(parser)
    add_shared(parser)
    program, command, *words = shlex.split(facts.SIDECAR_COMMAND)
    assert (program, command) == ("mcp-sidecar", "serve")
    return parser.parse_args(words)


def test_the_sidecars_command_line_parses_and_passes_the_checks(tmp_path):
    given = options()
    assert resolve(given, {})["policy"] == given.policy
    serve.check_upstream(given.upstream, "--upstream")
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nextends: strict\n")
    at = serve.check_listen(given, str(policy), None)
    assert (is_loopback(at.host), at.port) == (False, 8080)


def test_without_its_explicit_flag_it_would_not_listen_beyond_loopback(tmp_path):
    given = options()
    given.insecure_listen = False
    with pytest.raises(BadUsage, match="--insecure-listen"):
        serve.check_listen(given, "strict", None)


def test_the_policy_in_the_config_map_is_a_policy():
    text = (Path(__file__).parents[2] / "k8s" / "components" / "sidecar" / "policy.yaml").read_text("utf-8")
    assert parse(text, "policy.yaml", "policy", read_preset).binaries == "withhold"
