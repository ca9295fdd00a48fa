"""``eval`` reports how well labelled texts are redacted, and never a text or a value."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.cli import cli

JANE = "jane@example.com"
EVAL = ("eval", "--engine", "none")


def line(text: str, *spans: tuple[str, str], **about: object) -> str:
    found = [{"start": text.index(value), "end": text.index(value) + len(value), "entity": entity} for value, entity in spans]  # fmt: skip
    return json.dumps({"text": text, "spans": found, **about})


def texts() -> str:
    return "\n".join(
        (
            line(f"write to {JANE}", (JANE, "EMAIL_ADDRESS"), kind="mail", language="en"),
            "",
            line("Maria called twice", ("Maria", "PERSON"), kind="note", language="en"),
            line(json.dumps({"card": "4111 1111 1111 1111"}), kind="note", language="de"),
        )
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text(texts(), "utf-8")
    return path


def row(out: str, name: str) -> list[str]:
    (found,) = (cells for line in out.splitlines() if (cells := line.split()) and cells[0] == name)
    return found[1:]


async def test_tables_by_entity_kind_and_language(file):
    done = await cli(*EVAL, str(file))
    assert (done.code, done.err) == (0, "")
    assert row(done.out, "EMAIL_ADDRESS") == ["1", "1.00", "1.00", "1.00"]
    assert row(done.out, "PERSON") == ["1", "-", "0.00", "0.00"]
    assert row(done.out, "mail") == ["1", "0.0", "0.0"]
    assert row(done.out, "note") == ["2", "100.0", "51.6"]  # 16 digits of 31: called twice, card, the digits
    assert row(done.out, "de")[0] == "1"
    assert row(done.out, "all") == ["3", "26.3", "42.1"]  # 5 of 14 + 5, 16 of 7 + 31
    for value in (JANE, "Maria", "4111"):
        assert value not in done.out


async def test_json_has_the_same_numbers_and_misses_are_places(file):
    done = await cli(*EVAL, "--json", "--misses", str(file))
    (report,) = done.lines
    assert report["none"]["misses"] == [{"line": 3, "entity": "PERSON", "start": 0, "end": 5}]
    assert report["none"]["kind"]["mail"]["missed"] == 0
    assert report["none"]["all"]["texts"] == 3
    assert report["none"]["all"]["entities"]["PERSON"]["recall"] == 0
    assert "Maria" not in done.out


async def test_standard_input_and_the_list_of_misses():
    done = await cli(*EVAL, "--misses", "-", stdin=b"\xef\xbb\xbf" + texts().encode())
    assert done.out.rstrip().endswith("missed by none, wholly or in part:\n  line 3  PERSON  0-5")


async def test_what_the_policy_keeps_is_not_redacted(file, tmp_path):
    policy = tmp_path / "mine.yaml"
    policy.write_text("version: 1\nextends: strict\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: keep}\n")
    (report,) = (await cli(*EVAL, "--json", "--policy", str(policy), str(file))).lines
    assert report["none"]["kind"]["mail"]["missed"] == 1


async def test_stock_presidio_stands_beside_it(file):
    done = await cli(*EVAL, "--compare", "stock", "--json", str(file))
    (report,) = done.lines
    assert set(report) == {"none", "stock"}
    assert report["stock"]["all"]["entities"]["PERSON"]["recall"] == 1
    assert report["stock"]["ms_per_text"] > 0


async def test_a_text_that_cannot_be_analysed_is_named_and_the_others_are_scored(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join((line("a" * 600_000), line(f"to {JANE}", (JANE, "EMAIL_ADDRESS")))))
    done = await cli(*EVAL, str(path))
    assert "not analysed, so withheld by the proxy: lines 1\n" in done.out + "\n"
    assert row(done.out, "EMAIL_ADDRESS") == ["1", "1.00", "1.00", "1.00"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no texts"),
        (b"\n \n", "no texts"),
        (b'{"text": "Maria"}\nMaria', "2: not a JSON object"),
        (b'\n{"text": "Maria", "spans": [{"start": 0, "end": 9, "entity": "PERSON"}]}', "2: spans[0]: start and end are no place in the text of 5 characters"),
        (b'{"text": "Maria \xff"}', "1: not UTF-8"),
    ],
    ids=["empty", "blank", "no json", "no place", "no utf-8"],
)  # fmt: skip
async def test_bad_data_is_exit_code_2_with_file_and_line_and_nothing_of_the_text(tmp_path, data, says):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(data)
    done = await cli(*EVAL, str(path))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"mcp-sidecar: eval: {path}:")
    assert done.err.rstrip().endswith(says)
    assert "Maria" not in done.err


async def test_what_cannot_be_understood_says_why(tmp_path):
    for words, says in (
        ((), "eval: the following arguments are required: FILE"),
        ((str(tmp_path),), f"eval: {tmp_path}: Is a directory"),
        (("-", "--", "cat"), "eval: takes no server command"),
        (("--compare", "other", "-"), "eval: argument --compare: invalid choice"),
        (("--engine", "rampat", "-"), "--engine: not one of"),
    ):
        done = await cli("eval", *words)
        assert done.code == 2
        assert done.err.startswith(f"mcp-sidecar: {says}")
        assert done.out == ""
