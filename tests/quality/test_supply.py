"""What we depend on: pinned, listed, looked after; and what no line of ours may do."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "k8s/images/requirements-model.txt", ".ci/requirements-tools.txt")
SOURCES = sorted([*ROOT.glob("sidecar/**/*.py"), *ROOT.glob("upstream_sfmc/**/*.py")])


def pinned(lock):
    text = (ROOT / lock).read_text("utf-8")
    return {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_its_hashes_and_names_no_host(lock):
    text = (ROOT / lock).read_text("utf-8")
    packages = re.findall(r"^[A-Za-z0-9].*", text, re.MULTILINE)
    assert packages
    assert all(re.match(r"[A-Za-z0-9._-]+==\S+", line) for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text


def test_the_vendors_old_client_libraries_are_in_no_lock():
    for lock in LOCKS:
        assert not {"salesforce-fuelsdk", "salesforce-fuelsdk-sans", "fuelsdkwrapper", "suds", "suds-jurko"} & pinned(
            lock
        )


def test_no_second_http_stack_is_imported_by_the_sidecar():
    stacks = re.compile(r"^\s*(?:import|from) (?:requests|httpx|urllib3|hvac)\b", re.MULTILINE)
    assert [str(path) for path in ROOT.glob("sidecar/**/*.py") if stacks.search(path.read_text("utf-8"))] == []


def test_the_bill_of_materials_lists_every_pinned_package():
    bill = ROOT / "build" / "sbom.json"
    if not bill.is_file():
        pytest.skip("'make sbom' writes it")
    found = json.loads(bill.read_text("utf-8"))
    assert found["bomFormat"] == "CycloneDX"
    listed = {re.sub(r"[-_.]+", "-", part["name"]).lower() for part in found["components"]}
    optional = {"colorama", "pywin32", "winloop", "tzdata", "uvloop"}
    assert pinned("requirements.txt") - optional - _elsewhere() <= listed


def _elsewhere():
    """Packages whose marker leaves them out on this machine."""
    from packaging.requirements import Requirement

    lines = re.findall(r"^[A-Za-z0-9].*?(?= \\|$)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return {re.sub(r"[-_.]+", "-", one.name).lower() for one in found if one.marker and not one.marker.evaluate()}


def test_advisories_are_looked_for_every_week():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert {one["package-ecosystem"] for one in updates} >= {"pip", "github-actions", "npm"}
    assert {one["schedule"]["interval"] for one in updates} == {"weekly"}
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    assert {"cron": "17 4 * * 1"} in workflow[True]["schedule"]
    assert any("make audit" in step.get("run", "") for step in workflow["jobs"]["audit"]["steps"])


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("yarl  Dependency not found and could not be audited: yarl (1.2)", 0, 3),
        ("requests.exceptions.ConnectionError: no route", 1, 3),
        ("No known vulnerabilities found", 0, 0),
        ("Found 1 known vulnerability in 1 package", 1, 1),
    ],
)
def test_what_could_not_be_looked_up_is_not_said_to_be_fine(tmp_path, said, code, told):
    """What pip-audit says is given; what we make of it is looked at."""
    (tmp_path / "pip-audit").write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n")
    (tmp_path / "pip-audit").chmod(0o755)
    done = subprocess.run(
        [str(ROOT / ".ci" / "audit"), "requirements.txt"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == told
    assert ("Nothing was audited" in done.stderr) == (told == 3)
    assert said in done.stdout


def test_the_rules_of_semgrep_are_our_own_and_run_for_every_commit():
    rules = yaml.safe_load((ROOT / ".ci" / "semgrep.yml").read_text("utf-8"))["rules"]
    assert len(rules) >= 5
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "--config .ci/semgrep.yml" in makefile
    assert "bandit" in makefile
    assert "make secure" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_no_line_of_ours_switches_verification_off():
    forbidden = re.compile(
        r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context|ssl\s*=\s*False"
    )
    assert [str(path) for path in SOURCES if forbidden.search(path.read_text("utf-8"))] == []
