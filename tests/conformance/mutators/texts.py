"""The text of a resource: slips in its JSON, odd escapes, and its form as XML with slips of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

from lxml import etree

from fhir_matters import jsonio
from tests.conformance.mutators.tree import SHAPES

Render: TypeAlias = Callable[[dict[str, Any], Random], str]

FHIR = "http://hl7.org/fhir"


def written(resource: dict[str, Any], _: Random | None = None) -> str:
    """Its JSON, as it is."""
    return jsonio.write(resource, indent=True).decode("utf-8")


def _at(
    pattern: str,
    change: Callable[[re.Match[str], Random], str],
    write: Callable[[dict[str, Any]], str] = written,
) -> Render:
    """The text of the resource, JSON unless written otherwise, with one of the places that match changed."""

    def render(resource: dict[str, Any], chance: Random) -> str:
        text = write(resource)
        places = list(re.finditer(pattern, text))
        if not places:
            return text
        place = chance.choice(places)
        return text[: place.start()] + change(place, chance) + text[place.end() :]

    return render


def _whole(change: Callable[[str, Random], str]) -> Render:
    return lambda resource, chance: change(written(resource), chance)


def _escaped(place: re.Match[str], chance: Random) -> str:
    odd = [
        "\\ud800",
        "\\udc00x",
        "\\u0000",
        "\\u0041",
        "\\x",
        "\\/",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\u12",
        "\t",
        "\\b",
        "\x01",
    ]
    return f'{place[1]}{chance.choice(odd)}"'


def _truncated(text: str, chance: Random) -> str:
    return text[: chance.randrange(1, len(text))]


def _surrounded(text: str, chance: Random) -> str:
    around = [
        ("", " x"),
        ("", text),
        ("x", ""),
        ("[", "]"),
        ("", "}"),
        ("{", ""),
        ("", ","),
        ("", "\n\n\n"),
        ("\n\n", ""),
        ("", "\0"),
    ]
    before, after = chance.choice(around)
    return before + text + after


def _nothing(_: str, chance: Random) -> str:
    return chance.choice(["", " ", "{}", "[]", "null", '"x"', "3", "{", "true", '{"resourceType": "Patient"'])


def _deep(text: str, chance: Random) -> str:
    depth = chance.choice([20, 90, 300])
    inner = (
        '{"url": "http://example.org/deep", "extension": [' * depth + '{"url": "a", "valueCode": "b"}' + "]}" * depth
    )
    head, _, tail = text.rpartition("}")
    return f'{head.rstrip()},\n  "extension": [{inner}]\n}}{tail}'


JSON: dict[str, Render] = {
    "json-comment": _at(
        r",\n", lambda _, chance: chance.choice([", // a\n", ", /* a */\n", " /* a */,\n", ",\n# a\n"])
    ),
    "json-comma-extra": _at(r"\n *[}\]]", lambda place, _: "," + place[0]),
    "json-comma-missing": _at(r",\n", lambda _, __: "\n"),
    "json-comma-twice": _at(r",\n", lambda _, __: ",,\n"),
    "json-key-twice": _at(r'\n( *"(\w+)": [^\[{][^\n]*?),?\n', lambda place, _: f"\n{place[1]},{place[0]}"),
    "json-key-unquoted": _at(r'"(\w+)":', lambda place, _: f"{place[1]}:"),
    "json-value-unquoted": _at(r': "([\w-]+)"', lambda place, _: f": {place[1]}"),
    "json-single-quotes": _at(r'"([^"\\\n]*)"', lambda place, _: f"'{place[1]}'"),
    "json-colon": _at(r": ", lambda _, chance: chance.choice([" ", " = ", ":: "])),
    "json-bracket": _at(r"[\[\]{}]", lambda _, chance: chance.choice(["", "]", "}", "{", "["])),
    "json-escape": _at(r'(: "[^"\\\n]*)"', _escaped),
    "json-number": _at(
        r"(?<=: )-?\d[\d.eE+-]*(?=,?\n)",
        lambda place, chance: chance.choice(
            ["01", "1.", ".5", "+1", "NaN", "1e", "-", "0x1", "Infinity", "1_0", place[0] + "0"]
        ),
    ),
    "json-literal": _at(
        r"(?<=: )(true|false)(?=,?\n)", lambda _, chance: chance.choice(["True", "TRUE", "null", "nil", "tru"])
    ),
    "json-mark-first": _whole(lambda text, _: "\ufeff" + text),
    "json-blanks": _whole(
        lambda text, chance: text.replace(": ", chance.choice([":", " :\t", ":\n", ":\u00a0", ":\f"]))
    ),
    "json-truncated": _whole(_truncated),
    "json-surrounded": _whole(_surrounded),
    "json-nothing": _whole(_nothing),
    "json-deep": _whole(_deep),
}


def as_xml(resource: dict[str, Any], _: Random | None = None) -> str:
    """The resource as FHIR XML; what FHIR does not know is left out."""
    return etree.tostring(_element(resource), encoding="unicode", pretty_print=True)


def _element(resource: dict[str, Any]) -> Any:
    kind = str(resource["resourceType"])
    root = etree.Element(f"{{{FHIR}}}{kind}", nsmap={None: FHIR})
    _content(root, resource, kind)
    return root


def _content(node: Any, found: dict[str, Any], kind: str) -> None:
    children = sorted((SHAPES(kind) or {}).values(), key=lambda child: child.order)
    for child in children:
        values, beside = _list(found.get(child.key)), _list(found.get("_" + child.key))
        for at in range(max(len(values), len(beside))):
            value = values[at] if at < len(values) else None
            extra = beside[at] if at < len(beside) else None
            if child.attribute:
                node.set(child.key, _text(value))
            elif child.kind == "xhtml":
                node.append(etree.fromstring(str(value)))
            elif child.kind == "resource":
                etree.SubElement(node, f"{{{FHIR}}}{child.key}").append(_element(value))
            else:
                inner = etree.SubElement(node, f"{{{FHIR}}}{child.key}")
                _value(inner, value, extra, child.type)


def _value(inner: Any, value: Any, extra: Any, kind: str) -> None:
    if isinstance(value, dict):
        _content(inner, value, kind)
        return
    if value is not None:
        inner.set("value", _text(value))
    if isinstance(extra, dict):
        _content(inner, extra, "Element")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_xml(pattern: str, change: Callable[[re.Match[str], Random], str]) -> Render:
    return _at(pattern, change, as_xml)


def _swapped(resource: dict[str, Any], chance: Random) -> str:
    """Two neighbours in the other order."""
    root = _element(resource)
    parents = [each for each in root.iter() if len(each) > 1 and each.tag.startswith("{" + FHIR)]
    if parents:
        parent = chance.choice(parents)
        at = chance.randrange(len(parent) - 1)
        parent.insert(at, parent[at + 1])
    return etree.tostring(root, encoding="unicode", pretty_print=True)


_LEAF = r"<(\w+) value=\"([^\"]*)\"/>"
XML: dict[str, Render] = {
    "xml": as_xml,
    "xml-order": _swapped,
    "xml-attribute": _in_xml(r"<\w+ value=", lambda place, _: place[0].replace(" value", ' bogus="x" value')),
    "xml-element": _in_xml(
        _LEAF, lambda place, chance: place[0] + chance.choice(['<bogus value="x"/>', "<bogus/>", "<a><b/></a>"])
    ),
    "xml-text": _in_xml(_LEAF, lambda place, chance: place[0] + chance.choice(["text", "&amp;", "<![CDATA[text]]>"])),
    "xml-namespace": _in_xml(
        _LEAF,
        lambda place, chance: f'<{place[1]} xmlns="{chance.choice(["", "http://example.org"])}" value="{place[2]}"/>',
    ),
    "xml-comment": _in_xml(_LEAF, lambda place, chance: chance.choice(["<!-- a -->", "<?a b?>"]) + place[0]),
    "xml-empty-value": _in_xml(
        _LEAF,
        lambda place, chance: chance.choice([f"<{place[1]}/>", f'<{place[1]} value=""/>', f'<{place[1]} value=" "/>']),
    ),
    "xml-value": _in_xml(
        _LEAF,
        lambda place, chance: f'<{place[1]} value="{chance.choice(["nonsense", "&#10;", "a  b", "1", "true"])}"/>',
    ),
    "xml-twice": _in_xml(_LEAF, lambda place, _: place[0] * 2),
    "xml-entity": _in_xml(
        _LEAF, lambda place, chance: f'<{place[1]} value="{chance.choice(["&nbsp;", "&#xA0;", "&lt;b&gt;", "&#0;"])}"/>'
    ),
    "xml-doctype": lambda resource, chance: (
        chance.choice(["<!DOCTYPE x>", '<?xml version="1.0" encoding="UTF-8"?>', "<?a b?>", "<!-- a -->"])
        + as_xml(resource)
    ),
    "xml-broken": _in_xml(r"/?>", lambda _, __: ""),
}
