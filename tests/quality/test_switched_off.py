"""Every promise that is ours has a test that fails when what keeps it is switched off.

By day the table is held to the code, so that it cannot rot. At night each switch is thrown in a copy of the project, whose own
environment imports the copy and nothing else of ours, in this process's children too; a test that still passes is a hole.
"""

from __future__ import annotations

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

    def run(self, *words):
        return subprocess.run(
            [str(self.python), *words], cwd=self.root, capture_output=True, text=True, timeout=LIMIT_S, check=False,
            env={**os.environ, "COLUMNS": "2000"}, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def write(self, file, text):
        """At a second of its own: compiled modules are told from old ones by the second and the size."""
        file.write_text(text, "utf-8")
        self.second += 1
        os.utime(file, (self.second, self.second))

    def tested(self, *words, first=""):
        """What failed, one line each. ``first``: a module that has to be there."""
        program = f"{f'import {first}' if first else ''}\nimport sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))"
        done = self.run("-c", program, "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *words)
        said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        failed = re.findall(r"^FAILED (.*)$", done.stdout, re.MULTILINE)
        assert done.returncode in {0, 1}, said
        assert not re.search(r"^ERROR ", done.stdout, re.MULTILINE), said
        assert bool(failed) == (done.returncode == 1), said
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
    said = made.run("-c", "import sidecar, upstream_sfmc; print(sidecar.__file__, upstream_sfmc.__file__)").stdout
    assert said.count(str(made.root)) == 2, "the copy is not what is imported"
    return made


@pytest.mark.nightly
@pytest.mark.timeout(2 * LIMIT_S)
@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: f"{switch.promise}-{Path(switch.file).name}")
def test_switched_off_its_test_fails(copy, switch):
    assert not copy.fails_already(switch), "it fails with everything on"
    failed = copy.fails_without(switch)
    print(f"{switch.promise} {switch.file}: {failed[0] if failed else 'STILL PASSES'}", flush=True)
    assert failed, f"a hole: {switch.proof} passes without what keeps {switch.promise}"
    assert not BROKEN.search(failed[0]), f"broken, not switched off: {failed[0]}"
