"""From a message with all its findings to what leaves: the verdict, held against what was announced, carried out.

It changes no session state. A result that no longer satisfies its schema as a whole, each value for itself valid (unique
elements, alternatives, renamed members), is decided a second time with stand-ins that all differ, then withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sidecar.errors import Unanalysable, Withheld
from sidecar.protocol.leaf import JsonType, Kind, Leaf
from sidecar.protocol.schemas import is_tied
from sidecar.redaction.findings import Findings
from sidecar.session import refusals
from sidecar.session.amend import amend
from sidecar.session.context import Topic
from sidecar.session.decided import Verdict
from sidecar.session.fitting import described, holds_together
from sidecar.session.notes import INTRODUCED, with_legend, with_receipt
from sidecar.session.propagate import spread
from sidecar.session.recall import Recall, is_argument
from sidecar.session.seals import Seals
from sidecar.session.verdict import Judge
from sidecar.session.work import Work
from sidecar.wire.jsonrpc import Envelope, Json, Message, dumps


def is_bound(topic: Topic) -> bool:
    """Whether members of a described part depend on each other."""
    return any(is_tied(schema) for _, schema in described(topic))


def undecided(listed: list[Leaf], work: Work, scope: str) -> tuple[list[Leaf], list[tuple[Leaf, Json]]]:
    """The leaves to look at, and what becomes of the others: opaque values, and what an earlier round decided."""
    leaves = [leaf for leaf in listed if leaf.kind is not Kind.OPAQUE]
    decided: list[tuple[Leaf, Json]] = []
    if len(leaves) < len(listed):
        work.opaque = tuple(leaf.text for leaf in listed if leaf.kind is Kind.OPAQUE)
    seal = work.kit.policy.data.seal
    if seal != "none" and len(leaves) < len(listed):
        opaque = [leaf for leaf in listed if leaf.kind is Kind.OPAQUE]
        decided += Seals(work.kit.key, has_cursors=seal == "all").edits(opaque, work.topic, scope)
    if work.topic.round is not None:
        before = work.topic.round.decided
        keys = [(leaf.path, leaf.json_type is JsonType.KEY) for leaf in leaves]
        decided += [(leaf, before[key]) for leaf, key in zip(leaves, keys, strict=True) if key in before]
        leaves = [leaf for leaf in leaves if not is_argument(leaf.path)]
    return leaves, decided


def settle(work: Work, recall: Recall, *, is_inspected: bool) -> tuple[Verdict, Envelope]:
    """The verdict, and the envelope that goes on unless it refuses. Raises ``SidecarError``."""
    if work.whole is None:
        raise Unanalysable("the message was not laid out")
    topic = work.topic
    answers = [answer or () for answer in work.answers]
    has_schema = topic.schema is not None or bool(topic.also)
    must_check = has_schema and (_renames(work, answers) or is_bound(topic))
    if must_check:
        work.whole.is_open = False
    verdict, envelope = _decided(work, answers, recall, is_inspected=is_inspected, insists=False)
    if must_check and not _is_sound(work, verdict, envelope):
        verdict, envelope = _decided(work, answers, recall, is_inspected=is_inspected, insists=True)
        if not _is_sound(work, verdict, envelope):
            verdict.refuse(refusals.unfitting("it"), "schema", "")
    if verdict.refusal is None:
        envelope = spread(work, verdict, envelope)
        envelope = _noted(work, verdict, envelope)
        _check_size(work, verdict, envelope)
    return verdict, envelope


def _renames(work: Work, answers: Sequence[Findings]) -> bool:
    return any(answers[number] and leaf.json_type is JsonType.KEY for number, leaf in work.table.plain)


def _is_sound(work: Work, verdict: Verdict, envelope: Envelope) -> bool:
    return verdict.refusal is not None or holds_together(work.topic, work.envelope.message.body, envelope.message.body)


def _decided(
    work: Work, answers: Sequence[Findings], recall: Recall, *, is_inspected: bool, insists: bool
) -> tuple[Verdict, Envelope]:
    topic = work.topic
    if work.chooser is None or work.whole is None:
        raise Unanalysable("the message was not laid out")
    judge = Judge(work.kit, topic, work.chooser, recall, work.whole, is_inspected=is_inspected, insists=insists)
    verdict = judge.decide(work.table, answers)
    verdict.edits += work.decided
    if topic.round is not None:
        verdict.restored += topic.round.restored
    if verdict.refusal is None and topic.is_request and _is_lost(verdict):
        verdict.refuse(Withheld("Withheld: the URI holds personal data."), "uris", "uri")
    if verdict.refusal is not None:
        return verdict, work.envelope
    return verdict, amend(work.envelope, verdict, topic, work.mirrored, work.kit.vault.ttl_s)


def _is_lost(verdict: Verdict) -> bool:
    """A request whose own URI must go has nothing left to ask for; blocks and roots in it can go alone."""
    parts = {path[1] for path, _ in verdict.withheld if path[0] == "params" and len(path) > 1}
    return bool(parts - {"messages", "inputResponses"})


def _noted(work: Work, verdict: Verdict, envelope: Envelope) -> Envelope:
    data, topic = work.kit.policy.data, work.topic
    if topic.direction != "to_client" or not topic.is_response:
        return envelope
    body = envelope.message.body
    if data.legend and topic.method in INTRODUCED:
        body = with_legend(body)
    if data.receipt:
        body = with_receipt(body, verdict.counted(), work.kit.policy.digest)
    return envelope if body is envelope.message.body else replace(envelope, message=Message(body))


def _check_size(work: Work, verdict: Verdict, envelope: Envelope) -> None:
    """Clients give up on frames beyond a size: one that we made that long is withheld with a reply they can read."""
    limit, message = work.envelope.max_bytes, envelope.message
    if not limit or message is work.envelope.message:
        return
    raw = work.envelope.message.raw
    before = len(raw) if raw is not None else len(dumps(work.envelope.message.body))
    after = len(dumps(message.body)) if before * 8 > limit else 0
    if before <= limit < after:
        verdict.refuse(refusals.size(after, limit), "size", "")
