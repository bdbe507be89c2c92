Extension: DecidedOption
Id: decided-option
Title: "What was decided"
Description: "The option that was chosen. What was decided in words is the value."
Context: Observation
* value[x] only Reference(Observation)
* value[x] 1..1
* value[x] ^short = "The option chosen"
