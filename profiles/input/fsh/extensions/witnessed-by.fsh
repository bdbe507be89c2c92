Extension: WitnessedBy
Id: witnessed-by
Title: "Witnessed by"
Description: "Someone who saw it made, by name."
Context: Consent
* value[x] only string
* value[x] 1..1
* value[x] ^short = "By name"
