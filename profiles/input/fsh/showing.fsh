Profile: FmShowing
Parent: Consent
Id: fm-showing
Title: "Whether it may be shown"
Description: "Whether a picture of the person, or a recording of them, may be shown: to whom, until when, and in whose words."
* insert OwnIdentifier
* insert OwnConsent
* obeys fm-showing-nobody
* scope = $consent-scope#patient-privacy
* scope ^short = "It is about who may see what"
* performer ^short = "Who says so"
* category.coding ^short = "Consent of a patient, to be shown"
* insert Sliced(category.coding, [["That it is about showing; more codes are welcome"]])
* category.coding contains kind 0..1 MS
* category.coding[kind] from ConsentKinds (required)
* category.coding[kind] ^patternCoding.system = Canonical(ConsentKindCodes)
* category.coding[kind] ^short = "That it is about showing"
* category.coding[kind].code 1..1
* provision 1.. MS
* provision ^short = "Whether, to whom, and until when"
* provision.type 1..1 MS
* provision.type ^short = "permit: it may be shown | deny: nobody may be shown it"
* provision.period MS
* provision.period ^short = "Until when"
* provision.actor MS
* provision.actor ^short = "Only to these; without any, to all who care for the person"
* provision.data 1.. MS
* provision.data ^short = "The picture or the recording; for the face, the person"
* extension contains InTheirWords named inTheirWords 0..1 MS

Invariant: fm-showing-nobody
Severity: #error
Description: "What nobody may be shown is not shown to some."
Expression: "provision.type != 'deny' or provision.actor.empty()"

ValueSet: ConsentKinds
Id: consent-kind
Title: "What a consent is about"
Description: "What a consent of the person is about."
* ^experimental = false
* include codes from system ConsentKindCodes

CodeSystem: ConsentKindCodes
Id: consent-kind
Title: "What a consent is about"
Description: "What a consent of the person is about."
* insert OwnCodes
* #showing "Showing" "Whether a picture or a recording of the person may be shown."
