"""Changes that aim at no rule: anything may be moved, exchanged, doubled, taken out or spelt in another way."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

from tests.conformance.mutators import codes, primitives, structure
from tests.conformance.mutators.tree import Node, Tree

Values = Callable[[Node], bool]


def anywhere(node: Node) -> bool:
    return node.name != "resourceType"


def texts(node: Node) -> bool:
    return isinstance(node.value, str) and anywhere(node)


def two(tree: Tree, wanted: Values) -> list[Node]:
    found = [node for node in tree.nodes() if wanted(node)]
    return tree.chance.sample(found, 2) if len(found) > 1 else []


def exchanged(tree: Tree, wanted: Values = anywhere) -> bool:
    """Two values in each other's place; not where one holds the other."""
    pair = two(tree, wanted)
    if not pair:
        return False
    one, other = pair
    first, second = deepcopy(one.value), deepcopy(other.value)
    if str(first) in str(second) or str(second) in str(first):
        return False
    one.value, other.value = second, first
    return True


def put_elsewhere(tree: Tree, wanted: Values = anywhere) -> bool:
    """A copy of one value in the place of another."""
    pair = two(tree, wanted)
    if not pair:
        return False
    pair[0].value = deepcopy(pair[1].value)
    return True


def field_to_another_object(tree: Tree) -> bool:
    """A whole field out of its object and into another."""
    node = tree.node(anywhere)
    to = tree.any([whole for whole, _ in tree.objects() if node is None or whole is not node.whole])
    if node is None or to is None or node.name in to:
        return False
    to[node.name] = deepcopy(node.whole.pop(node.name))
    return True


def field_under_another_name(tree: Tree) -> bool:
    """A field under the name of another field of the resource."""
    pair = two(tree, anywhere)
    if not pair or pair[1].name in pair[0].whole:
        return False
    pair[0].rename(pair[1].name)
    return True


def taken_out(tree: Tree) -> bool:
    node = tree.node(anywhere)
    if node is None:
        return False
    node.remove()
    return True


def doubled(tree: Tree) -> bool:
    node = tree.node(lambda node: isinstance(node.holder, list))
    if node is None:
        return False
    node.holder.insert(node.key, deepcopy(node.value))
    return True


def spelt_otherwise(tree: Tree) -> bool:
    """Other letters, blanks and marks in a text: most look alike, few are the same."""
    node = tree.node(texts)
    if node is None:
        return False
    text = node.value
    at = tree.chance.randrange(len(text) + 1)
    return tree.put(
        node,
        text.upper(),
        text.lower(),
        text.title(),
        text[::-1],
        text[:at],
        text[at:],
        text + text,
        text[:at] + " " + text[at:],
        text[:at] + "\u00a0" + text[at:],
        text[:at] + "\u0301" + text[at:],
        text[:at] + "\U0001f600" + text[at:],
        text[:at] + "\t" + text[at:],
        text.replace("-", "\u2011"),
        text.replace("e", "\u0435"),
        text + "\n",
    )


def twice_changed(tree: Tree) -> bool:
    """Two changes at once, of any kind that changes shape, values or codes."""
    changes = [*ALONE.values(), *structure.MUTATORS.values(), *primitives.MUTATORS.values(), *codes.MUTATORS.values()]
    return all(change(tree) for change in tree.chance.sample(changes, 2))


def of_one_type(tree: Tree) -> Values:
    kinds = [node.type for node in tree.nodes() if anywhere(node)]
    kind = tree.any(kinds)
    return lambda node: node.type == kind and anywhere(node)


def exchanged_alike(tree: Tree) -> bool:
    return exchanged(tree, of_one_type(tree))


def _simple(node: Node) -> bool:
    return anywhere(node) and not isinstance(node.value, (dict, list))


ALONE: dict[str, Callable[[Tree], Any]] = {
    "any-exchanged": exchanged,
    "any-exchanged-alike": exchanged_alike,
    "any-value-elsewhere": put_elsewhere,
    "any-simple-value-elsewhere": partial(put_elsewhere, wanted=_simple),
    "any-field-moved": field_to_another_object,
    "any-field-renamed": field_under_another_name,
    "any-taken-out": taken_out,
    "any-doubled": doubled,
    "any-spelt-otherwise": spelt_otherwise,
}
MUTATORS = {**ALONE, "any-twice-changed": twice_changed}
