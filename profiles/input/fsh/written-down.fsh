Profile: FmWrittenDown
Parent: Provenance
Id: fm-written-down
Title: "Who wrote it down"
Description: "Whose words something is, who wrote it down, for whom, when, and from what: so that what a person said is never taken for what somebody wrote about them."
* extension contains InRecord named record 0..1 MS
* target 1..1 MS
* target ^short = "What was written down"
* occurred[x] MS
* occurred[x] only dateTime
* occurred[x] ^short = "When it was said"
* recorded MS
* recorded ^short = "When it was written down"
* recorded.extension contains WrittenWhen named writtenWhen 0..1 MS
* agent MS
* agent ^short = "Who said it, and who wrote it down"
* agent ^slicing.discriminator.type = #pattern
* agent ^slicing.discriminator.path = "type"
* agent ^slicing.rules = #open
* agent ^slicing.description = "By what they did"
* agent contains author 0..1 MS and enterer 0..1 MS
* agent[author] ^short = "Whose words they are"
* agent[author].type 1..1
* agent[author].type = $provenance-participant#author
* agent[enterer] ^short = "Who wrote it down"
* agent[enterer].type 1..1
* agent[enterer].type = $provenance-participant#enterer
* agent[enterer].onBehalfOf MS
* agent[enterer].onBehalfOf ^short = "For which team or organisation they wrote"
* entity MS
* entity ^short = "On which form, or from what"
* entity.role = #source
* entity.what.display MS
* entity.what.display ^short = "The form, by name: “About Me”"
