"""Resources in Arrow tables: the same findings as anywhere, a row for each row, whatever a row holds."""

from __future__ import annotations

import pytest

from fhir_matters import DefinitionsError, InputError, Validator
from fhir_matters.locate import located

pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
import pyarrow as pa

from fhir_matters import arrow
from fhir_matters.arrow import Settings, compiled, validate
from fhir_matters.reports.arrow import MOST_ROWS, batches
from fhir_matters.validation.asked import Options
from tests.conformance.mutated import mutated

GOOD = '{"resourceType":"Patient","id":"p","gender":"female"}'
BAD = '{"resourceType":"Patient",\n"id":"q","gender":"Hartley-xyz"}'
TEXTS = (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view())


def table(*texts, kind=None, **more):
    return pa.table({"value": pa.array(texts, kind), **more})


def rules(result):
    return [[finding["rule"] for finding in row] for row in result["findings"].to_pylist()]


def test_mutants_of_real_resources_have_the_findings_that_the_validator_has(shared):
    texts = mutated(shared, 120)
    validator = Validator()
    reports = [located(validator.validate(raw), raw) for raw in map(str.encode, texts)]
    assert validate(table(*texts)).to_pylist() == pa.Table.from_batches(batches(reports, sourced=False)).to_pylist()
    assert sum(not report.ok for report in reports) > 40


@pytest.mark.parametrize("kind", [*TEXTS, pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_a_resource_may_be_text_or_bytes_of_any_kind(kind):
    plain = table(GOOD, BAD)
    given = plain.set_column(0, "value", plain["value"].cast(kind))
    assert validate(given)["verdict"].to_pylist() == ["valid", "invalid"]


def test_results_stand_in_the_order_of_the_rows_with_their_keys():
    count = 2 * MOST_ROWS + 3
    given = table(*[BAD if at % 7 == 0 else GOOD for at in range(count)], at=range(count), secret=range(count))
    cut = pa.concat_tables([given.slice(0, 5), given.slice(5, 0), given.slice(5)])
    result = validate(cut, keys=["at"])
    assert result["at"].to_pylist() == list(range(count))
    assert result["verdict"].to_pylist() == ["invalid" if at % 7 == 0 else "valid" for at in range(count)]
    assert "secret" not in result.column_names
    assert all(part.num_rows <= MOST_ROWS for part in result.to_batches())


def test_a_record_batch_does_as_a_table_does():
    (batch,) = table(GOOD, BAD).to_batches()
    assert validate(batch).equals(validate(table(GOOD, BAD)))


def test_lines_count_within_the_row_and_values_stay_there_unless_asked_for():
    result = validate(table(BAD))
    assert next((each["line"], each["column"]) for each in result["findings"][0].as_py()) == (2, 19)
    assert "Hartley-xyz" not in str(result)
    assert "Hartley-xyz" in str(validate(table(BAD), show_values=True)["findings"].to_pylist())


def test_garbage_is_a_finding_and_no_error():
    result = validate(table(None, b"", b"\xff\xfe{", b"[1]", b'{"resourceType":"Pati', GOOD.encode(), kind=pa.binary()))
    assert result["verdict"].to_pylist() == ["invalid"] * 5 + ["valid"]
    assert all(rules(result)[:5])


def test_a_check_that_fails_is_a_row_that_says_so_without_a_value(monkeypatch):
    judged = Validator.validate

    def failing(self, resource, *arguments, **options):
        if b"Hartley-xyz" in resource:
            raise ZeroDivisionError("Hartley-xyz")
        return judged(self, resource, *arguments, **options)

    monkeypatch.setattr(Validator, "validate", failing)
    result = validate(table(BAD, GOOD))
    assert (result["verdict"].to_pylist(), result["ok"].to_pylist()) == (["undecided", "valid"], [False, True])
    ((finding,), _) = result["findings"].to_pylist()
    assert finding["rule"] == "FM710"
    assert finding["message"].startswith("The check itself failed: ZeroDivisionError in test_arrow.py, line ")


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (table(GOOD), {"column": "json"}, "Expected one column json. The table has: value."),
        (table(GOOD), {"keys": ["patient"]}, "Expected one column patient."),
        (table(GOOD, verdict=["guilty"]), {"keys": ["verdict"]}, "name of a result: verdict"),
        (pa.table({"value": [{"resourceType": "Patient"}]}), {}, "as text or bytes in each row of value, found struct"),
        (pa.table([pa.array([GOOD])] * 2, names=["value", "value"]), {}, "Expected one column value."),
    ],
)
def test_a_table_that_cannot_be_read_is_said_before_anything_is_judged(given, options, said):
    with pytest.raises(InputError) as error:
        validate(given, **options)
    assert said in str(error.value)


def test_profiles_packages_and_strictness_are_the_validators(package):
    claims = '{"resourceType":"Patient","meta":{"profile":["https://example.org/nowhere"]}}'
    assert validate(table(claims))["ok"].to_pylist() == [True]
    assert validate(table(claims), strict=True)["ok"].to_pylist() == [False]
    assert "FM702" in rules(validate(table(GOOD), profiles=["https://example.org/nowhere"]))[0]
    assert validate(table(GOOD), packages=[package])["ok"].to_pylist() == [True]
    elsewhere = '{"resourceType":"Patient","meta":{"tag":[{"system":"http://hl7.org/fhir/us/none","code":"a"}]}}'
    assert validate(table(elsewhere), options=Options(complete=True))["ok"].to_pylist() == [False]
    with pytest.raises(DefinitionsError, match="not on this machine"):
        validate(table(GOOD), packages=["example.none#1.0.0"])


def test_what_is_validated_against_is_compiled_once_for_each_kind_of_question():
    compiled.cache_clear()
    for options in ({}, {}, {"strict": True}, {}, {"strict": True}):
        validate(table(GOOD), **options)
    assert compiled.cache_info().misses == 2
    assert compiled(Settings()) is compiled(Settings())


def test_dask_or_whoever_has_frames_of_pandas_comes_by_arrow():
    pandas = pytest.importorskip("pandas", reason="pandas is missing: pip install '.[test]'")
    frame = pandas.DataFrame({"value": [GOOD, BAD], "patient": ["a", "b"]})
    result = arrow.validate(pa.Table.from_pandas(frame), keys=["patient"]).to_pandas(types_mapper=pandas.ArrowDtype)
    assert result[["patient", "verdict"]].to_numpy().tolist() == [["a", "valid"], ["b", "invalid"]]
