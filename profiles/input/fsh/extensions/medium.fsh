Extension: Medium
Id: medium
Title: "Spoken, written or filmed"
Description: "How it was said: out loud, on paper or a screen, or in a film."
Context: Observation
* value[x] only code
* value[x] 1..1
* value[x] from Media (required)
* value[x] ^short = "spoken | written | filmed"

ValueSet: Media
Id: medium
Title: "Spoken, written or filmed"
Description: "How something was said: out loud, on paper or a screen, or to a camera."
* ^experimental = false
* include codes from system MediumCodes

CodeSystem: MediumCodes
Id: medium
Title: "Spoken, written or filmed"
Description: "How something was said: out loud, on paper or a screen, or to a camera."
* insert OwnCodes
* #spoken "Spoken" "They said it, or signed it."
* #written "Written" "They wrote it."
* #filmed "Filmed" "They said it to a camera."
