"""From findings to a rewritten message: every decision of one message, made at once.

It is a pure step between detection and sending: it changes no session state; the session takes over what the verdict
says was restored and learned. Order (one test per number):

1. Tokens found in the text are restored where the policy restores, left alone elsewhere; in arguments of a writing tool
   a token that does not resolve refuses the call.
2. Findings that touch no token are replaced as the first matching rule says; in arguments of a writing tool a
   replacement refuses the call.
3. Values restored into earlier requests of this session are hidden again where they come back.
4. A replaced value must still fit the schema it was announced under; else an irreversible surrogate; else the message
   is withheld.
5. URIs and binaries that cannot be rewritten are withheld as whole items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sidecar.errors import SidecarError
from sidecar.policy.model import Decision, Where
from sidecar.policy.policy import EXCEPTED
from sidecar.protocol.leaf import JsonType, Kind, Leaf, Path, pointer
from sidecar.protocol.mirrors import BAGGAGE
from sidecar.redaction.findings import Edit, Finding, Findings, Passage, recalled
from sidecar.session import refusals
from sidecar.session.actions import Why
from sidecar.session.choose import TRIES, Chooser
from sidecar.session.context import Kit, Topic
from sidecar.session.decided import Verdict
from sidecar.session.fitting import Fitting
from sidecar.session.recall import Recall
from sidecar.session.restoring import label_refusal, restore
from sidecar.session.sheets import Sheet, Table, outside, typed, whole_sheet
from sidecar.session.touching import Redacted, apart
from sidecar.session.whole import Whole
from sidecar.vault.tokens import TokenSpan
from sidecar.wire.jsonrpc import Json, Number

__all__ = ["Judge", "Verdict"]

CERTAIN: Final = 0.95
"""The score from which a finding is no guess: a field's name confirmed by the value's shape, a pattern that checks itself."""


class _Spot(NamedTuple):
    """A leaf's place: ``where`` as the policy sees it, ``at`` as events and errors may show it."""

    leaf: Leaf
    where: Where
    at: str


class Judge:
    """One message's decisions. Built per message, used once."""

    def __init__(
        self,
        kit: Kit,
        topic: Topic,
        chooser: Chooser,
        recall: Recall,
        whole: Whole,
        *,
        is_inspected: bool,
        insists: bool = False,
    ) -> None:
        self._kit = kit
        self._topic = topic
        self._chooser = chooser
        self._hidden = recall.hidden
        self._written = recall.written
        self._whole = whole
        self._is_inspected = is_inspected
        self._fitting = Fitting(topic, chooser, insists)
        self._verdict = Verdict()
        self._personal_keys: dict[Path, str] = {}

    def decide(self, table: Table, answers: Sequence[Findings]) -> Verdict:
        self._personal_keys = {
            leaf[2]: answers[number][0].entity
            for number, leaf in table.plain
            if leaf[6] is JsonType.KEY and answers[number]
        }
        # Most leaves of most messages hold nothing: they are passed over before anything is made for them.
        is_quiet = not (self._topic.is_writing or self._topic.choices) and (
            self._topic.direction == "to_server" or self._hidden.is_empty
        )
        whole = self._whole
        whole.is_open = whole.is_open and is_quiet
        self._known(table, whole)
        for number, leaf in table.plain:
            if (answers[number] or not is_quiet) and self._verdict.refusal is None:
                self._plain(leaf, number, answers[number], whole)
        for sheet in table.sheets:
            count = len(sheet.passages)
            found = answers[sheet.first : sheet.first + count]
            is_done = is_quiet and count and not (sheet.tokens or sheet.is_settled or any(found))
            if is_done or (is_quiet and whole.is_open and self._is_quickly_done(sheet, found, whole)):
                continue
            if sheet.is_binary:
                self._binary(sheet.leaf)
            elif not self._is_fixed(sheet.leaf):
                self._sheet(sheet, sheet.passages, found)
            if self._verdict.refusal is not None:
                break
        whole.count(self._verdict.changes)
        self._verdict.has_tokens |= whole.has_tokens
        self._verdict.replaced = whole.replaced
        return self._verdict

    def _known(self, table: Table, whole: Whole) -> None:
        """Leaves whose answers were remembered."""
        for leaf in table.known:
            if self._verdict.refusal is None:
                self._plain(leaf, 0, recalled(leaf.known, leaf.text), whole)

    def _plain(self, leaf: Leaf, number: int, findings: Findings, whole: Whole) -> None:
        new = whole.new(leaf, findings) if whole.is_open and findings else None
        if new is None:
            if not self._is_fixed(leaf):
                sheet = whole_sheet(leaf, self._kit.language, number)
                self._sheet(sheet, sheet.passages, (findings,))
        elif new is not leaf[3]:
            self._verdict.edits.append((leaf, new))

    def _is_quickly_done(self, sheet: Sheet, found: Sequence[Findings], whole: Whole) -> bool:
        edits = None if sheet.tokens or sheet.unfolded is None else whole.edits(sheet, found)
        new = None if edits is None else self._folded(sheet, edits)
        if new is not None and new != sheet.leaf.text:
            self._verdict.edits.append((sheet.leaf, new))
        return new is not None

    def _is_fixed(self, leaf: Leaf) -> bool:
        """Property names a schema declares and the patterns of schemas are the server's own words."""
        if leaf.kind is Kind.SCHEMA:
            return leaf.field == "pattern"
        return self._fitting.is_declared(leaf)

    def _spot(self, leaf: Leaf) -> _Spot:
        topic = self._topic
        path = pointer(leaf.path).removeprefix("params.")
        is_header = leaf.path[:1] == ("headers",)
        is_argument = (is_header and leaf.field != BAGGAGE) or leaf.path[:2] == ("params", "arguments")
        where = Where(
            direction=topic.direction,
            method=topic.method,
            tool=topic.tool,
            path=path,
            field=leaf.field,
            kind="header" if is_header else leaf.kind.value,
            channel=leaf.channel.value,
            language=self._kit.language,
            role=self._kit.role,
            is_writing=topic.is_writing and is_argument,
        )
        return _Spot(leaf, where, self._shown(leaf.path) if self._personal_keys else path)

    def _shown(self, path: Path) -> str:
        """The pointer as it may be shown: an object key that is personal data itself appears as its entity."""
        steps = tuple(
            f"<{self._personal_keys[path[: place + 1]]}>" if path[: place + 1] in self._personal_keys else step
            for place, step in enumerate(path)
        )
        return pointer(steps).removeprefix("params.")

    def _sheet(self, sheet: Sheet, passages: Sequence[Passage], answers: Sequence[Findings]) -> None:
        name = self._fitting.named(sheet.leaf) if self._topic.choices else None
        if name is not None:
            self._verdict.edits.append((sheet.leaf, name))
            return
        if any(answers) and self._fitting.is_enumerated(sheet.leaf):
            self._verdict.changes.update((f.entity, "keep", "schema") for found in answers for f in found)
            return
        edits: dict[int, list[Edit]] = {}
        redacted: list[Redacted] = []
        spot: _Spot | None = None
        for place, passage in enumerate(passages):
            spans = sheet.tokens.get(place, []) if sheet.tokens else []
            findings = outside(answers[place], spans) if spans else answers[place]
            may_hide = self._topic.direction == "to_client" and self._hidden.has(passage.text)
            if not (spans or findings or may_hide) and not self._topic.is_writing:
                continue
            spot = spot or self._spot(sheet.leaf)
            made = self._restore(spot, spans) if spans else []
            made += self._redact(spot, passage, place, findings, redacted)
            if may_hide:
                taken = [(edit.start, edit.end) for edit in made] + [(span.start, span.end) for span in spans]
                made += self._hide(spot, passage, place, taken, redacted)
            if spot.where.is_writing and (refusal := label_refusal(self._kit, passage.text, spot.at)) is not None:
                self._verdict.refuse(refusal, "labels", spot.at)
            if made:
                edits[place] = made
            if self._verdict.refusal is not None:
                return
        if (edits or sheet.is_settled) and not self._is_withheld_uri(sheet.leaf, redacted):
            self._write(sheet, self._folded(sheet, edits), edits, redacted, passages)

    def _folded(self, sheet: Sheet, edits: Mapping[int, Sequence[Edit]]) -> str:
        if sheet.unfolded is None:
            return sheet.fold(edits)
        if self._topic.direction == "to_client":
            return self._written.hidden(sheet.unfolded, sheet.passages, edits)
        return self._written.restored(sheet.unfolded, edits)

    def _restore(self, spot: _Spot, spans: Sequence[TokenSpan]) -> list[Edit]:
        done = restore(self._kit, self._chooser, spot.where, spot.at, spans)
        self._verdict.restored += done.pairs
        if done.pairs and (rule := self._kit.policy.restore_rule(spot.where)) is not None:
            entities = (token.rpartition("_")[0] for _, token in done.pairs)
            self._verdict.restores.update(
                (spot.at, entity if entity in self._kit.entities else "VALUE", rule.name) for entity in entities
            )
        if done.refusal is not None:
            self._verdict.refuse(done.refusal, "tokens", spot.at)
        return done.edits

    def _redact(
        self,
        spot: _Spot,
        passage: Passage,
        place: int,
        findings: Sequence[Finding],
        redacted: list[Redacted],
    ) -> list[Edit]:
        edits: list[Edit] = []
        for finding in findings:
            if finding.score < self._kit.policy.data.min_score:
                continue
            value = passage.text[finding.start : finding.end]
            decision = self._decision(spot, finding.entity, value)
            if decision.is_refused or decision.operator == "block":
                self._explain(spot.at, finding, decision, passage, "")
                self._verdict.refuse(self._refused(spot.at, finding.entity, decision), decision.rule, spot.at)
                return edits
            if self._topic.is_skill and decision.operator != "keep":
                decision = Decision("keep", "skills")
                if self._kit.policy.data.skills == "withhold":
                    self._withhold_skill(spot, finding)
                    return []
            after = self._chooser.stand_in(passage, spot.leaf.kind, finding, decision.operator)
            self._verdict.changes[finding.entity, decision.operator, decision.rule] += 1
            if self._is_inspected:
                self._explain(spot.at, finding, decision, passage, after)
            if decision.operator == "keep":
                self._verdict.kept.append(value)
                continue
            if finding.score >= CERTAIN:
                self._verdict.certain[value] = finding.entity
            self._verdict.has_tokens |= decision.operator == "token"
            redacted.append(Redacted(place, finding, decision.operator))
            edits.append(Edit(finding.start, finding.end, after))
        if len(edits) < 2:  # noqa: PLR2004  two can touch
            return edits
        return apart(edits, redacted, lambda one: self._chooser.stand_in(passage, spot.leaf.kind, one, "token"))

    def _decision(self, spot: _Spot, entity: str, value: str) -> Decision:
        policy = self._kit.policy
        if policy.reads_values(entity) and policy.excepts(entity, value):
            return EXCEPTED
        return policy.decide(spot.where, entity)

    def _withhold_skill(self, spot: _Spot, finding: Finding) -> None:
        """Never changed: clients hold its files against a digest, and one that differs is taken for forged."""
        if spot.leaf.path[:2] == ("result", "skills"):
            skill = spot.leaf.path[:3]
            if all(path[:3] != skill for path, _ in self._verdict.withheld):
                self._verdict.withheld.append((spot.leaf.path, finding.entity))
        else:
            self._verdict.refuse(refusals.skill(spot.at, finding.entity), "skills", spot.at)

    def _refused(self, at: str, entity: str, decision: Decision) -> SidecarError:
        if decision.operator == "block":
            return refusals.blocked(at, entity, decision)
        return refusals.written(at, entity, self._kit.policy.name, decision)

    def _explain(self, at: str, finding: Finding, decision: Decision, passage: Passage, after: str) -> None:
        if self._is_inspected:
            before = passage.text[finding.start : finding.end]
            self._verdict.why.append(
                Why(
                    at,
                    finding.entity,
                    finding.score,
                    finding.recognizer,
                    decision.rule,
                    decision.operator,
                    before,
                    after,
                )
            )

    def _hide(
        self, spot: _Spot, passage: Passage, place: int, taken: Sequence[tuple[int, int]], redacted: list[Redacted]
    ) -> list[Edit]:
        """Values that went out restored come back hidden, found by a recognizer or not; tokens in the text stay."""
        edits = []
        for start, end, token in self._hidden.find(passage.text):
            if any(low < end and start < high for low, high in taken):
                continue
            finding = Finding(start, end, token.rpartition("_")[0], 1.0, "restored")
            operator = self._kit.policy.fit_channel(spot.where, "token")
            if passage.json_type in {"integer", "number"}:
                if end - start < len(passage.text):
                    continue  # digits inside a longer number are another number
                after = self._chooser.stand_in(passage, spot.leaf.kind, finding, operator)
            else:
                after = token if operator == "token" else self._chooser.label(finding.entity, spot.leaf.kind)
            redacted.append(Redacted(place, finding, operator))
            edits.append(Edit(start, end, after))
            self._verdict.changes[finding.entity, operator, "restored"] += 1
            self._verdict.has_tokens |= operator == "token"
        return edits

    def _write(
        self,
        sheet: Sheet,
        text: str,
        edits: Mapping[int, list[Edit]],
        redacted: Sequence[Redacted],
        passages: Sequence[Passage],
    ) -> None:
        leaf = sheet.leaf
        value = typed(leaf, text)
        if redacted and (self._fitting.must_differ(leaf) or not self._fitting.fits(leaf, value)):
            value = self._refitted(sheet, edits, redacted, passages)
            if value is None:
                at = self._shown(leaf.path)
                self._verdict.refuse(refusals.unfitting(at), "schema", at)
                return
        if redacted and leaf.kind is Kind.SCHEMA and (leaf.path[-2:-1] == ("enum",) or leaf.path[-1] == "const"):
            value = self._choice(leaf.text, value)
        self._verdict.edits.append((leaf, value))

    def _choice(self, choice: str, stand_in: str) -> str:
        """Two choices of a form never become one: somebody has to be able to choose."""
        taken = set(self._verdict.choices.values())
        if choice not in self._verdict.choices:
            name, number = stand_in, 2
            while name in taken:
                name, number = f"{stand_in} {number}", number + 1
            self._verdict.choices[choice] = name
        return self._verdict.choices[choice]

    def _refitted(
        self,
        sheet: Sheet,
        edits: Mapping[int, list[Edit]],
        redacted: Sequence[Redacted],
        passages: Sequence[Passage],
    ) -> Json:
        """Another stand-in for the leaf that fits where it stands; None if there is none."""
        leaf = sheet.leaf
        declared = self._fitting.declared(leaf)
        by_span = {(r.place, r.finding.start, r.finding.end): r for r in redacted}
        found = [passages[r.place].text[r.finding.start : r.finding.end] for r in redacted]
        for attempt in range(TRIES):
            again: dict[int, list[Edit]] = {}
            for place, made in edits.items():
                for edit in made:
                    one, text = by_span.get((place, edit.start, edit.end)), edit.text
                    if one is not None:
                        another = self._chooser.fitting(
                            passages[place],
                            one.finding,
                            one.operator,
                            declared,
                            attempt,
                            lambda new: self._fitting.fits(leaf, typed(leaf, new), found),
                        )
                        text = text if another is None else another
                    again.setdefault(place, []).append(edit._replace(text=text))
            value = typed(leaf, sheet.fold(again))
            if self._fitting.fits(leaf, value, found):
                return value
        return self._invented(leaf, redacted, found)

    def _invented(self, leaf: Leaf, redacted: Sequence[Redacted], found: Sequence[str]) -> Json:
        values = self._fitting.invented(leaf, found)
        one = redacted[0]
        if one.operator != "token" or found != [leaf.text] or self._kit.vault.is_sealed:
            return next(values, None)
        texts = (value.text if isinstance(value, Number) else str(value) for value in values)
        kept = self._chooser.remembered(one.finding, leaf.text, texts)
        return None if kept is None else typed(leaf, kept)

    def _is_withheld_uri(self, leaf: Leaf, redacted: Sequence[Redacted]) -> bool:
        if leaf.kind is not Kind.URI or not redacted or self._kit.policy.data.uris != "withhold":
            return False
        self._verdict.withheld.append((leaf.path, redacted[0].finding.entity))
        return True

    def _binary(self, leaf: Leaf) -> None:
        if self._kit.policy.data.binaries == "withhold":
            self._verdict.withheld.append((leaf.path, ""))
        else:
            self._verdict.passed_binaries.append(leaf.path)
