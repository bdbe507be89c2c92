Profile: FmColleagueRole
Parent: PractitionerRole
Id: fm-colleague-role
Title: "Colleague in their role"
Description: "What a colleague does, and with which team: “community nurse, Clevedon district nurses”."
* insert OwnIdentifier
* practitioner MS
* practitioner ^short = "Who it is"
* organization MS
* organization ^short = "With which team"
* code MS
* code ^short = "What they do, in words that the person understands"
* code.text MS
* code.text ^short = "In plain words"
* telecom MS
* telecom ^short = "How to reach them"
* extension contains Does named does 0..1 MS
