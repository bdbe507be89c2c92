"""The wordings: each language says everything, with the same names in braces, and a third one is a file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import Any, get_args, get_origin

import pytest

from fhir_matters import Record
from fhir_matters.view import catalogue
from fhir_matters.view.catalogue import foreign, languages, nearest, say, speaking, spoken, wording
from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
from fhir_matters.view.wording import chances, dated, day, length, listed

VIEW = Path(catalogue.__file__).parent
OTHERS = [code for code in languages() if code != "en"]
# What a person or a number is called by; which forms a language has is its own affair.
PEOPLE, DATES = {"female", "male", "other"}, {"day", "month", "year", "other"}


def templates(sentence: Any) -> list[str]:
    return (
        [sentence] if isinstance(sentence, str) else list(sentence.values() if isinstance(sentence, dict) else sentence)
    )


def names(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


def asked_for() -> set[str]:
    """Every key that the code names in full, makes up, or has a section of."""
    files = [*VIEW.rglob("*.py"), VIEW.parent / "cli" / "answered.py"]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    begun = {node.values[0].value for node in nodes if isinstance(node, ast.JoinedStr) and is_text(node.values[0])}
    begun |= {f"{arg.value}." for node in nodes if called(node) in ASKED for arg in node.args if is_text(arg)}
    sentences = wording("en").sentences
    return {key for key in sentences if key in strings or key.startswith(tuple(filter(SECTION.match, begun)))}


ASKED = ("known", "answered")
SECTION = re.compile(r"[a-z]+\.")


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key_and_no_other(language):
    assert wording(language).sentences.keys() == wording("en").sentences.keys()


@pytest.mark.parametrize("language", languages())
def test_every_name_in_braces_is_one_that_the_english_sentence_has(language):
    english = wording("en").sentences
    for key, sentence in wording(language).sentences.items():
        known = set[str]().union(*map(names, templates(english[key])))
        for template in templates(sentence):
            assert names(template) <= known, key
            assert known - {"number"} <= names(template), key


@pytest.mark.parametrize("language", languages())
def test_every_form_is_one_that_the_language_or_a_person_or_a_date_has(language):
    here = wording(language)
    for key, sentence in here.sentences.items():
        if isinstance(sentence, dict):
            assert set(sentence) <= {*here.plural, "other"} or set(sentence) <= PEOPLE or set(sentence) <= DATES, key


@pytest.mark.parametrize("language", languages())
def test_no_sentence_is_empty_or_left_in_english(language):
    may_be_empty, the_same = {"avoided.something else"}, {"files.paper", "files.size", "dates.day", "dates.month"}
    english = wording("en").sentences
    for key, sentence in wording(language).sentences.items():
        assert key in may_be_empty or all(templates(sentence)), key
        if language != "en" and any(re.search("[a-z]{3}", re.sub("{.*?}", "", each)) for each in templates(sentence)):
            assert key in the_same or key.startswith("languages.") or sentence != english[key], key


@pytest.mark.parametrize("language", languages())
def test_what_elements_are_woven_into_has_no_forms_and_nothing_before_a_vowel(language):
    nodes = [node for file in VIEW.glob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    woven = {node.args[0].value for node in nodes if called(node) == "woven" and is_text(node.args[0])}
    assert len(woven) > 5
    for key in woven:
        sentence = wording(language).sentences[key]
        assert isinstance(sentence, str), key
        assert "[" not in sentence, key


def test_no_sentence_is_there_that_nobody_says():
    assert set(wording("en").sentences) - asked_for() == set()


def allowed(annotation: Any) -> set[str]:
    """Every word that a field may hold, where it holds one of a list."""
    found = {each for each in get_args(annotation) if isinstance(each, str)} if get_origin(annotation) else set()
    return found.union(*map(allowed, get_args(annotation)))


@pytest.mark.parametrize(
    ("section", "field", "section_of", "silent"),
    [
        ("what_matters", "kind", "kinds", set()),
        ("what_matters", "answer", "answers", {"given"}),
        ("what_matters", "medium", "cast.medium", {"spoken"}),
        ("preferences", "kind", "wishes", set()),
        ("conversations", "answer", "talks", {"talked"}),
        ("legal", "kind", "legal.kinds", set()),
        ("people", "roles", "roles", set()),
        ("outcomes", "honoured", "outcomes", set()),
        ("departures", "reason", "departures.reasons", {"they asked", "they object", "other"}),
    ],
)
def test_there_is_a_wording_for_whatever_a_form_allows(section, field, section_of, silent):
    forms = [each for each in get_args(Record.model_fields[section].annotation) if hasattr(each, "model_fields")]
    words = set[str]().union(*(allowed(form.model_fields[field].annotation) for form in forms))
    assert words
    assert {word for word in words - silent if f"{section_of}.{word}" not in wording("en").sentences} == set()


def test_a_language_is_found_with_and_without_its_region():
    assert [nearest(asked) for asked in ("cy", "cy-GB", "CY", "en-GB", "fa", "")] == [
        "cy",
        "cy",
        "cy",
        "en",
        "en",
        "en",
    ]


def test_the_language_is_spoken_inside_and_the_one_of_before_after_it():
    with speaking("cy", "en-GB"):
        assert spoken().language == "cy"
        assert foreign() == "en-GB"
        with speaking("en"):
            assert say("sections.call") == "Who to call"
        assert say("sections.call") == "Pwy i\N{RIGHT SINGLE QUOTATION MARK}w ffonio"
    assert (spoken().language, foreign()) == ("en", "")


def test_welsh_counts_and_joins_as_welsh_does():
    with speaking("cy"):
        assert [length(minutes) for minutes in (1, 2, 62, 130)] == [
            "1 munud",
            "2 funud",
            "1 awr 2 funud",
            "2 awr 10 munud",
        ]
        assert listed(["Nia", "Mair"]) == "Nia a Mair"
        assert listed(["Nia", "Mair", "Eirwen"]) == "Nia, Mair ac Eirwen"
        assert listed(["Nia", "Ŵyn"]) == "Nia ac Ŵyn"
        assert listed(["Nia", "Yusuf"]) == "Nia a Yusuf"
        assert say("cast.with", names="Anil") == "gydag Anil"
        assert say("cast.with", names="\u2068مینو\u2069") == "gyda \u2068مینو\u2069"
        assert chances("0.05", "0.3") == "o 5 i 30 o bob 100"
        assert day("2026-03-03") == "3 Mawrth 2026"
        assert [dated("dates.until", when) for when in ("2026-03-03", "2026-03", "2026")] == [
            "tan 3 Mawrth 2026",
            "tan fis Mawrth 2026",
            "tan 2026",
        ]


def test_what_a_person_said_is_never_read_as_a_wording():
    with speaking("cy"):
        assert say("cast.with", names="{who} [a|b]") == "gyda {who} [a|b]"


def test_a_third_language_is_a_file(tmp_path, monkeypatch, noor):
    english = (VIEW / "wordings" / "en.toml").read_text("utf-8")
    (tmp_path / "en.toml").write_text(english, "utf-8")
    persian = english.replace('direction = "ltr"', 'direction = "rtl"').replace('"Who to call"', '"به که زنگ بزنیم"')
    (tmp_path / "ur.toml").write_text(persian, "utf-8")
    monkeypatch.setattr(catalogue, "_FOLDER", tmp_path)
    wording.cache_clear()
    page = page_of(noor)
    shown = html(page).decode()
    assert languages() == ("en", "ur")
    assert '<html lang="ur" dir="rtl">' in shown
    assert "به که زنگ بزنیم" in shown
    assert "به که زنگ بزنیم" in text(page)
    wording.cache_clear()


def test_a_plural_is_known_by_how_the_number_is_written():
    with speaking("cy") as here:
        assert [here.number(number) for number in (0, 1, 2, 3, 4, 6, 21)] == [
            "zero", "one", "two", "few", "other", "many", "other",
        ]  # fmt: skip
