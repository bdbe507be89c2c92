Extension: AgreedIn
Id: agreed-in
Title: "Agreed in"
Description: "The talk in which it was agreed."
Context: ServiceRequest, CarePlan, Consent
* value[x] only Reference(Procedure)
* value[x] 1..1
* value[x] ^short = "The talk"
