"""The conversation as a form: a FHIR Questionnaire in plain words, and its answers to and from a record.

`topics.py` is the table of what is asked, in its order; everything else follows from it. `questionnaire` makes the
Questionnaire of it, `answers` what a record already answers, `record_of` a record of the answers. A name in a form
(“Daniel”) is a key in a record; a field that the form does not ask is neither lost nor made up.

Nothing here renders a form or fetches anything; what is on record is filled in by whoever shows the form.
"""

from fhir_matters.records.asking.answers import answers
from fhir_matters.records.asking.questionnaire import URL, questionnaire
from fhir_matters.records.asking.record_of import record_of

__all__ = ["URL", "answers", "questionnaire", "record_of"]
