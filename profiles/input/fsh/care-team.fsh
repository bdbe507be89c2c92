Profile: FmCareTeam
Parent: CareTeam
Id: fm-care-team
Title: "Who does what"
Description: "Everybody around the person who does something for them, with names, and in plain words: who speaks for them, who knows them best, who comes on Tuesdays. Whoever is not to be told is no part of it, and is named as such."
* insert OwnIdentifier
* status MS
* status ^short = "active"
* name MS
* name ^short = "Whose team it is"
* subject 1.. MS
* subject only Reference(Patient)
* subject ^short = "The person"
* participant 1.. MS
* participant ^short = "Somebody who does something for the person"
* participant.role 1.. MS
* participant.role ^short = "What they do"
* participant.role.text 1.. MS
* participant.role.text ^short = "In plain words: “my daughter; speaks for me”"
* participant.member 1.. MS
* participant.member ^short = "Who it is, with their name"
* extension contains NotToBeTold named notToBeTold 0..* MS
