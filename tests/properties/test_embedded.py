"""Whatever a text is made of, unfolding and folding it without edits gives it back, and edits land where they should."""

from __future__ import annotations

import base64
import gzip
import html
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.redaction.embedded import unfold
from sidecar.redaction.findings import Edit

ROOT = Path(__file__).parents[2]
REAL = [
    path
    for pattern in ("*.md", "tests/**/*.json", "sidecar/**/*.html", "k8s/**/*.yaml", "sidecar/**/*.yaml")
    for path in sorted(ROOT.glob(pattern))
]

MARKS = ["<p>", "</p>", "<b>", "</b>", "<br>", "<td>", "</td>", "<tr>", "</tr>", "<th>", "</th>", "<table>", "</table>", "<a href='x y'>", '<i title="', '">', "<!--", "-->",
         "<![CDATA[", "]]>", "<script>", "</script>", "<script runat=server>'Ana Lopez'</script>", "<Name>", "</Name>", "<Value>", "</Value>", "&amp;", "&#65;", "&#65", "&lt;",
         "a,b,c\n", "1,2,3\n", '"x ""y"" z",', "\n", "\r\n", "| a | b |\n", "|---|---|\n", "\\|", "\t", ";", "Ana", "needle", " ", "%%[ x ]%%", "{{a}}", '{"a": "b"}', "[1, 2]",
         "QWxsIG9mIHRoaXMgaXMgYmFzZTY0IHRleHQ=", "<PERSON>", "\ufeff", "é", "\ud800", "```\n", "First name: Ana\n"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(MARKS), max_size=25).map("".join) | st.text(max_size=80)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_folding_without_edits_changes_nothing(text):
    assert unfold(text).fold({}) == text


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_word_of_a_text_is_in_some_passage(text):
    probe = f"{text} zqxjk {text}"
    said = " ".join(passage.text for passage in unfold(probe).passages)
    assert "zqxjk" in said


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["N", "<PERSON>", 'q"u,o;t|e', "a&b"]))
def test_what_is_replaced_in_every_passage_is_gone_from_the_text(text, new):
    probe = f"{text} zqxjk {text}"
    unfolded = unfold(probe)
    edits = {
        number: [Edit(at, at + 5, new)]
        for number, passage in enumerate(unfolded.passages)
        if (at := passage.text.find("zqxjk")) >= 0
    }
    assert "zqxjk" not in unfolded.fold(edits)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_cell_of_an_html_table_is_edited_alone(rows):
    head = "<table><tr><th>A</th><th>B</th><th>C</th></tr>"
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in [["probe", "needle", "x"], *rows]
    )
    text = head + body + "</table>"
    unfolded = unfold(text)
    number = next(n for n, p in enumerate(unfolded.passages) if p.text == "needle")
    assert unfolded.passages[number].field == "B"
    assert unfolded.fold({number: [Edit(0, 6, "<new>")]}) == text.replace("needle", "&lt;new&gt;", 1)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=14, max_size=60).filter(lambda text: text.isprintable()), st.booleans())
def test_a_packed_text_with_an_edit_unpacks_to_the_edited_text(text, is_compressed):
    inner = f"needle here, 415-555-0132 {text}"
    raw = inner.encode("utf-8", "replace")
    packed = base64.b64encode(gzip.compress(raw) if is_compressed else raw).decode()
    unfolded = unfold(json.dumps({"data": packed}))
    edits = {n: [Edit(at, at + 6, "X")] for n, p in enumerate(unfolded.passages) if (at := p.text.find("needle")) >= 0}
    new = base64.b64decode(json.loads(unfolded.fold(edits))["data"])
    assert (gzip.decompress(new) if is_compressed else new) == raw.replace(b"needle", b"X", 1)


@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_real_files_come_back_as_they_are(path):
    text = path.read_text("utf-8")
    for piece in (text, html.escape(text), json.dumps({"content": text})):
        assert unfold(piece).fold({}) == piece
