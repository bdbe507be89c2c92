Extension: TogetherWith
Id: together-with
Title: "Decided together with"
Description: "Someone together with whom it was decided."
Context: Observation
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Someone who decided it too"
