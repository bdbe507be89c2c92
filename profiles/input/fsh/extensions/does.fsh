Extension: Does
Id: does
Title: "What they do for the person"
Description: "What they do for the person, in plain words: “brings soup on Tuesdays”."
Context: RelatedPerson, PractitionerRole
* value[x] only string
* value[x] 1..1
* value[x] ^short = "In plain words"
