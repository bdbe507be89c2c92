Extension: ValidFrom
Id: valid-from
Title: "Stands from"
Description: "From when it stands, if not from when it was said."
Context: Observation, ServiceRequest, Consent
* value[x] only dateTime
* value[x] 1..1
* value[x] ^short = "From when"
