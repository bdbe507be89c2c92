Extension: SaidAgain
Id: said-again
Title: "Said again"
Description: "The same still stands: when it was said again, by whom, and to whom. It spares the person a question."
Context: Observation
* extension contains when 1..1 MS and by 0..1 MS and to 0..1 MS
* extension[when].value[x] only dateTime
* extension[when] ^short = "When it was said again"
* extension[by].value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[by] ^short = "Who said it again, if not the one who said it first"
* extension[to].value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[to] ^short = "To whom"
