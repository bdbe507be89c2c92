Extension: ValidUntil
Id: valid-until
Title: "Stands until"
Description: "Until when it stands. Afterwards it is what they wanted then."
Context: Observation
* value[x] only dateTime
* value[x] 1..1
* value[x] ^short = "Until when"
