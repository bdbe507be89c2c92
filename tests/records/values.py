"""Generated values: odd words, odd dates, numbers in every spelling, small files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from fhir_matters.records import forms

PDF = base64.b64encode(b"%PDF-1.4 nothing").decode()
SOUND = base64.b64encode(b"RIFF\x04\x00\x00\x00WAVE").decode()
PIXEL = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
).decode()
ODD = (
    "- a dash first", ": a colon first", "# no comment", "'", '"', "yes", "no", "null", "~", "true", "2026-01-01",
    "010", "1e3", "0x1F", "12:30:00", "{a: b}", "[a]", "&a", "*a", "!a", "%a", "@a", "`a`", "| a", "> a", "? a",
    "שלום עולם", "مرحبا", "\u202eright to left", "👩🏽‍🤝‍👨🏻", "<b>bold</b> & </div>", "]]>", "line\nbreak",
    "tab\there", " blank around ", "\r\nCR", "a\u0085b", "a\u2028b", "\ufeffmark", "a\x7fb", "person", "home", "Home",
    "${x}",
)  # fmt: skip


def made(form: Callable[..., Any], /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Forms with these fields and no others: pydantic's signatures have aliases that `builds` would fill too."""
    return st.fixed_dictionaries(fields).map(lambda found: form(**found))


text = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    min_size=1,
    max_size=12,
).filter(lambda found: bool(found.replace("\ufeff", "").strip()))
words = st.sampled_from(ODD) | text
maybe_words = st.none() | words
keys = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda key: key != "person")
days = st.dates().map(str)
dates = days | st.sampled_from(["1951", "1951-06", "2024-02-29"])
moments = dates | st.sampled_from(["2026-03-03T14:00:00Z", "2026-03-03T14:00:00.120+05:30", "2016-12-31T23:59:60Z"])
languages = st.sampled_from(["en", "en-GB", "fa", "cy", "sr-Latn"])
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-99, max_value=999) | st.sampled_from(
    [Decimal(9), Decimal("9.00"), Decimal("1E-7"), Decimal("-0.0"), Decimal("1E+3")]
)
probabilities = st.sampled_from([Decimal(x) for x in ("0", "0.0", "0.05", "0.050", "1", "1.0", "0.333333333333333333")])
identifiers = st.lists(made(forms.Identifier, system=st.just("https://ids.example"), value=words), max_size=2)
names = made(forms.Name, text=words, given=st.lists(words, max_size=2).map(tuple), family=maybe_words)
faces = st.none() | made(forms.Picture, data=st.just(PIXEL), caption=maybe_words)
files = made(forms.Attachment, data=st.sampled_from([PIXEL, PDF, SOUND]), caption=maybe_words)


def choices_of(annotation: object) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(annotation))


def one_of(some: list[str]) -> st.SearchStrategy[str | None]:
    """One of these keys, or none."""
    return st.none() | st.sampled_from(some) if some else st.none()


def some_of(found: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(found), max_size=2).map(tuple) if found else st.just(())
