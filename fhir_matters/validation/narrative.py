"""The XHTML of a narrative: well-formed, one `div`, only what FHIR lets in, and not empty (txt-1, txt-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import local
from typing import TYPE_CHECKING, Any

from fhir_matters.validation import markup, roads
from fhir_matters.validation.context import Context, Position, Scope
from fhir_matters.validation.markup import ATTRIBUTES, BLANKS, ELEMENTS, OF_XML_ITSELF, XHTML
from fhir_matters.validation.plan import BASE

if TYPE_CHECKING:
    from lxml import etree

ACTIVE = frozenset({"javascript", "vbscript"})
# Names of things, which lead nowhere.
NO_PLACE = frozenset({"urn", "cid"})
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
# What an address may hold beside letters and digits.
ADDRESS = re.compile(r"[\w;?:@&=+$.,/%\-~#\[\]!'()*|]+")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
# What says `id` or `name`, as words of their own; to look behind them is faster than before.
NAME = re.compile(r"""(?:id(?<!\wid)|name(?<!\wname))\s*=\s*["']([^"']+)""")


def checks(value: Any, context: Context, position: Position) -> None:
    """Report a `div` that is no well-formed XHTML, is no div, holds what FHIR does not let in, or holds nothing."""
    text, unnamed = _without_entities(value)
    for at in range(1, unnamed + 1):
        _malformed(f"no names of HTML such as &nbsp; (name {at})", context, position)
    root = _parsed(text)
    if root is None or (_name(root) != "div" and _name(root).casefold() == "div"):
        _malformed("every tag closed, & as &amp;", context, position)
        _not_allowed(context, position)
        _nothing(context, position)
        return
    if root.tag != XHTML + "div":
        context.add(
            "FM213",
            position,
            'Expected <div xmlns="http://www.w3.org/1999/xhtml"> around everything.',
            message_id="XHTML_XHTML_NS_InValid",
        )
        return
    sound = roads.sound(root)
    if sound is None:
        _contents(root, context, position)
        markup.checks(root, context, position)
    if sound is None or sound.leads:
        _links(root, context, position)
    if not (_says(root) if sound is None else sound.says):
        _nothing(context, position)


def _says(root: Any) -> bool:
    """Whether there is some text, or a picture."""
    said = "".join(root.xpath("string()"))
    return bool(said.strip(BLANKS)) or next(root.iter(XHTML + "img"), None) is not None


def absent(context: Context, position: Position) -> None:
    """Report a narrative that has something beside its div, and no div."""
    _not_allowed(context, position)
    _nothing(context, position)


def _malformed(expected: str, context: Context, position: Position) -> None:
    context.add("FM212", position, f"Expected well-formed XHTML: {expected}.", message_id="invalid")


def _nothing(context: Context, position: Position) -> None:
    context.add(
        "FM215",
        position,
        "Expected some text or a picture in the div, found none.",
        message_id=f"{BASE}Narrative#txt-2",
    )


def _not_allowed(context: Context, position: Position) -> None:
    """txt-1 as a whole, once, whatever else is said of the single parts."""
    context.add(
        "FM602",
        position,
        "Constraint txt-1 is broken: a narrative has only the elements and attributes that FHIR lets in.",
        message_id=f"{BASE}Narrative#txt-1",
    )


def _without_entities(text: str) -> tuple[str, int]:
    """The text with HTML's names of characters as these characters, and how many different ones there were."""
    if "&" not in text or OF_XML.issuperset(ENTITY.findall(text)):
        return text, 0
    from html.entities import name2codepoint  # noqa: PLC0415 - few narratives have any

    found: set[str] = set()

    def character(match: re.Match[str]) -> str:
        point = name2codepoint.get(match[1])
        if point is None or match[1] in OF_XML:
            return match[0]
        found.add(match[1])
        return f"&#{point};"

    return ENTITY.sub(character, text), len(found)


def _parsed(text: str) -> Any:
    """The root element; what follows it is not looked at. None where it is not well-formed."""
    if not text.lstrip(BLANKS).startswith("<"):
        return None
    from lxml import etree  # noqa: PLC0415 - only where there is a narrative

    raw = text.strip(BLANKS).encode("utf-8", "replace")
    try:
        return etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as error:
        if "Extra content" not in error.msg:
            return None
        return _first(raw, *error.position)
    except ValueError:
        return None


def _first(raw: bytes, line: int, column: int) -> Any:
    """The element before the place where something else begins."""
    from lxml import etree  # noqa: PLC0415 - only where there is a narrative

    lines = raw.splitlines(keepends=True)
    before = b"".join(lines[: line - 1]) + lines[line - 1][: column - 1]
    try:
        return etree.fromstring(before[: before.rfind(b">") + 1], _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None


def _parser() -> etree.XMLParser:
    """The parser of this thread."""
    from lxml import etree  # noqa: PLC0415 - only where there is a narrative

    found: etree.XMLParser | None = getattr(_OURS, "parser", None)
    if found is None:
        found = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        _OURS.parser = found
    return found


_OURS = local()


def _contents(root: Any, context: Context, position: Position) -> None:
    inner = [each for each in root.iter() if isinstance(each.tag, str)]
    spaces = {space for each in inner if (space := each.tag.rpartition("}")[0]) and f"{space}}}" != XHTML}
    elements = dict.fromkeys(name for each in inner if (name := _name(each)) not in ELEMENTS)
    attributes = dict.fromkeys(pair for each in inner for pair in _odd_attributes(each, root))
    for at in range(1, len(spaces) + 1):
        context.add(
            "FM213", position, f"Expected no other namespace inside ({at}).", message_id="XHTML_XHTML_NS_InValid"
        )
    for at, name in enumerate(elements, 1):
        _illegal("element", name, at, context, position)
    for at, (name, attribute) in enumerate(attributes, 1):
        if name:
            _illegal("attribute", attribute, at, context, position)
    if elements or attributes:
        _not_allowed(context, position)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _odd_attributes(element: Any, root: Any) -> Iterator[tuple[str, str]]:
    """The attributes that are not let in, with the element's name; the root's without."""
    name = _name(element)
    for attribute in map(str, element.attrib):
        known = attribute in ATTRIBUTES or f"{name}.{attribute}" in ATTRIBUTES
        if not known and not attribute.startswith(OF_XML_ITSELF):
            yield "" if element is root else name, attribute


def _illegal(what: str, name: str, at: int, context: Context, position: Position) -> None:
    context.add(
        "FM214",
        position,
        f"Expected only the {what}s that narrative may have (no scripts, forms or events), found another ({at}).",
        message_id=f"XHTML_XHTML_{what.capitalize()}_Illegal",
        found=name,
    )


def _links(root: Any, context: Context, position: Position) -> None:
    """Links say where to and run no program; a `#name` is in the resource, or in the Bundle around."""
    if _all_lead(root, context):
        return
    anchors = {(_road(each), each.get("href"), "".join(each.itertext())): each for each in root.iter(XHTML + "a")}
    links = [each.get("href") for each in anchors.values()]
    links += [each.get("href") for each in root.iter(XHTML + "area")]
    links += [each.get("src") for each in root.iter(XHTML + "img")]
    inside = [link for link in links if link is not None and len(link) > 1 and link.startswith("#")]
    names = frozenset(_names(context.scope.outer)) if inside else frozenset()
    for place, link in enumerate(links):
        if link is None:
            continue
        if not ADDRESS.fullmatch(link) and not link.startswith("data:"):
            _misleading(
                f"the characters of an address (link {place + 1})", "XHTML_URL_INVALID", link, context, position
            )
        if not link.strip():
            _misleading("an address", "TYPE_SPECIFIC_CHECKS_DT_XHTML_EMPTY_HREF", link, context, position)
        elif place < len(anchors) and link.partition(":")[0] in NO_PLACE:
            _misleading(
                f"a place that a browser can go to (link {place + 1})",
                "TYPE_SPECIFIC_CHECKS_DT_XHTML_LITERAL_HREF",
                link,
                context,
                position,
            )
        elif link.partition(":")[0].strip().casefold() in ACTIVE:
            _misleading("no program", "TYPE_SPECIFIC_CHECKS_DT_XHTML_ACTIVE_HREF", link, context, position)
        elif link in inside and link[1:] not in names and not _around(link[1:], context.scope):
            _misleading(
                f"a name of this resource (link {place + 1})",
                "Type_Specific_Checks_DT_XHTML_Resolve",
                link,
                context,
                position,
            )


def _all_lead(root: Any, context: Context) -> bool:
    """Whether all links and pictures surely are as they should be."""
    names: frozenset[str] | None = None
    for each in root.iter(*LINKS):
        link = each.get("src" if each.tag == PICTURE else "href")
        if link is None:
            continue
        scheme = link.partition(":")[0]
        if not ADDRESS.fullmatch(link) or scheme in NO_PLACE or scheme.casefold() in ACTIVE:
            return False
        if link[0] == "#" and len(link) > 1:
            names = frozenset(_names(context.scope.outer)) if names is None else names
            if link[1:] not in names and not _around(link[1:], context.scope):
                return False
    return True


PICTURE = XHTML + "img"
LINKS = (XHTML + "a", XHTML + "area", PICTURE)


def leads(name: str, scope: Scope) -> bool:
    """Whether `#name` leads anywhere in the resource, or in a Bundle around it."""
    return name in frozenset(_names(scope.outer)) or _around(name, scope)


def _around(name: str, scope: Scope) -> bool:
    """Whether a Bundle around has that name; its names are collected once."""
    outside = scope.around
    while outside is not None:
        if outside.bundle is not None and outside.resource.get("resourceType") == "Bundle":
            if outside.bundle.names is None:
                outside.bundle.names = frozenset(_names(outside.resource))
            return name in outside.bundle.names
        outside = outside.around
    return False


def _road(element: Any) -> tuple[str, ...]:
    """The elements that lead there: the same link with the same words there is reported once."""
    return tuple(str(each.tag) for each in element.iterancestors())


def _misleading(expected: str, message_id: str, link: str, context: Context, position: Position) -> None:
    context.add("FM216", position, f"Expected {expected} in a link or picture.", message_id=message_id, found=link)


def _names(value: Any) -> Iterator[str]:
    """Every id in the resource, and every id and name in its narratives."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, list):
            todo += each
        elif isinstance(each, dict):
            for key, inner in each.items():
                if isinstance(inner, (dict, list)):
                    todo.append(inner)
                elif key == "id" and isinstance(inner, str):
                    yield inner
                elif key == "div" and isinstance(inner, str):
                    yield from NAME.findall(inner)
