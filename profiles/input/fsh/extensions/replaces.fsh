Extension: Replaces
Id: replaces
Title: "Replaces"
Description: "What came before, and no longer stands; it stays readable."
Context: Consent, Media
* value[x] only Reference(Consent or Media)
* value[x] 1..1
* value[x] ^short = "What came before"
