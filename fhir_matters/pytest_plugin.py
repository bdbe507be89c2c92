"""Fixtures of pytest for whoever makes, sends or keeps FHIR: installed with fhir-matters, loaded when a test asks.

    def test_what_we_send_is_valid(assert_valid):
        assert_valid(our_code.bundle())                     # dict, JSON, XML, a model, a Record, a Path, or several

    @pytest.mark.fhir(packages=["hl7.fhir.us.core#6.1.0"], strict=True)
    def test_it_is_us_core(assert_valid):
        assert_valid(patient, "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient")

    @pytest.mark.fhir_server("drop-response=0.3:only=writes", seed=7)
    def test_we_send_again_what_was_lost(fhir_server):
        our_code.upload(fhir_server.base)
        assert len(fhir_server.held("Patient")) == 3

`fhir_validator` is a `Validator` for the whole session. What it is made with stands in pytest's own settings, as
`fhir_packages`, `fhir_profiles`, `fhir_strict` and `fhir_extensions`; the marker `fhir` says it for one test. A failure
tells which resource, what is wrong, where, and what to do; values of resources only with `--fhir-show-values`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # nothing is loaded before a test asks for it
    from fhir_matters.issue import Report, Reports
    from fhir_matters.testing import LocalServer
    from fhir_matters.validation.validator import Validator

_MARKERS = (
    "fhir(packages, profiles, strict, extensions, …): what assert_valid judges by in this test, as for a Validator",
    "fhir_server(*faults, seed=0, data=None, token=None): how fhir_server misbehaves here, as for a LocalServer",
)
_SHOW = "--fhir-show-values"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings; each is said in the words of `Validator`."""
    parser.getgroup("fhir").addoption(
        _SHOW, action="store_true", help="Tell the values that findings are about, which may be a patient's."
    )
    parser.addini("fhir_packages", "FHIR packages to validate with: name#version, or a path.", type="linelist")
    parser.addini("fhir_profiles", "Profiles that every resource has to meet.", type="linelist")
    parser.addini("fhir_strict", "What could not be judged fails too.", type="bool", default=False)
    parser.addini("fhir_extensions", "any, or known: what no package defines is an error.", default="any")


def pytest_configure(config: pytest.Config) -> None:
    """The markers are known."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


@pytest.fixture(scope="session")
def fhir_validator(pytestconfig: pytest.Config) -> Validator:
    """A validator, made once, of what the settings of pytest say."""
    return _validator(pytestconfig, {})


@pytest.fixture
def assert_valid(request: pytest.FixtureRequest) -> AssertValid:
    """Fails the test where a resource is not valid, and says why."""
    marker = request.node.get_closest_marker("fhir")
    if marker is None:
        validator = request.getfixturevalue("fhir_validator")
    elif marker.args:
        pytest.fail("The marker fhir takes options by name: packages=['hl7.fhir.us.core#6.1.0'].", pytrace=False)
    else:
        validator = _validator(request.config, marker.kwargs)
    return AssertValid(validator, show_values=request.config.getoption(_SHOW))


@pytest.fixture
def fhir_server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    """A FHIR R4 server of this test alone, empty: `base` is its address, `held()` what it has."""
    from fhir_matters.errors import FhirMattersError  # noqa: PLC0415 - what only such tests need
    from fhir_matters.testing import LocalServer  # noqa: PLC0415 - the same

    marker = request.node.get_closest_marker("fhir_server")
    try:
        server = LocalServer(*marker.args, **marker.kwargs) if marker else LocalServer()
    except (FhirMattersError, TypeError) as error:
        pytest.fail(f"The marker fhir_server cannot be followed. {error}", pytrace=False)
    with server:
        yield server


class AssertValid:
    """Fails a test where something is not valid; the fixture `assert_valid` is one."""

    def __init__(self, validator: Validator, *, show_values: bool = False) -> None:
        self.validator, self._show_values = validator, show_values

    def __call__(self, what: Any, *profiles: str) -> Reports:
        """The reports on what is valid, by R4, by what it claims, and by these profiles.

        `what` is a resource as a dict, as JSON or XML, or as a model of fhir.resources; a Record; a Path to a file or
        folder; or several of these. Fails the test where one is not valid, and where there is nothing to judge.
        """
        from fhir_matters.errors import FhirMattersError  # noqa: PLC0415 - with the first assertion
        from fhir_matters.issue import Reports  # noqa: PLC0415 - the same

        try:
            reports = Reports(self._reports(what, profiles))
        except FhirMattersError as error:
            pytest.fail(f"{_caller()}: {error}", pytrace=False)
        if not reports:
            pytest.fail(f"{_caller()}: there was nothing to validate, which is no pass.", pytrace=False)
        if not reports.ok:
            pytest.fail(f"{_caller()}: {self._told(reports)}", pytrace=False)
        return reports

    def _reports(self, what: Any, profiles: tuple[str, ...]) -> Iterator[Report]:
        if isinstance(what, Path):
            from fhir_matters.validation.many import validate_many  # noqa: PLC0415 - as above

            yield from validate_many([what], profiles=profiles, validator=lambda: self.validator)
        elif hasattr(what, "bundle"):
            yield self.validator.validate(what.bundle(), profiles)
        elif isinstance(what, Iterable) and not _is_one(what):
            for each in what:
                yield from self._reports(each, profiles)
        else:
            yield self.validator.validate(what, profiles)

    def _told(self, reports: Reports) -> str:
        """What makes them not ok, for a person."""
        from fhir_matters.reports import REPORTERS  # noqa: PLC0415 - where something is wrong
        from fhir_matters.reports.words import resource  # noqa: PLC0415 - the same

        failed = [
            report.with_issues(issue for issue in report if issue.is_error or (report.strict and issue.undecided))
            for report in reports.failed
        ]
        many = f"{len(failed)} of {len(reports)} resources are"
        what = many if len(reports) > 1 else f"{resource(reports[0]) or 'this'} is"
        lines = [f"{what} not valid FHIR R4.", "", *REPORTERS["text"](failed, show_values=self._show_values)]
        if not self._show_values and any(issue.found for report in failed for issue in report):
            lines.append(f"Values are not shown; pytest {_SHOW} tells them.")
        return "\n".join(lines)


def _is_one(what: Any) -> bool:
    """True for what is one resource though one can go through it."""
    return isinstance(what, (dict, str, bytes, bytearray, memoryview)) or hasattr(what, "model_dump_json")


def _caller() -> str:
    """Where the assertion stands: a traceback would show the arguments of the test, and they may be a patient."""
    frame = sys._getframe(2)  # noqa: SLF001 - the frame of whoever called the assertion
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def _validator(config: pytest.Config, options: dict[str, Any]) -> Validator:
    """A validator for the settings and these options in their place; the same once more for the same options."""
    from fhir_matters.errors import FhirMattersError, WrongArgument  # noqa: PLC0415 - as above
    from fhir_matters.validation.validator import Validator  # noqa: PLC0415 - as above

    settings = {name: config.getini(f"fhir_{name}") for name in ("packages", "profiles", "strict", "extensions")}
    settings |= options
    packages = settings["packages"]
    several = [packages] if isinstance(packages, (str, Path)) else packages
    settings["packages"] = [_package(config, each) for each in several]
    made, key = config.stash.setdefault(_MADE, {}), repr(sorted(settings.items()))
    try:
        if settings["extensions"] not in ("any", "known"):
            raise WrongArgument("Expected any or known as extensions, found another word.")
        return made.get(key) or made.setdefault(key, Validator(**settings))
    except (FhirMattersError, TypeError) as error:
        pytest.fail(f"No validator can be made of these settings. {error}", pytrace=False)


_MADE = pytest.StashKey["dict[str, Validator]"]()


def _package(config: pytest.Config, name: str | Path) -> str:
    """A path is one from the folder of the settings, wherever pytest was started."""
    there = config.rootpath / name
    return str(there if there.exists() else name)
