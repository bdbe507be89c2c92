Extension: AppliesWhen
Id: applies-when
Title: "Applies when"
Description: "When a decision in advance applies, in the words of the one who made it: “if I no longer know Gwenno”."
Context: Consent
* value[x] only string
* value[x] 1..1
* value[x] ^short = "In their words"
