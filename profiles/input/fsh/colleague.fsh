Profile: FmColleague
Parent: Practitioner
Id: fm-colleague
Title: "Colleague"
Description: "A professional with a name, and not only a team, so that the person can meet the same one again."
* insert OwnIdentifier
* obeys fm-colleague-named
* name MS
* name ^short = "Their name, as they are called"
* name.text MS
* name.text ^short = "The whole name, as they write it"
* telecom MS
* telecom ^short = "How to reach them"

Invariant: fm-colleague-named
Severity: #warning
Description: "A colleague has a name: a team cannot be found again by the person who talked with somebody."
Expression: "name.exists()"
