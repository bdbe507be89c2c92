Extension: OnlyIf
Id: only-if
Title: "Only if"
Description: "The condition on which it stands: “only if someone comes when we ring”. Without it the answer says less than the person said."
Context: Observation
* value[x] only string
* value[x] 1..1
* value[x] ^short = "The condition"
