"""Where an issue is, as servers spell it: FHIRPath with notes, XPath, JSON pointers; made alike to be compared.

Knows no definitions: which name of a choice an element has (`valueQuantity`, `value[x]`) is told by its spelling.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# HAPI notes type and id of the resources inside: `entry[0].resource/*Patient/x*/.name`.
_NOTE = re.compile(r"/\*.*?\*/")
# Microsoft's server and Firely's add words after the place (microsoft/fhir-server#3119).
_WORDS = re.compile(r"\s*(?: // |,).*", re.DOTALL)
# Asked by Parameters, HAPI counts from these.
_WRAPPED = re.compile(r"Parameters\.parameter(?:\[\d+\]|\.where\(name='resource'\))?\.resource(?=[.\[]|$)")
_CALL = re.compile(r"\.(?:ofType|as|where|resolve|first|single)\([^()]*\)|\.extension\(['\"][^'\"]*['\"]\)")
_EXTENSION = re.compile(r"\.extension(?:\(['\"][^'\"]*['\"]\)|\[url=['\"][^'\"]*['\"]\])")
_PLAIN = re.compile(r"[A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*(?:\[\d+\])?)*")
_SLICE = re.compile(r":[\w/-]+|\[x\]")
_XPATH_STEP = re.compile(r"(?:f:)?(\w+)(?:\[(\d+)\])?")
_INDEX = re.compile(r"\[\d+\]")
# The types that a choice may have in R4 (datatypes.html, 2.24.0.1.10 open types), as they end its name.
_TYPED = re.compile(
    r"(?<=[a-z])(?:Base64Binary|Boolean|Canonical|Code|Date|DateTime|Decimal|Id|Instant|Integer|Markdown|Oid|PositiveInt"
    r"|String|Time|UnsignedInt|Uri|Url|Uuid|Address|Age|Annotation|Attachment|CodeableConcept|Coding|ContactPoint|Count"
    r"|Distance|Duration|HumanName|Identifier|Money|Period|Quantity|Range|Ratio|Reference|SampledData|Signature|Timing"
    r"|Dosage|Meta|ContactDetail|Contributor|DataRequirement|Expression|ParameterDefinition|RelatedArtifact"
    r"|TriggerDefinition|UsageContext)(?=\[|\.|$)"
)
# What is wrong with a reference, an extension's url or the code of a coding, others report at what holds it.
_HOLDS = re.compile(r"\.(?:reference|url)$|(?<=coding)(\[\d+\])?\.(?:code|system|display|version)$")


# A place in another resource than the one that was asked about.
ELSEWHERE = "elsewhere"


class Where(NamedTuple):
    """One place, to be looked at (`shown`) and to be compared: with the numbers of repeats, or without.

    All are empty where the server names no place, or one that is none.
    """

    shown: str = ""
    exact: str = ""
    loose: str = ""

    @property
    def last(self) -> str:
        """The name of the element."""
        return self.loose.rpartition(".")[2]

    def inside(self, name: str) -> Where:
        """The element of this name there, unless this is it."""
        found = where(name)
        if not self.exact or not found.exact or self.last == found.last:
            return self
        return Where(self.shown, f"{self.exact}.{found.exact}", f"{self.loose}.{found.loose}")


def where(place: str, kind: str = "") -> Where:
    """The place in a resource of this type; nothing of what a server may have put into it but names and numbers."""
    text = _plain(place, kind)
    if not text:
        return Where()
    if kind and not text[0].isupper():
        text = f"{kind}.{text}"
    if kind and text.partition(".")[0] != kind:
        return spelt(ELSEWHERE, shown="")
    return spelt(_HOLDS.sub(r"\1", _TYPED.sub("", text)), shown=text)


def spelt(exact: str, *, shown: str) -> Where:
    """The place that is spelt alike already."""
    return Where(shown, exact, _INDEX.sub("", exact))


def _plain(place: str, kind: str) -> str:
    """The place as names and numbers alone; empty where it is none."""
    text = _WRAPPED.sub(kind or "Resource", _NOTE.sub("", _WORDS.sub("", place)).strip(), count=1)
    text = _of_steps(text, kind) if text.startswith("/") else text
    text = _SLICE.sub("", _CALL.sub("", _EXTENSION.sub(".extension", text)))
    return text if _PLAIN.fullmatch(text) else ""


def root(place: str, kind: str) -> str:
    """The type that a place begins with, the resource's own where it is inside of what was sent; empty for no place."""
    text = _plain(place, kind)
    found = text.partition(".")[0].partition("[")[0]
    return found if found[:1].isupper() else kind if found else ""


def _of_steps(text: str, kind: str) -> str:
    """XPath (`/f:Patient/f:name[1]`, counted from one) or a JSON pointer (`/name/0`) as FHIRPath."""
    if "f:" not in text:
        steps = [f"[{step}]" if step.isdecimal() else f".{step}" for step in text[1:].split("/")]
        return kind + "".join(steps)
    found = map(_XPATH_STEP.fullmatch, text.strip("/").split("/"))
    return ".".join(f"{step[1]}[{int(step[2]) - 1}]" if step[2] else step[1] for step in found if step)
