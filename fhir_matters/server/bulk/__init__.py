"""Bulk export from any FHIR server (Bulk Data Access 2.0.0): asked for, waited for, fetched into a folder of NDJSON."""
