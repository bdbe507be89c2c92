Extension: ConversationDetails
Id: conversation-details
Title: "How the talk went"
Description: "How long it took, what it was about, what was asked, and what was left with the person."
Context: Procedure
* extension contains
    minutes 0..1 MS and
    topic 0..1 MS and
    asked 0..1 MS and
    leftWithThem 0..1 MS and
    unnamed 0..1 MS
* extension[minutes].value[x] only integer
* extension[minutes] ^short = "How long it took, in minutes"
* extension[topic].value[x] only string
* extension[topic] ^short = "What it was about"
* extension[asked].value[x] only string
* extension[asked] ^short = "What the person was asked, in the words in which it was asked"
* extension[leftWithThem].value[x] only string
* extension[leftWithThem] ^short = "What was left with the person: a page, a number to ring"
* extension[unnamed].value[x] only string
* extension[unnamed] ^short = "Someone who took part and left no name: “someone on the ward round”"
