"""What matters to a person, as FHIR R4."""
