Extension: Instead
Id: instead
Title: "Instead"
Description: "What is done instead of what is left out."
Context: ServiceRequest
* value[x] only string
* value[x] 1..1
* value[x] ^short = "What is done instead"
