"""Bindings: a code is in the value set, is not, or it cannot be told; only the certain ones are errors.

Severities are those of the HL7 validator: outside a required set is an error, outside an extensible one a
warning; what cannot be told is an issue of its own and never a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.issue import Severity
from fhir_matters.terminology import Answer, Presence, Terminology
from fhir_matters.terminology.answer import any_of
from fhir_matters.validation import spoken, unheard
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Binding, Element
from fhir_matters.validation.primitives import BLANKS
from fhir_matters.validation.visits import Elements, Visit

Answerer: TypeAlias = Callable[[Terminology, str, Any], Answer | None]

# (rule, message ids for a code, a Coding or Quantity, a CodeableConcept) by strength and answer
OUTSIDE = {
    "required": ("FM301", "Terminology_TX_NoValid_16", "Terminology_TX_NoValid_12", "Terminology_TX_NoValid_1_CC"),
    "extensible": ("FM303", "Terminology_TX_NoValid_17", "Terminology_TX_NoValid_13", "Terminology_TX_NoValid_2_CC"),
    "maximum": ("FM301", "Terminology_TX_NoValid_11", "Terminology_TX_NoValid_10", "Terminology_TX_NoValid_8"),
}
UNDECIDED = {
    "required": ("FM302", "Terminology_TX_NoValid_15", "Terminology_TX_Confirm_4a", "Terminology_TX_Confirm_1_CC"),
    "extensible": ("FM304", "Terminology_TX_NoValid_15", "Terminology_TX_Confirm_5", "Terminology_TX_Confirm_2_CC"),
    "maximum": ("FM302", "Terminology_TX_NoValid_15", "Terminology_TX_NoValid_9", "Terminology_TX_NoValid_7"),
}
MOST_REMEMBERED = 256
# Value sets of all that a standard of others allows: no list of HL7's, so that a code outside is only warned of.
UNLISTED = frozenset({"http://hl7.org/fhir/ValueSet/mimetypes", "http://hl7.org/fhir/ValueSet/currencies"})
NO_CODE = {"required": "FM305", "extensible": "FM306", "maximum": "FM305"}
OTHER_VERSION = re.compile(r"http://hl7\.org/fhir/[0-9]\.[0-9]/")


def checks(terminology: Terminology, said: Elements, code: str) -> Iterator[Visit]:
    """One check for each distinct required or extensible binding on a value of this type."""
    ask = ANSWERS.get(code)
    if ask is None:
        return
    if ask is _concept:
        yield spoken.together(terminology)
    elif ask in (_alone, _quantity) and said[0].path != "CodeableConcept.coding":
        yield spoken.check(terminology)
    bound = {(strength, canonical): each for each in said for strength, canonical in _bound(each.binding)}
    for (strength, value_set), element in bound.items():
        if strength == "extensible" and ("required", value_set) in bound:
            continue
        if "|" not in value_set and _stated(terminology, strength, value_set) in bound:
            continue
        yield _check(_Bound(terminology, element, strength, value_set), ask)


def _stated(terminology: Terminology, strength: str, value_set: str) -> tuple[str, str]:
    """The same binding with the version that is here: a profile often leaves out what its base says."""
    version = (terminology.find_set(value_set) or {}).get("version")
    return strength, f"{value_set}|{version}"


def absent(said: Elements, code: str) -> Visit | None:
    """The report on a `code` without a value under a required binding; None elsewhere.

    A code of another version of FHIR stands in an extension of that version, and is no absence.
    """
    element = next((each for each in said if each.binding and each.binding.strength == "required"), None)
    if code != "code" or element is None:
        return None

    def report(value: Any, context: Context, position: Position) -> None:
        extensions = value.get("extension") if isinstance(value, dict) else None
        if isinstance(extensions, list) and any(map(_of_another_version, extensions)):
            return
        context.add(
            "FM305",
            position,
            f"Expected a code for {element.path} (required binding), found none.",
            profile=element.profile,
            message_id="Terminology_TX_Code_ValueSet_MISSING",
        )

    return report


def _of_another_version(extension: Any) -> bool:
    url = extension.get("url") if isinstance(extension, dict) else None
    return isinstance(url, str) and OTHER_VERSION.match(url) is not None


def _bound(binding: Binding | None) -> Iterator[tuple[str, str]]:
    if binding is not None:
        if binding.strength in UNDECIDED and binding.value_set:
            yield binding.strength, binding.value_set
        if binding.most and binding.strength == "extensible":
            yield "maximum", binding.most


def _code(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A code is not blank: what is, is none."""
    return terminology.contains(value_set, None, value) if isinstance(value, str) and value.strip(BLANKS) else None


def _coding(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A Coding or a Quantity: its system and code. Without a system nobody can say what the code means."""
    if not isinstance(value, dict) or not isinstance(code := value.get("code"), str):
        return None
    system = value.get("system")
    return terminology.contains(value_set, system, code) if isinstance(system, str) else Answer.OUT


def _alone(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A Coding that stands alone: without a code it says nothing, and without a system nobody can tell what."""
    if not isinstance(value, dict) or "code" not in value:
        return Answer.IN
    return _coding(terminology, value_set, value) if "system" in value else Answer.UNKNOWN


def _quantity(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A Quantity without a code is a plain number: a binding speaks of the code where there is one."""
    coded = isinstance(value, dict) and "code" in value
    return _coding(terminology, value_set, value) if coded else Answer.IN


def _concept(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    codings = value.get("coding") if isinstance(value, dict) else None
    told = [_coding(terminology, value_set, each) for each in codings or ()]
    answers = [each for each in told if each is not None]
    return any_of(answers) if answers else None


ANSWERS: dict[str, Answerer] = {
    **dict.fromkeys(("code", "string", "uri", "url", "canonical"), _code),
    **dict.fromkeys(("Quantity", "Age", "Distance", "Duration", "Count"), _quantity),
    "Coding": _alone,
    "CodeableConcept": _concept,
}


def answer(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """Whether a value of any of these types is in the value set; None where it has no code."""
    if isinstance(value, str):
        return _code(terminology, value_set, value)
    form = _concept if isinstance(value, dict) and "coding" in value else _coding
    return form(terminology, value_set, value)


def holds(terminology: Terminology, value_set: str, value: Any, context: Context) -> Answer | None:
    """Whether the value is in the value set and nothing else is wrong with its codings; None where it has no code."""
    told = answer(terminology, value_set, value)
    wrong = (_is_wrong(terminology, value_set, each, context) for each, _ in _codings(value, None))
    if spoken.is_far(terminology, value, context) or (told is Answer.IN and any(wrong)):
        return Answer.OUT
    return told


@dataclass(frozen=True, slots=True)
class _Bound:
    """One binding of one element, and where its value set is looked up."""

    terminology: Terminology
    element: Element
    strength: str
    value_set: str

    @property
    def where(self) -> str:
        return f"{self.element.path} ({self.strength} binding to {self.value_set})"

    @property
    def is_unfounded(self) -> bool:
        """True where the value set only repeats others that are not here, so that a code has no system."""
        here = self.terminology.find_set(self.value_set) is not None
        return here and self.terminology.members(self.value_set).systems is None

    @property
    def why(self) -> str:
        return self.terminology.reason(self.value_set) or "its system is not on this machine"


def _check(bound: _Bound, ask: Answerer) -> Visit:
    codes: list[frozenset[str] | None] = []
    plain = ask is _code
    good: set[Any] = set()
    # Not where a server may be asked: what it decided is counted.
    most = MOST_REMEMBERED if bound.terminology.elsewhere is None else 0
    lenient = bound.value_set.partition("|")[0] in UNLISTED

    def check(value: Any, context: Context, position: Position) -> None:
        if plain:
            if not codes:
                codes.append(bound.terminology.codes(bound.value_set))
            if (known := codes[0]) is not None and value in known:
                return
        elif (said := _said(value, context)) in good or _is_covered(bound, ask, value):
            return
        found = len(context.findings)
        before = bound.terminology.consulted
        told = _told(bound, ask, value, context, position)
        if told is not Answer.IN:
            unfounded = told is Answer.UNKNOWN and _is_unfounded(bound, ask, value, context)
            rule, message, message_id = _reported(bound, Answer.OUT if unfounded else told, value)
            context.add(
                rule,
                position,
                message,
                profile=bound.element.profile,
                message_id=message_id,
                found=value,
                server=bound.terminology.since(before),
                severity=Severity.WARNING if rule == "FM301" and lenient else None,
            )
            if rule == "FM301" and plain and not (unfounded or lenient):
                _without_system(bound, value, context, position)
        elif not plain and len(context.findings) == found and len(good) < most:
            good.add(said)

    return check


def _is_unfounded(bound: _Bound, ask: Answerer, value: Any, context: Context) -> bool:
    """Whether there is nothing that the value could be of, the packages being all there is."""
    if not context.options.complete or ask not in (_code, _alone) or not bound.is_unfounded:
        return False
    if ask is _code:
        return True
    system = value.get("system")
    far = spoken.is_far(bound.terminology, value, context)
    return isinstance(system, str) and not far and bound.terminology.presence(system) is not Presence.NAMED


def _is_covered(bound: _Bound, ask: Answerer, value: Any) -> bool:
    """The most that an extensible binding allows is asked only of what is not in its own value set."""
    own = bound.element.binding.value_set if bound.strength == "maximum" and bound.element.binding else ""
    return bool(own) and ask(bound.terminology, own, value) is Answer.IN


def _said(value: Any, context: Context) -> Any:
    """All that a binding hears of a value."""
    listed = value.get("coding", (value,)) if isinstance(value, dict) else ()
    codings = listed if isinstance(listed, (list, tuple)) else ()
    return spoken.language_of(context), tuple(map(spoken.heard, codings))


def _told(bound: _Bound, ask: Answerer, value: Any, context: Context, position: Position) -> Answer | None:
    """Whether the value is in the value set; reports what there is to say of its codings and of the set on the way."""
    told = ask(bound.terminology, bound.value_set, value)
    if spoken.is_far(bound.terminology, value, context):
        return Answer.UNKNOWN if told is Answer.OUT else told
    codings = [] if ask is _code else list(_codings(value, position))
    for coding, place in codings:
        _fits(bound, coding, context, place)
    if bound.strength == "required" and ask is not _code and context.options.complete:
        told = unheard.judged(bound.terminology, value, told, context, position)
    if told is Answer.IN and any(_is_wrong(bound.terminology, bound.value_set, each, context) for each, _ in codings):
        return Answer.OUT
    if told in OPEN and bound.terminology.members(bound.value_set).circular:
        _circular(bound, context, position)
        return Answer.OUT
    return told


OPEN = (Answer.OUT, Answer.UNKNOWN)


def _codings(value: Any, position: Position) -> Iterator[tuple[dict[str, Any], Position]]:
    """The Codings of a bound value that have a system and a code, and where they stand."""
    listed = value.get("coding") if isinstance(value, dict) else None
    whole = [(value, position)] if listed is None else []
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        whole.append((each, (position, "coding", index, None)))
    for each, place in whole:
        if isinstance(each, dict) and isinstance(each.get("system"), str) and isinstance(each.get("code"), str):
            yield each, place


def _is_wrong(terminology: Terminology, value_set: str, coding: dict[str, Any], context: Context) -> bool:
    """A Coding that its own system does not have, or calls otherwise, or no longer uses where the set asks for that.

    The HL7 validator takes none of the others for right beside it.
    """
    system, code = coding["system"], coding["code"]
    retired = terminology.only_active(value_set) and spoken.is_inactive(terminology, system, code)
    if retired or terminology.system(system).lacks(code):
        return True
    if not spoken.is_misnamed(terminology, coding, context):
        return False
    return not terminology.also_calls_it(value_set, system, code, coding["display"], spoken.language_of(context))


def _fits(bound: _Bound, coding: dict[str, Any], context: Context, position: Position) -> None:
    """A Coding of the version that the value set draws from, and in use where the value set asks for that."""
    system, code, version = coding["system"], coding["code"], coding.get("version")
    wanted = bound.terminology.stated_version(bound.value_set, system)
    if wanted and isinstance(version, str) and version != wanted and bound.terminology.system(system).complete:
        context.add(
            "FM321",
            (position, "version", None, None),
            f"Expected version {wanted} of {system}, from which {bound.where} draws.",
            profile=bound.element.profile,
            message_id="VALUESET_VALUE_MISMATCH",
            found=version,
        )
    if bound.terminology.only_active(bound.value_set) and spoken.is_inactive(bound.terminology, system, code):
        context.add(
            "FM322",
            (position, "code", None, None),
            f"Expected a code that is in use: the value set of {bound.where} has no others.",
            profile=bound.element.profile,
            message_id="STATUS_CODE_WARNING_CODE",
            found=code,
        )


def _circular(bound: _Bound, context: Context, position: Position) -> None:
    context.add(
        "FM323",
        position,
        f"Nobody can say what belongs to the value set of {bound.where}: it refers to itself.",
        profile=bound.element.profile,
        message_id="VALUESET_CIRCULAR_REFERENCE",
    )


def _without_system(bound: _Bound, value: Any, context: Context, position: Position) -> None:
    """An element of type `code` gets its system from the value set; a code that is not in it has none."""
    context.add(
        "FM312",
        position,
        f"No system of the value set {bound.value_set} has this code.",
        profile=bound.element.profile,
        message_id="UNABLE_TO_INFER_CODESYSTEM",
        found=value,
    )


def _reported(bound: _Bound, told: Answer | None, value: Any) -> tuple[str, str, str]:
    """The rule, the message and the HL7 validator's id for an answer that is not IN."""
    if told is None:
        message_id = "Terminology_TX_Code_ValueSet" + ("" if bound.strength == "required" else "_Ext")
        message_id += "_MISSING" if isinstance(value, str) and bound.strength == "required" else ""
        return NO_CODE[bound.strength], f"Expected a code for {bound.where}, found none.", message_id
    rule, *message_ids = (OUTSIDE if told is Answer.OUT else UNDECIDED)[bound.strength]
    message_id = message_ids[0 if isinstance(value, str) else 2 if "coding" in value else 1]
    if told is Answer.OUT:
        return rule, f"Expected a code of the value set for {bound.where}, found another.", message_id
    return rule, f"Cannot tell whether the code is one for {bound.where}: {bound.why}.", message_id
