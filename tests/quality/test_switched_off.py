"""Every promise that is ours has a test that fails when what keeps it is switched off.

By day the table is held to the code, so that it cannot rot. At night each switch is thrown in a copy of the project, whose own
environment imports the copy and nothing else of ours, in this process's children too; a test that still passes is a hole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from tests.promises import PROMISES
from tests.promises_switches import SWITCHES

ROOT = Path(__file__).parents[2]
OURS = {promise.id: promise for promise in PROMISES if promise.proofs}
NOT_COPIED = (".git", ".venv", "node_modules", "build", "__pycache__", ".*_cache", "*.egg-info")
LIMIT_S = 900
BROKEN = re.compile(r"(?:Syntax|Import|Name|Attribute|Indentation|ModuleNotFound|UnboundLocal)Error")
"""How a test fails when the code is broken, not switched off."""


def test_every_row_that_is_ours_can_be_switched_off():
    assert {switch.promise for switch in SWITCHES} == set(OURS)


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: f"{switch.promise}-{Path(switch.file).name}")
def test_a_switch_is_where_the_table_says_and_its_test_is_of_the_row(switch):
    assert switch.proof in OURS[switch.promise].proofs
    text = (ROOT / switch.file).read_text("utf-8")
    for piece, instead in ((switch.piece, switch.instead), *switch.more):
        assert text.count(piece) == 1, piece
        assert piece != instead


WARM = """
import importlib.util, json, os, sys, traceback
import aiohttp.web, cryptography.x509, hypothesis, jsonschema, jwt, mcp, orjson, prometheus_client, pytest, yaml
print(*(importlib.util.find_spec(name).origin for name in ("sidecar", "upstream_sfmc")), flush=True)
for line in sys.stdin:
    first, words = json.loads(line)
    child = os.fork()
    if not child:
        said = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0), os.dup2(said, 1), os.dup2(said, 2)
        try:
            if first:
                importlib.import_module(first)
            code = int(pytest.main(words))
        except BaseException:
            traceback.print_exc()
            code = 99
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Copy:
    """The project once more, with an interpreter that takes ours from there whatever the environment says."""

    def __init__(self, folder):
        self.root = folder / "project"
        self.passed = set()
        self.thrown = {}
        self.second = 1_000_000_000
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        for built in ("tests/clients/node/node_modules", "tests/sfmc/clients/.venv", "build"):
            if (ROOT / built).exists():
                (self.root / built).symlink_to(ROOT / built)
        venv.create(folder / "env", symlinks=True)
        self.python = folder / "env" / "bin" / "python"
        (packages,) = (folder / "env").glob("lib/python*/site-packages")
        installed = sysconfig.get_paths()["purelib"]
        (packages / "first.pth").write_text(f"{self.root}\nimport site; site.addsitedir({installed!r})\n")
        for name, module in (("mcp-sidecar", "sidecar.cli.main"), ("upstream-sfmc", "upstream_sfmc.cli")):
            script = self.python.with_name(name)
            script.write_text(f"#!{self.python}\nimport sys\nfrom {module} import main\nsys.exit(main())\n")
            script.chmod(0o755)
        for program in Path(sys.executable).parent.iterdir():
            if not self.python.with_name(program.name).exists():
                self.python.with_name(program.name).symlink_to(program)

    def start(self):
        """One process that has imported what is others', and forks for each run."""
        self.said = self.root.with_name("said")
        self.warm = subprocess.Popen(
            [str(self.python), "-c", WARM, str(self.said)], cwd=self.root, env={**os.environ, "COLUMNS": "2000"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self.warm.stdout.readline().strip()

    def write(self, file, text):
        """At a second of its own: compiled modules are told from old ones by the second and the size."""
        file.write_text(text, "utf-8")
        self.second += 1
        os.utime(file, (self.second, self.second))

    def tested(self, *words, first=""):
        """What failed, one line each. ``first``: a module that has to be there."""
        words = ("-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *words)
        print(json.dumps([first, words]), file=self.warm.stdin, flush=True)
        code = int(self.warm.stdout.readline())
        said = self.said.read_text("utf-8", "replace")
        failed = re.findall(r"^FAILED (.*)$", said, re.MULTILINE)
        assert code in {0, 1}, said[-4000:]
        assert not re.search(r"^ERROR ", said, re.MULTILINE), said[-4000:]
        assert bool(failed) == (code == 1), said[-4000:]
        return failed

    def fails_already(self, switch):
        """Asked for all the tests of its file at once: starting takes longer than most of them."""
        if (switch.proof, switch.only) not in self.passed:
            file = switch.proof.partition("::")[0]
            same = {
                one.proof for one in SWITCHES if one.proof.startswith(f"{file}::") and not one.only and not switch.only
            }
            if failed := self.tested(*(same or {switch.proof}), *(["-k", switch.only] if switch.only else [])):
                return failed
            self.passed |= {(proof, "") for proof in same} or {(switch.proof, switch.only)}
        return []

    def fails_without(self, switch):
        """What fails when the switch is thrown."""
        key = replace(switch, promise="")
        if key not in self.thrown:
            file = self.root / switch.file
            whole = text = file.read_text("utf-8")
            for piece, instead in ((switch.piece, switch.instead), *switch.more):
                text = text.replace(piece, instead)
            is_ours = re.match(r"(?:sidecar|upstream_sfmc)/.*\.py$", switch.file)
            module = switch.file.removesuffix(".py").replace("/", ".") if is_ours else ""
            try:
                self.write(file, text)
                words = ["-x", switch.proof, *(["-k", switch.only] if switch.only else [])]
                self.thrown[key] = self.tested(*words, first=module)
            finally:
                self.write(file, whole)
        return self.thrown[key]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    made = Copy(tmp_path_factory.mktemp("copy"))
    assert made.start().count(str(made.root)) == 2, "the copy is not what is imported"
    yield made
    made.warm.stdin.close()
    made.warm.wait(30)
    made.warm.stdout.close()


@pytest.mark.nightly
@pytest.mark.timeout(2 * LIMIT_S)
@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: f"{switch.promise}-{Path(switch.file).name}")
def test_switched_off_its_test_fails(copy, switch):
    assert not copy.fails_already(switch), "it fails with everything on"
    failed = copy.fails_without(switch)
    print(f"{switch.promise} {switch.file}: {failed[0] if failed else 'STILL PASSES'}", flush=True)
    assert failed, f"a hole: {switch.proof} passes without what keeps {switch.promise}"
    assert not BROKEN.search(failed[0]), f"broken, not switched off: {failed[0]}"
