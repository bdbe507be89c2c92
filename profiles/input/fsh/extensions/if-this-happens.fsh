Extension: IfThisHappens
Id: if-this-happens
Title: "If this happens"
Description: "What the plan provides for, in words: it has not happened, and may never. How one may see it coming."
Context: CarePlan
* extension contains what 1..1 MS and warningSigns 0..1 MS
* extension[what].value[x] only string
* extension[what].value[x] 1..1
* extension[what] ^short = "What is feared, or hoped for"
* extension[warningSigns].value[x] only string
* extension[warningSigns] ^short = "How one may see it coming"
