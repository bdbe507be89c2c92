"""R4's vital signs profiles: which one an Observation has to meet because of its code.

A vital sign that is recorded with one of these codes has to conform (R4 observation-vitalsigns.html). The LOINC
and SNOMED CT codes that mean the same vital sign are those for which the HL7 validator asks for the profile.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.validation.plan import BASE

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"

# profile: (LOINC codes, SNOMED CT codes)
TABLE = {
    "vitalspanel": ("85353-1", "46680005"),
    "resprate": (
        "9279-1 76170-0 76172-6 76171-8 19840-8 33438-3 76270-8 11291-2",
        "86290005 271625008 271306003",
    ),
    "heartrate": (
        (
            "8867-4 8886-4 8889-8 8890-6 8891-4 8892-2 8893-0 11328-2 40443-4 55425-3 60978-4 68999-2 69000-8 73795-7 "
            "73799-9 76476-1 76477-9"
        ),
        "271306003 249043002 444981005 399017001 251670001 429525003 429614003",
    ),
    "oxygensat": (
        "2708-6 2709-4 2710-2 2713-6 19224-5 20564-1 51733-4 59408-5 59417-6 89276-0 97549-0",
        "442476006 431314004",
    ),
    "bodytemp": (
        (
            "8310-5 8309-7 8328-7 8329-5 8330-3 8331-1 8332-9 8333-7 8334-5 60834-9 60835-6 60836-4 60838-0 60955-2 "
            "61009-7 75539-7 75987-8 76010-8 76011-6 76278-1 91371-5 98657-0 98663-8"
        ),
        (
            "386725007 276885007 300076005 1222808002 364246006 307047009 708499008 431598003 698831002 698832009 "
            "415882003 415974002 415929009 415945006"
        ),
    ),
    "bodyheight": (
        "8302-2 3137-7 3138-5 8306-3 8308-9",
        "1153637007 1162419008 50373000 1162418000 1230278008 1162392001 1162417005",
    ),
    "headcircum": ("9843-4 8287-5", "363812007 169876006 1269262007 363811000"),
    "bodyweight": (
        "29463-7 3141-9 3142-7 75292-3 79348-9 8350-1 8351-9",
        "735395000 425024002 424927000 784399000 1162416001 1162415002",
    ),
    "bmi": ("39156-5 89270-3", "60621009"),
    "bp": (
        "85354-9 35094-2 8459-0 8480-6 55284-4 76534-7",
        "251076008 163033001 163035008 386534000 386536003 271649006 271650006 407556006 407554009 716579001 399304008",
    ),
}
CODES = {name: dict(zip((LOINC, SNOMED), map(str.split, codes), strict=True)) for name, codes in TABLE.items()}
# system: code: the first profile that has it
_NAMED = {
    system: {code: name for name in reversed(CODES) for code in CODES[name][system]} for system in (LOINC, SNOMED)
}
_FIRST = {name: rank for rank, name in enumerate(CODES)}


def implied(observation: dict[str, Any]) -> tuple[str, str]:
    """The canonical of the profile that the Observation has to meet, and the code that says so; LOINC decides first."""
    concept = observation.get("code")
    codings = concept.get("coding") if isinstance(concept, dict) else None
    given = [
        (each.get("system"), code)
        for each in (codings if isinstance(codings, list) else ())
        if isinstance(each, dict) and isinstance(code := each.get("code"), str)
    ]
    for system, named in _NAMED.items():
        found = [code for owner, code in given if owner == system and code in named]
        if found:
            code = min(found, key=lambda each: _FIRST[named[each]])
            return BASE + named[code], code
    return "", ""
