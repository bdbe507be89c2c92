"""Value sets and code systems, small and invented ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.coded import Question, Told
from fhir_matters.terminology import Answer, Terminology
from fhir_matters.terminology.elsewhere import Elsewhere
from tests.terminology.saying import Saying

IN, OUT, UNKNOWN = Answer.IN, Answer.OUT, Answer.UNKNOWN
S, T, V = "http://example.org/cs/s", "http://example.org/cs/t", "http://example.org/vs/"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


class Definitions:
    """A registry of a few resources, which counts how often it is asked."""

    def __init__(self, *resources: Any) -> None:
        self.resources = resources
        self.asked: list[str] = []

    def find(self, canonical: str, kind: str | None = None) -> Any:
        self.asked.append(canonical)
        url, _, version = canonical.partition("|")
        for resource in self.resources:
            same = resource.get("url") == url and resource["resourceType"] == kind
            if same and (not version or resource.get("version") == version):
                return resource
        return None


def system(url: str = S, **more: Any) -> dict[str, Any]:
    """animal > (dog > puppy, cat), plant; `wild` on some."""
    puppy = {"code": "puppy", "display": "Young dog", "property": [{"code": "wild", "valueBoolean": False}]}
    dog = {"code": "dog", "property": [{"code": "legs", "valueInteger": 4}], "concept": [puppy]}
    cat = {"code": "cat", "property": [{"code": "wild", "valueBoolean": True}, {"code": "legs", "valueInteger": 4}]}
    plant = {"code": "plant", "property": [{"code": "inactive", "valueBoolean": True}]}
    concepts = [{"code": "animal", "concept": [dog, cat]}, plant]
    base = {"resourceType": "CodeSystem", "url": url, "content": "complete", "caseSensitive": True, "concept": concepts}
    return {**base, **more}


def valueset(name: str, *include: dict[str, Any], **compose: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": V + name, "compose": {"include": list(include), **compose}}


def where(op: str, value: str, name: str = "concept", url: str = S) -> dict[str, Any]:
    return {"system": url, "filter": [{"property": name, "op": op, "value": value}]}


def terminology(*include: dict[str, Any], systems: Any = (), **compose: Any) -> Terminology:
    """A terminology of the animals and of one value set `x`."""
    return Terminology(Definitions(*(systems or [system()]), valueset("x", *include, **compose)))


def codes(*include: dict[str, Any], **compose: Any) -> set[str] | None:
    found = terminology(*include, **compose).codes(V + "x")
    return None if found is None else set(found)


def test_a_whole_complete_system_is_all_its_codes_and_no_other():
    tx = terminology({"system": S})
    assert tx.codes(V + "x") == {"animal", "dog", "puppy", "cat", "plant"}
    assert tx.contains(V + "x", S, "puppy") is IN
    assert tx.contains(V + "x", S, "wolf") is OUT
    assert tx.contains(V + "x", T, "dog") is OUT
    assert tx.concepts(V + "x") == {(S, code) for code in ("animal", "dog", "puppy", "cat", "plant")}
    assert tx.reason(V + "x") == ""


def test_a_code_without_a_system_is_looked_for_in_all_systems_of_the_set():
    tx = terminology({"system": S, "concept": [{"code": "dog"}]}, {"system": LOINC})
    assert tx.contains(V + "x", None, "dog") is IN
    assert tx.contains(V + "x", None, "wolf") is UNKNOWN
    assert terminology({"system": S}).contains(V + "x", None, "wolf") is OUT


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (where("is-a", "dog"), {"dog", "puppy"}),
        (where("descendent-of", "animal"), {"dog", "puppy", "cat"}),
        (where("is-not-a", "dog"), {"animal", "cat", "plant"}),
        (where("generalizes", "puppy"), {"puppy", "dog", "animal"}),
        (where("child-of", "animal"), {"dog", "cat"}),
        (where("descendent-leaf", "animal"), {"puppy", "cat"}),
        (where("=", "4", "legs"), {"dog", "cat"}),
        (where("=", "Young dog", "display"), {"puppy"}),
        (where("=", "animal", "parent"), {"dog", "cat"}),
        (where("=", "puppy", "child"), {"dog"}),
        (where("=", "dog"), {"dog"}),
        (where("=", "false", "inactive"), {"animal", "dog", "puppy", "cat"}),
        (where("in", "dog, cat", "code"), {"dog", "cat"}),
        (where("not-in", "dog,cat", "concept"), {"animal", "puppy", "plant"}),
        (where("regex", "[a-d].*", "code"), {"animal", "dog", "cat"}),
        (where("regex", "o", "code"), set()),
        (where("exists", "true", "wild"), {"puppy", "cat"}),
        (where("exists", "false", "wild"), {"animal", "dog", "plant"}),
    ],
    ids=lambda value: "-".join(value["filter"][0].values()) if isinstance(value, dict) else "",
)
def test_a_filter_on_a_complete_system_chooses(condition, expected):
    assert codes(condition) == expected


def test_filters_of_one_include_must_all_hold():
    both = where("is-a", "animal")["filter"] + where("=", "4", "legs")["filter"]
    assert codes({"system": S, "filter": both}) == {"dog", "cat"}


@pytest.mark.parametrize(
    "condition",
    [
        where("sounds-like", "dog"),
        where("is-a", "unicorn"),
        where("regex", "(", "code"),
        where("regex", "(a+)+b", "code"),
        {"system": S, "filter": [{"property": "concept", "op": "is-a"}]},
        {"system": S, "filter": [{}]},
        {"system": S, "filter": "is-a"},
    ],
    ids=["operator", "root", "pattern", "slow pattern", "no value", "empty", "no list"],
)
def test_a_filter_that_cannot_be_worked_out_is_never_out_for_codes_that_exist(condition):
    tx = terminology(condition)
    assert tx.concepts(V + "x") is None
    assert tx.contains(V + "x", S, "dog") is UNKNOWN
    assert tx.contains(V + "x", S, "no such code") is OUT
    assert tx.reason(V + "x")


def test_what_is_excluded_is_out():
    assert codes({"system": S}, exclude=[where("is-a", "dog")]) == {"animal", "cat", "plant"}


def test_what_is_excluded_from_an_open_set_is_out_and_the_rest_unknown():
    tx = terminology({"system": SNOMED}, exclude=[{"system": SNOMED, "concept": [{"code": "1"}]}])
    assert tx.contains(V + "x", SNOMED, "1") is OUT
    assert tx.contains(V + "x", SNOMED, "2") is UNKNOWN


def test_an_unknown_exclusion_leaves_the_included_codes_unknown():
    tx = terminology({"system": S, "concept": [{"code": "dog"}]}, exclude=[{"valueSet": [V + "absent"]}])
    assert tx.contains(V + "x", S, "dog") is UNKNOWN
    assert tx.contains(V + "x", S, "cat") is OUT


def test_inactive_concepts_are_out_where_the_set_says_so():
    assert codes({"system": S}, inactive=False) == {"animal", "dog", "puppy", "cat"}
    assert "plant" in (codes({"system": S}, inactive=True) or ())


def test_a_system_that_is_not_here_is_unknown_and_every_other_system_is_out():
    tx = terminology({"system": LOINC})
    assert tx.contains(V + "x", LOINC, "8480-6") is UNKNOWN
    assert tx.contains(V + "x", SNOMED, "73211009") is OUT
    assert LOINC in tx.reason(V + "x")


def test_codes_listed_from_a_system_that_is_not_here_are_all_there_is():
    tx = terminology({"system": LOINC, "concept": [{"code": "8480-6"}]})
    assert tx.contains(V + "x", LOINC, "8480-6") is IN
    assert tx.contains(V + "x", LOINC, "8462-4") is OUT


def test_of_a_system_that_is_not_here_a_filter_knows_its_own_root():
    tx = terminology(where("is-a", "404684003", url=SNOMED))
    assert tx.contains(V + "x", SNOMED, "404684003") is IN
    assert tx.contains(V + "x", SNOMED, "73211009") is UNKNOWN
    assert terminology(where("descendent-of", "1", url=SNOMED)).contains(V + "x", SNOMED, "1") is OUT


def test_a_pattern_for_codes_decides_without_the_system():
    tx = terminology(where("regex", "[A-Z]{3}", "code", url=T))
    assert tx.contains(V + "x", T, "de") is OUT


@pytest.mark.parametrize("content", ["fragment", "example", "not-present"])
def test_an_incomplete_system_knows_what_it_lists_and_no_more(content):
    tx = terminology({"system": S}, systems=[system(content=content)])
    assert tx.contains(V + "x", S, "dog") is IN
    assert tx.contains(V + "x", S, "wolf") is UNKNOWN
    assert tx.codes(V + "x") is None
    assert tx.system_knows(S, "wolf") is UNKNOWN


def test_a_supplement_is_no_list_of_codes():
    tx = terminology({"system": S}, systems=[system(content="supplement")])
    assert tx.contains(V + "x", S, "dog") is UNKNOWN


def test_a_complete_system_without_any_code_is_not_believed():
    tx = terminology({"system": S}, systems=[system(concept=[])])
    assert tx.contains(V + "x", S, "dog") is UNKNOWN


def test_case_counts_only_where_the_system_says_so():
    assert terminology({"system": S}).contains(V + "x", S, "DOG") is OUT
    for loose in (system(caseSensitive=False), {k: v for k, v in system().items() if k != "caseSensitive"}):
        tx = terminology({"system": S}, systems=[loose])
        assert tx.contains(V + "x", S, "DOG") is IN
        assert tx.contains(V + "x", None, "DOG") is IN
        assert tx.system_knows(S, "DOG") is IN
        assert tx.display_of(S, "PUPPY") == "Young dog"
        filtered = terminology(where("is-a", "dog"), systems=[loose])
        assert filtered.contains(V + "x", S, "Puppy") is IN


def test_the_hierarchy_may_be_told_by_properties():
    flat = [
        {"code": "a", "property": [{"code": "kind", "valueCode": "top"}]},
        {"code": "top", "property": [{"code": "child", "valueCode": "b"}]},
        {"code": "b", "property": [{"code": "subsumedBy", "valueCode": "a"}]},
        {"code": "c"},
    ]
    declared = [{"code": "kind", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"}]
    assert codes(where("is-a", "top"), systems=[system(concept=flat, property=declared)]) == {"top", "a", "b"}


def test_a_hierarchy_that_runs_in_a_circle_ends():
    circle = [
        {"code": "a", "property": [{"code": "parent", "valueCode": "b"}]},
        {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]},
    ]
    assert codes(where("is-a", "a"), systems=[system(concept=circle)]) == {"a", "b"}


def test_imported_sets_of_one_include_are_intersected_with_each_other_and_its_system():
    dogs, wild = valueset("dogs", where("is-a", "dog")), valueset("pets", where("in", "puppy,cat", "code"))
    whole = valueset("x", {"system": S, "valueSet": [V + "dogs", V + "pets"]})
    assert Terminology(Definitions(system(), dogs, wild, whole)).codes(V + "x") == {"puppy"}


def test_imported_sets_of_several_includes_are_united():
    parts = [valueset("a", where("=", "dog")), valueset("b", where("=", "cat"))]
    whole = valueset("x", {"valueSet": [V + "a"]}, {"valueSet": [V + "b"]})
    assert Terminology(Definitions(system(), *parts, whole)).codes(V + "x") == {"dog", "cat"}


def test_an_import_that_is_absent_leaves_what_is_known():
    tx = terminology({"valueSet": [V + "absent"]}, {"system": S, "concept": [{"code": "dog"}]})
    assert tx.contains(V + "x", S, "dog") is IN
    assert tx.contains(V + "x", S, "cat") is UNKNOWN
    assert tx.contains(V + "x", None, "cat") is UNKNOWN
    assert V + "absent" in tx.reason(V + "x")


def test_value_sets_that_import_each_other_in_a_circle_are_unknown_beyond_what_they_list():
    a = valueset("a", {"valueSet": [V + "b"]}, {"system": S, "concept": [{"code": "dog"}]})
    tx = Terminology(Definitions(a, valueset("b", {"valueSet": [V + "a"]})))
    assert tx.contains(V + "a", S, "dog") is IN
    assert tx.contains(V + "a", S, "cat") is UNKNOWN
    assert tx.contains(V + "b", S, "cat") is UNKNOWN


def test_a_very_long_chain_of_imports_is_unknown_and_no_crash():
    chain = [valueset(str(n), {"valueSet": [f"{V}{n + 1}"]}) for n in range(3000)]
    assert Terminology(Definitions(*chain)).contains(V + "0", S, "dog") is UNKNOWN


def test_versions_are_honoured():
    old, new = system(version="1", concept=[{"code": "ox"}]), system(version="2")
    tx = Terminology(Definitions(new, old, valueset("x", {"system": S, "version": "1"})))
    assert tx.codes(V + "x") == {"ox"}
    assert tx.system_knows(f"{S}|2", "ox") is OUT
    assert tx.contains(V + "x|9", S, "ox") is UNKNOWN


def expansion(*concepts: str, **more: Any) -> dict[str, Any]:
    return {"contains": [{"system": LOINC, "code": code} for code in concepts], **more}


def expanded(**more: Any) -> Terminology:
    resource = valueset("x", where("=", "Doc", "SCALE_TYP", url=LOINC))
    return Terminology(Definitions({**resource, "expansion": expansion("1", "2", **more)}))


def test_a_whole_expansion_decides_what_the_definition_cannot():
    tx = expanded(total=2)
    assert tx.contains(V + "x", LOINC, "1") is IN
    assert tx.contains(V + "x", LOINC, "3") is OUT
    assert tx.codes(V + "x") == {"1", "2"}


@pytest.mark.parametrize(
    "more",
    [
        {"total": 3},
        {"parameter": [{"name": "count", "valueInteger": 2}]},
        {"parameter": [{"name": "limitedExpansion", "valueBoolean": True}]},
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/valueset-toocostly", "valueBoolean": True}]},
    ],
    ids=["paged", "counted", "limited", "too costly"],
)
def test_an_expansion_in_part_knows_what_it_lists(more):
    tx = expanded(**more)
    assert tx.contains(V + "x", LOINC, "1") is IN
    assert tx.contains(V + "x", LOINC, "3") is UNKNOWN
    assert tx.contains(V + "x", SNOMED, "3") is OUT


def test_a_definition_that_can_be_worked_out_counts_before_its_expansion():
    resource = {**valueset("x", {"system": S}), "expansion": expansion("1")}
    assert Terminology(Definitions(system(), resource)).contains(V + "x", LOINC, "1") is OUT


def test_abstract_concepts_of_an_expansion_only_structure_it():
    nested = [{"system": LOINC, "code": "g", "abstract": True, "contains": [{"system": LOINC, "code": "1"}]}]
    resource = {"resourceType": "ValueSet", "url": V + "x", "expansion": {"contains": nested}}
    assert Terminology(Definitions(resource)).codes(V + "x") == {"1"}


@pytest.mark.parametrize(
    ("canonical", "inside", "url"),
    [
        (f"{SNOMED}?fhir_vs", UNKNOWN, SNOMED),
        (f"{SNOMED}?fhir_vs=isa/73211009", IN, SNOMED),
        (f"{SNOMED}?fhir_vs=refset/1", UNKNOWN, SNOMED),
        ("http://loinc.org/vs", UNKNOWN, LOINC),
    ],
)
def test_the_implicit_value_sets_of_snomed_and_loinc_draw_from_their_system_alone(canonical, inside, url):
    tx = Terminology(Definitions())
    assert tx.contains(canonical, url, "73211009") is inside
    assert tx.contains(canonical, S, "73211009") is OUT


def test_a_value_set_that_is_not_here_is_unknown_and_says_so():
    tx = Terminology(Definitions())
    assert tx.contains(V + "absent", S, "dog") is UNKNOWN
    assert tx.codes(V + "absent") is None
    assert "in none of the loaded packages" in tx.reason(V + "absent")


def test_a_value_set_at_hand_needs_no_registry():
    members = terminology().members_of(valueset("own", where("is-a", "dog")))
    assert members.answer(S, "puppy") is IN


def test_a_terminology_server_is_asked_only_what_cannot_be_told_here():
    server = Saying({Question(system=LOINC, code="1"): Told(holds=True)})
    tx = Terminology(
        Definitions(system(), valueset("x", {"system": S}, {"system": LOINC})), elsewhere := Elsewhere(server)
    )

    def walk() -> list[Answer]:
        return [tx.contains(V + "x", S, "dog"), tx.contains(V + "x", SNOMED, "1"), tx.contains(V + "x", LOINC, "1")]

    assert walk() == [IN, OUT, UNKNOWN]
    told, inquiry = elsewhere.inquired(walk)
    assert told == [IN, OUT, IN]
    assert {each.system for questions in server.asked for each in questions} == {LOINC}
    assert inquiry.used == {Question(system=LOINC, code="1")}


def test_definitions_are_looked_up_once():
    registry = Definitions(system(), valueset("x", {"system": S}))
    tx = Terminology(registry)
    for _ in range(3):
        tx.contains(V + "x", S, "dog")
        tx.contains(V + "absent", S, "dog")
    assert sorted(registry.asked) == sorted([V + "x", S, V + "absent"])


def test_many_threads_get_the_same_answers():
    sets = [valueset(str(n), {"valueSet": [f"{V}{(n * 7 + 1) % 50}"]}, where("is-a", "dog")) for n in range(50)]
    tx = Terminology(Definitions(system(), *sets))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: tx.contains(f"{V}{n % 50}", S, "puppy"), range(400)))
    assert set(answers) == {IN}


WORDS = (
    "include exclude system version concept code filter property op value valueSet compose expansion "
    "contains total parameter extension url content display uri name inactive valueCode"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([S, V + "x", "dog", "is-a", "concept", "", "complete"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(WORDS.split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON)
def test_broken_definitions_never_raise(compose, expansion_, concepts):
    broken = {"resourceType": "ValueSet", "url": V + "x", "compose": compose, "expansion": expansion_}
    for registry in (
        Definitions(broken, system(concept=concepts, property=concepts)),
        Definitions(valueset("x", compose, exclude=compose), system()),
    ):
        tx = Terminology(registry)
        assert tx.contains(V + "x", S, "dog") in Answer
        assert tx.contains(V + "x", None, "dog") in Answer
        assert tx.system_knows(S, "dog") in Answer
        assert isinstance(tx.display_of(S, "dog"), str | None)
