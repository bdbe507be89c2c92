Extension: DecidedBy
Id: decided-by
Title: "Who decided"
Description: "The one who decided. It is the person, unless somebody else had to."
Context: Observation
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Who decided"
