"""What R4 published wrongly: expressions as they were meant, by key, and bindings that go too far. Judges nothing.

Each expression is from the R4B or R5 publication of the same constraint, or from an erratum; the rest are taken as
published.
"""

from __future__ import annotations

from fhir_matters.validation.plan import BASE, Constraint

# What eld-19 takes as one step of a path.
_STEP = r"""[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}"""

CORRECTED = {
    # R5: an entry without a fullUrl has nothing to judge.
    "bdl-8": "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    # R4B: "more than one" is more than 1.
    "que-12": "enableWhen.count() > 1 implies enableBehavior.exists()",
    # R5: all of the path is meant, not a part of it.
    "eld-19": f"path.matches('^{_STEP}(\\\\.{_STEP}(\\\\[x\\\\])?(\\\\:[^\\\\s\\\\.]+)?)*$')",
    # R4: a lower value. Beside units that are not UCUM's, only values of the same unit can be told to be lower.
    "rng-2": "low.empty() or high.empty() or iif("
    "low.system = 'http://unitsofmeasure.org' and high.system = low.system and low.code.exists() and high.code.exists()"
    " and low.value.exists() and high.value.exists(), low <= high, low.unit ~ high.unit and low.value <= high.value)",
    # R4B: where there is no probability, nothing is asked of it.
    "ras-2": "probability.exists() implies (probability is decimal implies (probability as decimal) <= 100)",
    # R5: each of several times of the day.
    "tim-9": "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())",
    # R4B: a canonical has targets too, and so has a parameter of the type of a resource.
    "opd-3": "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or "
    "type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))",
    # R5: the answer is FHIR's boolean; FHIRPath's own Boolean is no element.
    "que-7": "operator = 'exists' implies (answer is boolean)",
}


def corrected(constraint: Constraint) -> str:
    """The expression to evaluate for the constraint."""
    return CORRECTED.get(constraint.key, constraint.expression)


# R4 binds every component of a vital sign to units of vital signs, whatever its type and whatever it is.
TOO_FIRM = {("Observation.component.value[x]", "http://hl7.org/fhir/ValueSet/ucum-vitals-common|4.0.1"): "extensible"}


def strength(profile: str, path: str, value_set: str, stated: str) -> str:
    """How firmly the binding is meant; only R4's own profiles have errata."""
    return TOO_FIRM.get((path, value_set), stated) if profile.startswith(BASE) else stated
