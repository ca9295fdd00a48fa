"""``scan`` reports what would be found, and never the value."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.cli import cli

JANE = "jane@example.com"
CARD = "4111 1111 1111 1111"
SCAN = ("scan", "--engine", "none")


async def test_json_is_walked_and_each_finding_is_one_line_with_its_pointer(tmp_path):
    file = tmp_path / "contacts.json"
    file.write_text(json.dumps({"rows": [{"note": f"write to {JANE}"}, {"card": CARD}], "n": 1}))
    done = await cli(*SCAN, str(file))
    assert done.code == 0
    assert done.err == ""
    assert [(line["pointer"], line["entity"]) for line in done.lines] == [
        ("rows[0].note", "EMAIL_ADDRESS"),
        ("rows[1].card", "CREDIT_CARD"),
    ]
    assert set(done.lines[0]) == {"pointer", "entity", "score", "recognizer", "operator", "rule"}
    assert JANE not in done.out
    assert "4111" not in done.out


async def test_text_comes_from_standard_input_and_findings_are_exit_code_1_when_asked():
    done = await cli(*SCAN, "--fail-on-findings", "--json", "-", stdin=f"a note to {JANE}\nand another\n".encode())
    assert done.code == 1
    assert [line.get("entity") for line in done.lines] == ["EMAIL_ADDRESS", None]
    assert done.lines[-1] == {"counts": {"EMAIL_ADDRESS": 1}}
    assert JANE not in done.out + done.err


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"nothing here", b"{}", b'{"a": 1E400, "b": 1.10}', b'{"a":1,"a":2}', b"\xff\xfe\x00", b"\xef\xbb\xbf{}",
     bytes(range(256)), b"[" * 600 + b"]" * 600, b"[" * 50_000, b'"\\ud800"', b"NaN", b"1}, 2"],
    ids=range(14),
)  # fmt: skip
async def test_whatever_the_bytes_are_there_is_an_answer(data):
    done = await cli(*SCAN, "--fail-on-findings", "-", stdin=data)
    assert (done.code, done.out, done.err) == (0, "", "") or (done.code == 125 and done.err.count("\n") == 1)


async def test_an_address_in_a_file_that_is_not_text_is_found():
    done = await cli(*SCAN, "-", stdin=b"\xff\x00 to " + JANE.encode() + b" \xfe")
    assert [line["entity"] for line in done.lines] == ["EMAIL_ADDRESS"]


async def test_a_file_that_cannot_be_read_says_why(tmp_path):
    for name, why in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        done = await cli(*SCAN, str(name))
        assert done.code == 2
        assert why in done.err
        assert done.out == ""
