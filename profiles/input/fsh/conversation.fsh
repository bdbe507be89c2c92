Profile: FmConversation
Parent: Procedure
Id: fm-conversation
Title: "Conversation"
Description: "A talk about what matters: when, how long, where, who took part, and what was asked. Also one that was offered and that the person did not want. Everything said in it points here, so that nobody has to ask again."
* insert OwnIdentifier
* obeys fm-conversation-not-held
* status MS
* status ^short = "completed: they talked | not-done: they did not"
* statusReason MS
* statusReason ^short = "Why they did not talk: declined | not now | not appropriate now"
* statusReason from Answers (extensible)
* code 1.. MS
* code ^short = "A talk about what matters"
* code.coding 1.. MS
* code.coding ^short = "That it is a talk about what matters"
* insert Sliced(code.coding, [["Advance care planning first; more codes are welcome"]])
* code.coding contains advanceCarePlanning 1..1 MS
* code.coding[advanceCarePlanning] = $sct#713603004
* code.coding[advanceCarePlanning] ^short = "Advance care planning"
* subject MS
* subject only Reference(Patient)
* subject ^short = "The person"
* performed[x] MS
* performed[x] ^short = "When it was"
* performer MS
* performer ^short = "Who took part"
* performer ^definition = "Everybody who took part, the person among them. They talked; none of them did something to another."
* performer.actor ^short = "Someone who took part"
* location MS
* location ^short = "Where it was, if only in words: “Ward 7, by the window”"
* extension contains ConversationDetails named details 0..1 MS

Invariant: fm-conversation-not-held
Severity: #error
Description: "A talk that did not take place says why: they declined, or it was not the time."
Expression: "status != 'not-done' or statusReason.exists()"
