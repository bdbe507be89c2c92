Extension: Ended
Id: ended
Title: "Taken back, or ended"
Description: "That a decision stands no longer, though nothing took its place: since when, who took it back, and why. Without anybody it ended of itself, or nobody wrote down who took it back."
Context: Consent
* extension contains when 1..1 MS and by 0..1 MS and why 0..1 MS
* extension[when].value[x] only dateTime
* extension[when] ^short = "When it was taken back, or ended; data-absent-reason where nobody knows"
* extension[by].value[x] only Reference(Patient or RelatedPerson or Practitioner or PractitionerRole)
* extension[by] ^short = "Who took it back"
* extension[why].value[x] only string
* extension[why].value[x] 1..1
* extension[why] ^short = "Why, in their words"
