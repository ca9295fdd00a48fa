"""spaCy without its command line is spaCy."""

from __future__ import annotations

import json
import subprocess
import sys

_PROBE = """
import json, sys
from sidecar.redaction import lean
lean.import_spacy()
before = sorted(name for name in sys.modules if name.startswith(("spacy.cli", "weasel", "typer")))
import spacy
words = [word.text for word in spacy.blank("en")("Ring me, please.")]
lean.import_spacy()
import spacy.cli
print(json.dumps([before, words, spacy.cli.info.__module__, callable(spacy.cli.download)]))
"""


def test_its_command_line_is_not_imported_everything_else_works_and_it_can_be_imported_later():
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout) == [[], ["Ring", "me", ",", "please", "."], "spacy.cli.info", True]


def test_where_spacy_is_imported_already_nothing_is_touched():
    code = "import sys, spacy; was = sys.modules['spacy.cli']; from sidecar.redaction import lean; lean.import_spacy(); print(sys.modules['spacy.cli'] is was)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "True"
