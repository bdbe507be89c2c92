Extension: Power
Id: power
Title: "A power, or its limit"
Description: "Something that those who are appointed may decide for the person, or may not."
Context: Consent.provision
* value[x] only string
* value[x] 1..1
* value[x] ^short = "What they may decide, or may not"
