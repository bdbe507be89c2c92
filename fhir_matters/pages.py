"""A record's page for its reader: where who may see what (`records`) meets how it is drawn (`view`)."""

from __future__ import annotations

from datetime import UTC, datetime

from fhir_matters.records.privacy import for_reader, leaves_out
from fhir_matters.records.record import Record
from fhir_matters.view.contents import Page
from fhir_matters.view.page import page_of


def page_for(record: Record, reader: str | None, language: str | None = None) -> Page:
    """The page of a record as that reader may see it today; None is anybody. Worded in `language` as `page_of`.

    Where something is left out it says so, to those who work by the page; a page for the family does not raise the
    question. Raises RecordError as `for_reader`.
    """
    today, for_team = datetime.now(UTC).astimezone().date(), reader not in record.people
    shown = for_reader(record, reader, today=today)
    data = shown.model_dump(mode="json", exclude_defaults=True)
    withheld = for_team and leaves_out(record, shown)
    return page_of(data, today=today, withheld=withheld, for_team=for_team, language=language)
