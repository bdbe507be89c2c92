"""JSON in and out, digit by digit."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.jsonio import Number

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS.filter(lambda n: not n.isdigit()).map(Number) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def spelling(number: str) -> bytes:
    return jsonio.write(jsonio.read(number.encode()))


@given(NUMBERS)
def test_every_number_is_written_as_it_was_spelt(number):
    document = f'{{"value": [{number}, {number}]}}'.encode()
    assert jsonio.write(jsonio.read(document)) == document.replace(b" ", b"")
    assert json.loads(spelling(f"[{number}]")) == json.loads(f"[{number}]")


@pytest.mark.parametrize("number", ["1.10", "1e2", "1E+2", "-0.00", "0.0", "1e-400", "1e400", "123456789012345678901"])
def test_a_trailing_zero_and_an_exponent_survive(number):
    assert spelling(number) == number.encode()


@pytest.mark.parametrize("document", ['{"a":-0}', "[-0,1]", '{"a":-0,"b":1.10,"c":"-0, "}'])
def test_a_negative_zero_keeps_its_sign(document):
    assert jsonio.write(jsonio.read(document)) == document.encode()


@given(VALUES)
def test_what_is_written_is_read_back(value):
    assert jsonio.read(jsonio.write(value)) == value
    assert jsonio.read(jsonio.write(value, indent=True)) == value
    assert jsonio.write(jsonio.read(jsonio.write(value))) == jsonio.write(value)


@given(VALUES.filter(lambda value: b"-0" not in jsonio.write(value)))
def test_the_fast_form_is_written_like_the_plain_one(value):
    text = jsonio.write(value)
    assert jsonio.write(jsonio.parse(text)) == text


@given(st.dictionaries(TEXT, VALUES))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value):
    assert jsonio.spelt(dict(reversed(value.items()))) == jsonio.spelt(value)


def test_canonical_bytes_tell_spellings_apart():
    assert jsonio.spelt(jsonio.read(b"1.0")) != jsonio.spelt(jsonio.read(b"1.00"))


def test_keys_keep_their_order():
    assert jsonio.write(jsonio.read(b'{"z":1,"a":2,"m":3}')) == b'{"z":1,"a":2,"m":3}'


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
@pytest.mark.parametrize("read", [jsonio.read, jsonio.parse])
def test_copies_and_pickles_are_spelt_alike(make, read):
    document = b'{"a":[1.10,{"b":2e0}]}'
    assert jsonio.write(make(read(document))) == document


def test_a_number_is_a_decimal():
    number = jsonio.read(b"1.10")
    assert isinstance(number, Decimal)
    assert number == Decimal("1.1")
    assert hash(number) == hash(Decimal("1.1"))
    assert (str(number), number + 1, Fraction(number)) == ("1.10", Decimal("2.10"), Fraction(11, 10))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", " 1", "1_000", ".5", "1.", "01", "+1", "", "\uff11"])
def test_a_number_that_json_cannot_spell_is_refused(text):
    with pytest.raises(ValueError, match="no JSON number"):
        Number(text)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"NaN", "1:1"),
        (b"[1, Infinity]", "1:5"),
        (b'{"a": 1, "b"}', "1:13"),
        (b'{"a": 1,}', "1:9"),
        (b"{'a': 1}", "1:2"),
        (b"{} {}", "1:4"),
        (b'{\n "a": 01}', "2:8"),
        (b'// why\n{"a": 1}', "1:1"),
        ('{"naïve":\n "é" nope}'.encode(), "2:6"),
        (b"[" * 100_000, "1:202"),
        (b"9" * 5000, None),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(raw, place):
    with pytest.raises(InputError, match="Not JSON") as caught:
        jsonio.read(raw)
    assert place in (None, caught.value.place)


def test_a_key_that_appears_twice_is_refused_and_not_repeated():
    with pytest.raises(InputError, match="a key appears twice") as caught:
        jsonio.read(b'{"a": {"Barbara": 1, "Barbara": 2}}')
    assert "Barbara" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        ('{"a": 1}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": 1}'.encode("utf-32-be"), "UTF-32"),
        ('{"a": 1}'.encode("utf-8-sig"), "byte order mark"),
        ('{"a": "é"}'.encode("latin-1"), "Not JSON"),
        (b"", "found nothing"),
        (b" \n", "found nothing"),
    ],
)
def test_other_encodings_are_named(raw, words):
    with pytest.raises(InputError, match=words):
        jsonio.read(raw)


def test_lone_surrogates_are_refused_in_both_directions():
    for text in ('"\\ud800"', '"\ud800"'):
        with pytest.raises(InputError):
            jsonio.read(text)
    with pytest.raises(InputError):
        jsonio.write("\ud800")


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw):
    value = refusal = None
    try:
        value = jsonio.read(raw)
    except InputError as error:
        refusal = error
    assert refusal is not None or jsonio.read(jsonio.write(value)) == value


@pytest.mark.parametrize("write", [jsonio.write, jsonio.spelt])
@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        {"a": [1, {"b": float("-inf")}]},
        Decimal("NaN"),
        Decimal("Infinity"),
        {1: 2},
        {"a": {1, 2}},
        {"a": object(), "b": 10**30},
        {"a": b"bytes"},
    ],
    ids=str,
)
def test_what_json_cannot_say_is_refused_and_never_written_as_null(write, value):
    with pytest.raises(InputError, match="cannot be written as JSON"):
        write(value)


@pytest.mark.parametrize("write", [jsonio.write, jsonio.spelt])
@pytest.mark.parametrize("last", [None, 10**30])
def test_nesting_too_deep_to_write_is_refused(write, last):
    value = last
    for _ in range(5000):
        value = [value]
    with pytest.raises(InputError):
        write(value)


def test_null_is_written_where_it_stands():
    assert jsonio.write({"given": [None, "A"], "n": 1.5}) == b'{"given":[null,"A"],"n":1.5}'


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**100])
def test_integers_beyond_64_bits_are_whole(number):
    assert jsonio.write({"a": [number]}) == f'{{"a":[{number}]}}'.encode()
    assert jsonio.read(jsonio.write([number])) == [number]


def test_indented_text_has_two_spaces_a_level():
    assert jsonio.write({"a": [1.50, Number("1.50")]}, indent=True) == b'{\n  "a": [\n    1.5,\n    1.50\n  ]\n}'


@pytest.mark.parametrize(
    "document",
    [b"1.5", b" -1e2", b"[\n\n0.5]", b'{"a" :\t-1E2}', b'[1 ,\r\n 2.0e-1, ": 1.5", "[1e"]', b'[[[{"a":[0.0]}]]]'],
)
def test_a_fraction_keeps_its_spelling_wherever_it_stands(document):
    value = jsonio.read(document)
    assert jsonio.write(value) == jsonio.write(jsonio.numbered(jsonio.parse(document)))
    assert not any(type(each) is jsonio.LosslessFloat for each in jsonio._values(value))


@pytest.mark.parametrize("before", ["", '"at": "12:30:00.5", ', '"9:": "2:3.0", '])
@pytest.mark.parametrize("key", ["a", "a1", "1", "a:1", "1:", '1\\"1'])
@pytest.mark.parametrize("colon", [":", " :", ":\n", "\t: "])
@pytest.mark.parametrize("number", ["1.50", "-0.0", "1e2", "0E0"])
def test_a_fraction_is_found_after_any_key_and_beside_any_time(before, key, colon, number):
    read = jsonio.read(f'{{{before}"{key}"{colon}{number}}}')
    (found,) = (value for value in read.values() if not isinstance(value, str))
    assert (type(found), str(found)) == (jsonio.Number, number)
