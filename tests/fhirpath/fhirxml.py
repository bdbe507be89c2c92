"""FHIR XML as the JSON dict that the engine reads: enough for the inputs of HL7's suite."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from fhir_matters.fhirpath.model import core_model
from fhir_matters.jsonio import Number

FHIR, XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"


def resource(data):
    return _resource(etree.fromstring(data, etree.XMLParser(remove_comments=True)))


def _resource(node):
    name = node.tag.removeprefix(FHIR)
    return {"resourceType": name} | _element(node, core_model().type(name))


def _element(node, kind):
    out = {name: value for name, value in node.attrib.items() if name in ("id", "url")}
    for child in node:
        key = child.tag.removeprefix(FHIR).removeprefix(XHTML)
        field = kind.by_key[key]
        if not field.types:
            _add(out, key, _resource(child[0]), many=key == "contained")
            continue
        of = next(each for each in field.types if len(field.types) == 1 or key.lower().endswith(each.name.lower()))
        of = field._type(key) if len(field.types) > 1 else of
        value, extra = _value(child, of)
        many = len(node.findall(child.tag)) > 1 or _many(kind, field.name)
        if value is not None or many:
            _add(out, key, value, many=many)
        if extra or (many and "_" + key in out):
            _pad(out, key, extra, many=many)
    return out


def _many(kind, name):
    definition = core_model()._registry.type(kind.path.partition(".")[0])
    paths = {each["path"]: each.get("max") for each in definition["snapshot"]["element"]}
    return paths.get(f"{kind.path}.{name}", "1") == "*"


def _value(node, kind):
    if node.tag.startswith(XHTML):
        return etree.tostring(node, encoding="unicode", with_tail=False), {}
    if not kind.is_primitive:
        return _element(node, kind), {}
    text = node.get("value")
    return None if text is None else READ.get(kind.name, str)(text), _element(node, kind)


def _decimal(text):
    return Number(text) if "." in text else int(Decimal(text))


READ = dict.fromkeys(("integer", "unsignedInt", "positiveInt"), int) | {"boolean": "true".__eq__, "decimal": _decimal}


def _add(out, key, value, *, many):
    if many:
        out.setdefault(key, []).append(value)
    else:
        out[key] = value


def _pad(out, key, extra, *, many):
    if not many:
        out["_" + key] = extra
        return
    siblings = out.setdefault("_" + key, [])
    siblings += [None] * (len(out[key]) - 1 - len(siblings))
    siblings.append(extra or None)
