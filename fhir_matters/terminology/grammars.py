"""Code systems that are a grammar or a short international list rather than a CodeSystem resource.

BCP 47 languages, BCP 13 media types, ISO 4217 currencies, UCUM units (the form only), URIs. A grammar says OUT
where no reading of the code is possible; it never claims that a well-formed unit or language is in use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fhir_matters.terminology.answer import Answer, yes
from fhir_matters.terminology.systems import Entry, System

# RFC 5646, section 2.1.
_LANGUAGE = re.compile(
    r"""(?: (?P<primary>[a-z]{2,3}) (?:-[a-z]{3}){0,3} | [a-z]{4} | [a-z]{5,8} )
        (?:-[a-z]{4})? (?:-(?:[a-z]{2}|[0-9]{3}))? (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*
        (?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)* (?:-x(?:-[a-z0-9]{1,8})+)?
      | x(?:-[a-z0-9]{1,8})+""",
    re.VERBOSE,
)
_IRREGULAR = (
    "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu "
    "sgn-be-fr sgn-be-nl sgn-ch-de"
)
# ISO 639-1, and the two-letter subtags that RFC 5646's registry keeps as deprecated.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu "
    "ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na "
    "nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn "
    "so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    "in iw ji jw mo"
)
# RFC 6838, section 4.2, with parameters as in RFC 2045, but that blanks in their values pass: R4's own examples have
# them, and the HL7 validator lets them. The bare words are the ones of R4 http.html#mime-type.
_RESTRICTED = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|example|font|haptics|image|message|model|multipart|text|video|"
    rf"x-{_RESTRICTED})/{_RESTRICTED}"
    r"""(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~A-Za-z0-9-]+="""
    r"""(?:[!#$%&'*+.^_`|~A-Za-z0-9:/-][!#$%&'*+.^_`|~A-Za-z0-9:/ -]*|"[^"\\\r\n]*"))*"""
)
_BARE_FORMATS = frozenset({"json", "xml", "ttl", "ndjson"})
# ISO 4217, what R4's own expansion of `currencies` has and what was added to the standard since.
_CURRENCIES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP "
    "GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD "
    "KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD "
    "OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TND TOP TRY TTD TVD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAF XAG XAU "
    "XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL"
)
# The characters of UCUM's case-sensitive codes; braces hold annotations, any printable ASCII (UCUM 1.9, 12). A blank
# is none, but published guides write {wine glasses} and the HL7 validator lets it pass.
_UNIT_OUTSIDE_BRACES = re.compile(r"[A-Za-z0-9%'\"\[\]_*^.()/+-]*")
_ANNOTATION = re.compile(r"\{[ -z|~]*\}")
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_IRREGULAR_TAGS = frozenset(_IRREGULAR.split())
_TWO_LETTER_LANGUAGES = frozenset(_TWO_LETTERS.split())


def language(code: str) -> Answer:
    """Whether this is a language tag of RFC 5646 whose two-letter language, if it has one, exists."""
    tag = code.lower()
    if tag in _IRREGULAR_TAGS:
        return Answer.IN
    match = _LANGUAGE.fullmatch(tag)
    primary = match["primary"] if match else None
    return yes(match is not None and (primary is None or len(primary) > len("xx") or primary in _TWO_LETTER_LANGUAGES))


def media_type(code: str) -> Answer:
    """Whether this is a media type of RFC 6838, or one of the short names that FHIR's REST allows for its formats."""
    return yes(code in _BARE_FORMATS or _MEDIA_TYPE.fullmatch(code) is not None)


def unit(code: str) -> Answer:
    """OUT where this cannot be a UCUM unit (blanks, brackets that do not match, foreign letters); else UNKNOWN."""
    outside, _ = _ANNOTATION.subn("", code)
    written = bool(code) and _UNIT_OUTSIDE_BRACES.fullmatch(outside) is not None
    return Answer.UNKNOWN if written and _balanced(outside) else Answer.OUT


def uri(code: str) -> Answer:
    """Whether this is an absolute URI."""
    return yes(_ABSOLUTE_URI.fullmatch(code) is not None)


def _balanced(text: str) -> bool:
    closers = {"(": ")", "[": "]"}
    expected: list[str] = []
    for character in text:
        if character in closers:
            expected.append(closers[character])
        elif character in ")]" and (not expected or expected.pop() != character):
            return False
    return not expected


# Codes of a list that stand for many: table 0203 of HL7 v2 has NNxxx, xxx being a country of ISO 3166.
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "http://terminology.hl7.org/CodeSystem/v2-0203": re.compile("NN[A-Z]{3}"),
}
_GRAMMARS: Mapping[str, Callable[[str], Answer]] = {
    "urn:ietf:bcp:47": language,
    "urn:ietf:bcp:13": media_type,
    "urn:ietf:rfc:3986": uri,
    "http://unitsofmeasure.org": unit,
}
GRAMMAR_SYSTEMS: Mapping[str, System] = {
    **{url: System(url, grammar=grammar) for url, grammar in _GRAMMARS.items()},
    "urn:iso:std:iso:4217": System(
        "urn:iso:std:iso:4217", {code: Entry(code) for code in _CURRENCIES.split()}, complete=True
    ),
}
