Extension: TippedIt
Id: tipped-it
Title: "Tipped it"
Description: "Whether this is what tipped the choice, as the one who chose sees it."
Context: Observation.component
* value[x] only boolean
* value[x] 1..1
* value[x] ^short = "Whether it tipped the choice"
