"""The command `fhir-matters`: one file a command, which parses, calls and prints. Here the columns meet."""
