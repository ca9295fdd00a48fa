"""Start-up: what may be imported before the first message has been forwarded, and what never."""

import json
import subprocess
import sys

import pytest

HEAVY = [
    "presidio_analyzer",
    "presidio_anonymizer",
    "spacy",
    "onnxruntime",
    "tokenizers",
    "numpy",
    "mcp",
    "aiohttp",
    "pydantic",
]


def modules_after(code):
    program = f"import sys, json\n{code}\nprint(json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(out.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "code",
    [
        "import sidecar",
        "from sidecar.cli.main import main; main(['--help'])",
        "from sidecar.cli.main import main; main(['run', '--help'])",
        "import sidecar.cli.run, sidecar.transports.stdio",
        "from sidecar.runtime.build import App, Settings; App(Settings(), [])",
        "from sidecar.cli.main import main; main(['version'])",
    ],
)
def test_nothing_heavy_is_imported_before_the_first_message(code):
    assert modules_after(code) == []


def test_help_of_the_server_imports_neither_the_sidecar_nor_the_emulator():
    program = (
        "import sys\nfrom upstream_sfmc.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('sidecar', 'faker') or m == 'upstream_sfmc.emulator'])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip().splitlines()[-1] == "[]"
