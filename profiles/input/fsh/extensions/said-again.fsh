Extension: SaidAgain
Id: said-again
Title: "Said again"
Description: "The same still stands: when it was said again, and to whom. It spares the person a question."
Context: Observation
* extension contains when 1..1 MS and to 0..1 MS
* extension[when].value[x] only dateTime
* extension[when] ^short = "When it was said again"
* extension[to].value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[to] ^short = "To whom"
