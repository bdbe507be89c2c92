Extension: AsThingsAre
Id: as-things-are
Title: "As things are"
Description: "Whether this option leaves things as they are. One option always does."
Context: Observation
* value[x] only boolean
* value[x] 1..1
* value[x] ^short = "Whether it leaves things as they are"
