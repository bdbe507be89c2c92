Extension: Reservation
Id: reservation
Title: "Reservation"
Description: "What somebody still wishes were otherwise, although it was decided so. Anybody's counts."
Context: Observation
* extension contains words 1..1 MS and by 0..1 MS
* extension[words].value[x] only string
* extension[words] ^short = "In their words"
* extension[by].value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[by] ^short = "Whose it is"
