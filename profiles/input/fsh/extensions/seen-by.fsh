Extension: SeenBy
Id: seen-by
Title: "Seen by"
Description: "Who saw that it did not have to happen."
Context: Observation.component
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Who saw it"
