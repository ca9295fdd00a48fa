"""After a message is gone, nothing in the interpreter holds a value of it: no cache, registry, vocabulary, queue or thread.

Freed memory and what native libraries keep for themselves are not walked; SECURITY.md promises nothing of them.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.leaks import kept

RUN = [sys.executable, "-m", "tests.leaks.kept"]


@pytest.mark.parametrize(
    ("engine", "policy"),
    [
        ("none", "reversible"),
        ("rampart", "strict"),
        pytest.param("spacy", "strict", marks=pytest.mark.nightly),
        pytest.param("both", "strict", marks=pytest.mark.nightly),
        pytest.param("both", "observe", marks=pytest.mark.nightly),
    ],
)
@pytest.mark.timeout(400)
def test_no_object_holds_a_value_when_its_message_has_passed_or_was_refused(engine, policy):
    """Answered, refused, late and broken; under ``reversible`` after the vault was wiped."""
    done = subprocess.run([*RUN, engine, policy], capture_output=True, text=True, timeout=380, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [kept.WALKED]


def test_the_walk_sees_what_is_kept(monkeypatch):
    canaries = kept.Canaries(7)
    held = {canaries.name(): (canaries.email(), [canaries.number()]), "n": int(canaries.number())}
    ways = kept.holders()
    assert len(held) == 2
    assert any("dict" in way for way in ways)
    assert any("list < builtins.tuple < builtins.dict" in way for way in ways)
    del held
    assert not [way for way in kept.holders() if "builtins.list < builtins.tuple < builtins.dict" in way]


def test_the_walk_sees_spacys_strings():
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    canaries = kept.Canaries(8)
    nlp.make_doc(canaries.name())
    assert "spaCy's strings" in kept.holders()
    with nlp.memory_zone():
        nlp.make_doc(canaries.name())
