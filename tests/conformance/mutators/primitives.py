"""Primitive values: their JSON type, format, range and odd characters."""

from __future__ import annotations

from fhir_matters.jsonio import Number
from tests.conformance.mutators.structure import primitive
from tests.conformance.mutators.tree import Tree

DATES = ["2020-13-01", "2020-02-30", "2020-1-1", "20200101", "2020-01-01T10:00:00Z", "0000", "2020-01-", "today"]
TIMES = [
    "2020-13-01",
    "2020-02-30T10:00:00Z",
    "2020-01-01T10:00:00",
    "2020-01-01T10:00Z",
    "2020-01-01T25:00:00Z",
    "2020-01-01T10:61:00Z",
    "2020-01-01T10:00:00+25:00",
    "2020-01-01 10:00:00Z",
    "2020-01-01T10:00:00.Z",
    "2020-01-01T24:00:00Z",
    "2020-01-01T10:00:60Z",
    "2020-01-01T10:00:00z",
    "2020-00",
    "20-01-01",
    "1020-01-01",
    "3020-01-01",
    "2020-01-01T10:00:00.1234567890123Z",
    "2020-02-29T10:00:00-00:00",
    "2019-02-29",
    "yesterday",
]
INTEGERS = [0, -1, -2, 2147483647, 2147483648, -2147483649, 99999999999999999999, Number("1.5"), Number("1e2")]
DECIMALS = ["1.0", "1e400", "1E2", "-0.0", "0.1e-3", "1" * 40, "0." + "1" * 40, "1e-400"]
URIS = [
    "",
    "a b",
    " http://example.org/a",
    "urn:oid:1.2.x",
    "urn:oid:01.2",
    "oid:1.2.3",
    "uuid:a",
    "#",
    "%zz",
    "http://",
]
IDS = ["a b", "x" * 65, "a_b", "ä", "a/b", "", "-", ".", " a", "a\n"]
CODES = [" a", "a ", "a  b", "a\tb", "", " "]
TEXTS = [
    "\u00a0",
    " ",
    "\t",
    " a",
    "a ",
    "a\u0000b",
    "a\u0007b",
    "a\u202eb",
    "a\ufeffb",
    "\U0001f600",
    "a\u0085b",
    "a\u2028b",
    "a\r\nb",
    "\u200b",
    "<b>a</b>",
    "<script>alert(1)</script>",
    "a < b & c",
    "\ufffe",
    "\u3000",
]


def _of(tree: Tree, *types: str):
    return tree.node(lambda node: node.type in types and primitive(node))


def number_for_text(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "text" and primitive(node)), 5, Number("1.5"), 0, -3)


def boolean_for_text(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "text" and primitive(node)), *(True, False))


def text_for_number(tree: Tree) -> bool:
    node = tree.node(lambda node: node.kind == "number" and primitive(node))
    return node is not None and tree.put(node, *[str(node.value), "x", "", True])


def text_for_boolean(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "boolean" and primitive(node)), "true", "yes", 1, "", 0, "TRUE")


def empty_text(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "text" and primitive(node)), "")


def blank_text(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "text" and primitive(node)), " ", "\t\n", "\u00a0")


def blank_around(tree: Tree) -> bool:
    node = tree.node(lambda node: node.kind == "text" and primitive(node) and isinstance(node.value, str))
    return node is not None and tree.put(
        node, " " + node.value, node.value + " ", node.value + "\n", "\u00a0" + node.value
    )


def bad_date(tree: Tree) -> bool:
    return tree.put(_of(tree, "date"), *DATES, *TIMES)


def bad_date_time(tree: Tree) -> bool:
    return tree.put(_of(tree, "dateTime"), *TIMES, *DATES)


def bad_instant(tree: Tree) -> bool:
    return tree.put(_of(tree, "instant"), *TIMES, "2020", "2020-01-01")


def bad_time(tree: Tree) -> bool:
    return tree.put(
        _of(tree, "time"), "25:00:00", "10:00", "10:00:60", "10:00:00Z", "24:00:00", "10:00:00.123", "1:0:0", "x"
    )


def bad_integer(tree: Tree) -> bool:
    return tree.put(_of(tree, "integer", "positiveInt", "unsignedInt"), *INTEGERS)


def bad_decimal(tree: Tree) -> bool:
    return tree.put(_of(tree, "decimal"), *map(Number, DECIMALS), "1.0", 10**30)


def bad_base64(tree: Tree) -> bool:
    return tree.put(_of(tree, "base64Binary"), "a", "a===", "äöü", "aGk", "aG k=", "aGk=\naGk=", "", "-_-_", "aGk=aGk=")


def bad_uri(tree: Tree) -> bool:
    return tree.put(_of(tree, "uri", "url"), *URIS, "relative", "a" * 3000)


def bad_canonical(tree: Tree) -> bool:
    return tree.put(
        _of(tree, "canonical"), *URIS, "Patient/1", "http://example.org/x|", "http://example.org/x|1|2", "#x"
    )


def bad_oid_or_uuid(tree: Tree) -> bool:
    return tree.put(
        tree.node(lambda node: isinstance(node.value, str) and node.value.startswith("urn:")),
        "urn:oid:1.2.x",
        "urn:oid:3.2",
        "urn:oid:",
        "urn:uuid:nonsense",
        "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
        "urn:uuid:",
        "urn:UUID:c757873d-ec9a-4326-a141-556f43239520",
        "urn:x",
        "urn:",
    )


def bad_id(tree: Tree) -> bool:
    tree.any(tree.resources())["id"] = tree.any([*IDS, 3, None, {}, "x" * 64])
    return True


def no_id(tree: Tree) -> bool:
    whole = tree.any(tree.resources())
    return whole.pop("id", None) is not None


def bad_code(tree: Tree) -> bool:
    return tree.put(_of(tree, "code"), *CODES)


def odd_text(tree: Tree) -> bool:
    return tree.put(_of(tree, "string", "markdown"), *TEXTS)


def odd_text_anywhere(tree: Tree) -> bool:
    return tree.put(tree.node(lambda node: node.kind == "text" and primitive(node)), *TEXTS)


def long_text(tree: Tree) -> bool:
    return tree.put(_of(tree, "string", "markdown", "code", "id", "uri"), "x" * 1_048_577, "x" * 70_000, "x" * 65)


MUTATORS = {
    "number-for-text": number_for_text,
    "boolean-for-text": boolean_for_text,
    "text-for-number": text_for_number,
    "text-for-boolean": text_for_boolean,
    "empty-text": empty_text,
    "blank-text": blank_text,
    "blank-around": blank_around,
    "bad-date": bad_date,
    "bad-date-time": bad_date_time,
    "bad-instant": bad_instant,
    "bad-time": bad_time,
    "bad-integer": bad_integer,
    "bad-decimal": bad_decimal,
    "bad-base64": bad_base64,
    "bad-uri": bad_uri,
    "bad-canonical": bad_canonical,
    "bad-oid-or-uuid": bad_oid_or_uuid,
    "bad-id": bad_id,
    "no-id": no_id,
    "bad-code": bad_code,
    "odd-text": odd_text,
    "odd-text-anywhere": odd_text_anywhere,
    "long-text": long_text,
}
