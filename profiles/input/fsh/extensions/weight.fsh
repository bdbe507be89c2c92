Extension: Weight
Id: weight
Title: "What it weighs"
Description: "What it weighs for the person: in their words, or as their number on a scale that they chose and named. It is theirs: it is never worked out, added up or compared with another person's."
Context: Observation.component
* obeys fm-weight-some and fm-weight-scale
* extension contains words 0..1 MS and number 0..1 MS and scale 0..1 MS
* extension[words].value[x] only string
* extension[words] ^short = "In their words: “more than I can say”"
* extension[number].value[x] only decimal
* extension[number] ^short = "Their number"
* extension[scale].value[x] only string
* extension[scale] ^short = "The scale that they chose: “0 to 10, mine”"

Invariant: fm-weight-some
Severity: #error
Description: "A weight has words or a number, or both."
Expression: "extension.where(url = 'words' or url = 'number').exists()"

Invariant: fm-weight-scale
Severity: #error
Description: "A number says nothing without the scale that it is on."
Expression: "extension.where(url = 'number').empty() or extension.where(url = 'scale').exists()"
