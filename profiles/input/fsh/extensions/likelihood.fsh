Extension: Likelihood
Id: likelihood
Title: "How likely"
Description: "How likely it is: in words, and as a range of probability where somebody knows one. Nobody has to give a number."
Context: Observation.component
* obeys fm-likelihood-some and fm-likelihood-range
* extension contains
    words 0..1 MS and
    range 0..1 MS and
    over 0..1 MS and
    source 0..1 MS
* extension[words].value[x] only string
* extension[words] ^short = "In words: “may happen, nobody can say when”"
* extension[range].value[x] only Range
* extension[range] ^short = "From one probability to another, each between 0 and 1"
* extension[over].value[x] only string
* extension[over] ^short = "Within which time: “4 weeks”"
* extension[source].value[x] only string or Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[source] ^short = "Who says so, or where it is written"

Invariant: fm-likelihood-some
Severity: #error
Description: "How likely something is has words or a range, or both."
Expression: "extension.where(url = 'words' or url = 'range').exists()"

Invariant: fm-likelihood-range
Severity: #error
Description: "A probability is between 0 and 1."
Expression: "extension.where(url = 'range').value.all((low.empty() or (low.value >= 0 and low.value <= 1)) and (high.empty() or (high.value >= 0 and high.value <= 1)))"
