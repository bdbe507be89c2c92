Extension: LookAgain
Id: look-again
Title: "Look again"
Description: "The day on which to look at the choice again."
Context: Observation
* value[x] only date
* value[x] 1..1
* value[x] ^short = "When to look again"
