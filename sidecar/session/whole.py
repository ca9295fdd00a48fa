"""The quick lane of a verdict: strings that are one finding as a whole and become a label, decided once per place and entity.

Most of what is replaced in a page of records is that. Everything else, and whatever is in doubt, goes the long way (``verdict``); both give
the same answer, which is a test.
"""

from __future__ import annotations

from collections import Counter

from sidecar.policy.model import Where
from sidecar.protocol.leaf import JsonType, Kind, Leaf
from sidecar.protocol.schemas import fits, is_positional
from sidecar.redaction.findings import Findings
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit, Topic
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
        schema = topic.schema
        self.is_open = is_open and not kit.policy.reads_paths and (schema is None or not is_positional(schema))
        """What differs within an array would have to be asked for each element."""

    def label(self, leaf: Leaf, findings: Findings) -> str:
        """The new value of ``leaf``, or empty."""
        start, end, entity, score, _ = findings[0]
        place = leaf[9]
        if start or end != len(leaf[3]) or place is None or len(findings) > 1 or score < self._min_score:
            return ""
        known = self._known.get((place, entity))
        if known is None:
            known = self._known[place, entity] = self._decide(leaf, entity)
        known.count += 1
        return known.label

    def _decide(self, leaf: Leaf, entity: str) -> _Known:
        """All leaves of one place have the same kind, field, channel and JSON type but for numbers among strings."""
        topic = self._topic
        if leaf.kind is not Kind.JSON or leaf.json_type is not JsonType.STRING:
            return _Known("", "")
        where = Where(
            topic.direction,
            topic.method,
            topic.tool,
            "",
            leaf.field,
            leaf.kind.value,
            leaf.channel.value,
            is_writing=False,
        )
        decision = self._kit.policy.decide(where, entity)
        if decision.operator != "label" or decision.is_refused:
            return _Known("", "")
        label = self._chooser.label(entity, leaf.kind)
        root = topic.schema_root
        if (
            topic.schema is not None
            and leaf.path[: len(root)] == root
            and not fits(topic.schema, leaf.path[len(root) :], label)
        ):
            return _Known("", "")
        return _Known(label, decision.rule)

    def count(self, changes: Counter[tuple[str, str, str]]) -> None:
        """Add what was replaced, by entity, operator and rule."""
        for (_, entity), known in self._known.items():
            if known.label:
                changes[entity, "label", known.rule] += known.count
