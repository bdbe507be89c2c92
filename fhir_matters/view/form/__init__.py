"""A FHIR Questionnaire to fill in: its questions, what was typed into them, and how they look as a web form.

Nothing here knows a record, or what is asked: any Questionnaire will do. What was typed is text by place (`given`), the
same whether it came from a browser, a terminal, or from answers that are there already.
"""
