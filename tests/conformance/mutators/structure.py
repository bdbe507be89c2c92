"""Fields, arrays, objects and choices as they must not be, and some as they may."""

from __future__ import annotations

from copy import deepcopy

from tests.conformance.mutators.tree import SHAPES, Node, Tree

VALUES = {
    "boolean": True,
    "integer": 3,
    "positiveInt": 3,
    "unsignedInt": 3,
    "decimal": 3,
    "date": "2020-02-03",
    "dateTime": "2020-02-03",
    "instant": "2020-02-03T10:00:00Z",
    "time": "10:00:00",
    "base64Binary": "aGk=",
    "Quantity": {"value": 3},
    "Age": {"value": 3, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"},
    "Period": {"start": "2020"},
    "Range": {"low": {"value": 1}},
    "Ratio": {"numerator": {"value": 1}, "denominator": {"value": 2}},
    "Coding": {"system": "http://loinc.org", "code": "1-8"},
    "CodeableConcept": {"text": "said"},
    "Reference": {"display": "somebody"},
    "Identifier": {"value": "1"},
    "Annotation": {"text": "said"},
    "Timing": {"event": ["2020"]},
    "SampledData": {"origin": {"value": 1}, "period": 1, "dimensions": 1, "data": "1 2"},
    "Attachment": {"contentType": "text/plain", "data": "aGk="},
}


def primitive(node: Node) -> bool:
    return node.kind in ("text", "number", "boolean") and not isinstance(node.value, (dict, list))


def known(node: Node) -> bool:
    return node.kind != "resource"


def unknown_field(tree: Tree) -> bool:
    tree.any(tree.objects())[0]["bogus"] = tree.any(["x", 1, True, {"a": "b"}, ["x"], [], {}, None])
    return True


def field_of_another_type(tree: Tree) -> bool:
    tree.any(tree.objects())[0][tree.any(["gender", "valueQuantity", "performer", "div", "fhir_comments", "_x"])] = "x"
    return True


def misspelt_field(tree: Tree) -> bool:
    node = tree.node(known)
    if node is None:
        return False
    name = tree.any([node.name.upper(), node.name + "s", node.name[:1].upper() + node.name[1:], node.name[:-1] or "q"])
    if name in node.whole:
        return False
    node.rename(name)
    return True


def moved_field(tree: Tree) -> bool:
    node = tree.node(known)
    if node is None:
        return False
    target = tree.any(tree.objects())[0]
    if target is node.whole or node.name in target:
        return False
    target[node.name] = deepcopy(node.whole[node.name])
    return True


def text_for_object(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind in ("complex", "resource")), *["x", 3, True])


def object_for_primitive(tree: Tree) -> bool:
    return tree.put(tree.node(primitive), {"value": "x"}, {})


def array_for_one(tree: Tree) -> bool:
    node = tree.node(lambda node: not node.many)
    if node is None:
        return False
    node.value = [node.value] * tree.chance.choice([1, 2])
    return True


def one_for_array(tree: Tree) -> bool:
    node = tree.node(lambda node: node.many and node.holder is not node.whole)
    if node is None:
        return False
    node.whole[node.name] = node.value
    return True


def array_in_array(tree: Tree) -> bool:
    node = tree.node(lambda node: node.holder is not node.whole)
    return node is not None and tree.put(node, [node.value])


def missing_required(tree: Tree) -> bool:
    node = tree.node(lambda node: bool(node.about.get("min")))
    if node is None:
        return False
    del node.whole[node.name]
    return True


def missing_field(tree: Tree) -> bool:
    node = tree.node(lambda _: True)
    if node is None:
        return False
    node.remove()
    return True


def repeated_item(tree: Tree) -> bool:
    node = tree.node(lambda node: node.holder is not node.whole)
    if node is None:
        return False
    node.holder.insert(node.key, deepcopy(node.value))
    return True


def reversed_items(tree: Tree) -> bool:
    node = tree.node(lambda node: node.holder is not node.whole and len(node.holder) > 1)
    if node is None or node.holder == node.holder[::-1]:
        return False
    node.holder.reverse()
    return True


def empty_array(tree: Tree) -> bool:
    node = tree.node(known)
    if node is None:
        return False
    node.whole[node.name] = []
    return True


def empty_object(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: isinstance(node.value, dict)), {})


def null_value(tree: Tree) -> bool:
    return tree.put(tree.node(known), None)


def null_in_array(tree: Tree) -> bool:
    node = tree.node(lambda node: node.holder is not node.whole)
    if node is None:
        return False
    node.holder.append(None)
    return True


def choices(tree: Tree) -> list[tuple[Node, list[str]]]:
    """Each value of a choice with the other names that it could have."""
    found = []
    for node in tree.nodes():
        path = node.about.get("path", "")
        if path.endswith("[x]"):
            stem = path.rpartition(".")[2].removesuffix("[x]")
            names = (stem + of["code"][:1].upper() + of["code"][1:] for of in node.about.get("type", ()))
            if others := [name for name in names if name != node.name]:
                found.append((node, others))
    return found


def a_value_of(owner: str, name: str) -> object:
    return VALUES.get((SHAPES(owner) or {})[name].type, "x")


def two_of_a_choice(tree: Tree) -> bool:
    chosen = tree.any(choices(tree))
    if chosen is None:
        return False
    node, others = chosen
    name = tree.any(others)
    node.whole[name] = deepcopy(a_value_of(node.owner, name))
    return True


def other_of_a_choice(tree: Tree) -> bool:
    chosen = tree.any(choices(tree))
    if chosen is None:
        return False
    node, others = chosen
    name = tree.any(others)
    node.rename(name)
    node.whole[name] = deepcopy(a_value_of(node.owner, name))
    return True


def bare_choice(tree: Tree) -> bool:
    chosen = tree.any(choices(tree))
    if chosen is None:
        return False
    node, _ = chosen
    stem = node.about["path"].rpartition(".")[2].removesuffix("[x]")
    node.rename(tree.any([stem, stem + "Money2", stem + "Signature", stem + "x"]))
    return True


def beside_too_long(tree: Tree) -> bool:
    node = tree.node(lambda node: primitive(node) and node.holder is not node.whole)
    if node is None:
        return False
    node.whole["_" + node.name] = [*([None] * len(node.holder)), {"id": "a"}]
    return True


def beside_wrong_shape(tree: Tree) -> bool:
    node = tree.node(lambda node: primitive(node) and node.name not in ("id", "resourceType"))
    if node is None:
        return False
    node.whole["_" + node.name] = tree.any([{}, [], "x", [{"id": "a"}], {"bogus": 1}, {"extension": []}, None])
    return True


def beside_alone(tree: Tree) -> bool:
    node = tree.node(lambda node: primitive(node) and node.name not in ("id", "url"))
    if node is None:
        return False
    url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    del node.whole[node.name]
    absent = {"extension": [{"url": url, "valueCode": tree.any(["unknown", "masked", "nonsense"])}]}
    node.whole["_" + node.name] = [absent] if node.many else absent
    return True


def beside_an_object(tree: Tree) -> bool:
    node = tree.node(lambda node: node.kind == "complex")
    if node is None:
        return False
    node.whole["_" + node.name] = {"id": "a"}
    return True


def wrong_resource_type(tree: Tree) -> bool:
    whole = tree.any(tree.resources())
    kind = tree.any(["Patient", "Bogus", "patient", "Resource", "Quantity", "", 3, None, "Observation"])
    if whole["resourceType"] == kind:
        return False
    whole["resourceType"] = kind
    return True


def no_resource_type(tree: Tree) -> bool:
    del tree.any(tree.resources())["resourceType"]
    return True


def element_id(tree: Tree) -> bool:
    node = tree.node(lambda node: node.kind == "complex" and isinstance(node.value, dict))
    if node is None:
        return False
    node.value["id"] = tree.any(["a", "a b", "", "x" * 80, 3, "ä/ö#", " "])
    return True


def element_id_twice(tree: Tree) -> bool:
    found = [node for node in tree.nodes() if node.kind == "complex" and isinstance(node.value, dict)]
    if len(found) < 2:
        return False
    for node in tree.chance.sample(found, 2):
        node.value["id"] = "same"
    return True


MUTATORS = {
    "unknown-field": unknown_field,
    "field-of-another-type": field_of_another_type,
    "misspelt-field": misspelt_field,
    "moved-field": moved_field,
    "text-for-object": text_for_object,
    "object-for-primitive": object_for_primitive,
    "array-for-one": array_for_one,
    "one-for-array": one_for_array,
    "array-in-array": array_in_array,
    "missing-required": missing_required,
    "missing-field": missing_field,
    "repeated-item": repeated_item,
    "reversed-items": reversed_items,
    "empty-array": empty_array,
    "empty-object": empty_object,
    "null-value": null_value,
    "null-in-array": null_in_array,
    "two-of-a-choice": two_of_a_choice,
    "other-of-a-choice": other_of_a_choice,
    "bare-choice": bare_choice,
    "beside-too-long": beside_too_long,
    "beside-wrong-shape": beside_wrong_shape,
    "beside-alone": beside_alone,
    "beside-an-object": beside_an_object,
    "wrong-resource-type": wrong_resource_type,
    "no-resource-type": no_resource_type,
    "element-id": element_id,
    "element-id-twice": element_id_twice,
}
