Extension: RaisedBy
Id: raised-by
Title: "Who raised it"
Description: "Who brought up what speaks for or against an option."
Context: Observation.component
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Who brought it up"
