Extension: EvenIfLifeAtRisk
Id: even-if-life-at-risk
Title: "Even if life is at risk"
Description: "Whether a refusal of treatment holds even if life is at risk. In England and Wales it must be said in writing."
Context: Consent
* value[x] only boolean
* value[x] 1..1
* value[x] ^short = "Whether it holds even then"
