Profile: FmAnticipatoryPlan
Parent: CarePlan
Id: fm-anticipatory-plan
Title: "Anticipatory plan"
Description: "If this happens, this is what we do: at home and in hospital, with which medicines and things in place, whom to call first, and with whom it is agreed. What is feared is never recorded as if it were so."
* insert OwnIdentifier
* obeys fm-plan-not-so
* status MS
* status ^short = "active while it stands | completed once it ended | revoked where another replaces it | entered-in-error"
* intent MS
* intent ^short = "proposal where it is the person's own | plan where a professional asked for it"
* category 1.. MS
* category ^short = "Where others look for it"
* insert Sliced(category, [["One category each for those who read US Core and PACIO ADI"]])
* category contains usCore 1..1 MS and conditional 1..1 MS
* category[usCore] = $us-core-careplan-category#assess-plan
* category[usCore] ^short = "For readers of US Core"
* category[conditional] = $loinc#81378-2
* category[conditional] ^short = "What they want under certain conditions, for readers of PACIO ADI"
* title 1.. MS
* title ^short = "“If this happens: …”"
* subject MS
* subject only Reference(Patient)
* subject ^short = "The person"
* period MS
* period ^short = "From when, and until when it stands"
* created MS
* created ^short = "When it was agreed"
* author MS
* author ^short = "Whose plan it is first of all"
* addresses ^short = "Conditions that are so; never what is feared"
* supportingInfo MS
* supportingInfo ^short = "The choices and wishes that it rests on"
* replaces MS
* replaces ^short = "The plan that is replaced by this"
* activity MS
* activity ^short = "One thing to do, to have in place, or not to do; in their order"
* activity.detail MS
* activity.detail ^short = "What it is"
* activity.detail.code MS
* activity.detail.code ^short = "Which part of the plan it is"
* activity.detail.code.coding MS
* activity.detail.code.coding ^short = "At home, in hospital, a medicine, …, for systems"
* insert Sliced(activity.detail.code.coding, [["Which part of the plan it is; more codes are welcome"]])
* activity.detail.code.coding contains part 0..1 MS
* activity.detail.code.coding[part] from PlanParts (required)
* activity.detail.code.coding[part] ^patternCoding.system = Canonical(PlanPartCodes)
* activity.detail.code.coding[part] ^short = "At home | in hospital | medicine | kit | call first | then call | not this"
* activity.detail.code.coding[part].code 1..1
* activity.detail.doNotPerform MS
* activity.detail.doNotPerform ^short = "true for what not to do"
* activity.detail.location MS
* activity.detail.location ^short = "Where it is kept, in words"
* activity.detail.performer MS
* activity.detail.performer ^short = "Who is called; who may give the medicine"
* activity.detail.product[x] MS
* activity.detail.product[x] ^short = "The medicine, or the thing that is in place"
* activity.detail.description MS
* activity.detail.description ^short = "What to do, in plain words; how the medicine is given"
* extension contains
    IfThisHappens named ifThisHappens 1..1 MS and
    AgreedBy named agreedBy 0..* MS and
    AgreedIn named agreedIn 0..1 MS and
    ReviewBy named reviewBy 0..1 MS

Invariant: fm-plan-not-so
Severity: #error
Description: "What a plan provides for has not happened: it is never recorded as a Condition."
Expression: "addresses.reference.empty() and addresses.identifier.empty()"

ValueSet: PlanParts
Id: plan-part
Title: "Parts of an anticipatory plan"
Description: "What a line of an anticipatory plan is."
* ^experimental = false
* include codes from system PlanPartCodes

CodeSystem: PlanPartCodes
Id: plan-part
Title: "Parts of an anticipatory plan"
Description: "What a line of an anticipatory plan is."
* insert OwnCodes
* #at-home "At home" "What is done at home."
* #in-hospital "In hospital" "What is done in hospital."
* #medicine "Medicine" "A medicine that is in place, just in case."
* #kit "Kit" "A thing that is in place, just in case."
* #call-first "Call first" "Who is called first."
* #then-call "Then call" "Who is called after that."
* #not-this "Not this" "What is not to be done."
