Extension: WhereKept
Id: where-kept
Title: "Where the paper is"
Description: "Where the signed paper is to be found when it is needed."
Context: Consent
* value[x] only string
* value[x] 1..1
* value[x] ^short = "Where it is: “behind the kitchen door”"
