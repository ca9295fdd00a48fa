"""An e-mail's HTML is read by a model without its people, and written back as it was, byte for byte."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from sidecar.runtime.build import Settings, build_kit
from sidecar.session.actions import Analyze, Refuse, Send, Side
from sidecar.session.session import Session
from sidecar.wire.jsonrpc import Envelope, Message, dumps, loads
from tests.sfmc.bodies.bodies import BODIES, PERSONALISATION


class Editing:
    """A model that gets an asset and updates it, through a live session."""

    def __init__(self, engine: str = "none", policy: str = "sfmc") -> None:
        self.kit = build_kit(Settings(policy=policy, engine=engine))
        self.session = Session(self.kit, scope="s", number=1)
        self.calls = 0

    def send(self, sender, body):
        raw = dumps(body)
        actions = self.session.receive(sender, Envelope(Message(loads(raw.decode()), raw)), lane=1)
        while analysis := next((action for action in actions if isinstance(action, Analyze)), None):
            actions = self.session.resume(analysis.ticket, self.kit.detector.detect(analysis.passages))
        sent = next(action for action in actions if isinstance(action, (Send, Refuse)))
        return json.loads(dumps(sent.envelope.message.body)) if isinstance(sent, Send) else sent

    def call(self, tool, arguments):
        self.calls += 1
        params = {"name": tool, "arguments": arguments}
        return self.send(Side.CLIENT, {"jsonrpc": "2.0", "id": self.calls, "method": "tools/call", "params": params})

    def get(self, html):
        """What the model sees of it."""
        self.call("asset_get", {"asset_id": 1})
        result = {"structuredContent": {"id": 1, "views": {"html": {"content": html}}}, "content": []}
        answer = self.send(Side.SERVER, {"jsonrpc": "2.0", "id": self.calls, "result": result})
        return answer["result"]["structuredContent"]["views"]["html"]["content"]

    def update(self, html):
        """What the server gets when the model writes it."""
        sent = self.call("asset_update", {"asset_id": 1, "html": html})
        assert not isinstance(sent, Refuse), str(sent.error)
        return sent["params"]["arguments"]["html"]


def test_there_are_sixty_bodies_and_between_them_they_hold_every_personalisation_string():
    assert len(BODIES) >= 60
    assert len({body.html for body in BODIES}) == len(BODIES)
    assert {script for body in BODIES for script in body.scripts} == set(PERSONALISATION)


@pytest.mark.parametrize("engine", ["none", pytest.param("rampart", marks=pytest.mark.nightly)])
def test_every_body_comes_back_byte_for_byte_and_the_model_saw_none_of_its_people(engine):
    editing = Editing(engine)
    for number, body in enumerate(BODIES):
        seen = editing.get(body.html)
        assert [value for value in body.planted if value in seen] == [], number
        assert [script for script in body.scripts if seen.count(script) != body.html.count(script)] == [], number
        assert editing.update(seen) == body.html, number


def test_what_the_model_changed_is_changed_and_nothing_else():
    editing = Editing()
    body = BODIES[7]
    seen = editing.get(body.html)
    assert editing.update(seen.replace("Best purchase", "Worst purchase")) == body.html.replace(
        "Best purchase", "Worst purchase"
    )


@pytest.mark.parametrize("script", PERSONALISATION)
@pytest.mark.parametrize("policy", ["strict", "reversible", "sfmc"])
def test_a_personalisation_string_survives_alone_in_a_sentence_in_a_link_and_escaped(policy, script):
    editing = Editing(policy=policy)
    text = f'<p>Dear {script}, all is well. {script}</p><a href="https://www.example.com/?utm={script}">x</a>'
    for html in (script, text, json.dumps({"content": text}), text.replace('"', "&quot;")):
        assert editing.get(html) == html


def test_a_false_start_of_a_script_hides_nothing_behind_it():
    seen = Editing().get(
        "<p>50%% off for ottilie.brackenbury@example.com and %%FirstName%%, 20%% for tmarwick@example.com</p>"
    )
    assert "@" not in seen
    assert "%%FirstName%%" in seen


def test_inside_a_script_only_literals_are_changed_and_stay_literals():
    html = "%%[ SET @a = 'x.y@example.com' SET @b = \"x.y@example.com\" SET @Jane = Lookup('DE','Name','Jane',@b) ]%%"
    seen = Editing().get(html)
    token = seen.split("'")[1]
    assert seen == html.replace("x.y@example.com", token)
    assert token.replace("_", "").isalnum()


ODD = {
    "a reference in an attribute": "<p>For <input name='LastName' value=\"O&apos;Dunmore\"></p>",
    "references of every kind": "<table><tr><th>Email</th></tr><tr><td>o&#46;b&#x40;example&period;com</td></tr></table>",
    "all of it in references": "<p>Write to " + "".join(f"&#{ord(c)};" for c in "tmarwick@example.com") + " today</p>",
    "without its semicolon": "<p>Write to tmarwick&#64example.com today</p>",
    "tags inside": "<p>x <b>o.b<span>@</span>example.com</b></p>",
    "a tag at each end": "<p>x <b><i>o.b</i>@<i>example.com</i></b>, y</p>",
    "comments inside": "<p>x o.b<wbr>@<wbr>example<b>.</b>com y</p>",
    "in JSON in a text": json.dumps({"html": "<p>x o.b&#64;example.com <b>o.b<span>@</span>example.com</b></p>"}),
}


@pytest.mark.parametrize("html", ODD.values(), ids=ODD)
def test_a_value_comes_back_in_the_spelling_it_had(html):
    editing = Editing()
    seen = editing.get(html)
    assert "_" in seen
    assert "example" not in html_text(seen)
    assert "Dunmore" not in seen
    assert editing.update(seen) == html


def html_text(seen):
    return re.sub(r"<[^>]*>", "", unescape(seen))


def test_each_occurrence_comes_back_in_its_own_spelling():
    editing = Editing()
    ways = ("o.b@example.com", "o.b&#64;example.com", "o.b<wbr>@example.com", "o&#46;b@example.com")
    same = "".join(f"<li>mail: {way}</li>" for way in ways)
    apart = "".join(f"<li>mail {number}: {way}</li>" for number, way in enumerate(ways))
    seen = editing.get(f"<ul>{same}</ul><ul>{apart}</ul>")
    assert "example" not in html_text(seen)
    assert editing.update(seen) == f"<ul>{same}</ul><ul>{apart}</ul>"
    fewer = seen.replace(seen[seen.index("<li>") : seen.index("</li>") + 5], "", 1)
    back = editing.update(fewer)
    assert apart in back, "what is told apart by the text around it is as it was"
    assert back.count("example.com") == 7


def test_a_plain_copy_of_the_same_text_is_not_written_in_another_s_spelling():
    editing = Editing()
    odd, plain = "<p>x o.b&#64;example.com y</p>", "<p>x o.b@example.com y</p>"
    seen = editing.get(odd)
    assert editing.get(plain) == seen
    assert editing.update(seen) == plain


def test_where_the_text_around_it_is_another_a_value_comes_back_in_its_plainest_spelling():
    editing = Editing()
    seen = editing.get("<html><body><p>For <input name='LastName' value=\"O&apos;Dunmore\"></p></body></html>")
    token = re.search(r"[A-Z]+_[a-z2-7]{13}", seen)[0]
    assert editing.update(f'<p title="{token}">New</p>') == '<p title="O\'Dunmore">New</p>'
    sent = editing.call(
        "email_send", {"definition_key": "d", "contact_key": "c", "to": "c", "attributes": {"LastName": token}}
    )
    assert sent["params"]["arguments"]["attributes"]["LastName"] == "O'Dunmore"


def test_another_scope_has_its_own_memory_and_nobody_s_words_stand_in_its_name():
    editing = Editing()
    html = "<p>x o.b&#64;example.com y</p>"
    editing.get(html)
    recall = editing.session._recall
    assert len(recall.written._kept) == 1
    assert "o.b" not in repr(recall.written)
    assert len(Editing().session._recall.written._kept) == 0
