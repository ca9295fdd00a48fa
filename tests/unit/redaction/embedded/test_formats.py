"""Each format's values come out with the field their place gives them, and go back written as the format wants."""

from __future__ import annotations

import base64
import csv
import gzip
import html
import io
import zlib

import pytest
from defusedxml.ElementTree import fromstring

from sidecar.errors import Unanalysable
from sidecar.redaction.disguise import views
from sidecar.redaction.disguise.packed import MAX_UNPACKED
from sidecar.redaction.embedded import may_unfold, unfold, unfold_blob
from sidecar.redaction.findings import Edit


def values(text: str) -> list[tuple[str, str]]:
    """(field or sibling, value) of what is read as text."""
    return [(p.sibling or p.field, p.text) for p in unfold(text).passages if p.json_type == "string" and not p.is_code]


def replaced(text: str, value: str, new: str) -> str:
    unfolded = unfold(text)
    number, passage = next((n, p) for n, p in enumerate(unfolded.passages) if value in p.text and not p.is_code)
    at = passage.text.index(value)
    return unfolded.fold({number: [Edit(at, at + len(value), new)]})


TABLE = 'First name,Email,Note\r\nAna,ana@example.com,"says ""hi"", then leaves"\r\nBo,,"two\r\nlines"\r\n'


def test_csv_gives_each_cell_its_column_s_name():
    assert values(TABLE) == [
        ("First name", "Ana"),
        ("Email", "ana@example.com"),
        ("Note", 'says "hi", then leaves'),
        ("First name", "Bo"),
        ("Note", "two\r\nlines"),
    ]


@pytest.mark.parametrize(
    ("value", "new"), [("Ana", "<PERSON>"), ("Ana", 'a "b", c'), ('"hi"', '"x"'), ("two\r\nlines", "one")]
)
def test_csv_is_quoted_as_needed_and_nothing_else_changes(value, new):
    before = list(csv.reader(io.StringIO(TABLE, newline="")))
    after = list(csv.reader(io.StringIO(replaced(TABLE, value, new), newline="")))
    assert after == [[cell.replace(value, new) for cell in row] for row in before]


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_other_delimiters_are_told_by_the_header(mark):
    text = f"id{mark}Surname\n1{mark}Lopez\n2{mark}Roe\n"
    assert values(text) == [("id", "1"), ("Surname", "Lopez"), ("id", "2"), ("Surname", "Roe")]


def test_a_table_after_a_sentence_and_in_a_fence_is_found():
    text = "Found 2 contacts for Anna:\n\n```csv\nid,First name,Phone\n1,Ana,555-0132\n2,Bo,555-0143\n```\nThat is all."
    assert ("First name", "Bo") in values(text)
    assert replaced(text, "Bo", "X") == text.replace("Bo", "X")
    assert replaced(text, "Anna", "Y") == text.replace("Anna", "Y")


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ana, thanks\nYours, Bob",
        "Hello, world\nThis, too, is prose\nand this",
        "a,b\n1,2,3\n",
        "one\ntwo\nthree",
        "1,2,3\n4,5,6\n",
    ],
)
def test_prose_with_commas_is_no_table(text):
    assert [p.text for p in unfold(text).passages] == [text]


MARKDOWN = "Two people:\n\n| **First name** | Email |\n|:---|---:|\n| Ana | a\\|b@example.com |\n| `Bo` | |\n\nEnd."


def test_markdown_tables_give_cells_their_header():
    assert values(MARKDOWN)[1:4] == [("First name", "Ana"), ("Email", "a|b@example.com"), ("First name", "Bo")]
    assert replaced(MARKDOWN, "Bo", "x|y") == MARKDOWN.replace("Bo", "x\\|y")


def test_a_markdown_table_of_names_and_values_gives_values_their_row_s_name():
    text = "| Field | Value |\n|---|---|\n| First name | Ana |\n| Status | open |\n"
    assert values(text) == [("First name", "Ana"), ("Status", "open")]


HTML = (
    '<div class="x"><p>Dear <b>Jane</b>&nbsp;<i>Doe</i>,<br>R&amp;D</p><a href="mailto:jane%40example.com" title="Jane">mail</a>'
    "<table><tr><th>First name</th><th>City</th></tr><tr><td>Ana</td><td>3 &lt; 4</td></tr></table>"
    '<dl><dt>Surname</dt><dd>Lopez</dd></dl><input name="phone" value="555-0132"><!-- ask Bo -->'
    "<script>var a = '<b>';</script></div>"
)


def test_html_texts_run_through_inline_tags_and_cells_have_headers():
    assert values(HTML) == [
        ("", "Dear Jane\xa0Doe,\nR&D"),
        ("", "mailto:jane%40example.com"),
        ("title", "Jane"),
        ("", "mail"),
        ("", "First name"),
        ("", "City"),
        ("First name", "Ana"),
        ("City", "3 < 4"),
        ("", "Surname"),
        ("Surname", "Lopez"),
        ("phone", "555-0132"),
        ("", " ask Bo "),
    ]
    assert "var a = '<b>';" in [p.text for p in unfold(HTML).passages if p.is_code]


def test_a_name_split_over_tags_is_replaced_in_its_first_piece_and_the_tags_stay():
    assert replaced(HTML, "Jane\xa0Doe", "<PERSON>").startswith(
        '<div class="x"><p>Dear <b>&lt;PERSON&gt;</b><i></i>,<br>R&amp;D</p>'
    )


def test_html_is_escaped_in_texts_and_attributes():
    new = replaced(HTML, "mailto:jane%40example.com", 'a"b<c>')
    assert 'href="a&quot;b&lt;c&gt;"' in new
    assert html.unescape(new).count('a"b<c>') == 1


def test_what_is_in_no_text_of_markup_is_read_as_code():
    husk = unfold('<div id="jane@example.com" style="a">x</div>').passages[0]
    assert husk.is_code
    assert "jane@example.com" in husk.text


def test_a_table_with_markup_in_a_cell_is_read_cell_by_cell():
    packed = base64.b64encode(b"see ana@example.com").decode()
    text = f'id,mail,note\n1,a,"<p title=""{packed}"">x</p>"\n2,b,"<p title=""of b"">y</p>"\n'
    passages = unfold(text).passages
    assert {"see ana@example.com", "of b", "x", "y"} <= {each.text for each in passages}
    assert {each.field for each in passages if each.text in "ab"} == {"mail"}
    assert replaced(text, "ana@example.com", 'a"b') != text


def test_what_adjoins_a_value_of_a_tag_keeps_its_edge_where_the_tag_is_read_as_code():
    packed = base64.b64encode(b"ana@example.com").decode()
    husk = unfold(f'<a note=\\"{packed}\\">x</a>').passages[0]
    assert [view.text for view in views(husk.text) if "ana@example.com" in view.text]


@pytest.mark.parametrize(
    "text",
    [
        "Jane <jane@example.com> wrote",
        "Dear <PERSON>, if a < b and b > c",
        "vector<string> x; List<T> y",
        "<EMAIL_ADDRESS> <PERSON>",
        "< b >",
    ],
)
def test_angle_brackets_alone_are_no_markup(text):
    assert [p.text for p in unfold(text).passages] == [text]


XML = (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.example.org/"><Results type="Subscriber"><EmailAddress>ana@example.com</EmailAddress>'
    "<Attributes><Name>Last Name</Name><Value>N&#250;&#241;ez</Value></Attributes><field name='phone'>555-0132</field>"
    "<Note><![CDATA[call <b>Bo</b>]]></Note></Results></s:Envelope>"
)


def test_xml_elements_name_their_texts_and_name_elements_their_neighbours():
    said = values(XML)
    for expected in [
        ("EmailAddress", "ana@example.com"),
        ("Last Name", "Núñez"),
        ("phone", "555-0132"),
        ("Note", "call Bo"),
    ]:
        assert expected in said


def test_xml_stays_well_formed():
    root = fromstring(replaced(XML, "Núñez", "<A&B>"))
    assert [each.text for each in root.iter("Value")] == ["<A&B>"]


def test_no_entity_of_a_document_type_is_expanded():
    text = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b; Ana</x>'
    assert "&b; Ana" in [p.text for p in unfold(text).passages]
    assert unfold(text).fold({}) == text


def test_a_script_of_json_is_data():
    text = '<script type="application/ld+json">{"givenName": "Ana"}</script>'
    assert ("givenName", "Ana") in values(text)


def test_literals_of_a_script_at_the_server_are_texts():
    text = "<script runat=\"server\">var x = 'Ana Lopez';</script>"
    assert ("", "Ana Lopez") in values(text)
    assert replaced(text, "Ana Lopez", "O'X") == text.replace("Ana Lopez", "O\\'X")


def test_personalisation_syntax_in_html_is_kept_as_it_is():
    text = '<p>Hi %%FirstName%%, %%[ SET @a = 1 ]%% {{#if x}}a{{/if}}</p><a href="%%=RedirectTo(@u)=%%">x</a>'
    assert unfold(text).fold({}) == text


def test_json_in_an_attribute_is_followed_and_escaped_again():
    text = '<div data-props="{&quot;email&quot;: &quot;ana@example.com&quot;}">x</div>'
    assert ("email", "ana@example.com") in values(text)
    assert (
        replaced(text, "ana@example.com", 'x"y')
        == '<div data-props="{&quot;email&quot;: &quot;x\\&quot;y&quot;}">x</div>'
    )


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress], ids=["gzip", "zlib"])
def test_compressed_blobs_are_read_and_compressed_again(compress):
    data = base64.b64encode(compress(b'{"FirstName": "Ana"}')).decode()
    for unfolded in (unfold(data), unfold_blob(data, "application/gzip")):
        assert unfolded is not None
        [number] = [n for n, p in enumerate(unfolded.passages) if p.text == "Ana"]
        new = unfolded.fold({number: [Edit(0, 3, "X")]})
        again = unfold_blob(new)
        assert again is not None
        assert [p.text for p in again.passages if p.json_type == "string"] == ["X"]
        assert unfolded.fold({}) == data


def test_a_bomb_is_refused_in_a_text_and_in_a_blob():
    bomb = base64.b64encode(gzip.compress(b"a " * MAX_UNPACKED)).decode()
    with pytest.raises(Unanalysable):
        unfold(bomb)
    with pytest.raises(Unanalysable):
        unfold_blob(bomb)


@pytest.mark.parametrize(
    "text",
    [
        "Maria",
        "ana@example.com",
        "+1 415 555 0132",
        "12 High Street, London NW1 6XE",
        "2025-04-21T20:07:27Z",
        "Welcome back",
    ],
)
def test_plain_values_are_not_unfolded(text):
    assert not may_unfold(text)


def test_an_edit_of_the_husk_takes_the_values_it_touches_with_it():
    text = '<a href="x">y</a>'
    unfolded = unfold(text)
    husk = next(n for n, p in enumerate(unfolded.passages) if p.is_code)
    inner = next(n for n, p in enumerate(unfolded.passages) if p.text == "y")
    assert unfolded.fold({husk: [Edit(8, 13, "<L>")], inner: [Edit(0, 1, "z")]}) == "<a href=<L></a>"


@pytest.mark.parametrize(
    "text",
    [
        "<a " * 20_000,
        "<!--" * 20_000,
        "<![CDATA[" * 10_000,
        '<a "' * 20_000,
        "| - " * 20_000,
        '"' * 40_000 + "\n,",
        "<b>" * 20_000,
        "a,b\n" * 20_000,
        " " * 50_000 + "\n|",
    ],
)
def test_hostile_texts_are_unfolded_in_linear_time(text):
    assert unfold(text).fold({}) == text
