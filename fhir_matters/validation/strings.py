"""What strings may not hold where a user says so: HTML tags, in any string or in markdown only."""

from __future__ import annotations

import re
from typing import Any

from fhir_matters.validation.context import Context, Position

# A tag of HTML as a browser takes it: `<` and a letter or `/` and a letter, up to `>`.
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
# Tags that markdown would pass on; an e-mail address or URL in <> is a link of markdown's own.
EMBEDDED = re.compile(r"</?[A-Za-z](?![^<>]*[:@])")


def text(value: Any, context: Context, position: Position) -> None:
    """Report a string with HTML tags, where `security` is on."""
    if context.options.security and isinstance(value, str) and TAG.search(value):
        _report("SECURITY_STRING_CONTENT_ERROR", context, position)


def markdown(value: Any, context: Context, position: Position) -> None:
    """Report markdown with HTML tags, where `security` or `plain_markdown` is on."""
    text(value, context, position)
    if context.options.plain_markdown and isinstance(value, str) and EMBEDDED.search(value):
        _report("TYPE_SPECIFIC_CHECKS_DT_MARKDOWN_HTML", context, position)


def _report(message_id: str, context: Context, position: Position) -> None:
    context.add("FM220", position, "Expected no HTML tags in a string, found some.", message_id=message_id)
