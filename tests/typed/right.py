"""The public API as a type checker sees it; never run. A line that mypy must refuse says so, and is held to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

from pydantic import BaseModel

import fhir_matters
from fhir_matters import Issue, Receipt, Record, Report, Reports, Server, Validator, read, validate_many
from fhir_matters.notebook import Shown, shown


def validating(bundle: dict[str, Any], model: BaseModel) -> None:
    validator = Validator(packages="hl7.fhir.us.core#6.1.0", profiles=["https://example.org/p"], strict=True)
    for resource in (bundle, "{}", b"{}", bytearray(), model):
        assert_type(validator.validate(resource), Report)
    report = validator.validate(bundle, "https://example.org/p", source="a.json")
    assert_type(report.issues, tuple[Issue, ...])
    assert_type([issue.line for issue in report], list[int | None])
    validator.validate(Path("a.json"))  # type: ignore[arg-type]
    validator.validate(1)  # type: ignore[arg-type]
    validator.check(bundle)  # type: ignore[attr-defined]
    Validator(package="hl7.fhir.us.core")  # type: ignore[call-arg]
    Validator(extensions="none")  # type: ignore[arg-type]


def many(paths: list[Path]) -> None:
    assert_type(validate_many(paths, jobs=2, strict=True, seconds=1.5), Iterator[Report])
    reports = Reports(validate_many("bundles"))
    assert_type(reports[0], Report)
    assert_type(reports[1:], Reports)
    assert_type(reports.failed, Reports)
    assert_type(shown(reports, values=True), Shown)
    reports.to_arrow(each="resource", show_values=True)
    reports.to_pandas(each="file")  # type: ignore[arg-type]
    validate_many(paths, packages=1)  # type: ignore[arg-type]
    validate_many(paths, strikt=True)  # type: ignore[call-arg]


def records(record: Record, models: list[BaseModel]) -> None:
    assert_type(Record.load("a.yaml"), Record)
    assert_type(record.bundle("transaction"), dict[str, Any])
    assert_type(record.dump("json"), bytes)
    assert_type(record.models(), list[BaseModel])
    assert_type(Record.from_models(models), Record)
    assert_type(read(record.bundle()), Record)
    record.bundle("documents")  # type: ignore[arg-type]
    Record.from_dict({})  # type: ignore[attr-defined]
    Record.from_models(record.bundle())  # type: ignore[arg-type]
    read("a.json")  # type: ignore[arg-type]


def servers(server: Server, bundle: dict[str, Any]) -> None:
    receipt = server.push(bundle, overwrite=True, journal="j")
    assert_type(receipt, Receipt)
    assert_type(receipt.nothing_lost, bool)
    assert_type(server.pull("1", compartment=True), dict[str, Any])
    assert_type(server.move(server, elsewhere="refuse"), Receipt)
    server.push(bundle, overwrites=True)  # type: ignore[call-arg]
    server.move(server, elsewhere="forget")  # type: ignore[arg-type]
    fhir_matters.Validater()  # type: ignore[attr-defined]
