"""Nothing heavy loads before the first detection, nothing ever calls out, and one foreign network trap stays closed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "presidio_analyzer",
    "presidio_anonymizer",
    "spacy",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "phonenumbers",
    "tldextract",
    "regex",
)
BANNED = ("asyncio", "aiohttp", "threading", "subprocess", "socket")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_and_looking_up_loads_nothing_heavy():
    code = f"""
import sys
from sidecar.redaction import cache, countries, detector, embedded, fast, fields, findings, judge, operators, shape
from sidecar.redaction.findings import Passage
d = detector.PresidioDetector()
d.lookup([Passage("maria@example.com", "Email"), Passage("Call Maria Gonzalez"), Passage("1447640", "JobID")])
embedded.unfold('{{"a": "b"}}')
for name in ("keep", "label", "drop", "surrogate", "mask", "hash", "encrypt"):
    operators.load(name)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    assert run(code).strip() == "[]"


def test_no_module_names_a_loop_a_thread_or_a_socket():
    code = f"""
import ast, pathlib
bad = []
for file in pathlib.Path("sidecar/redaction").rglob("*.py"):
    for node in ast.walk(ast.parse(file.read_text())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        bad += [(str(file), name) for name in names if name.split(".")[0] in {BANNED!r} or "arcjet" in name]
print(bad)
"""
    assert run(code).strip() == "[]"


def test_detection_resolves_no_host_and_opens_no_connection():
    code = """
import socket
def refuse(*args, **kwargs):
    raise SystemExit("a network call")
socket.getaddrinfo = refuse
socket.socket.connect = refuse
socket.create_connection = refuse
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.findings import Passage
from sidecar.redaction.presidio import Recognizers
d = PresidioDetector(DetectorSettings(countries=("us", "uk", "au", "ca", "de", "es", "fi", "in", "it", "kr", "pl", "se", "sg", "th", "tr", "za")))
d.warm()
found = d.detect([Passage("Maria Gonzalez, maria@example.com, +1 415 555 0132, DNI 12345678Z, DE89370400440532013000")])
from presidio_analyzer.predefined_recognizers import EmailRecognizer
assert EmailRecognizer().validate_result("maria@example.com")
print(sorted({f.entity for f in found[0]}))
"""
    assert run(code).strip() == "['EMAIL_ADDRESS', 'ES_NIF', 'IBAN_CODE', 'PERSON', 'PHONE_NUMBER']"


def test_the_model_s_package_is_never_imported():
    code = """
import sys
from sidecar.redaction.detector import PresidioDetector
PresidioDetector().warm()
print([name for name in sys.modules if "arcjet" in name])
"""
    assert run(code).strip() == "[]"


def test_the_model_s_runtime_is_told_not_to_call_and_does_not_know_where_to():
    code = """
import os, pathlib
from sidecar.redaction.detector import PresidioDetector
PresidioDetector().warm()
import onnxruntime
folder = pathlib.Path(onnxruntime.__file__).parent
libraries = [file for file in folder.rglob("*") if ".so" in file.suffixes or file.suffix == ".dylib"]
print(bool(libraries), os.environ.get("ORT_DISABLE_TELEMETRY"), [file.name for file in libraries if b"events.data." in file.read_bytes()])
"""
    assert run(code).strip() == "True 1 []"
