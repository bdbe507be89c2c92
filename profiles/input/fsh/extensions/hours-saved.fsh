Extension: HoursSaved
Id: hours-saved
Title: "Hours saved"
Description: "How many hours it saved, where somebody counted."
Context: Observation.component
* value[x] only Quantity
* value[x] 1..1
* value[x] = $ucum#h
* value[x] ^short = "In hours"
