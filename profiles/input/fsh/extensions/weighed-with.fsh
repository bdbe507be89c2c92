Extension: WeighedWith
Id: weighed-with
Title: "Weighed with"
Description: "Someone with whom the person weighed the choice."
Context: Observation
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Someone who weighed it too"
