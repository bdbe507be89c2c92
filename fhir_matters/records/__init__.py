"""Records: what a person said, as forms, as a file, and as FHIR R4 and back. Validates no FHIR, sends nothing."""
