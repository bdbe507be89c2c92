"""Whether two narratives are the same XHTML.

Servers parse a narrative and write it anew: `"` as `&quot;`, `<p></p>` as `<p/>`, an emoji as its number.
Every character, attribute, blank and comment counts (Canonical XML 1.0); only how they are spelt in XML does not.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.path import Key

SAME_XHTML = "the same XHTML spelt in another way"


def same_narrative(keys: tuple[Key, ...], source: Any, target: Any) -> bool:
    """True where both are narratives (`text.div`) and the same XHTML; False where either cannot be read."""
    if keys[-2:] != ("text", "div") or not (isinstance(source, str) and isinstance(target, str)):
        return False
    canonical = _canonical(source)
    return canonical is not None and canonical == _canonical(target)


def _canonical(div: str) -> bytes | None:
    from lxml import etree  # noqa: PLC0415 - only where two narratives differ at all

    if "<!DOCTYPE" in div:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(div.encode(), parser)
        return bytes(etree.tostring(root, method="c14n", with_comments=True))
    except (etree.LxmlError, ValueError):
        return None
