"""Documentation is tested: what the README says is what the program does.

``python tests/quality/test_docs.py`` writes the generated part of the README anew.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- help -->\n.*?<!-- /help -->", re.DOTALL)
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("MCP_SIDECAR_")},
    "NO_COLOR": "1",
}


def help_of(*words, columns=110):
    done = subprocess.run(
        [sys.executable, "-m", "sidecar", *words, "--help"],
        capture_output=True,
        check=False,
        text=True,
        env={**ENVIRONMENT, "COLUMNS": str(columns)},
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip()


def commands():
    from sidecar.cli.main import COMMANDS

    return list(COMMANDS)


def generated():
    parts = [
        f"```console\n$ mcp-sidecar {' '.join([*words, '--help'])}\n{help_of(*words)}\n```"
        for words in ([], *([c] for c in commands()))
    ]
    return "<!-- help -->\n" + "\n\n".join(parts) + "\n<!-- /help -->"


def test_the_readme_holds_the_help_of_every_command():
    assert BLOCK.search(README.read_text("utf-8")).group() == generated()


def test_every_help_fits_one_screen_and_ends_with_examples():
    for command in commands():
        text = help_of(command, columns=80)
        assert len(text.splitlines()) <= 48, command
        assert "examples:" in text, command


def test_every_metric_stands_in_the_readme_and_no_other():
    from sidecar.observe.metrics import MetricsSink

    real = set(re.findall(rb"^# TYPE (\S+) ", MetricsSink().render(), re.MULTILINE))
    real = {name.decode() for name in real if not name.endswith(b"_created")}
    documented = set(re.findall(r"^\| `(mcp_\w+)`", README.read_text("utf-8"), re.MULTILINE))
    assert documented == real


def test_every_error_code_stands_in_the_readme():
    from sidecar import errors

    text = README.read_text("utf-8").replace("\u2212", "-")
    for name in dir(errors):
        cls = getattr(errors, name)
        if isinstance(cls, type) and issubclass(cls, errors.SidecarError) and cls.code != -32603:
            assert str(cls.code) in text, name


def test_every_exit_code_stands_in_the_readme():
    text = README.read_text("utf-8")
    table = text[text.index("| exit code |") : text.index("| JSON-RPC code |")]
    for code in ("0", "1", "2", "78", "125", "126", "127", "128", "130"):
        assert re.search(rf"(?<!\d){code}(?!\d)", table), code


def test_every_policy_key_and_operator_stands_in_the_readme():
    from sidecar.policy.model import OPERATORS
    from sidecar.policy.parse import KEYS, PRESETS

    text = README.read_text("utf-8")
    for word in (*OPERATORS, *PRESETS, *KEYS):
        name = f"{word}[]" if word == "restore" else word
        assert f"`{name}`" in text or f"`{word}[]." in text, word


def test_every_dependency_has_its_line_in_the_readme():
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    text = README.read_text("utf-8")
    table = text[text.index("## Dependencies") :]
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9-]+", requirement).group()
        assert re.search(rf"(?<![\w-]){name}(?![\w-])", table), name


def test_the_policy_example_of_the_readme_is_a_policy():
    from sidecar.config.load import read_preset
    from sidecar.policy.parse import parse

    policies = README.read_text("utf-8").partition("## Policies")[2].partition("\n## ")[0]
    for text in re.findall(r"```yaml\n(.*?)```", policies, re.DOTALL):
        assert parse(text, "README.md", "readme", read_preset).rules


def test_the_library_example_of_the_readme_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    names = {}
    exec(code, names)  # noqa: S102 - the README's own example
    assert "jane@example.com" not in str(names["shown"])
    assert names["real"] == {"email": "jane@example.com", "note": "Call Maria Gonzalez"}


def test_every_file_the_documents_point_to_exists():
    for document in ("README.md", "SECURITY.md"):
        text = (ROOT / document).read_text("utf-8")
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / target).exists(), f"{document}: {target}"
    for target in re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_every_tool_of_the_server_stands_in_the_readme():
    from upstream_sfmc.tools import TOOLS

    text = README.read_text("utf-8")
    section = text[text.index("## The Marketing Cloud server") : text.index("## Reading the code")]
    assert {f"`{name}`" for name in TOOLS} <= set(re.findall(r"`[a-z]+_[a-z_]+`", section))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(BLOCK.sub(lambda _: generated(), README.read_text("utf-8")), "utf-8")
