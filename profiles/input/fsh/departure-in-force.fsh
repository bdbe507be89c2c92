Profile: FmDepartureInForce
Parent: Flag
Id: fm-departure-in-force
Title: "Departure in force"
Description: "The sign that a departure from protocol is in force, shown where alerts are shown: “The weekly photo of the sore is left out: she is not hoisted for it.”"
* insert OwnIdentifier
* status MS
* status ^short = "active while the departure is"
* category 1.. MS
* category ^short = "Where those who read alerts look for it"
* insert Sliced(category, [["What was agreed with the person in advance; more categories are welcome"]])
* category contains advance 1..1 MS
* category[advance] = $flag-category#advance-directive
* category[advance] ^short = "Agreed with the person in advance"
* code MS
* code ^short = "Which protocol, and what is left out or done instead"
* code.text 1.. MS
* code.text ^short = "In plain words"
* subject MS
* subject only Reference(Patient)
* subject ^short = "The person"
* period MS
* period ^short = "From when, and until when"
* author MS
* author ^short = "Who asked for it"
* extension contains $flag-detail named departure 1..* MS
* extension[departure] ^short = "The departure of which this is the sign"
