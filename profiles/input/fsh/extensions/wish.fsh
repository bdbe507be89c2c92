Extension: Wish
Id: wish
Title: "Short answer"
Description: "The short answer, as it was given: “home”, “a hospice, if Ruth can stay”. A code for it stands in the value where there is one."
Context: Observation
* value[x] only string
* value[x] 1..1
* value[x] ^short = "The short answer"
