"""An embedded FHIR R4 server on SQLite, for trying, testing and CI: it keeps what it gets, to the digit."""
