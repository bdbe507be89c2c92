Profile: FmPlease
Parent: Flag
Id: fm-please
Title: "Please do, please do not"
Description: "What the person asks of everybody who comes to the bed, shown where alerts are shown: “Please don't talk about me at the end of the bed.”"
* insert OwnIdentifier
* status MS
* status ^short = "active while it stands"
* category MS
* category ^short = "Where those who read alerts look for it"
* code MS
* code ^short = "What to do, or not to do"
* code.text 1.. MS
* code.text ^short = "In the person's words"
* code.coding MS
* code.coding ^short = "Please do, or please do not"
* insert Sliced(code.coding, [["Please do, or please do not; more codes are welcome"]])
* code.coding contains kind 1..1 MS
* code.coding[kind] from PleaseKinds (required)
* code.coding[kind] ^patternCoding.system = Canonical(PreferenceKindCodes)
* code.coding[kind] ^short = "Please do | please do not"
* code.coding[kind].code 1..1
* subject MS
* subject only Reference(Patient)
* subject ^short = "The person"
* period MS
* period ^short = "From when, and until when it stands"
* author MS
* author ^short = "Who put it up"
* extension contains $flag-detail named preference 0..* MS
* extension[preference] ^short = "The preference of which this is the sign on the door"

ValueSet: PleaseKinds
Id: please-kind
Title: "Please do, please do not"
Description: "What is asked of everybody, and what everybody is asked not to do."
* ^experimental = false
* PreferenceKindCodes#please-do
* PreferenceKindCodes#please-do-not
