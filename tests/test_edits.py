"""Small changes to a JSON text: what they do not name stays as it is, to the byte."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.edits import Remove, Respell, Write, edited, spans

TEXT = '{\n  "a" : 1.50,\n  "b": [ {"c": "\\u00e9"}, 2 ,3],\n  "d": {}\n}\n'


def after(text, *edits):
    changes = spans(text, edits)
    assert changes is not None
    return edited(text, changes)


@pytest.mark.parametrize(
    ("edit", "new"),
    [
        (Write(("a",), "x"), TEXT.replace("1.50", '"x"')),
        (Write(("b", 0, "c"), None), TEXT.replace('"\\u00e9"', "null")),
        (Remove(("a",)), TEXT.replace('"a" : 1.50,\n  ', "")),
        (Remove(("b",)), TEXT.replace(',\n  "b": [ {"c": "\\u00e9"}, 2 ,3]', "")),
        (Remove(("d",)), TEXT.replace(',\n  "d": {}', "")),
        (Remove(("b", 0)), TEXT.replace('{"c": "\\u00e9"}, ', "")),
        (Remove(("b", 2)), TEXT.replace(" ,3", "")),
        (Remove(("b", 0, "c")), TEXT.replace('"c": "\\u00e9"', "")),
        (Respell(("a",), lambda value: f"[{value}]"), TEXT.replace("1.50", "[1.50]")),
        (Write(("e",), [1], after=("a",)), TEXT.replace("1.50,", '1.50,\n  "e" : [\n    1\n  ],')),
        (Write(("e",), 1), TEXT.replace("{}", '{},\n  "e" : 1')),
        (Write(("d", "e"), 1), TEXT.replace("{}", '{"e": 1}')),
        (Write(("b", 3), 4), TEXT.replace(",3", ",3, 4")),
    ],
)
def test_a_change_is_all_that_changes(edit, new):
    assert after(TEXT, edit) == new


def test_changes_that_meet_are_none():
    assert spans(TEXT, [Remove(("b",)), Write(("b", 0, "c"), 1)]) is None
    assert spans(TEXT, [Write(("a",), 1), Write(("a",), 1)]) is None
    assert spans(TEXT, [Remove(("a",)), Remove(("b",))]) is None
    assert after(TEXT, Remove(("d",)), Remove(("a",))) == TEXT.replace('"a" : 1.50,\n  ', "").replace(
        ',\n  "d": {}', ""
    )


@pytest.mark.parametrize("keys", [("x",), ("b", 7), ("x", "y")])
def test_what_is_not_there_cannot_be_taken_out(keys):
    with pytest.raises(KeyError):
        spans(TEXT, [Remove(keys)])


NAMES = st.sampled_from(["a", "b", 'q"\\', "é", "{", "_a", ""])
WORDS = st.text(st.sampled_from('ab "\\[]{},:é\n\U0001f469'), max_size=4)
NUMBERS = st.sampled_from(["1.50", "0", "-0", "1e2", "-0.00", "12345678901234567890123"]).map(jsonio.read)
VALUES = st.recursive(
    st.none() | st.booleans() | WORDS | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
BLANKS = st.sampled_from(["", " ", "\n", "\n  ", "\t"])


@st.composite
def spelt(draw, value):
    """JSON of the value in any layout, with escapes where they need not be."""
    blank = draw(BLANKS)
    if isinstance(value, dict):
        members = [
            f"{draw(BLANKS)}{draw(st.sampled_from([json.dumps(name), json.dumps(name, ensure_ascii=False)]))}{blank}:"
            f"{draw(BLANKS)}{draw(spelt(each))}{draw(BLANKS)}"
            for name, each in value.items()
        ]
        return f"{{{','.join(members) or blank}}}"
    if isinstance(value, list):
        return f"[{','.join(f'{draw(BLANKS)}{draw(spelt(each))}{blank}' for each in value) or blank}]"
    plain = jsonio.write(value).decode()
    return draw(st.sampled_from([plain, json.dumps(value)])) if isinstance(value, str) else plain


def places(value, keys=()):
    yield keys
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*keys, key))


@given(st.data())
def test_whatever_the_layout_a_change_is_what_it_says(data):
    value = data.draw(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
    text = data.draw(spelt(value))
    keys = data.draw(st.sampled_from([each for each in places(value) if each]))
    expected = copy.deepcopy(value)
    around = expected
    for key in keys[:-1]:
        around = around[key]
    if data.draw(st.booleans()):
        del around[keys[-1]]
        edit = Remove(keys)
    elif isinstance(around, dict) and data.draw(st.booleans()):
        around["new"] = {"n": [1]}
        edit = Write((*keys[:-1], "new"), {"n": [1]}, after=(keys[-1],))
    else:
        around[keys[-1]] = {"n": [1]}
        edit = Write(keys, {"n": [1]})
    (span,) = spans(text, [edit])
    new = edited(text, [span])
    assert jsonio.spelt(jsonio.read(new)) == jsonio.spelt(expected)
    assert new.startswith(text[: span.start])
    assert new.endswith(text[span.end :])
