"""From the plain data of a record file to one page: sections and cards of text, names resolved, nothing laid out yet.

What was entered by mistake is counted, not shown. What nobody has written down becomes a gentle question.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fhir_matters.view.cast import Cast, cast_of, named
from fhir_matters.view.choices import Choice, choice_of
from fhir_matters.view.said import KINDS, LABELS, Statement, newest, statement_of
from fhir_matters.view.talks import Loop, Talk, loops_in, talks_of
from fhir_matters.view.wording import day, plain

_IMAGES = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF"}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to know or to call; `about` is the relation in the person's words, or a colleague's role and team."""

    name: str
    about: str = ""
    roles: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """The picture as a data URI that is known to be an image, and what it shows."""

    source: str
    caption: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page, in the order in which a reader needs it."""

    called: str
    name: str
    language: str
    face: Face | None
    facts: tuple[str, ...]
    communicates: tuple[str, ...]
    matters: tuple[Statement, ...]
    please_do: tuple[Statement, ...]
    please_do_not: tuple[Statement, ...]
    call: tuple[Contact, ...]
    people: tuple[Contact, ...]
    colleagues: tuple[Contact, ...]
    choices: tuple[Choice, ...]
    preferences: tuple[Statement, ...]
    talks: tuple[Talk, ...]
    loops: tuple[Loop, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]


def page_of(data: Mapping[str, Any]) -> Page:
    """The page of one record, from the data that its file would hold, the face carried inside as base64.

    The same record gives the same page, in whatever order a server gave its parts back.
    """
    data = _in_order(data)
    cast, person = cast_of(data), data.get("person", {})
    said = newest(data.get("what_matters", {}), lambda part: statement_of(part, cast, data))
    wishes = newest(data.get("preferences", {}), lambda part: statement_of(part, cast, data))
    people = tuple(_contact(who) for who in sorted(data.get("people", {}).values(), key=_nearness))
    page = Page(
        called=plain(person.get("likes_to_be_called")) or named(person),
        name=named(person),
        language=plain(data.get("language")) or "en",
        face=_face(person.get("face") or {}),
        facts=tuple(_facts(person)),
        communicates=tuple(_communicates(person)),
        matters=tuple(sorted(said, key=_own_words_first)),
        please_do=_of_kind(wishes, "please do"),
        please_do_not=_of_kind(wishes, "please do not"),
        call=_to_call(people),
        people=people,
        colleagues=tuple(_contact(who) for who in data.get("colleagues", {}).values()),
        choices=newest(data.get("choices", {}), lambda part: choice_of(part, cast, data)),
        preferences=tuple(
            statement for kind in LABELS if not kind.startswith("please") for statement in _of_kind(wishes, kind)
        ),
        talks=talks_of(data, cast),
        loops=loops_in(data),
        gaps=(),
        notes=tuple(_notes(data)),
    )
    return replace(page, gaps=tuple(_gaps(page, cast, person)))


def _in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data with the parts of each section in the order of their keys."""
    return {name: dict(sorted(part.items())) if name in _SECTIONS else part for name, part in data.items()}


_SECTIONS = ("people", "colleagues", "conversations", "what_matters", "preferences", "choices")


_FIRST_TO_CALL = ("call first", "speaks for me")


def _nearness(who: Mapping[str, Any]) -> int:
    """Who speaks and is called comes first, then everybody with a name, then the dog and the choir."""
    return 0 if set(_FIRST_TO_CALL) & set(who.get("roles", ())) else 1 if "name" in who else 2


def _own_words_first(statement: Statement) -> tuple[bool, int]:
    kind = statement.kind
    return not statement.by_person, KINDS.index(kind) if kind in KINDS else len(KINDS)


def _of_kind(statements: tuple[Statement, ...], kind: str) -> tuple[Statement, ...]:
    return tuple(said for said in statements if said.kind == kind)


def _face(picture: Mapping[str, Any]) -> Face | None:
    """The face, if its bytes begin as the image that it claims to be; anything else is not shown."""
    kind = picture.get("content_type", "image/png")
    try:
        raw = base64.b64decode("".join(str(picture.get("data", "")).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind not in _IMAGES or not raw.startswith(_IMAGES[kind]):
        return None
    caption = plain(picture.get("caption"))
    return Face(f"data:{kind};base64,{base64.b64encode(raw).decode()}", caption)


def _facts(person: Mapping[str, Any]) -> Iterator[str]:
    if person.get("born"):
        yield f"born {day(person['born'])}"
    for identifier in person.get("identifiers", ()):
        system, value = plain(identifier.get("system")), plain(identifier.get("value"))
        is_nhs = system.endswith("/nhs-number")
        yield _nhs_number(value) if is_nhs else f"number {value} ({system})"
    if person.get("phone"):
        yield plain(person["phone"]).replace(" ", "\N{NO-BREAK SPACE}")
    if person.get("email"):
        yield plain(person["email"])


def _nhs_number(value: str) -> str:
    """As the NHS prints it, 999 316 0938, kept on one line."""
    return "NHS number " + "\N{NO-BREAK SPACE}".join((value[:3], value[3:6], value[6:]))


def _communicates(person: Mapping[str, Any]) -> Iterator[str]:
    language = plain(person.get("language"))
    if language:
        yield f"Speaks {LANGUAGES.get(language.split('-')[0].lower(), language)}"
    if person.get("interpreter"):
        yield "Needs an interpreter"
    if person.get("communicates"):
        yield plain(person["communicates"])


# The languages most spoken at home in the United Kingdom, and the sign languages; any other is shown by its code.
LANGUAGES = {
    "ar": "Arabic", "bfi": "British Sign Language", "bg": "Bulgarian", "bn": "Bengali", "cy": "Welsh", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "ga": "Irish",
    "gd": "Scottish Gaelic", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ku": "Kurdish", "lt": "Lithuanian", "nl": "Dutch", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "so": "Somali", "sq": "Albanian", "ta": "Tamil",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip


def _contact(who: Mapping[str, Any]) -> Contact:
    about = plain(who.get("relation")) or ", ".join(plain(who[name]) for name in ("role", "team") if who.get(name))
    return Contact(
        name=named(who),
        about=about,
        roles=tuple(plain(role) for role in who.get("roles", ())),
        phone=plain(who.get("phone")),
        email=plain(who.get("email")),
    )


def _to_call(people: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Who is to be called first, then who else speaks for the person."""
    wanted = [who for who in people if set(_FIRST_TO_CALL) & set(who.roles)]
    return tuple(sorted(wanted, key=lambda who: "call first" not in who.roles))


def _gaps(page: Page, cast: Cast, person: Mapping[str, Any]) -> Iterator[str]:
    """What nobody has written down yet, as something to ask."""
    nobody, who = "Nobody has written down", cast.called
    they = cast.they
    if not person.get("likes_to_be_called"):
        yield f"{nobody} what {they} would like to be called."
    if page.face is None:
        yield f"There is no picture of {cast.their} face here. Would {who} like one?"
    if not any(said.by_person for said in page.matters):
        yield f"{nobody} what matters to {who} in {cast.their} own words."
    if not page.please_do and not page.please_do_not:
        yield f"Is there anything that {who} would like us to do, or not to do?"
    if not any("speaks for me" in other.roles for other in page.people):
        yield f"{nobody} who speaks for {who} when {they} cannot."
    if not any("call first" in other.roles for other in page.people):
        yield f"{nobody} who is to be called first."
    if not page.communicates:
        yield f"{nobody} how {who} likes to be spoken with."


def _notes(data: Mapping[str, Any]) -> Iterator[str]:
    withdrawn = sum(
        bool(part.get("withdrawn"))
        for section in ("what_matters", "preferences")
        for part in data.get(section, {}).values()
    )
    if withdrawn:
        yield f"Entered by mistake and taken back, so not shown: {withdrawn}."
    if data.get("other"):
        yield f"Kept with this record and not shown here: {len(data['other'])} more."
