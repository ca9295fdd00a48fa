"""``eval``: how well a user's own labelled texts are redacted, as tables or JSON, and without the texts.

It changes nothing and prints no text and no value: a miss is a line number, an entity and two offsets.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.errors import BadUsage, Unanalysable
from sidecar.redaction.labelled import Labelled, Span, parse_line
from sidecar.redaction.measure import Score, Tally, compare, missed, total

_EXAMPLES: Final = """\
  mcp-sidecar eval labelled.jsonl
  mcp-sidecar eval --engine both --compare stock --misses labelled.jsonl

a line: {"text": "Hi Ann", "spans": [{"start": 3, "end": 6, "entity": "PERSON"}], "kind": "chat", "language": "en"}
(kind and language may be left out; "optional": true in a span: may be redacted or not)"""
_SHARED: Final = ("--policy", "--engine")
_BATCH: Final = 16
Find = Callable[[Sequence[str]], list[list[Span]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled text and where in the file it stands."""

    number: int
    labelled: Labelled


@dataclass(slots=True)
class Outcome:
    """What one system made of the texts; ``scores`` has None for a text it could not read."""

    system: str
    scores: list[Score | None]
    misses: list[tuple[int, Span]]
    ms_per_text: float

    def by(self, lines: Sequence[Line], key: Callable[[Labelled], str]) -> dict[str, Score]:
        names = sorted({key(line.labelled) for line in lines})
        pairs = list(zip(lines, self.scores, strict=True))
        return {name: total(s for line, s in pairs if s and key(line.labelled) == name) for name in names}

    @property
    def all(self) -> Score:
        return total(score for score in self.scores if score)


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("eval", _EXAMPLES)
    parser.add_argument(
        "file", metavar="FILE", help="labelled texts, one JSON object per line, or - for standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--misses", action="store_true", help="also list what was missed: line, entity, offsets")
    parser.add_argument(
        "--compare", choices=["stock"], help="stock: Presidio's own engine with a small spaCy model beside it"
    )
    add_shared(parser, _SHARED)
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    values = resolve(options)
    lines = list(_read(options.file))
    if not lines:
        raise BadUsage(f"mcp-sidecar eval: {options.file}: no texts")
    outcomes = [_measure(str(values["engine"]), _sidecar(str(values["policy"]), str(values["engine"])), lines)]
    if options.compare:
        outcomes.append(_measure("stock", _stock(), lines))
    if options.json:
        print(json.dumps(_as_json(lines, outcomes, misses=options.misses)))
    else:
        _print(lines, outcomes, misses=options.misses)
    return 0


def _read(name: str) -> Iterator[Line]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadUsage(f"mcp-sidecar eval: {name}: {error.strerror or 'cannot be read'}") from None
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        where = f"mcp-sidecar eval: {name}:{number}"
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise BadUsage(f"{where}: not UTF-8") from None
        if text.strip():
            yield Line(number, parse_line(text, where))


def _sidecar(policy: str, engine: str) -> Find:
    """What would be replaced under a policy; what a rule keeps, or is below ``min_score``, is not."""
    from sidecar.policy.model import Where
    from sidecar.redaction.located import locate
    from sidecar.runtime.build import Settings, build_kit

    kit = build_kit(Settings(policy=policy, engine=engine))
    kit.detector.warm()
    kit.detector.hone()
    where = Where("to_client", kind="text")

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [
                Span(found.start, found.end, found.entity)
                for found in findings
                if found.score >= kit.policy.data.min_score
                and kit.policy.decide(where, found.entity).operator != "keep"
            ]
            for findings in locate(kit.detector, texts)
        ]

    return find


def _stock() -> Find:
    from sidecar.redaction.stock import Stock

    stock = Stock()
    return lambda texts: [stock.find(text) for text in texts]


def _measure(system: str, find: Find, lines: Sequence[Line]) -> Outcome:
    outcome = Outcome(system, [], [], 0.0)
    started = time.process_time()
    for first in range(0, len(lines), _BATCH):
        batch = lines[first : first + _BATCH]
        for line, found in zip(batch, _find(find, batch), strict=True):
            text, spans = line.labelled.text, line.labelled.spans
            outcome.scores.append(None if found is None else compare(text, spans, found))
            outcome.misses += ((line.number, span) for span in missed(text, spans, found or ()) if found is not None)
        _progress(system, first + len(batch), len(lines))
    outcome.ms_per_text = (time.process_time() - started) * 1000 / len(lines)
    return outcome


def _find(find: Find, batch: Sequence[Line]) -> list[list[Span] | None]:
    """One by one where a batch has a text that cannot be analysed: the proxy would withhold that one, whole."""
    try:
        return list(find([line.labelled.text for line in batch]))
    except Unanalysable:
        return [None] if len(batch) == 1 else [found for line in batch for found in _find(find, [line])]


def _progress(system: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{system}: {done}/{of}" + ("\n" if done == of else ""), end="", file=sys.stderr, flush=True)


def _as_json(lines: Sequence[Line], outcomes: Sequence[Outcome], *, misses: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for outcome in outcomes:
        groups = {name: {key: _numbers(score) for key, score in outcome.by(lines, of).items()} for name, of in _GROUPS}
        report[outcome.system] = {
            "ms_per_text": round(outcome.ms_per_text, 2),
            "withheld_lines": _withheld(lines, outcome),
            "all": _numbers(outcome.all),
            **groups,
        }
        if misses:
            places = [{"line": n, "entity": s.entity, "start": s.start, "end": s.end} for n, s in outcome.misses]
            report[outcome.system]["misses"] = places
    return report


_GROUPS: Final[tuple[tuple[str, Callable[[Labelled], str]], ...]] = (
    ("kind", lambda labelled: labelled.kind or "-"),
    ("language", lambda labelled: labelled.language or "-"),
)


def _numbers(score: Score) -> dict[str, Any]:
    return {
        "texts": score.texts,
        "missed": round(score.leak, 5),
        "over": round(score.over, 5),
        "entities": {name: _tally(tally) for name, tally in sorted(score.families.items())},
    }


def _tally(tally: Tally) -> dict[str, Any]:
    shares = {"precision": tally.precision, "recall": tally.recall, "f2": tally.f2}
    counts = {"marked": tally.marked, "found": tally.found, "findings": tally.findings, "right": tally.right}
    return {**counts, **{name: None if share is None else round(share, 4) for name, share in shares.items()}}


def _withheld(lines: Sequence[Line], outcome: Outcome) -> list[int]:
    return [line.number for line, score in zip(lines, outcome.scores, strict=True) if score is None]


def _print(lines: Sequence[Line], outcomes: Sequence[Outcome], *, misses: bool) -> None:
    alls = [outcome.all for outcome in outcomes]
    print(f"{len(lines)} texts; " + "; ".join(f"{one.system}: {one.ms_per_text:.1f} ms a text" for one in outcomes))
    print("missed %: letters and digits of marked values nobody found; over %: of the rest, those redacted\n")
    names = sorted({name for score in alls for name in score.families})
    _table(
        ["entity", "marked", *(f"{one.system} {word}" for one in outcomes for word in ("precision", "recall", "F2"))],
        [[name, str(alls[0].of(name).marked), *(_share(share) for score in alls for share in _shares(score, name))] for name in names],
    )  # fmt: skip
    for group, of in _GROUPS:
        found = [outcome.by(lines, of) for outcome in outcomes]
        rows = [[name, *_line([scores[name] for scores in found])] for name in found[0]]
        print()
        _table(
            [group, "texts", *(f"{one.system} {word}" for one in outcomes for word in ("missed %", "over %"))],
            [*rows, *([["all", *_line(alls)]] if group == _GROUPS[0][0] else [])],
        )
    for outcome in outcomes:
        if withheld := _withheld(lines, outcome):
            print(f"\nnot analysed, so withheld by the proxy: lines {', '.join(map(str, withheld))}")
        if misses:
            print(f"\nmissed by {outcome.system}, wholly or in part:")
            for number, span in outcome.misses:
                print(f"  line {number}  {span.entity}  {span.start}-{span.end}")


def _shares(score: Score, name: str) -> tuple[float | None, float | None, float | None]:
    tally = score.of(name)
    return tally.precision, tally.recall, tally.f2


def _line(scores: Sequence[Score]) -> list[str]:
    return [str(scores[0].texts), *(f"{100 * share:.1f}" for score in scores for share in (score.leak, score.over))]


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        cells = (cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        print("  ".join(cells).rstrip())
