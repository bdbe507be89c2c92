"""`python -m fhir_matters` is `fhir-matters`."""

from fhir_matters.cli.main import main

main()
