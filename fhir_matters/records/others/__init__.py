"""What other systems and guides wrote, read into forms: US Core, PACIO ADI, PCO, IPS, UK Core, the Dutch PZP.

A resource becomes a form only where the form can carry what it says; the resource itself stays as it came, beside it.
Tables lead from types and codes to small functions. Nothing here writes FHIR, and nothing here changes a resource.
"""
