Extension: InTheirWords
Id: in-their-words
Title: "In their words"
Description: "How the person put it, word for word."
Context: Consent
* value[x] only string
* value[x] 1..1
* value[x] ^short = "Word for word"
