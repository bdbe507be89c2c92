Extension: Unless
Id: unless
Title: "Unless"
Description: "What would change it: “yes, unless I no longer know my son”."
Context: Observation
* value[x] only string
* value[x] 1..1
* value[x] ^short = "What would change it"
