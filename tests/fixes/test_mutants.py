"""Real resources, each spoilt in one place and fixed: they are what they were, to the byte, or nothing was changed."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from lxml import etree

from fhir_matters import Validator, jsonio
from fhir_matters.edits import Remove, Respell, Write, edited, spans
from fhir_matters.fixes.fixing import Fixer
from fhir_matters.terminology import Terminology

EACH = 60
SEED = 8


@pytest.fixture(scope="module")
def fixer():
    validator = Validator()
    return Fixer(validator.validate, validator.registry)


@pytest.fixture(scope="module")
def lines(corpus):
    """Every so many of the resources of bulk data, as they are spelt."""
    return [line for file in corpus for line in file.read_text().splitlines()[::EACH]]


def values(value, keys=()):
    """Every value with its place."""
    yield keys, value
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from values(each, (*keys, key))


def outside(value):
    """The places outside of extensions and of what is contained: what stands there has a type that all know."""
    beside = {"extension", "contained", "text", "meta"}
    return ((keys, each) for keys, each in values(value) if keys and beside.isdisjoint(keys))


def listed(resource, _):
    for keys, value in outside(resource):
        if not isinstance(value, list) and isinstance(keys[-1], str) and keys != ("resourceType",):
            yield Respell(keys, lambda text: f"[{text}]")


def alone(resource, _):
    for keys, value in outside(resource):
        if isinstance(value, list) and len(value) == 1:
            yield Respell(keys, lambda text: text[1:-1])


def quoted(resource, _):
    for keys, value in outside(resource):
        if not isinstance(value, (dict, list, str)):
            yield Respell(keys, lambda text: f'"{text}"')


def emptied(resource, _):
    for keys, value in outside(resource):
        if isinstance(value, dict):
            yield from (Write((*keys, name), none) for name, none in EMPTY.items() if name not in value)


def in_capitals(resource, _):
    for keys, value in outside(resource):
        if keys[-1] in ("status", "gender", "intent", "use") and isinstance(value, str):
            yield Write(keys, value.upper())


def codings(resource, terminology):
    for keys, value in outside(resource):
        if isinstance(value, dict) and isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            here = terminology.system(value["system"])
            entry = here.entry(value["code"]) if here.complete else None
            if entry is not None and value.get("display") == entry.display:
                yield keys, value


def misnamed(resource, terminology):
    for keys, value in codings(resource, terminology):
        yield Write((*keys, "display"), f"{value['display']} (now)")


def miscoded(resource, terminology):
    for keys, value in codings(resource, terminology):
        yield Write((*keys, "code"), value["code"].swapcase())


EMPTY = {"period": {}, "identifier": [], "display": "", "text": None}
WAYS = [listed, alone, quoted, emptied, in_capitals, misnamed, miscoded]


def spoilt(text, way, terminology, drawn):
    """The text with one change of this kind, drawn from all that there are; None where there is none."""
    edits = list(way(jsonio.read(text), terminology))
    changes = spans(text, [drawn.choice(edits)]) if edits else None
    return edited(text, changes) if changes else None


def told(report):
    return Counter((issue.rule, issue.path.expression, issue.message) for issue in report)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_spoilt_in_one_place_is_what_it_was(fixer, lines, way, tell):
    drawn, terminology = random.Random(SEED), Terminology(fixer.registry)
    met = Counter()
    for text in lines:
        mutant = spoilt(text, way, terminology, drawn)
        if mutant is None or fixer.fixed(text.encode()).fixes:
            continue
        fixed = fixer.fixed(mutant.encode())
        if not fixed.fixes:
            assert fixed.raw == mutant.encode()
            met["left alone"] += 1
            continue
        assert fixed.raw.decode() == text
        assert not told(fixed.report) - told(fixer.judge(text.encode()))
        met["as it was"] += 1
    assert met["as it was"] > 10
    assert met["left alone"] < met.total() / 3 or way is emptied, "what no type has is no element that is empty"
    tell(f"fixes of {way.__name__}: {met['as it was']} of {met.total()} as they were, the rest left alone")


def test_a_narrative_that_says_nothing_says_what_the_resource_says(fixer, lines):
    for text in (line for line in lines if '"text":{"status"' not in line):
        before = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p/></div>'}
        mutant = edited(text, spans(text, [Write(("text",), before, after=("id",))]))
        fixed = fixer.fixed(mutant.encode())
        assert [fix.rule for fix in fixed.fixes] == ["FM215"]
        new = fixed.raw.decode()
        assert edited(new, spans(new, [Remove(("text",))])) == text
        assert not told(fixed.report) - told(fixer.judge(text.encode()))
        said = etree.fromstring(jsonio.read(new)["text"]["div"]).xpath("string()")
        displays = {value for keys, value in outside(jsonio.read(text)) if keys[-1:] == ("text",)}
        assert all(" ".join(each.split()) in " ".join(said.split()) for each in displays)
