Extension: RestsOn
Id: rests-on
Title: "Rests on"
Description: "The wish or the choice that a decision puts into law. The decision binds; the wish says what was meant."
Context: Consent
* value[x] only Reference(Observation)
* value[x] 1..1
* value[x] ^short = "The wish or the choice"
