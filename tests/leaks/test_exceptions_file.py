"""A file of exceptions is made from people's data: none of it stands in the file, its key, what is printed, or an error about it."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

import pytest

from sidecar.errors import BadConfig
from sidecar.runtime import exempting
from sidecar.runtime.policies import Sources, load
from tests.unit.cli.cli import cli, run

CANARY = "Canary.Jane@example.com"
WORD = "canary"
BROKEN = {
    "for a digest": f"version: 1\nexceptions: [{{digest: {CANARY}, entity: PERSON}}]\n",
    "for an entity": f"version: 1\nexceptions: [{{digest: {'a' * 32}, entity: {CANARY}}}]\n",
    "for a day": f"version: 1\nexceptions: [{{digest: {'a' * 32}, entity: PERSON, until: {CANARY}}}]\n",
    "for a key": f"version: 1\nexceptions: [{{{CANARY}: PERSON}}]\n",
    "for a key, as a word": f"version: 1\nexceptions: [{{{WORD}: PERSON}}]\n",
    "for the list": f"version: 1\nexceptions: {CANARY}\n",
    "for an exception": f"version: 1\nexceptions: [{CANARY}]\n",
    "for a mapping of them": f"version: 1\nexceptions: {{{CANARY}: PERSON}}\n",
    "as an alias": f"version: 1\nexceptions: [*{WORD}]\n",
    "as an anchor twice": f"version: 1\nexceptions: [&{WORD} a, &{WORD} b]\n",
    "as a tag": f"version: 1\nexceptions: !{WORD} [a]\n",
    "as an escape": f'version: 1\nexceptions: ["\\q{WORD}"]\n',
    "before a line that is none": f"{CANARY}\nversion: 1\n",
    "for the version": f"version: {CANARY}\n",
    "in a comment of no YAML": f"version: 1 # {CANARY}\nexceptions: [\n",
}


def spellings(value: str) -> set[str]:
    """Everything by which somebody without the key could tell the value."""
    found = set()
    for text in (value, value.lower(), value.casefold()):
        raw = text.encode()
        found |= {text, raw.hex(), base64.b64encode(raw).decode().rstrip("="), quote(text, safe=""), text[::-1]}
        found |= {hashlib.new(name, raw).hexdigest()[:16] for name in ("md5", "sha1", "sha256", "sha512", "blake2b")}
    return found


def is_told(text: str) -> bool:
    return any(one in text for one in spellings(CANARY)) or WORD in text.casefold()


async def test_neither_the_file_nor_its_key_nor_what_is_printed_tells_the_value(tmp_path):
    path = tmp_path / "ours.yaml"
    given = ("except", "--exceptions", str(path))
    outputs = [await cli(*given, stdin=CANARY.encode())]
    digest = exempting.entries(str(path))[0].digest
    asked = (("--list",), ("--list", "--json"), ("--remove", WORD), ("--remove", digest), ("--days", "0", "--json"))
    outputs += [await cli(*given, *words, stdin=CANARY.encode()) for words in asked]
    assert [done.code for done in outputs] == [0, 0, 0, 1, 0, 0]
    assert len(exempting.entries(str(path))) == 1
    kept = path.read_text() + (tmp_path / "ours.yaml.key").read_bytes().decode("latin-1")
    assert not is_told(kept + "".join(done.out + done.err for done in outputs))


async def test_a_value_given_as_an_argument_is_not_taken_and_not_repeated(tmp_path):
    for words in ((CANARY,), ("--entity", "PERSON", CANARY, "Smith")):
        done = await cli("except", "--exceptions", str(tmp_path / "ours.yaml"), *words, stdin=b"x")
        assert done.code == 2
        assert "standard input" in done.err
        assert not is_told(done.err + done.out)
    assert list(tmp_path.iterdir()) == []


async def test_an_excepted_value_passes_and_stands_in_no_log(tmp_path):
    path = tmp_path / "ours.yaml"
    exempting.add(str(path), CANARY, "*", None)
    body = {"jsonrpc": "2.0", "id": 1, "method": "x/y", "params": {"a": CANARY}}
    done = await run("--engine", "none", "--exceptions", str(path), "--log-level", "debug", sent=[body])
    assert done.lines[0]["result"] == {"a": CANARY}
    assert not is_told(done.err)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_with_the_file_is_told_without_what_stands_there(tmp_path, text):
    path = tmp_path / "ours.yaml"
    exempting.add(str(path), "x", "*", None)
    path.write_text(text)
    for reads in (
        exempting.entries,
        lambda path: load(Sources(exceptions=path)),
        lambda path: exempting.remove(path, "a"),
    ):
        with pytest.raises(BadConfig) as caught:
            reads(str(path))
        assert "ours.yaml:" in str(caught.value)
        assert not is_told(str(caught.value) + repr(caught.value))
        assert caught.value.__cause__ is None


async def test_no_command_repeats_what_stands_in_a_broken_file(tmp_path):
    path = tmp_path / "ours.yaml"
    exempting.add(str(path), "x", "*", None)
    path.write_text(BROKEN["for a key"])
    before = path.read_bytes()
    for words in (
        ("except", "--list"),
        ("except",),
        ("check",),
        ("explain", "--entity", "PERSON"),
        ("run", "--", "true"),
    ):
        done = await cli(words[0], "--exceptions", str(path), *words[1:], stdin=CANARY.encode())
        assert done.code == 78, words
        assert "ours.yaml:2:" in done.err
        assert not is_told(done.err + done.out)
    assert path.read_bytes() == before


@pytest.mark.parametrize("which", ["ours.yaml", "ours.yaml.key"])
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o700])
def test_a_file_or_key_others_can_read_or_change_is_refused(tmp_path, which, mode):
    path = tmp_path / "ours.yaml"
    exempting.add(str(path), "x", "*", None)
    assert [one.stat().st_mode & 0o777 for one in sorted(tmp_path.iterdir())] == [0o600, 0o600]
    load(Sources(exceptions=str(path)))
    (tmp_path / which).chmod(mode)
    for use in (lambda: load(Sources(exceptions=str(path))), lambda: exempting.add(str(path), "y", "*", None)):
        with pytest.raises(BadConfig, match="chmod 600 or 400"):
            use()


def test_a_file_that_is_made_anew_stays_private_whatever_lay_beside_it(tmp_path):
    path = tmp_path / "ours.yaml"
    (tmp_path / "ours.yaml.new").write_text("left by one that was stopped")
    (tmp_path / "ours.yaml.new").chmod(0o666)
    exempting.add(str(path), "x", "*", None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(exempting.entries(str(path))) == 1
