Extension: NotToBeTold
Id: not-to-be-told
Title: "Not to be told"
Description: "Someone in the person's life who is not to be told, for as long as the person wants it so: no part of the team."
Context: CareTeam
* value[x] only Reference(RelatedPerson)
* value[x] 1..1
* value[x] ^short = "Who is not to be told"
