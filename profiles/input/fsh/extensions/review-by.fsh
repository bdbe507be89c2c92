Extension: ReviewBy
Id: review-by
Title: "Ask again by"
Description: "The day by which to ask again. Until then there is no need to."
Context: Observation, CarePlan, Consent
* value[x] only date
* value[x] 1..1
* value[x] ^short = "By when to ask again"
