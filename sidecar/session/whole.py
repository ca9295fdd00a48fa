"""The quick lane of a verdict: strings that are one finding as a whole and become a label, decided once per place and entity.

Most of what is replaced in a page of records is that. Everything else, and whatever is in doubt, goes the long way (``verdict``); both give
the same answer, which is a test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sidecar.policy.model import Where
from sidecar.protocol.leaf import JsonType, Kind, Leaf
from sidecar.protocol.schemas import fits, is_positional
from sidecar.redaction.findings import Edit, Findings
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit, Topic
from sidecar.session.sheets import Sheet
from sidecar.wire.places import Place


class _Known:
    """What becomes of an entity at a place: ``label`` is empty if it has to go the long way."""

    __slots__ = ("count", "label", "rule")

    def __init__(self, label: str, rule: str) -> None:
        self.label = label
        self.rule = rule
        self.count = 0


class Whole:
    """One message's. ``is_open``: the lane may be used at all."""

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

    def label(self, leaf: Leaf, findings: Findings) -> str:
        """The new value of ``leaf``, or empty."""
        start, end, entity, score, _ = findings[0]
        place = leaf[9]
        if leaf[1] is not Kind.JSON or leaf[6] is not JsonType.STRING or place is None:
            return ""
        if start or end != len(leaf[3]) or len(findings) > 1 or score < self._min_score:
            return ""
        known = self._known.get((place, entity))
        if known is None:
            known = self._known[place, entity] = self._decide(leaf, entity)
        known.count += 1
        return known.label

    def edits(self, sheet: Sheet, found: Sequence[Findings]) -> dict[int, list[Edit]]:
        """The same for a text that was unfolded, by passage; empty if any of it has to go the long way."""
        leaf = sheet.leaf
        is_text = leaf.kind is Kind.TEXT and leaf.json_type is JsonType.STRING and leaf.path[0] != "headers"
        if not is_text or leaf.path[: len(self._topic.schema_root)] == self._topic.schema_root:
            return {}
        edits: dict[int, list[Edit]] = {}
        decided: dict[str, _Known] = {}
        for number, findings in enumerate(found):
            if not findings:
                continue
            start, end, entity, score, _ = findings[0]
            passage = sheet.passages[number]
            if (
                len(findings) > 1
                or start
                or end != len(passage[0])
                or passage[3] != "string"
                or score < self._min_score
            ):
                return {}
            known = decided.get(entity)
            if known is None:
                known = decided[entity] = self._rule(leaf, entity)
                if not known.label:
                    return {}
            known.count += 1
            edits[number] = [Edit(0, end, known.label)]
        self._texts.append(decided)
        return edits

    def _decide(self, leaf: Leaf, entity: str) -> _Known:
        """What the policy says of one leaf of a place is what it says of all."""
        known = self._rule(leaf, entity)
        topic, root = self._topic, self._topic.schema_root
        if known.label and topic.schema is not None and leaf.path[: len(root)] == root:
            return known if fits(topic.schema, leaf.path[len(root) :], known.label) else _Known("", "")
        return known

    def _rule(self, leaf: Leaf, entity: str) -> _Known:
        topic = self._topic
        kind, channel = leaf.kind.value, leaf.channel.value
        where = Where(topic.direction, topic.method, topic.tool, "", leaf.field, kind, channel, is_writing=False)
        decision = self._kit.policy.decide(where, entity)
        if decision.operator != "label" or decision.is_refused:
            return _Known("", "")
        return _Known(self._chooser.label(entity, leaf.kind), decision.rule)

    def count(self, changes: Counter[tuple[str, str, str]]) -> None:
        """Add what was replaced, by entity, operator and rule."""
        places = [(entity, known) for (_, entity), known in self._known.items()]
        texts = [item for decided in self._texts for item in decided.items()]
        for entity, known in (*places, *texts):
            if known.label:
                changes[entity, "label", known.rule] += known.count
