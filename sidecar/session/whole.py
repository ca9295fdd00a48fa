"""The quick lane of a verdict: strings that are one finding as a whole and are kept, labelled or tokenised, decided once per place.

Most of what is replaced in a page of records is that. Everything else, and whatever is in doubt, goes the long way (``verdict``); both give
the same answer, which is a test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sidecar.policy.model import Operator, Where
from sidecar.protocol.leaf import Channel, JsonType, Kind, Leaf, Path
from sidecar.protocol.schemas import fits, is_positional
from sidecar.redaction.findings import Edit, Entire, Findings
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit, Topic
from sidecar.session.sheets import Sheet
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import Place
from sidecar.wire.spans import Settle


class _Known:
    """What becomes of an entity at a place; without an operator it has to go the long way."""

    __slots__ = ("answer", "label", "must_fit", "operator", "rule", "texts")

    def __init__(self, operator: Operator | None, rule: str = "", label: str = "", *, must_fit: bool = False) -> None:
        self.operator = operator
        self.rule = rule
        self.label = label
        self.must_fit = must_fit
        """Every stand-in has to be held against a schema; a label was."""
        self.texts: list[str] = []
        """What it was used for."""
        self.answer: Any = None
        """The answer it was last decided for."""


class _Settling:
    """``Settle``, with the list where it says what was passed over."""

    __slots__ = ("_settle", "kept")

    def __init__(self, settle: Callable[[Place, Any, str], str | None], kept: list[str]) -> None:
        self._settle = settle
        self.kept = kept

    def __call__(self, place: Place, answer: Any, text: str) -> str | None:
        return self._settle(place, answer, text)


class Whole:
    """One message's. ``is_open``: the lane may be used at all."""

    __slots__ = (
        "_chooser",
        "_kit",
        "_known",
        "_min_score",
        "_texts",
        "_topic",
        "has_tokens",
        "is_open",
        "kept",
        "labels",
        "replaced",
    )

    def __init__(self, kit: Kit, topic: Topic, chooser: Chooser, *, is_open: bool) -> None:
        self._kit = kit
        self._topic = topic
        self._chooser = chooser
        self._min_score = kit.policy.data.min_score
        self._known: dict[tuple[Place, str], _Known] = {}
        self._texts: list[dict[str, _Known]] = []
        schema = topic.schema
        self.is_open = is_open and not kit.policy.reads_paths and (schema is None or not is_positional(schema))
        """What differs within an array would have to be asked for each element."""
        self.has_tokens = False
        self.replaced: list[tuple[Path, Json]] = []
        """What ``stand_in`` changed."""
        self.kept: list[str] = []
        """Texts that were passed over because they hold nothing."""
        self.labels: dict[Place, _Known] = {}
        """Places whose next text with the same answer gets the same label."""

    def stand_in(
        self, place: Place, answer: Findings | Entire, text: str, name: str, channel: Channel, path: Path
    ) -> str | None:
        """For a member of arbitrary JSON with a remembered answer."""
        if not isinstance(answer, Entire) or answer.score < self._min_score:
            return None
        entity = answer.entity
        known = self._known.get((place, entity))
        leaf = None
        if known is None or known.must_fit:
            leaf = Leaf(0, Kind.JSON, (*path, name), text, name, "", JsonType.STRING, "", channel, place)
            known = known or self._known.setdefault((place, entity), self._decide(leaf, entity))
        if known.operator == "label" and not known.must_fit:
            known.answer, self.labels[place] = answer, known
        return self._stand_in(known, entity, text, leaf)

    def new(self, leaf: Leaf, findings: Findings) -> str | None:
        """The new value of ``leaf``, which may be its own; None if it has to go the long way."""
        start, end, entity, score, _ = findings[0]
        text, place = leaf[3], leaf[9]
        if leaf[1] is not Kind.JSON or leaf[6] is not JsonType.STRING or place is None:
            return None
        if start or end != len(text) or len(findings) > 1 or score < self._min_score:
            return None
        known = self._known.get((place, entity))
        if known is None:
            known = self._known[place, entity] = self._decide(leaf, entity)
        if known.operator == "label" and not known.must_fit:
            known.texts.append(text)
            return known.label
        return self._stand_in(known, entity, text, leaf)

    def settling(self, leaf: Leaf) -> Settle | None:
        """What becomes of texts in ``leaf`` with remembered answers; None if all of it has to go the long way."""
        if not self.is_open or not self._is_free_text(leaf):
            return None
        decided: dict[str, _Known] = {}
        self._texts.append(decided)

        def settle(_place: Place, answer: Findings | Entire, text: str) -> str | None:
            if not isinstance(answer, Entire) or answer.score < self._min_score:
                return None
            entity = answer.entity
            known = decided.get(entity)
            if known is None:
                known = decided[entity] = self._rule(leaf, entity)
            if known.operator == "label":
                known.texts.append(text)
                return known.label
            return self._stand_in(known, entity, text, None)

        return _Settling(settle, self.kept)

    def _is_free_text(self, leaf: Leaf) -> bool:
        """No schema and no header's syntax has a say in it."""
        is_text = leaf.kind is Kind.TEXT and leaf.json_type is JsonType.STRING and leaf.path[0] != "headers"
        return is_text and leaf.path[: len(self._topic.schema_root)] != self._topic.schema_root

    def edits(self, sheet: Sheet, found: Sequence[Findings]) -> dict[int, list[Edit]] | None:
        """The same for a text that was unfolded, by passage; None if any of it has to go the long way."""
        leaf = sheet.leaf
        if not self._is_free_text(leaf):
            return None
        edits: dict[int, list[Edit]] = {}
        decided: dict[str, _Known] = {}
        for number, findings in enumerate(found):
            if not findings:
                continue
            start, end, entity, score, _ = findings[0]
            text, _, _, json_type, _, _, _ = sheet.passages[number]
            if len(findings) > 1 or start or end != len(text) or json_type != "string" or score < self._min_score:
                return None
            known = decided.get(entity)
            if known is None:
                known = decided[entity] = self._rule(leaf, entity)
            new = self._stand_in(known, entity, text, leaf)
            if new is None:
                return None
            if new is not text:
                edits[number] = [Edit(0, end, new)]
        self._texts.append(decided)
        return edits

    def _stand_in(self, known: _Known, entity: str, text: str, leaf: Leaf | None) -> str | None:
        """``leaf`` is asked for only where ``known.must_fit``."""
        new: str | None
        if known.operator == "label":
            new = known.label
        elif known.operator == "token":
            new = self._chooser.token(entity, text)
            self.has_tokens |= new is not None
        else:
            new = text if known.operator == "keep" else None
        if known.must_fit and leaf is not None and new is not None and new is not text:
            new = new if fits(self._topic.schema, leaf.path[len(self._topic.schema_root) :], new) else None
        if new is not None:
            known.texts.append(text)
        return new

    def _decide(self, leaf: Leaf, entity: str) -> _Known:
        """What the policy says of one leaf of a place is what it says of all."""
        known = self._rule(leaf, entity)
        topic, root = self._topic, self._topic.schema_root
        if topic.schema is not None and leaf.path[: len(root)] == root:
            known.must_fit = True
            if known.operator == "label":
                known.must_fit = False
                known.operator = "label" if fits(topic.schema, leaf.path[len(root) :], known.label) else None
        return known

    def _rule(self, leaf: Leaf, entity: str) -> _Known:
        topic = self._topic
        kind, channel = leaf.kind.value, leaf.channel.value
        where = Where(
            topic.direction, topic.method, topic.tool, "", leaf.field, kind, channel, self._kit.language, self._kit.role
        )
        policy = self._kit.policy
        decision = policy.decide(where, entity)
        if policy.reads_values(entity) or decision.is_refused or decision.operator not in {"label", "token", "keep"}:
            return _Known(None)
        return _Known(decision.operator, decision.rule, self._chooser.label(entity, leaf.kind))

    def _used(self) -> Iterator[tuple[str, _Known]]:
        for (_, entity), known in self._known.items():
            if known.texts and known.operator is not None:
                yield entity, known
        for decided in self._texts:
            for entity, known in decided.items():
                if known.texts and known.operator is not None:
                    yield entity, known

    def count(self, changes: Counter[tuple[str, str, str]]) -> None:
        """Add what was decided, by entity, operator and rule."""
        for entity, known in self._used():
            changes[entity, known.operator or "", known.rule] += len(known.texts)

    def taken(self, *, kept: bool = False) -> dict[str, str]:
        """Values that were replaced, with their entities; or those a rule kept."""
        return {
            text: entity for entity, known in self._used() if (known.operator == "keep") is kept for text in known.texts
        }
