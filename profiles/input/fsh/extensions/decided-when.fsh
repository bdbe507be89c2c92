Extension: DecidedWhen
Id: decided-when
Title: "When it was decided"
Description: "When it was decided, if not when it was weighed."
Context: Observation
* value[x] only dateTime
* value[x] 1..1
* value[x] ^short = "When it was decided"
