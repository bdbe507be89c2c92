Extension: AgreedBy
Id: agreed-by
Title: "Agreed by"
Description: "Someone who agreed to it: the person, someone close to them, or a professional."
Context: ServiceRequest, CarePlan, Consent
* value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* value[x] 1..1
* value[x] ^short = "Someone who agreed to it"
