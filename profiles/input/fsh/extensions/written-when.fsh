Extension: WrittenWhen
Id: written-when
Title: "Written on a day, or in a year"
Description: "When it was written down, where nobody knows the time of day: R4 wants an instant, and a made-up one would be untrue."
Context: Provenance.recorded
* value[x] only dateTime
* value[x] 1..1
* value[x] ^short = "A day, a month or a year"
