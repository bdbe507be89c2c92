"""Issues as they are about XML: at the places of the XML, and of values that are all text there. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fhir_matters.issue import Issue
from fhir_matters.rules import RULES
from fhir_matters.validation.cardinality import AT_MOST
from fhir_matters.xmlio import Document


def from_xml(issues: Iterable[Issue], document: Document) -> Iterator[Issue]:
    """Each issue with its line and column in the XML, from one.

    A value that JSON would have as a number is text in XML, so that it is spelt wrongly and not of the wrong type; an
    element that stands there more than once is one too many, and no array.
    """
    found = list(issues)
    misspelt = {each.path.keys for each in found if each.rule == "FM202"}
    for each in found:
        if each.rule != "FM201" or each.path.keys not in misspelt:
            line, column = document.place(each.path.keys)
            yield replace(_surplus(each) if each.rule == "FM103" else each, line=line, column=column)


def _surplus(issue: Issue) -> Issue:
    message = "Expected this element once, found it more often."
    return replace(issue, rule="FM109", code=RULES["FM109"].issue_type, message=message, message_id=AT_MOST)
