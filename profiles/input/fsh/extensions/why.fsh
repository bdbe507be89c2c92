Extension: Why
Id: why
Title: "Why"
Description: "Why it matters to the one who said it, in their words."
Context: Observation, Consent
* value[x] only string
* value[x] 1..1
* value[x] ^short = "Their reason"
