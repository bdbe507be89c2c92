"""One page about one person, face first: as HTML to hand over and as text for a terminal.

It reads the plain data of a record file and knows neither the forms nor FHIR.
"""
