"""ElementDefinitions as frozen elements, out of drafts whose children and slices are complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import Any

from fhir_matters.validation import published
from fhir_matters.validation.plan import (
    BASE,
    UNBOUNDED,
    Binding,
    Constraint,
    Discriminator,
    Element,
    Exactly,
    Slicing,
    Type,
)

SYSTEM = "http://hl7.org/fhirpath/System."
SYSTEM_TYPES = {
    "String": "string",
    "Boolean": "boolean",
    "Integer": "integer",
    "Decimal": "decimal",
    "Date": "date",
    "DateTime": "dateTime",
    "Time": "time",
}
PROFILE_ELEMENT = BASE + "elementdefinition-profile-element"
FHIR_TYPE = BASE + "structuredefinition-fhir-type"
MAX_VALUE_SET = BASE + "elementdefinition-maxValueSet"


# What a profile says of the languages of a narrative; see `languages`.
LANGUAGES = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"


@dataclass(slots=True)
class Draft:
    """An element while its children and slices are still being collected."""

    definition: dict[str, Any]
    children: dict[str, Draft] = field(default_factory=dict)
    slices: list[Draft] = field(default_factory=list)


def frozen(draft: Draft, profile: str, of_resource: bool, doubts: tuple[tuple[str, bool], ...] = ()) -> Element:
    """The draft and everything under it as elements."""
    definition = draft.definition
    freeze = partial(frozen, profile=profile, of_resource=of_resource)
    path = definition["path"]
    part = _text(definition, "sliceName")
    return Element(
        id=_text(definition, "id") or (f"{path}:{part}" if part else path),
        path=path,
        name=path.rpartition(".")[2],
        slice=part,
        profile=profile,
        min=_whole(definition, "min") or 0,
        max=_max(definition),
        types=tuple(_type(item, path, _is_id(definition, of_resource)) for item in definition.get("type", ())),
        fixed=exact(definition, "fixed"),
        pattern=exact(definition, "pattern"),
        binding=_binding(definition.get("binding"), path, profile),
        max_length=_whole(definition, "maxLength"),
        least=_prefixed(definition, "minValue"),
        most=_prefixed(definition, "maxValue"),
        content=_text(definition, "contentReference"),
        modifier=definition.get("isModifier") is True,
        languages=_languages(definition),
        valued=_must_have_value(definition),
        constraints=tuple(_constraints(definition.get("constraint", ()), profile)),
        slicing=_slicing(definition.get("slicing")),
        slices=tuple(map(freeze, draft.slices)),
        children={name: freeze(child) for name, child in _inside(draft).items()},
        doubts=doubts,
    )


def _text(item: dict[str, Any], key: str) -> str:
    """The string under the key, empty where there is none; raises TypeError where there is something else."""
    value = item.get(key) or ""
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _whole(item: dict[str, Any], key: str) -> int | None:
    """The whole number under the key, None where there is none; raises TypeError where there is something else."""
    value = item.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError(key)
    return value


def _texts(item: dict[str, Any], key: str) -> tuple[str, ...]:
    """The strings in the list under the key; raises TypeError where there is something else."""
    values = item.get(key) or ()
    if isinstance(values, str) or not all(isinstance(each, str) for each in values):
        raise TypeError(key)
    return tuple(values)


def _languages(definition: dict[str, Any]) -> tuple[str, ...]:
    """What the profile says of the languages of a narrative."""
    stated = (each for each in definition.get("extension", ()) if each.get("url") == LANGUAGES)
    return tuple(each["valueCode"] for each in stated if isinstance(each.get("valueCode"), str))


def _inside(draft: Draft) -> dict[str, Draft]:
    """What is said inside the element; of a choice that has several types, only what is true of any element."""
    path = draft.definition["path"]
    if not path.endswith("[x]") or draft.definition.get("sliceName"):
        return draft.children
    several = len(draft.definition.get("type") or ()) > 1
    return {name: each for name, each in draft.children.items() if name in ANY} if several else draft.children


# The children of R4's Element.
ANY = frozenset({"id", "extension"})
MUST_HAVE_VALUE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.mustHaveValue"


def _must_have_value(definition: dict[str, Any]) -> bool:
    """R5's ElementDefinition.mustHaveValue, in R4 by the extension for it."""
    extensions = (each for each in definition.get("extension", ()) if each.get("url") == MUST_HAVE_VALUE)
    return bool(definition.get("mustHaveValue") or any(each.get("valueBoolean") for each in extensions))


BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"


def _constraints(items: Iterable[dict[str, Any]], profile: str) -> Iterator[Constraint]:
    """The invariants that have an expression; those that are only good practice (dom-6) are advice, no rules."""
    for item in items:
        practice = any(e.get("url") == BEST_PRACTICE and e.get("valueBoolean") for e in item.get("extension", ()))
        if item.get("expression") and not practice:
            yield Constraint(
                _text(item, "key"),
                _text(item, "source") or profile,
                _text(item, "severity") or "error",
                _text(item, "expression"),
                _text(item, "human"),
            )


def _max(definition: dict[str, Any]) -> int:
    """A number without quotes is no maximum in FHIR, and cannot be mistaken."""
    value = definition.get("max")
    if isinstance(value, int):
        return _whole(definition, "max") or 0
    value = _text(definition, "max") or "*"
    return UNBOUNDED if value == "*" else int(value)


def _is_id(definition: dict[str, Any], of_resource: bool) -> bool:
    """Whether an element called id is that of a resource."""
    base = (definition.get("base") or {}).get("path")
    if base in ("Resource.id", "Element.id"):
        return bool(base == "Resource.id")
    return of_resource and definition["path"].count(".") == 1


def _type(item: dict[str, Any], path: str, is_id: bool) -> Type:
    code = _text(item, "code")
    if path.endswith(".id"):
        # Definitions disagree (System.String, string, id): R4's Resource.id is an `id`, its Element.id a `string`.
        code = "id" if is_id else "string"
    elif code.startswith(SYSTEM):
        code = _system_type(item)
    profiles = tuple(map(_meant, _texts(item, "profile"), chain(item.get("_profile") or (), repeat(None))))
    return Type(code.rpartition("/")[2], profiles, *(_texts(item, key) for key in ("targetProfile", "aggregation")))


def _meant(profile: str, beside: dict[str, Any] | None) -> str:
    """The profile, or `url#id` where only an element of it is meant (extension elementdefinition-profile-element)."""
    extensions = beside.get("extension") or () if beside is not None else ()
    named = (each.get("valueString") for each in extensions if each.get("url") == PROFILE_ELEMENT)
    return f"{profile}#{name}" if (name := next(named, None)) else profile


def _system_type(item: dict[str, Any]) -> str:
    """The FHIR type of what is defined as a type of FHIRPath."""
    stated = (
        each.get("valueUrl") or each.get("valueUri")
        for each in item.get("extension", ())
        if each.get("url") == FHIR_TYPE
    )
    return next((each for each in stated if each), SYSTEM_TYPES.get(item["code"][len(SYSTEM) :], "string"))


def _prefixed(definition: dict[str, Any], prefix: str) -> Any:
    """The value of `prefix[x]`, whatever x is, or None."""
    end = len(prefix)
    return next((v for k, v in definition.items() if k.startswith(prefix) and k[end : end + 1].isupper()), None)


def exact(definition: dict[str, Any], prefix: str) -> Exactly | None:
    """The value of `fixed[x]` or `pattern[x]`, whatever x is, or None."""
    value = _prefixed(definition, prefix)
    return None if value is None else Exactly(value)


def _binding(item: dict[str, Any] | None, path: str, profile: str) -> Binding | None:
    if not item:
        return None
    most = (
        each.get("valueCanonical") or each.get("valueUri")
        for each in item.get("extension", ())
        if each.get("url") == MAX_VALUE_SET
    )
    value_set = _text(item, "valueSet")
    firm = published.strength(profile, path, value_set, _text(item, "strength"))
    return Binding(firm, value_set, next((each for each in most if each), ""))


def _slicing(item: dict[str, Any] | None) -> Slicing | None:
    if item is None:
        return None
    told = tuple(Discriminator(_text(each, "type"), _text(each, "path")) for each in item.get("discriminator", ()))
    return Slicing(told, item.get("ordered") is True, _text(item, "rules") or "open")
